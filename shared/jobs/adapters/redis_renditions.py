"""``RenditionDesk`` and ``RenditionWork`` on one Redis server."""

from datetime import timedelta

import msgspec

from shared.jobs.adapters.redis_commands import AsyncCommands, Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import milliseconds, read_upload
from shared.jobs.adapters.redis_scripts import Transition, read_script
from shared.jobs.outcomes import read_sources
from shared.jobs.parameters import Upload
from shared.jobs.renditions import FilesGone, Rendition, RenditionClaim
from shared.jobs.store import JobGone, JobUnknown

LEASE = timedelta(seconds=180)
"""How long one rendition may take; after that another worker tries."""

_encoder = msgspec.json.Encoder()
_rendition_decoder = msgspec.json.Decoder(Rendition)


class RedisRenditionDesk:
    """The api's side."""

    def __init__(self, client: AsyncCommands) -> None:
        self._want = client.register_script(read_script(Transition.WANT))

    async def want(self, job_id: str, tenant: str, name: str, *, now: int | None = None) -> Rendition | None:
        """Give the rendition, or None while it is still to be made; see the port."""
        with redis_errors():
            answer = await self._want(args=["" if now is None else now, job_id, tenant, name])
        match answer[0]:
            case b"made":
                return _rendition_decoder.decode(answer[1])
            case b"wanted":
                return None
            case b"files_gone":
                raise FilesGone
            case b"gone":
                raise JobGone
            case _:
                raise JobUnknown


class RedisRenditionWork:
    """The worker's side."""

    def __init__(self, client: Commands) -> None:
        self._redis = client
        self._take = client.register_script(read_script(Transition.TAKE))
        self._made = client.register_script(read_script(Transition.MADE))

    def take(self, *, now: int | None = None) -> RenditionClaim | None:
        """Claim the rendition that waits longest; see the port."""
        with redis_errors():
            answer = self._take(args=["" if now is None else now, milliseconds(LEASE)])
        if answer is None:
            return None
        job_id, name, sources = (part.decode() for part in answer)
        return RenditionClaim(job_id, name, read_sources(sources))

    def read_uploads(self, claim: RenditionClaim, index: int | None = None) -> tuple[Upload, ...]:
        """Give the uploads of the claim's job, or the one at an index; see the port."""
        first, last = (0, -1) if index is None else (index, index)
        with redis_errors():
            lines = self._redis.lrange(f"job:{claim.job_id}:uploads", first, last)
        return tuple(read_upload(line) for line in lines)

    def record(self, claim: RenditionClaim, rendition: Rendition, *, now: int | None = None) -> bool:
        """Hand over what was made; see the port."""
        made = _encoder.encode(rendition)
        arguments = ["" if now is None else now, claim.job_id, claim.name, made, rendition.location]
        with redis_errors():
            return bool(self._made(args=arguments))


def build_rendition_desk(client: AsyncCommands) -> RedisRenditionDesk:
    """Make the api's side."""
    return RedisRenditionDesk(client)


def build_rendition_work(client: Commands) -> RedisRenditionWork:
    """Make the worker's side."""
    return RedisRenditionWork(client)
