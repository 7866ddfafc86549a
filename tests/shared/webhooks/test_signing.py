"""Signatures, held against the reference implementation and against HMAC written out by the specification's formula."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.webhooks.signing import BadSecret, make_secret, parse_secrets, sign

SPECIFICATION_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The example secret of the Standard Webhooks libraries."""


def secret_of(length: int) -> str:
    """A secret of so many bytes."""
    return "whsec_" + base64.b64encode(bytes(range(length))).decode()


def test_the_signature_is_the_published_one() -> None:
    """The test vector that the Standard Webhooks libraries share gives the published signature."""
    moment = datetime.fromtimestamp(1614265330, UTC)
    headers = sign([SPECIFICATION_SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(
    body=st.text(), message=st.from_regex(r"msg_[0-9a-f]{32}", fullmatch=True), key=st.binary(min_size=24, max_size=64)
)
def test_any_body_is_signed_by_the_formula_of_the_specification(body: str, message: str, key: bytes) -> None:
    """The signature is HMAC-SHA256 of id, time and the exact bytes, joined by dots."""
    secret = "whsec_" + base64.b64encode(key).decode()
    headers = sign([secret], message, datetime.fromtimestamp(1_800_000_000.9, UTC), body.encode())
    signed = hmac.new(key, f"{message}.1800000000.".encode() + body.encode(), hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()


def test_the_reference_verifier_accepts_old_and_new_while_a_secret_rotates() -> None:
    """A receiver that has either secret takes the event."""
    old, new, body = make_secret(), make_secret(), b'{"type":"webhook.test"}'
    headers = sign([new, old], "msg_1", datetime.now(UTC), body)
    assert Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers) == {"type": "webhook.test"}


def test_the_reference_verifier_refuses_a_changed_body() -> None:
    """A body that somebody changed on the way does not pass."""
    secret = make_secret()
    headers = sign([secret], "msg_1", datetime.now(UTC), b'{"a":1}')
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(b'{"a":2}', headers)


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 1, 1)],  # noqa: DTZ001 - the point
)
def test_a_time_that_is_not_utc_is_our_own_mistake(moment: datetime) -> None:
    """The library would take the digits of a local time for UTC and sign another time than it says."""
    with pytest.raises(AssertionError):
        sign([make_secret()], "msg_1", moment, b"{}")


def test_a_made_secret_can_be_used() -> None:
    """What we hand out passes our own check."""
    secret = make_secret()
    assert parse_secrets(secret) == (secret,)


@pytest.mark.parametrize("length", [24, 64])
def test_the_shortest_and_the_longest_secret_are_taken(length: int) -> None:
    """The specification allows 24 to 64 bytes."""
    assert parse_secrets(secret_of(length)) == (secret_of(length),)


def test_several_secrets_are_taken_in_their_order() -> None:
    """While a secret changes the setting holds the new one and the old one."""
    assert parse_secrets(f"{secret_of(32)} {secret_of(24)}\n") == (secret_of(32), secret_of(24))


@pytest.mark.parametrize(
    "text", [secret_of(23), secret_of(65), "whsec_not base64", "whsec_!!!!", secret_of(32)[6:], "hunter2", "whsec_é"]
)
def test_another_secret_is_refused_without_being_shown(text: str) -> None:
    """A secret that is too short, too long or not one at all stops the start, and the message does not hold it."""
    with pytest.raises(BadSecret) as refused:
        parse_secrets(text)
    assert text not in str(refused.value)
