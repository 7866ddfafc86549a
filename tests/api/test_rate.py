"""The bucket of a tenant's requests."""

import pytest

from api.auth.rate import RequestRates


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.seconds


def test_a_burst_is_served_and_what_exceeds_it_is_told_when_to_come_back() -> None:
    """60 a minute is one a second; after ten at once the next has to wait for a second."""
    rates = RequestRates(60, Clock())
    assert [rates.take("clinic") for _ in range(11)] == [0.0] * 10 + [pytest.approx(1.0)]


def test_the_bucket_refills_with_time() -> None:
    """After three seconds there are three more."""
    clock = Clock()
    rates = RequestRates(60, clock)
    for _ in range(10):
        rates.take("clinic")
    clock.seconds = 3.0
    assert [rates.take("clinic") == 0 for _ in range(4)] == [True, True, True, False]


def test_one_tenant_does_not_use_up_anothers() -> None:
    """Each tenant has a bucket of its own."""
    rates = RequestRates(6, Clock())
    rates.take("clinic")
    assert (rates.take("clinic") > 0, rates.take("other")) == (True, 0.0)


def test_zero_is_no_limit() -> None:
    """The operator may turn the limit off."""
    rates = RequestRates(0, Clock())
    assert {rates.take("clinic") for _ in range(1000)} == {0.0}
