"""What FastAPI does by itself, served as ours is: a hello, uploads as tutorials write them, and analysis on the spot.

Run as a process of its own: ``python -m benchmarks.bare_api PORT FOLDER``.
"""

import asyncio
import gc
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import uvicorn
from fastapi import FastAPI, Request, Response, UploadFile
from starlette.types import Receive, Scope, Send

from shared.jobs.parameters import Upload
from shared.storage.adapters.filesystem import FileStore
from shared.storage.store import Incoming
from worker.pipelines.assemble import assemble_result
from worker.pipelines.extract import extract_chunk


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


def copy_form_file(source: BinaryIO, path: Path) -> None:
    """Copy what FastAPI received to its place."""
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)


def analyze(store: FileStore, incoming: Incoming) -> bytes:
    """Keep the bytes, extract them and give the result: the whole of a job, without any job."""
    stored = incoming.keep()
    upload = Upload(0, stored.sha256, stored.bytes, stored.location, content="dicom")
    extraction = extract_chunk(
        (upload,), open_upload=store.open, include_identity=False, before_each=lambda: None, identity_key=b"x"
    )
    return assemble_result((upload,), extraction.files).result


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

    @app.post("/form", status_code=202)
    async def form(file: UploadFile) -> dict[str, str]:
        name = secrets.token_hex(16)
        await asyncio.to_thread(copy_form_file, file.file, folder / name)
        return {"id": name}

    store = FileStore(folder)

    @app.post("/analyze")
    async def analyze_now(request: Request) -> Response:
        incoming = store.receive()
        async for chunk in request.stream():
            incoming.write(chunk)
        return Response(await asyncio.to_thread(analyze, store, incoming), media_type="application/json")

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
