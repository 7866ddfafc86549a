"""Traces by OpenTelemetry, where an endpoint is configured; otherwise its SDK is not even loaded.

A job's trace travels in its record, since a hint names no job: the api writes ``traceparent`` (W3C Trace Context) into
it, and whoever claims one of its units continues the trace. Spans carry ids and closed sets; what of an address a
sender chose freely, path and query, is taken out before a span begins.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span, TracerProvider

REDACTED = "REDACTED"
"""What stands for a value that a sender chose freely; the word of OpenTelemetry's own conventions."""

FREE_ATTRIBUTES = ("url.path", "url.query", "http.request.method_original")
"""Attributes of a server span that a sender chooses; ``http.route`` says which endpoint it was."""

HEADER = "traceparent"

_provider: "TracerProvider | None" = None


def configure_traces(endpoint: str | None, process: str) -> None:
    """Send the spans of this process to an OTLP/HTTP endpoint; without one, nothing is loaded and nothing is done."""
    global _provider  # noqa: PLW0603 - one for each process, as there is one logger
    if endpoint is None or _provider is not None:
        return
    # The SDK takes 150 ms and 20 MB to load: only who wants traces pays.
    from opentelemetry import propagate  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    _provider = TracerProvider(resource=Resource.create({"service.name": f"dicom-analysis-{process}"}))
    _provider.add_span_processor(_Redaction())  # type: ignore[arg-type]  # has the methods that the SDK calls
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    propagate.set_global_textmap(TraceContextTextMapPropagator())  # no baggage: it would carry a sender's own words


class _Redaction:
    """Takes out of a span what its sender chose freely, before anybody exports it."""

    def on_start(self, span: "Span", parent_context: "Context | None" = None) -> None:
        del parent_context
        for name in FREE_ATTRIBUTES:
            if name in (span.attributes or {}):
                span.set_attribute(name, REDACTED)

    def on_end(self, span: "ReadableSpan") -> None:
        """Nothing: what begins clean ends clean."""

    def _on_ending(self, span: "Span") -> None:
        """Nothing: see ``on_end``."""

    def shutdown(self) -> None:
        """Nothing to release."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing to send."""
        del timeout_millis
        return True


def server_telemetry() -> dict[str, Any]:  # Any: FastAPI takes each option by its own type
    """Give FastAPI's telemetry options: spans of requests where traces are configured, and never anything else.

    Its own logs quote exceptions, and its metrics are not ours; both stay off whatever the environment says.
    """
    return {
        "tracing": _provider is not None,
        "tracer_provider": _provider,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": lambda scope: scope.get("path", "").startswith(("/health", "/metrics")),
    }


def current_traceparent() -> str | None:
    """Give the trace that is going on here, for a record that will be continued elsewhere; None without traces."""
    if _provider is None:
        return None
    from opentelemetry import propagate  # noqa: PLC0415 - loaded already where there is a provider

    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get(HEADER)


@contextmanager
def span(name: str, attributes: Mapping[str, str | int], traceparent: str | None) -> Iterator[None]:
    """Continue a trace by a span around the block; an exception ends it without a word of its text."""
    if _provider is None:
        yield
        return
    from opentelemetry import propagate  # noqa: PLC0415 - loaded already where there is a provider
    from opentelemetry.trace import SpanKind  # noqa: PLC0415

    parent = propagate.extract({HEADER: traceparent} if traceparent else {})
    with _provider.get_tracer("dicom-analysis").start_as_current_span(
        name,
        context=parent,
        kind=SpanKind.CONSUMER,
        attributes=dict(attributes),
        record_exception=False,
        set_status_on_exception=False,
    ):
        yield


def annotate(name: str, value: str) -> None:
    """Add an attribute to the span that is going on here."""
    if _provider is not None:
        from opentelemetry.trace import get_current_span  # noqa: PLC0415 - loaded already where there is a provider

        get_current_span().set_attribute(name, value)


def flush_traces() -> None:
    """Send what is still held, before the process ends."""
    if _provider is not None:
        _provider.force_flush(5000)
