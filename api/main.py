"""The api process: its application and how it is served."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import RedirectResponse, Response
from fastapi_offline import FastAPIOffline

from api.auth.gate import Gate
from api.dependencies import open_context, open_keys, verify_store
from api.error_handlers import install_error_handlers
from api.openapi import API_DESCRIPTION, TAGS, describe
from api.routes import actions, audit, dicom, events, health, jobs, metrics, model, previews, results, webhooks
from api.routes.status_reads import StatusReads
from api.serving import bounded_protocol
from shared.errors import ServiceError
from shared.observability import configure_logs, get_logger
from shared.observability.traces import configure_traces, flush_traces, server_telemetry
from shared.settings import Settings, load_settings

KEEP_ALIVE_SECONDS = 75
"""Longer than the usual proxy's, so that the proxy closes idle connections and not we under its request."""


def create_app(settings: Settings) -> FastAPI:
    """Make the application; adapters are built when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_context(settings) as context:
            app.state.context = context
            gc.collect()
            gc.freeze()  # what is loaded now lives as long as the process: later collections need not look at it
            get_logger().info("api started")
            yield
        flush_traces()
        get_logger().info("api stopped")

    configure_traces(settings.otel_exporter_otlp_endpoint, "api")
    app: FastAPI = FastAPIOffline(
        title="Clinical DICOM Analysis API",
        version="0.1.0",
        description=API_DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=lifespan,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,  # what generated clients call their functions
        redirect_slashes=False,  # one address for each thing
        telemetry=server_telemetry(),
    )
    # Middlewares run in the reverse order: web boundary, browsers' rules, gate, hot reads, routes.
    app.add_middleware(StatusReads)
    app.add_middleware(Gate, settings=settings)
    if settings.allowed_origins:
        app.add_middleware(CORSMiddleware, **cors_rules(settings.allowed_origins))
    install_error_handlers(app)
    for subject in (dicom, jobs, results, previews, actions, events, webhooks, model, audit, health, metrics):
        app.include_router(subject.router)

    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse("/docs")

    describe(app, asks_for_keys=settings.api_keys_file is not None)
    return app


def cors_rules(origins: list[str]) -> dict[str, Any]:  # Any: Starlette takes each rule by its own type
    """Say what pages of these origins may do: send keys and options, read the answers' headers, hold no cookies."""
    return {
        "allow_origins": origins,
        "allow_methods": ["GET", "POST", "DELETE"],
        "allow_headers": [
            *("Authorization", "X-API-Key", "Content-Type", "Prefer", "Idempotency-Key", "Cancel-After"),
            *("If-None-Match", "Last-Event-ID", "X-Request-Id"),
        ],
        "expose_headers": [
            *("Location", "Retry-After", "ETag", "Preference-Applied", "Idempotent-Replayed", "X-Request-Id"),
        ],
    }


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    try:
        open_keys(settings)
        verify_store(settings)
    except ServiceError as error:
        sys.exit(error.detail)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=bounded_protocol(settings.max_connections, settings.max_header_bytes),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
