"""Whether the service has room for another job: asked before a body is read, and cheap when many ask at once."""

import time

from msgspec import Struct

from api.schemas.problem import RequestRefused
from shared.errors import TransientError
from shared.jobs.store import JobStore, Load
from shared.settings import Settings
from shared.storage.store import UploadStore

SHARED_SECONDS = 0.1
"""How long requests share a reading of the load; each adds its own job to it, so that only other apis' are missed."""


class _Reading(Struct):
    """What the store said, until when it is believed, and how many jobs were let in since."""

    load: Load
    ends: float
    admitted: int = 0


class Room:
    """The limits of one api process; belongs to one event loop."""

    def __init__(self, jobs: JobStore, storage: UploadStore, settings: Settings) -> None:
        self._jobs = jobs
        self._storage = storage
        self._settings = settings
        self._readings: dict[str, _Reading] = {}

    async def require(self, tenant: str) -> None:
        """Count a job in, or refuse it.

        Raises
        ------
        RequestRefused
            ``tenant.too_many_jobs``.
        TransientError
            ``queue.full``, ``store.full`` or ``storage.full``.
        """
        reading = self._readings.get(tenant)
        if reading is None or reading.ends < time.monotonic() or self._refusal(reading) is not None:
            # Nobody is refused by what was true a moment ago.
            reading = _Reading(await self._jobs.read_load(tenant), time.monotonic() + SHARED_SECONDS)
            self._readings[tenant] = reading
        refusal = self._refusal(reading)
        if refusal is not None:
            raise refusal
        if self._storage.free_share() < self._settings.min_disk_free_share:
            raise TransientError("storage.full", "The storage is nearly full; try again when space is free.")
        reading.admitted += 1

    def _refusal(self, reading: _Reading) -> RequestRefused | TransientError | None:
        settings, load = self._settings, reading.load
        unfinished = load.unfinished_jobs + reading.admitted
        if 0 < settings.tenant_unfinished_jobs <= unfinished:
            detail = f"This tenant has {unfinished} unfinished jobs, the most it may have; wait for some to end."
            return RequestRefused("tenant.too_many_jobs", detail)
        if load.waiting_units + reading.admitted >= settings.max_waiting_units:
            return TransientError("queue.full", "Too much work is waiting; try again later.")
        if load.memory_share >= settings.max_store_memory_share:
            return TransientError("store.full", "The job store's memory is nearly full; try again later.")
        return None
