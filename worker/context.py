"""The workers' composition root: the only place of this process that reads settings and builds adapters."""

import os
import socket
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import cast

from msgspec import Struct

from shared.dicom.extra import ExtraAttribute, parse_extra_attributes
from shared.jobs.adapters.celery_queue import build_hint_queue
from shared.jobs.adapters.redis_connection import build_redis
from shared.jobs.adapters.redis_presence import Presence, build_presence, has_signed_in
from shared.jobs.adapters.redis_renditions import build_rendition_work
from shared.jobs.adapters.redis_reporting import build_reporter
from shared.jobs.adapters.redis_sweep_store import build_sweep_store
from shared.jobs.adapters.redis_work_store import build_work_store
from shared.jobs.queue import HintQueue
from shared.jobs.renditions import RenditionWork
from shared.jobs.store import SweepStore, WorkStore
from shared.jobs.values import Shelf
from shared.llm.adapters.redis_answers import build_answer_store
from shared.llm.adapters.redis_rate_limiter import build_rate_limiter
from shared.llm.adapters.redis_scripts import Commands as ModelCommands
from shared.llm.adapters.redis_usage import build_usage_ledger
from shared.llm.limits import Limits
from shared.llm.metered_limiter import MeteredLimiter
from shared.llm.model_calls import ModelCalls
from shared.observability import configure_logs
from shared.settings import Settings, load_settings
from shared.storage.adapters.stores import build_store
from shared.storage.store import ReadingStore
from shared.storage.values import StoredValues
from shared.summaries.completion import Unanswered
from shared.webhooks.adapters.http_sender import build_sender
from shared.webhooks.adapters.redis_delivery_store import RedisDeliveryStore, build_delivery_store
from shared.webhooks.allow_list import parse_allow_list
from shared.webhooks.retry_schedule import RetrySchedule
from shared.webhooks.sender import Sender
from shared.webhooks.signing import parse_secrets
from shared.webhooks.store import DeliveryStore, DeliverySweep
from shared.webhooks.target_policy import TargetPolicy
from worker.pipelines.deliver import DeliveryRules
from worker.turns import Turns

_building_model = threading.Lock()

SUMMARY_TURNS = 4
"""Threads of a process that compute for summaries at once; one at a time can, the others wait for Redis meanwhile."""


class WorkerContext(Struct, frozen=True):
    """What tasks work with."""

    settings: Settings
    work: WorkStore
    beats: WorkStore
    """A second connection: heartbeats and hand-backs never wait for a task's own call."""
    housekeeping: SweepStore
    storage: ReadingStore
    renditions: RenditionWork
    extra_attributes: tuple[ExtraAttribute, ...] = ()


@cache
def current_settings() -> Settings:
    """Give this process's settings, read once; forked children share what their parent read."""
    return load_settings()


@cache
def current_context() -> WorkerContext:
    """Give this process's context, built at first use; a forked child must call ``forget_context`` first."""
    settings = current_settings()
    storage = build_store(settings.uploads_url)
    shelf = Shelf(StoredValues(storage), settings.result_inline_bytes)

    def connect_work() -> WorkStore:
        client = build_redis(settings.store_url)
        return build_work_store(
            client, lease=settings.lease, attempts=settings.max_attempts, files=settings.max_files, shelf=shelf
        )

    return WorkerContext(
        settings=settings,
        work=connect_work(),
        beats=connect_work(),
        housekeeping=build_sweep_store(build_redis(settings.store_url)),
        storage=storage,
        renditions=build_rendition_work(build_redis(settings.store_url)),
        extra_attributes=extra_attributes(settings),
    )


@cache
def summary_turns() -> Turns:
    """Give the turns that this process's threads take to work on summaries."""
    return Turns(SUMMARY_TURNS)


def current_model() -> ModelCalls | Unanswered:
    """Give this process's way to the model, built at first use by whichever thread comes first, or why there is none.

    The SDK takes a second and 60 MB to load: only a process that words summaries with it does.
    """
    with _building_model:
        return _build_model()


@cache
def _build_model() -> ModelCalls | Unanswered:
    settings = current_settings()
    if settings.model_egress == "off":
        return Unanswered("model.egress_off")
    if settings.anthropic_api_key is None:
        return Unanswered("model.not_configured")
    from shared.llm.adapters.anthropic_client import build_anthropic_client  # noqa: PLC0415 - see above

    model = settings.anthropic_model
    store = cast("ModelCommands", build_redis(settings.store_url))  # each room names the commands that it uses
    return ModelCalls(
        client=build_anthropic_client(
            settings.anthropic_api_key.get_secret_value(),
            model,
            base_url=settings.anthropic_base_url,
            waiting=summary_turns().given_up,
        ),
        limiter=MeteredLimiter(build_rate_limiter(store, model, _limits(settings))),
        answers=build_answer_store(store, kept=settings.model_answer_retention),
        ledger=build_usage_ledger(store),
        sleep=time.sleep,
        waiting=summary_turns().given_up,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        requests_per_minute=settings.model_requests_per_minute,
        input_tokens_per_minute=settings.model_input_tokens_per_minute,
        output_tokens_per_minute=settings.model_output_tokens_per_minute,
        concurrency=settings.model_concurrency,
        budget_usd_per_day=settings.model_budget_usd_per_day,
    )


def extra_attributes(settings: Settings) -> tuple[ExtraAttribute, ...]:
    """Read EXTRA_ATTRIBUTES; raises NotAllowed that names what is wrong with it."""
    return parse_extra_attributes(settings.extra_attributes, include_identity=settings.includes_identity)


class DeliveryContext(Struct, frozen=True):
    """What sending webhooks works with; a deliver worker has threads alone, so it is never forked."""

    deliveries: DeliveryStore
    sender: Sender
    rules: DeliveryRules


@cache
def current_delivery_context() -> DeliveryContext:
    """Give this process's context for webhooks, built at first use."""
    settings = current_settings()
    secret = settings.webhook_secret
    return DeliveryContext(
        deliveries=_connect_deliveries(settings),
        sender=build_sender(TargetPolicy(parse_allow_list(settings.webhook_allow))),
        rules=DeliveryRules(
            schedule=RetrySchedule(settings.webhook_schedule),
            timeout=settings.webhook_timeout,
            public_url=settings.public_url.rstrip("/"),
            configured_secrets=parse_secrets(secret.get_secret_value()) if secret else (),
        ),
    )


def _connect_deliveries(settings: Settings) -> RedisDeliveryStore:
    return build_delivery_store(
        build_redis(settings.store_url),
        RetrySchedule(settings.webhook_schedule),
        timeout=settings.webhook_timeout,
        senders=settings.deliver_threads,
    )


def forget_context() -> None:
    """Drop the context, so that no socket is shared between processes."""
    current_context.cache_clear()
    _build_model.cache_clear()


def start_reporting(role: str) -> Callable[[], None]:
    """Hand this process's counts over from now on; gives what does so a last time."""
    reporter = build_reporter(build_redis(current_settings().store_url), role, _process_name(role))
    reporter.start()
    return reporter.stop


def meet_store() -> None:
    """Ask the store something before this process forks, so that children share what a first connection loads.

    Those are encodings and the metadata of packages. A store that is away is met later.
    """
    has_signed_in(build_redis(current_settings().store_url), socket.gethostname())


def sign_in(role: str) -> Presence:
    """Let health checks know that this process is at work."""
    presence = build_presence(build_redis(current_settings().store_url), role, _process_name(role))
    presence.start()
    return presence


def _process_name(role: str) -> str:
    return f"{role}@{socket.gethostname()}:{os.getpid()}"


def build_sweeper_parts() -> tuple[SweepStore, HintQueue, DeliverySweep]:
    """Make what the sweeper works with."""
    settings = current_settings()
    configure_logs(settings.log_format, settings.log_level)
    return (
        build_sweep_store(build_redis(settings.store_url)),
        build_hint_queue(settings.hint_url),
        _connect_deliveries(settings),
    )
