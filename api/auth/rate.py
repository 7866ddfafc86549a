"""How many requests a tenant may make: a token bucket per tenant in this process, without a round trip."""

from collections.abc import Callable
from time import monotonic

BURST_SECONDS = 10.0
"""A tenant that was quiet may spend this many seconds' worth at once."""


class RequestRates:
    """Buckets that refill continuously; the limit holds for each api process by itself."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = max(1.0, self._per_second * BURST_SECONDS)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, tenant: str) -> float:
        """Take one request out of the tenant's bucket; gives the seconds to wait where there is none, else 0."""
        if self._per_second == 0:
            return 0.0
        now = self._clock()
        left, at = self._buckets.get(tenant, (self._most, now))
        left = min(self._most, left + (now - at) * self._per_second)
        if left < 1:
            self._buckets[tenant] = (left, now)
            return (1 - left) / self._per_second
        self._buckets[tenant] = (left - 1, now)
        return 0.0
