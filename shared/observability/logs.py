"""Logs: static events with ids that this service minted, as JSON for machines or lines for people.

An unexpected exception is logged as its class and frames, never with its text or local variables: foreign messages
quote element values. What libraries log is told in the same way: which library, where, and only from those that are
known to keep values out of it, the constant text of the event without what was filled in.
"""

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog


def _frames_only(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # Any: structlog's
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error_class"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["frames"] = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
    return event


CONSTANT_TEXTS = ("celery", "kombu", "uvicorn", "opentelemetry")
"""Libraries whose log texts are constants with placeholders; those of others may hold what they were given."""

LEVELS = (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


class _LibraryHandler(logging.Handler):
    """Tells what libraries log through ``logging``, and Python's own warnings, without the values in it."""

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, object] = {"library": record.name, "line": f"{record.module}:{record.lineno}"}
        if record.name.partition(".")[0] in CONSTANT_TEXTS:
            told["text"] = str(record.msg).strip()
        if record.exc_info and record.exc_info[1]:
            told["error"] = record.exc_info[1]
        level = next((level for level in LEVELS if level <= record.levelno), logging.DEBUG)
        get_logger().log(level, "library message", **told)


def _report_end(_: object, error: BaseException | None, __: object) -> None:
    if isinstance(error, Exception):
        get_logger().critical("ended unexpectedly", error=error)


def _adopt_libraries() -> None:
    """Let nothing reach standard error but through us: a trace that Python prints would hold an exception's text."""
    logging.captureWarnings(capture=True)
    logging.root.handlers[:] = [_LibraryHandler()]
    logging.root.setLevel(logging.WARNING)
    sys.excepthook = _report_end
    threading.excepthook = lambda failed: _report_end(failed.exc_type, failed.exc_value, failed.exc_traceback)


def configure_logs(log_format: str, log_level: str) -> None:
    """Send every log line of this process to standard error in the chosen format."""
    renderer = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _frames_only,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[log_level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _adopt_libraries()


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Give a logger; configuration may come later."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
