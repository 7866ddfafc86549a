"""Between the hashes of deliveries and endpoints and the typed values. The Lua outbox names the fields."""

from collections.abc import Mapping, Sequence

import msgspec

from shared.jobs.adapters.redis_record import read_fields
from shared.jobs.job import instant
from shared.webhooks.delivery import Attempt, Delivery, DeliveryStatus, Endpoint
from shared.webhooks.events import Event, EventType
from shared.webhooks.verdict import ErrorClass

_attempt_decoder = msgspec.json.Decoder(Attempt)


def pair_up(flat: Sequence[bytes]) -> dict[str, str]:
    """Read a hash as a script answers it."""
    return read_fields(dict(zip(flat[::2], flat[1::2], strict=True)))


def parse_event(fields: Mapping[str, str]) -> Event:
    """Give the event of a delivery's record."""
    moment = instant(fields["at"])
    assert moment is not None
    return Event(
        type=EventType(fields["type"]),
        timestamp=moment,
        job_id=fields.get("job"),
        kind=fields.get("job_kind"),
        status=fields.get("job_status"),
        partial=fields.get("partial") == "1",
        client_reference=fields.get("reference"),
        has_result=fields.get("has_result") == "1",
    )


def parse_delivery(delivery_id: str, fields: Mapping[str, str], attempts: Sequence[bytes]) -> Delivery:
    """Give a delivery as the ledger shows it."""
    created = instant(fields["created"])
    assert created is not None
    error = fields.get("error")
    return Delivery(
        id=delivery_id,
        event=parse_event(fields),
        url=fields["url"],
        status=DeliveryStatus(fields["status"]),
        created_at=created,
        attempts=tuple(_attempt_decoder.decode(line) for line in attempts),
        endpoint_id=fields["endpoint"] or None,
        next_attempt_at=instant(fields.get("next")),
        ended_at=instant(fields.get("ended")),
        error=None if error is None else ErrorClass(error),
    )


def parse_endpoint(endpoint_id: str, fields: Mapping[str, str]) -> Endpoint:
    """Give an endpoint without its secrets."""
    created = instant(fields["created"])
    assert created is not None
    return Endpoint(
        id=endpoint_id,
        url=fields["url"],
        events=tuple(EventType(name) for name in fields["events"].split(",")),
        status=fields["status"],
        created_at=created,
        disabled_at=instant(fields.get("disabled_at")),
        reason=fields.get("reason"),
        secret_rotated_at=instant(fields.get("rotated")),
    )
