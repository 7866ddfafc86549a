"""The api process: its application and how it is served."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response
from fastapi_offline import FastAPIOffline

from api.dependencies import open_context, verify_store
from api.error_handlers import install_error_handlers
from api.routes import actions, dicom, events, health, jobs, model, results
from shared.errors import ServiceError
from shared.observability import configure_logs, get_logger
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
        get_logger().info("api stopped")

    app: FastAPI = FastAPIOffline(
        title="Clinical DICOM Analysis API",
        version="0.1.0",
        description="Upload DICOM files, get typed metadata with provenance and a plain-language summary.",
        lifespan=lifespan,
        redoc_url=None,
    )
    install_error_handlers(app)
    for part in (dicom, jobs, results, actions, events, model, health):
        app.include_router(part.router)

    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse("/docs")

    return app


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    try:
        verify_store(settings)
    except ServiceError as error:
        sys.exit(error.detail)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
