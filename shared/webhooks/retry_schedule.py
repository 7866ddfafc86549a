"""When a delivery is tried again: the schedule of Standard Webhooks 1.0, jitter, and what the receiver asks for."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

JITTER_SHARE = 0.2
"""A wait is prolonged by up to this share of itself, so that what failed together does not come back together."""

LONGEST_RETRY_AFTER = timedelta(hours=24)
"""A receiver that asks for more is asked again after this long."""

BREAKER_FAILURES = 5
"""Failed attempts in a row after which a target is left alone for a while."""

LONGEST_PAUSE = timedelta(minutes=5)
"""The longest time for which a failing target is left alone; then one attempt probes it."""

LIFETIME_FACTOR = 1.5
"""A delivery is given up after this many times the length of its schedule, however few attempts it has had."""

LIFETIME_MARGIN = timedelta(hours=1)
"""Time on top of it, for receivers that ask for patience."""


class RetrySchedule(Struct, frozen=True):
    """The waits before each attempt, counted from the end of the attempt before; the first is the time of the event."""

    waits: tuple[timedelta, ...]

    @property
    def attempts(self) -> int:
        """How many attempts a delivery has."""
        return len(self.waits)

    @property
    def lifetime(self) -> timedelta:
        """How long after its event a delivery is given up, whatever held it up."""
        return LIFETIME_FACTOR * sum(self.waits, timedelta()) + LIFETIME_MARGIN

    def wait_after(self, attempt: int, *, chance: float, retry_after: timedelta | None = None) -> timedelta | None:
        """Give the wait after a failed attempt, None where it was the last.

        Parameters
        ----------
        attempt
            Which attempt failed, counted from one.
        chance
            A random number from 0 to 1.
        retry_after
            What the receiver asked for; it can prolong the wait, never shorten it.
        """
        if attempt >= len(self.waits):
            return None
        wait = self.waits[attempt] * (1 + JITTER_SHARE * chance)
        return max(wait, min(retry_after or timedelta(), LONGEST_RETRY_AFTER))

    def pause_after(self, failures: int, *, chance: float) -> timedelta:
        """Give how long a target is left alone after so many failures in a row: zero below ``BREAKER_FAILURES``."""
        excess = failures - BREAKER_FAILURES
        if excess < 0:
            return timedelta()
        waits = self.waits[1:] or self.waits
        wait = min(waits[min(excess, len(waits) - 1)], LONGEST_PAUSE)
        return wait * (1 + JITTER_SHARE * chance)

    def throttle(self, retry_after: timedelta | None) -> timedelta:
        """Give how long a target that asks for less is left alone: what it asks for, else the first wait."""
        return min(retry_after or (self.waits[1:] or self.waits)[0], LONGEST_PAUSE)


def parse_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3), seconds or a date; None where it says nothing usable."""
    if text is None:
        return None
    if re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())
