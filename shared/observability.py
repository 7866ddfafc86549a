"""Logs: static events with ids that this service minted, as JSON for machines or lines for people.

An unexpected exception is logged as its class and frames, never with its text or local variables: foreign messages
quote element values.
"""

import logging
import sys
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


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Give a logger; configuration may come later."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
