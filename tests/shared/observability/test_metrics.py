"""Counting."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.jobs.job import JobKind, JobStatus, Stage
from shared.llm.client import WaitReason
from shared.observability.metrics import METRICS, Tally, count, current_tally, forget_counts, observe, sum_name
from shared.webhooks.verdict import Verdict
from worker.__main__ import ROLES


@pytest.fixture(autouse=True)
def _own_tally() -> None:
    """Every test counts from nothing."""
    forget_counts()


def test_what_happened_is_counted_under_its_labels() -> None:
    """Sums of the same labels add up, others stand apart."""
    count("upload_files", 2, outcome="stored")
    count("upload_files", outcome="stored")
    count("upload_files", outcome="refused")
    assert current_tally().drain() == {"upload_files|stored": 3, "upload_files|refused": 1}


def test_a_duration_falls_into_the_first_bucket_that_holds_it() -> None:
    """A bound belongs to its bucket, as Prometheus' le (less or equal) has it."""
    observe("stage_seconds", 0.05, stage="extract")
    assert current_tally().drain() == {"stage_seconds|extract|0.05": 1, "stage_seconds|extract|sum": 0.05}


def test_what_is_longer_than_every_bound_is_counted_too() -> None:
    """The last bucket has no bound."""
    observe("job_seconds", 1000, kind="analyze")
    assert "job_seconds|analyze|+Inf" in current_tally().drain()


@given(st.text())
def test_no_text_from_outside_becomes_a_label(text: str) -> None:
    """A value outside the table's set is counted as other, whatever it is."""
    known = METRICS["jobs_finished"].labels["status"]
    assert sum_name("jobs_finished", kind="analyze", status=text).split("|")[2] in {*known, "other"}


@pytest.mark.parametrize("labels", [{}, {"stage": "extract", "patient": "1"}])
def test_labels_are_those_of_the_table(labels: dict[str, str]) -> None:
    """A label that nobody declared, or a missing one, is a mistake of ours."""
    with pytest.raises(KeyError):
        sum_name("stage_seconds", **labels)


@pytest.mark.parametrize(
    ("metric", "label", "values"),
    [
        ("stage_seconds", "stage", list(Stage)),
        ("jobs_accepted", "kind", list(JobKind)),
        ("jobs_finished", "status", [status for status in JobStatus if status.is_terminal]),
        ("model_denials", "reason", list(WaitReason)),
        ("webhook_attempts", "verdict", list(Verdict)),
        ("cpu_seconds", "role", ["api", *(role for role in ROLES if role != "check")]),
    ],
)
def test_the_tables_sets_are_those_of_the_rooms_above(metric: str, label: str, values: list[str]) -> None:
    """The room of counting stands below those that count, and so lists their values itself."""
    assert set(METRICS[metric].labels[label]) == set(values)


def test_drained_sums_are_handed_over_once() -> None:
    """The second drain is empty."""
    count("upload_bytes", 10)
    current_tally().drain()
    assert current_tally().drain() == {}


def test_no_count_is_lost_between_threads() -> None:
    """Four threads count to 40,000 together."""
    tally = Tally()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tally.add({"x": 1}), range(40_000)))
    assert tally.drain() == {"x": 40_000}


def test_without_an_endpoint_no_tracing_is_loaded() -> None:
    """Neither the SDK's spans nor the exporter with its HTTP client (redis-py itself loads the SDK's metrics)."""
    wanted = ("opentelemetry.sdk.trace", "opentelemetry.exporter")
    code = f"import sys, worker.celery_app, api.main; print([name for name in {wanted} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
