"""What follows from a status; the classes are those of Standard Webhooks 1.0."""

import pytest

from shared.webhooks.verdict import ErrorClass, Verdict, judge_status


@pytest.mark.parametrize(
    ("status", "verdict", "error"),
    [
        (200, Verdict.DELIVERED, None),
        (204, Verdict.DELIVERED, None),
        (299, Verdict.DELIVERED, None),
        (301, Verdict.FAILED, ErrorClass.REDIRECTED),
        (308, Verdict.FAILED, ErrorClass.REDIRECTED),
        (400, Verdict.FAILED, ErrorClass.REFUSED),
        (404, Verdict.FAILED, ErrorClass.REFUSED),
        (410, Verdict.GONE, ErrorClass.GONE),
        (429, Verdict.THROTTLED, ErrorClass.THROTTLED),
        (500, Verdict.FAILED, ErrorClass.RECEIVER_ERROR),
        (502, Verdict.THROTTLED, ErrorClass.THROTTLED),
        (503, Verdict.FAILED, ErrorClass.RECEIVER_ERROR),
        (504, Verdict.THROTTLED, ErrorClass.THROTTLED),
    ],
)
def test_a_status_is_judged_by_the_specification(status: int, verdict: Verdict, error: ErrorClass | None) -> None:
    """2xx is success, a redirect is not, 410 ends it, 429, 502 and 504 slow us down, the rest is tried again."""
    assert judge_status(status) == (verdict, error)
