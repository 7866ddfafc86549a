"""The api's composition root: the only place of this process that reads settings and builds adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from msgspec import Struct

from shared.jobs.adapters.celery_queue import build_hint_sender
from shared.jobs.adapters.redis_changes import build_changes
from shared.jobs.adapters.redis_connection import build_async_redis, build_redis, build_subscriber
from shared.jobs.adapters.redis_job_store import build_job_store
from shared.jobs.adapters.redis_policy import verify_policy
from shared.jobs.adapters.redis_renditions import build_rendition_desk
from shared.jobs.parameters import Retention
from shared.jobs.queue import HintSender
from shared.jobs.renditions import RenditionDesk
from shared.jobs.store import Changes, JobStore
from shared.llm.adapters.redis_usage import build_usage_reader
from shared.llm.usage import UsageReader
from shared.settings import Settings
from shared.storage.adapters.stores import build_store
from shared.storage.store import UploadStore
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
    renditions: RenditionDesk
    webhooks: WebhookStore
    targets: TargetPolicy
    usage: UsageReader


def verify_store(settings: Settings) -> None:
    """Refuse to start on a store that would lose work, or with unusable settings; raises ServiceError saying why."""
    if settings.webhook_secret is not None:
        parse_secrets(settings.webhook_secret.get_secret_value())
    parse_allow_list(settings.webhook_allow)
    verify_policy(build_redis(settings.store_url))


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[ApiContext]:
    """Build the api's adapters and close them again at the end."""
    client = build_async_redis(settings.store_url)
    changes = build_changes(build_subscriber(settings.store_url))
    hints = build_hint_sender(settings.hint_url)
    retention = Retention(job=settings.job_retention, uploads=settings.upload_retention, lifetime=settings.job_deadline)
    changes.start()
    try:
        yield ApiContext(
            settings=settings,
            jobs=build_job_store(client, retention),
            changes=changes,
            hints=hints,
            storage=build_store(settings.uploads_url),
            renditions=build_rendition_desk(client),
            webhooks=build_webhook_store(client),
            targets=TargetPolicy(parse_allow_list(settings.webhook_allow)),
            usage=build_usage_reader(client),
        )
    finally:
        hints.close()
        await changes.close()
        await client.aclose()


def api_context(request: Request) -> ApiContext:
    """Give a route its context."""
    context = request.app.state.context
    assert isinstance(context, ApiContext)
    return context


Context = Annotated[ApiContext, Depends(api_context)]
"""The context as a parameter of a route."""
