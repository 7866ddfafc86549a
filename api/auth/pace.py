"""A body that must keep coming: a sender that trickles holds a connection and a temporary file for nothing."""

import asyncio

from starlette.types import Message, Receive

from api.schemas.problem import RequestRefused


class PacedBody:
    """``receive`` that refuses a body slower than a rate, measured over windows of time spent waiting for the sender.

    Time that the service itself takes to store what came is not the sender's and is not counted.
    """

    def __init__(self, receive: Receive, least_per_second: int, window_seconds: float) -> None:
        self._receive = receive
        self._least = least_per_second * window_seconds
        self._window = window_seconds
        self._waited = 0.0
        self._bytes = 0
        self._is_complete = False

    async def __call__(self) -> Message:
        """Give the next message; raises RequestRefused ``upload.too_slow``."""
        if self._is_complete:
            return await self._receive()
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                async with asyncio.timeout(self._window - self._waited):
                    message = await self._receive()
            except TimeoutError:
                self._begin_window()
                continue
            self._waited += loop.time() - began
            self._bytes += len(message.get("body", b""))
            self._is_complete = not message.get("more_body", False)
            if self._waited >= self._window and not self._is_complete:
                self._begin_window()
            return message

    def _begin_window(self) -> None:
        if self._bytes < self._least:
            raise RequestRefused(
                "upload.too_slow",
                f"The body came with less than {self._least / self._window:.0f} bytes a second for "
                f"{self._window:.0f} seconds; send it over a faster connection or in smaller requests.",
            )
        self._waited, self._bytes = 0.0, 0
