"""The operations page: what waits, who works, what the language model may still be used for, and what failed lately."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from api.dashboard.views.job_list import JobRow, view_row
from api.dashboard.wording import QUEUES, ROLES
from shared.jobs.job import Job
from shared.jobs.queue import DELIVER
from shared.jobs.store import Load
from shared.llm.usage import UsageDay

LATELY = timedelta(days=1)
"""How far back failures are shown."""


class Queue(Struct, frozen=True):
    """One queue and how many pieces of work wait in it."""

    words: str
    waiting: int


class Role(Struct, frozen=True):
    """One kind of process and how many of it signed in lately."""

    words: str
    present: int


class ModelUse(Struct, frozen=True):
    """What the language model was used for today and may be used for."""

    today: UsageDay | None
    budget_usd: float
    spent_percent: int
    requests_per_minute: int
    is_allowed: bool


class OperationsPage(Struct, frozen=True):
    """Everything the operations page shows; ``model`` is None for a reader who may not see it."""

    queues: tuple[Queue, ...]
    roles: tuple[Role, ...]
    memory_percent: int
    failures: tuple[JobRow, ...]
    causes: tuple[tuple[str, int], ...]
    model: ModelUse | None


def view_operations(
    load: Load,
    deliveries: int,
    present: Mapping[str, int],
    failed: Sequence[Job],
    now: datetime,
    model: ModelUse | None,
) -> OperationsPage:
    """Build the page.

    Parameters
    ----------
    deliveries
        Messages to other systems that wait to be sent.
    failed
        Failed jobs, newest first; those that ended before yesterday's same time are left out.
    """
    lately = [job for job in failed if job.completed_at is not None and now - job.completed_at <= LATELY]
    causes = Counter(job.error.code for job in lately if job.error is not None)
    return OperationsPage(
        queues=tuple(Queue(QUEUES[name], waiting) for name, waiting in {**load.waiting, DELIVER: deliveries}.items()),
        roles=tuple(Role(words, present.get(role, 0)) for role, words in ROLES.items()),
        memory_percent=round(100 * load.memory_share),
        failures=tuple(view_row(job) for job in lately),
        causes=tuple(causes.most_common()),
        model=model,
    )


def view_model_use(
    days: Sequence[UsageDay], *, budget_usd: float, requests_per_minute: int, is_allowed: bool
) -> ModelUse:
    """Say how much of today's budget is spent; ``days`` begins with today."""
    today = days[0] if days else None
    spent = 0 if today is None or budget_usd == 0 else round(100 * today.cost_usd / budget_usd)
    return ModelUse(today, budget_usd, spent, requests_per_minute, is_allowed)
