"""A receiver of traces: OTLP over HTTP, its protobuf read with OpenTelemetry's own message types."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Message = Any  # Any: generated protobuf classes have no types


class Collector:
    """Keeps every span that it is sent."""

    def __init__(self) -> None:
        spans = self.spans = []  # type: list[tuple[str, Message]]
        self.raw = bytearray()
        raw = self.raw

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                raw.extend(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    [name] = [a.value.string_value for a in resource.resource.attributes if a.key == "service.name"]
                    spans.extend((name, span) for scope in resource.scope_spans for span in scope.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def names(self) -> set[tuple[str, str]]:
        """The spans so far, by service and name."""
        return {(service, span.name) for service, span in self.spans}

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()
