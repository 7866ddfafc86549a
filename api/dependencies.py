"""The api's composition root: the only place of this process that reads settings and builds adapters."""

import asyncio
import ipaddress
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from msgspec import Struct

from api.keys.key import LEAST_PEPPER
from api.keys.key_file import KeyFile
from api.room import Room
from shared.errors import ServiceError
from shared.jobs.adapters.celery_queue import build_hint_sender
from shared.jobs.adapters.redis_audit import build_audit_trail
from shared.jobs.adapters.redis_changes import build_changes
from shared.jobs.adapters.redis_commands import AsyncCommands
from shared.jobs.adapters.redis_connection import build_async_redis, build_redis, build_subscriber, redis_errors
from shared.jobs.adapters.redis_figures import build_figures_reader
from shared.jobs.adapters.redis_job_store import build_job_store
from shared.jobs.adapters.redis_policy import describe_policy, verify_policy
from shared.jobs.adapters.redis_renditions import build_rendition_desk
from shared.jobs.adapters.redis_reporting import build_reporter
from shared.jobs.audit import AuditBounds, AuditTrail
from shared.jobs.figures import FiguresReader
from shared.jobs.parameters import Retention
from shared.jobs.queue import HintSender
from shared.jobs.renditions import RenditionDesk
from shared.jobs.store import Changes, JobStore
from shared.jobs.values import Shelf
from shared.llm.adapters.redis_usage import build_usage_reader
from shared.llm.usage import UsageReader
from shared.settings import Settings
from shared.storage.adapters.stores import build_store
from shared.storage.store import UploadStore
from shared.storage.values import StoredValues
from shared.webhooks.adapters.redis_webhook_store import build_webhook_store
from shared.webhooks.allow_list import parse_allow_list
from shared.webhooks.signing import parse_secrets
from shared.webhooks.store import WebhookStore
from shared.webhooks.target_policy import TargetPolicy


class ApiContext(Struct, frozen=True):
    """What routes work with."""

    settings: Settings
    jobs: JobStore
    changes: Changes
    hints: HintSender
    storage: UploadStore
    room: Room
    renditions: RenditionDesk
    webhooks: WebhookStore
    targets: TargetPolicy
    usage: UsageReader
    audit: AuditTrail
    keys: KeyFile | None
    figures: FiguresReader


class AccessMisconfigured(ServiceError):
    """The settings would let in nobody or everybody; the message says what to change."""

    def __init__(self, detail: str) -> None:
        super().__init__("access.misconfigured", detail)


def key_pepper(settings: Settings) -> bytes:
    """Give the pepper of the key hashes; raises AccessMisconfigured where there is no usable one."""
    pepper = settings.api_keys_pepper.get_secret_value() if settings.api_keys_pepper else ""
    if len(pepper) < LEAST_PEPPER:
        raise AccessMisconfigured(
            f"API keys need API_KEYS_PEPPER or API_KEYS_PEPPER_FILE, a secret of at least {LEAST_PEPPER} characters; "
            "`openssl rand -hex 32` makes one."
        )
    return pepper.encode()


def open_keys(settings: Settings) -> KeyFile | None:
    """Read the API keys; None where none are configured and only loopback is served.

    Raises
    ------
    ServiceError
        Where the keys cannot be used, or where everybody could connect without one and nobody said so on purpose.
    """
    if settings.api_keys_file is not None:
        return KeyFile(settings.api_keys_file, key_pepper(settings))
    reached_at = settings.published_host or settings.host
    if not settings.allow_open_access and not _is_loopback(reached_at):
        raise AccessMisconfigured(
            f"Without API keys the api serves loopback only, and it would be reached at {reached_at}. "
            "Set API_KEYS_FILE (`python -m api.cli keys create` makes it), HOST=127.0.0.1, "
            "or ALLOW_OPEN_ACCESS=yes if everybody who can connect may do everything."
        )
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_audit(settings: Settings, client: AsyncCommands) -> AuditTrail:
    """Build the audit trail."""
    return build_audit_trail(client, _audit_bounds(settings))


def _audit_bounds(settings: Settings) -> AuditBounds:
    return AuditBounds(settings.audit_entries, settings.audit_retention)


@asynccontextmanager
async def open_audit_alone(settings: Settings) -> AsyncIterator[AuditTrail]:
    """Build the audit trail for a command line, and close its connection again."""
    client = build_async_redis(settings.store_url)
    try:
        yield open_audit(settings, client)
    finally:
        await client.aclose()


def verify_store(settings: Settings) -> None:
    """Refuse to start on a store that would lose work, or with unusable settings; raises ServiceError saying why."""
    if settings.webhook_secret is not None:
        parse_secrets(settings.webhook_secret.get_secret_value())
    parse_allow_list(settings.webhook_allow)
    verify_policy(build_redis(settings.store_url))


def describe_store(settings: Settings) -> str:
    """Say how safe accepted jobs are in the job store; raises ServiceError where they are not."""
    return describe_policy(build_redis(settings.store_url))


def store_clock(settings: Settings) -> float:
    """Give the job store's time in seconds since 1970; raises TransientError where it does not answer."""
    with redis_errors():
        seconds, microseconds = build_redis(settings.store_url).time()
    return seconds + microseconds / 1_000_000


def verify_storage(settings: Settings) -> None:
    """Raise TransientError unless bytes can be stored."""
    build_store(settings.uploads_url).check()


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[ApiContext]:
    """Build the api's adapters and close them again at the end."""
    client = build_async_redis(settings.store_url)
    storage = build_store(settings.uploads_url)
    changes = build_changes(build_subscriber(settings.store_url))
    hints = build_hint_sender(settings.hint_url)
    retention = Retention(job=settings.job_retention, uploads=settings.upload_retention, lifetime=settings.job_deadline)
    shelf = Shelf(StoredValues(storage), settings.result_inline_bytes)
    jobs = build_job_store(client, retention, _audit_bounds(settings), shelf)
    reporter = build_reporter(build_redis(settings.store_url), "api", f"api@{socket.gethostname()}:{os.getpid()}")
    changes.start()
    reporter.start()
    try:
        yield ApiContext(
            settings=settings,
            jobs=jobs,
            changes=changes,
            hints=hints,
            storage=storage,
            room=Room(jobs, storage, settings),
            renditions=build_rendition_desk(client),
            webhooks=build_webhook_store(client),
            targets=TargetPolicy(parse_allow_list(settings.webhook_allow)),
            usage=build_usage_reader(client),
            audit=open_audit(settings, client),
            keys=open_keys(settings),
            figures=build_figures_reader(client),
        )
    finally:
        hints.close()
        await asyncio.to_thread(reporter.stop)
        await changes.close()
        await client.aclose()


async def api_context(request: Request) -> ApiContext:
    """Give a route its context; a coroutine, since FastAPI sends what is none to a thread, at every request."""
    context = request.app.state.context
    assert isinstance(context, ApiContext)
    return context


Context = Annotated[ApiContext, Depends(api_context)]
"""The context as a parameter of a route."""
