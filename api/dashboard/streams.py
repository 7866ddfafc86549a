"""Pages that change while they are looked at: a part of a page is drawn again and sent when it differs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager

from fastapi.responses import StreamingResponse
from msgspec import Struct

from shared.errors import ServiceError

QUIET_SECONDS = 15.0
"""Time after which a comment is sent, so that no proxy takes the silence for death."""

PACE_SECONDS = 0.4
"""Shortest time between two drawings: faster than this nobody reads."""


class Drawing(Struct, frozen=True):
    """A part of a page; after the last one the stream ends."""

    html: str
    is_last: bool = False


def stream_drawings(
    draw: Callable[[], Awaitable[Drawing]],
    watch: AbstractContextManager[asyncio.Event],
    *,
    look_again: float = QUIET_SECONDS,
) -> StreamingResponse:
    """Answer with server-sent events ``show``, each a whole drawing, and ``end`` after the last.

    Parameters
    ----------
    watch
        Gives the event that is set when something may have changed.
    look_again
        Seconds after which it is drawn even without news.
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(draw, watch, look_again), 200, headers, media_type="text/event-stream")


async def _stream(
    draw: Callable[[], Awaitable[Drawing]], watch: AbstractContextManager[asyncio.Event], look_again: float
) -> AsyncIterator[str]:
    shown = None
    with watch as changed:
        while True:
            changed.clear()
            try:
                drawing = await draw()
            except ServiceError:  # erased meanwhile, or the store is away: the browser asks again and is told
                return
            if drawing.html != shown:
                shown = drawing.html
                yield _event("show", shown)
            if drawing.is_last:
                yield _event("end", "")
                return
            await asyncio.sleep(PACE_SECONDS)
            try:
                await asyncio.wait_for(changed.wait(), look_again)
            except TimeoutError:
                yield ": still here\n\n"


def _event(name: str, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
