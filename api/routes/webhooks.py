"""Webhooks: registered endpoints, secrets, the ledger of deliveries, replay and test."""

from datetime import UTC, datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from api.auth import Tenant
from api.dependencies import ApiContext, Context
from api.routes.jobs import Cursor, Limit
from api.schemas.jobs import rfc3339
from api.schemas.problem import ProblemDocument, RequestRefused
from api.schemas.webhooks import (
    DeliveriesDocument,
    DeliveryDocument,
    EndpointDocument,
    EndpointOrder,
    EndpointsDocument,
    SecretDocument,
    TestOrder,
    bad_field,
    delivery_document,
    endpoint_document,
    read_events,
    read_target,
)
from shared.jobs.queue import DELIVER
from shared.webhooks.delivery import DeliveryStatus, Endpoint, callback_target, mint_endpoint_id
from shared.webhooks.store import ROTATION_OVERLAP, EndpointUnknown

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

_UNKNOWN: dict[int | str, dict[str, object]] = {404: {"model": ProblemDocument, "description": "No such entry"}}
_REFUSED: dict[int | str, dict[str, object]] = {422: {"model": ProblemDocument, "description": "A bad field"}}
_CONFLICT: dict[int | str, dict[str, object]] = {
    409: {"model": ProblemDocument, "description": "The state does not allow it"}
}


async def require_secret(context: ApiContext, tenant: str) -> None:
    """Refuse a callback that nothing could sign; raises RequestRefused ``webhook.no_secret``."""
    if context.settings.webhook_secret is None and not await context.webhooks.has_tenant_secret(tenant):
        raise RequestRefused(
            "webhook.no_secret",
            "There is no secret to sign callbacks with; the operator can set WEBHOOK_SECRET, or "
            "POST /webhooks/secret/rotate makes one of your own.",
        )


@router.post(
    "/endpoints",
    status_code=201,
    responses={201: {"model": EndpointDocument}, **_REFUSED, **_CONFLICT},
    summary="Register an endpoint",
    description="It is told of the chosen events of every job from now on. The answer holds the secret that signs "
    "them; it is shown this once.",
)
async def add_endpoint(order: EndpointOrder, context: Context, tenant: Tenant) -> Response:
    """Register an endpoint."""
    read_target(context.targets, "url", order.url)
    events = read_events("events", ",".join(order.events))
    endpoint_id = mint_endpoint_id()
    secret = await context.webhooks.add_endpoint(tenant, endpoint_id, order.url, events)
    endpoint = await _find(context, tenant, endpoint_id)
    return _json(endpoint_document(endpoint, secret), 201)


@router.get(
    "/endpoints",
    responses={200: {"model": EndpointsDocument}},
    summary="List the registered endpoints",
    description="A disabled one says why: `gone` (it answered 410) or `failing` (nothing arrived for five days).",
)
async def list_endpoints(context: Context, tenant: Tenant) -> Response:
    """Answer with all endpoints."""
    endpoints = await context.webhooks.list_endpoints(tenant)
    return _json({"endpoints": [endpoint_document(endpoint) for endpoint in endpoints]})


@router.delete(
    "/endpoints/{endpoint_id}",
    status_code=204,
    responses=_UNKNOWN,
    summary="Remove an endpoint",
    description="What still waits for it ends as failed in the ledger.",
)
async def remove_endpoint(endpoint_id: str, context: Context, tenant: Tenant) -> Response:
    """Remove an endpoint."""
    await context.webhooks.remove_endpoint(tenant, endpoint_id)
    return Response(status_code=204)


@router.post(
    "/endpoints/{endpoint_id}/enable",
    responses={200: {"model": EndpointDocument}, **_UNKNOWN},
    summary="Enable a disabled endpoint",
    description="Events from now on are sent to it again; those it missed can be replayed from the ledger.",
)
async def enable_endpoint(endpoint_id: str, context: Context, tenant: Tenant) -> Response:
    """Enable an endpoint."""
    await context.webhooks.enable_endpoint(tenant, endpoint_id)
    return _json(endpoint_document(await _find(context, tenant, endpoint_id)))


@router.post(
    "/endpoints/{endpoint_id}/rotate",
    responses={200: {"model": SecretDocument}, **_UNKNOWN},
    summary="Give an endpoint a new secret",
    description="For 24 hours every event carries two signatures, one of the new and one of the old secret.",
)
async def rotate_endpoint(endpoint_id: str, context: Context, tenant: Tenant) -> Response:
    """Rotate an endpoint's secret."""
    return _secret(await context.webhooks.rotate_endpoint_secret(tenant, endpoint_id))


@router.post(
    "/secret/rotate",
    responses={200: {"model": SecretDocument}},
    summary="Make a secret of your own for callbacks",
    description="It replaces the installation's WEBHOOK_SECRET, or your secret before it; both sign for 24 hours.",
)
async def rotate_secret(context: Context, tenant: Tenant) -> Response:
    """Rotate the tenant's secret."""
    return _secret(await context.webhooks.rotate_tenant_secret(tenant))


@router.get(
    "/deliveries",
    responses={200: {"model": DeliveriesDocument}},
    summary="Read the ledger of deliveries, newest first",
    description="Every event to every receiver with each attempt; ended ones are kept for 7 days.",
)
async def list_deliveries(
    context: Context,
    tenant: Tenant,
    job_id: Annotated[str | None, Query(max_length=64)] = None,
    status: DeliveryStatus | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Answer with a page of deliveries."""
    ledger = await context.webhooks.list_deliveries(tenant, job_id=job_id, status=status, limit=limit, cursor=cursor)
    deliveries = [delivery_document(delivery) for delivery in ledger.deliveries]
    return _json({"deliveries": deliveries, "next_cursor": ledger.next_cursor})


@router.get(
    "/deliveries/{delivery_id}",
    responses={200: {"model": DeliveryDocument}, **_UNKNOWN},
    summary="Read one delivery",
    description="With every attempt: status code, duration, error class.",
)
async def read_delivery(delivery_id: str, context: Context, tenant: Tenant) -> Response:
    """Answer with one delivery."""
    return await _delivery(context, tenant, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/replay",
    status_code=202,
    responses={202: {"model": DeliveryDocument}, **_UNKNOWN, **_CONFLICT},
    summary="Send an ended delivery again",
    description="Under the same webhook-id, with the whole schedule anew.",
)
async def replay_delivery(delivery_id: str, context: Context, tenant: Tenant) -> Response:
    """Replay a delivery."""
    await context.webhooks.replay(tenant, delivery_id)
    context.hints.send(DELIVER)
    return await _delivery(context, tenant, delivery_id, 202)


@router.post(
    "/test",
    status_code=202,
    responses={202: {"model": DeliveryDocument}, **_UNKNOWN, **_REFUSED},
    summary="Send a test event",
    description="An event of type `webhook.test` without data, to an endpoint or an address; read its delivery to see "
    "what became of it.",
)
async def send_test(order: TestOrder, context: Context, tenant: Tenant) -> Response:
    """Send a test event."""
    if (order.endpoint_id is None) == (order.url is None):
        raise bad_field("url", "Expected either endpoint_id or url.")
    if order.url is not None:
        target = callback_target(tenant, read_target(context.targets, "url", order.url))
        await require_secret(context, tenant)
        url = order.url
    else:
        assert order.endpoint_id is not None
        url, target = (await _find(context, tenant, order.endpoint_id)).url, order.endpoint_id
    delivery_id = await context.webhooks.send_test(tenant, target, url, order.endpoint_id)
    context.hints.send(DELIVER)
    return await _delivery(context, tenant, delivery_id, 202)


async def _find(context: ApiContext, tenant: str, endpoint_id: str) -> Endpoint:
    for endpoint in await context.webhooks.list_endpoints(tenant):
        if endpoint.id == endpoint_id:
            return endpoint
    raise EndpointUnknown


async def _delivery(context: ApiContext, tenant: str, delivery_id: str, status: int = 200) -> Response:
    return _json(delivery_document(await context.webhooks.read_delivery(tenant, delivery_id)), status)


def _secret(secret: str) -> Response:
    until = rfc3339(datetime.now(UTC) + ROTATION_OVERLAP)
    return _json({"secret": secret, "previous_valid_until": until})


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, {"Cache-Control": "no-store"}, media_type="application/json")
