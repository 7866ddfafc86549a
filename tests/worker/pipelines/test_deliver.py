"""One attempt: what is sent, and what follows from what came back."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from shared.settings import WEBHOOK_SCHEDULE
from shared.webhooks.delivery import Attempt, DeliveryClaim
from shared.webhooks.events import Event, EventType
from shared.webhooks.retry_schedule import RetrySchedule
from shared.webhooks.sender import Answer, SendFailed
from shared.webhooks.signing import make_secret
from shared.webhooks.store import Outcome
from shared.webhooks.verdict import ErrorClass, Verdict
from worker.pipelines.deliver import DeliveryRules, attempt_delivery

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET, OLD = make_secret(), make_secret()
RULES = DeliveryRules(
    RetrySchedule(WEBHOOK_SCHEDULE), timedelta(seconds=15), "https://dicom.example.org", (SECRET, OLD)
)
EVENT = Event(EventType.SUCCEEDED, NOW, "0a", "analyze", "succeeded", has_result=True)


class RecordingSender:
    """Remembers what it was to send and answers what it is told."""

    def __init__(self, answer: Answer | ErrorClass) -> None:
        self._answer = answer
        self.sent: list[tuple[str, Mapping[str, str], bytes, timedelta]] = []

    def send(self, url: str, headers: Mapping[str, str], body: bytes, timeout: timedelta) -> Answer:
        """Remember and answer."""
        self.sent.append((url, headers, body, timeout))
        if isinstance(self._answer, ErrorClass):
            raise SendFailed(self._answer)
        return self._answer


def make_claim(
    *, attempt: int = 1, failures: int = 0, secrets: tuple[str, ...] = (), is_configured_secret_valid: bool = True
) -> DeliveryClaim:
    """A claim on one delivery."""
    return DeliveryClaim(
        "msg_1", 1, attempt, EVENT, "https://ris.example.org/", None, secrets, is_configured_secret_valid, failures
    )


def attempt(
    claim: DeliveryClaim, answer: Answer | ErrorClass, clock: Callable[[], datetime] = lambda: NOW
) -> tuple[Outcome, RecordingSender]:
    """Send to a receiver that answers so."""
    sender = RecordingSender(answer)
    outcome = attempt_delivery(claim, sender=sender, rules=RULES, clock=clock, chance=lambda: 0.0)
    return outcome, sender


def present() -> datetime:
    """The present, for the reference verifier, which refuses what is older than five minutes."""
    return datetime.now(UTC)


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_what_is_sent_passes_the_reference_verifier(secret: str) -> None:
    """Both configured secrets sign the bytes that are sent."""
    _, sender = attempt(make_claim(), Answer(204), present)
    [(url, headers, body, timeout)] = sender.sent
    document = Webhook(secret).verify(body, dict(headers))
    assert (url, timeout, document["data"]["result_url"]) == (
        "https://ris.example.org/",
        timedelta(seconds=15),
        "https://dicom.example.org/jobs/0a/result",
    )


def test_a_tenants_own_secret_signs_alone() -> None:
    """The installation's secret is not used where the tenant has one of its own."""
    own = make_secret()
    _, sender = attempt(make_claim(secrets=(own,), is_configured_secret_valid=False), Answer(204), present)
    assert sender.sent[0][1]["webhook-signature"].count("v1,") == 1
    Webhook(own).verify(sender.sent[0][2], dict(sender.sent[0][1]))


def test_success_ends_it() -> None:
    """2xx is noted with its time and nothing follows."""
    outcome, _ = attempt(make_claim(), Answer(204))
    moment = int(NOW.timestamp() * 1000)
    assert outcome == Outcome(Verdict.DELIVERED, Attempt(moment, 204, 0), wait=None)


def test_gone_ends_it_too() -> None:
    """410 is never tried again."""
    outcome, _ = attempt(make_claim(), Answer(410))
    assert (outcome.verdict, outcome.wait, outcome.pause) == (Verdict.GONE, None, timedelta())


@pytest.mark.parametrize(
    ("answer", "number", "failures", "error", "wait", "pause"),
    [
        (Answer(500), 1, 0, ErrorClass.RECEIVER_ERROR, 5, 0),
        (Answer(302), 2, 1, ErrorClass.REDIRECTED, 300, 0),
        (Answer(503, "60"), 1, 0, ErrorClass.RECEIVER_ERROR, 60, 0),
        (Answer(429), 1, 0, ErrorClass.THROTTLED, 5, 5),
        (Answer(429, "120"), 1, 0, ErrorClass.THROTTLED, 120, 120),
        (ErrorClass.TIMED_OUT, 1, 4, ErrorClass.TIMED_OUT, 5, 5),
        (ErrorClass.TARGET_REFUSED, 3, 9, ErrorClass.TARGET_REFUSED, 1800, 300),
    ],
)
def test_a_failure_is_tried_again_by_the_schedule(
    answer: Answer | ErrorClass, number: int, failures: int, error: ErrorClass, wait: float, pause: float
) -> None:
    """The receiver's wishes count, repeated failure and throttling rest the whole target."""
    outcome, _ = attempt(make_claim(attempt=number, failures=failures), answer)
    assert (outcome.attempt.error, outcome.wait, outcome.pause) == (
        error,
        timedelta(seconds=wait),
        timedelta(seconds=pause),
    )


def test_the_last_failure_has_no_next() -> None:
    """After ten attempts it is over."""
    outcome, _ = attempt(make_claim(attempt=10), Answer(500))
    assert (outcome.verdict, outcome.wait) == (Verdict.FAILED, None)


def test_what_nothing_can_sign_is_not_sent() -> None:
    """Without a secret nothing leaves; it is tried again, for the operator may set one."""
    outcome, sender = attempt(make_claim(is_configured_secret_valid=False), Answer(204))
    assert (sender.sent, outcome.attempt.error, outcome.wait) == ([], ErrorClass.UNSIGNED, timedelta(seconds=5))
