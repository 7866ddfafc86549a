"""When a delivery is tried again; the waits are those of Standard Webhooks 1.0."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.settings import WEBHOOK_SCHEDULE
from shared.webhooks.retry_schedule import RetrySchedule, parse_retry_after

SCHEDULE = RetrySchedule(WEBHOOK_SCHEDULE)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def seconds(number: float) -> timedelta:
    """A duration."""
    return timedelta(seconds=number)


def test_the_waits_are_those_of_the_specification() -> None:
    """0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, then it is given up."""
    waits = [SCHEDULE.wait_after(attempt, chance=0) for attempt in range(1, 11)]
    given = [seconds(5), seconds(300), HOUR / 2, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR, None]
    assert waits == given


@pytest.mark.parametrize(("chance", "expected"), [(0, 300), (0.5, 330), (1, 360)])
def test_chance_prolongs_a_wait_by_up_to_a_fifth(chance: float, expected: float) -> None:
    """What failed at the same moment does not come back at the same moment."""
    assert SCHEDULE.wait_after(2, chance=chance) == seconds(expected)


@pytest.mark.parametrize(
    ("asked", "expected"), [(seconds(1), seconds(5)), (seconds(60), seconds(60)), (300 * HOUR, 24 * HOUR)]
)
def test_a_receiver_can_prolong_a_wait_but_not_shorten_it(asked: timedelta, expected: timedelta) -> None:
    """Retry-After is honoured, within a day."""
    assert SCHEDULE.wait_after(1, chance=0, retry_after=asked) == expected


def test_a_delivery_is_given_up_some_time_after_its_schedule() -> None:
    """Three days of waits, half as much again for receivers that ask for patience, and an hour."""
    assert SCHEDULE.lifetime == timedelta(hours=1.5 * 75, seconds=1.5 * 2105) + HOUR


@pytest.mark.parametrize(("failures", "expected"), [(1, 0), (4, 0), (5, 5), (6, 300), (7, 300), (100, 300)])
def test_a_target_that_fails_again_and_again_is_left_alone(failures: int, expected: float) -> None:
    """From the fifth failure in a row on it is probed once in a while, at least every five minutes."""
    assert SCHEDULE.pause_after(failures, chance=0) == seconds(expected)


@pytest.mark.parametrize(("asked", "expected"), [(None, 5), (seconds(30), 30), (HOUR, 300)])
def test_a_target_that_asks_for_less_is_left_alone(asked: timedelta | None, expected: float) -> None:
    """After 429, 502 or 504 the whole target rests, for as long as it asks within five minutes."""
    assert SCHEDULE.throttle(asked) == seconds(expected)


def test_a_schedule_of_one_attempt_works_too() -> None:
    """An operator may choose to try once."""
    once = RetrySchedule((timedelta(),))
    assert (once.attempts, once.wait_after(1, chance=0), once.pause_after(9, chance=0)) == (1, None, timedelta())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("120", seconds(120)),
        (" 7 ", seconds(7)),
        ("Tue, 24 Nov 2026 12:01:00 GMT", seconds(60)),
        ("Tue, 24 Nov 2026 11:00:00 GMT", seconds(0)),
        ("Tue, 24 Nov 2026 12:01:00 -0000", seconds(60)),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, expected: timedelta | None) -> None:
    """Both forms of RFC 9110 section 10.2.3 are read; anything else says nothing."""
    assert parse_retry_after(text, NOW) == expected
