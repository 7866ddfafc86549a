"""One attempt to deliver an event: render, sign, send, judge."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from shared.webhooks.delivery import Attempt, DeliveryClaim
from shared.webhooks.events import render
from shared.webhooks.retry_schedule import RetrySchedule, parse_retry_after
from shared.webhooks.sender import Sender, SendFailed
from shared.webhooks.signing import sign
from shared.webhooks.store import Outcome
from shared.webhooks.verdict import ErrorClass, Verdict, judge_status


class DeliveryRules(Struct, frozen=True):
    """What holds for every attempt of this installation."""

    schedule: RetrySchedule
    timeout: timedelta
    public_url: str = ""
    configured_secrets: tuple[str, ...] = ()


def attempt_delivery(
    claim: DeliveryClaim,
    *,
    sender: Sender,
    rules: DeliveryRules,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
) -> Outcome:
    """Send a claimed delivery once and say what follows.

    Parameters
    ----------
    clock
        Gives aware UTC instants.
    chance
        Gives random numbers from 0 to 1.
    """
    began = clock()
    secrets = (*claim.secrets, *(rules.configured_secrets if claim.is_configured_secret_valid else ()))
    status, retry_after = None, None
    error: ErrorClass | None
    if not secrets:
        verdict, error = Verdict.FAILED, ErrorClass.UNSIGNED
    else:
        body = render(claim.event, rules.public_url)
        try:
            answer = sender.send(claim.url, sign(secrets, claim.id, began, body), body, rules.timeout)
        except SendFailed as failure:
            verdict, error = Verdict.FAILED, failure.error
        else:
            status = answer.status
            verdict, error = judge_status(status)
            retry_after = parse_retry_after(answer.retry_after, clock())
    attempt = Attempt(
        at=int(began.timestamp() * 1000),
        status_code=status,
        duration_ms=int((clock() - began) / timedelta(milliseconds=1)),
        error=error,
    )
    if verdict in {Verdict.DELIVERED, Verdict.GONE}:
        return Outcome(verdict, attempt, wait=None)
    pause = rules.schedule.pause_after(claim.failures + 1, chance=chance())
    if verdict is Verdict.THROTTLED:
        pause = max(pause, rules.schedule.throttle(retry_after))
    wait = rules.schedule.wait_after(claim.attempt, chance=chance(), retry_after=retry_after)
    return Outcome(verdict, attempt, wait, pause)
