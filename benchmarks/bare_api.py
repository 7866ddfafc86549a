"""What FastAPI does by itself, served as ours is: a hello, and an upload that is written and fsynced.

Run as a process of its own: ``python -m benchmarks.bare_api PORT FOLDER``.
"""

import asyncio
import gc
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from starlette.types import Receive, Scope, Send


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Spare the collector what lives as long as the process, as our api does."""
    gc.collect()
    gc.freeze()
    yield


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def make_app(folder: Path) -> FastAPI:
    """Make the application."""
    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"message": "hello world"}

    @app.post("/upload", status_code=202)
    async def upload(request: Request) -> dict[str, str]:
        content = await request.body()
        name = secrets.token_hex(16)
        await asyncio.to_thread(write_durably, folder / name, content)
        return {"id": name}

    return app


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer hello with nothing of FastAPI: how fast server and load generator are by themselves."""
    assert scope["type"] == "http"
    del receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


def main() -> None:
    """Serve."""
    app = bare if sys.argv[2] == "bare" else make_app(Path(sys.argv[2]))
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        lifespan="auto",
    )


if __name__ == "__main__":
    main()
