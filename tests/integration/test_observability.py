"""What a running stack tells about itself: metrics, logs and traces, and nothing of what it was sent."""

import json
import time
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.collector import Collector
from tests.support.samples import CT, GATED_CT, MR, PNG
from tests.support.service import Service
from tests.support.workbench import await_until

pytestmark = pytest.mark.integration

MARKER = "Zebra7731"
"""A word that a sender chose, which must not come back in anything that is told about requests."""


class Watched:
    """A service that is watched in every way, after it did some of everything."""

    def __init__(self) -> None:
        self.collector = Collector()
        self.service = Service(OTEL_EXPORTER_OTLP_ENDPOINT=self.collector.url, LOG_LEVEL="debug").await_ready()
        service = self.service
        service.finish(*GATED_CT, kind="summarize")
        service.finish(CT, MR)
        self.job = service.client.post(
            f"/dicom/analyze?client_reference={MARKER}",
            content=CT.read_bytes()[:700],
            headers={"Content-Type": "application/dicom", "Prefer": "wait=20", "traceparent": TRACEPARENT},
        ).json()
        service.client.post("/dicom/analyze", files=[("file", (f"{MARKER}.png", PNG))])
        service.client.get(f"/{MARKER}")
        self.metrics = self._settled_metrics()
        self.exit_code = service.stop()
        self.lines = service.log.read_text().splitlines()

    def _settled_metrics(self) -> str:
        """Wait for the last word of every process: each reports by itself, every few seconds."""

        def is_settled() -> bool:
            text = self.service.client.get("/metrics").text
            has_roles = all(f'resident_memory_bytes{{role="{role}"}}' in text for role in ROLES)
            return has_roles and all(f"dicom_analysis_{last}\n" in text for last in LAST_WORDS)

        await_until(is_settled, "all processes report")
        return self.service.client.get("/metrics").text


ROLES = ("api", "extract", "network", "deliver", "sweeper")

LAST_WORDS = (
    'upload_files_total{outcome="stored"} 8.0',
    'stage_seconds_count{stage="extract"} 3.0',
    'stage_seconds_count{stage="assemble"} 3.0',
    'units_total{outcome="failed",stage="assemble"} 1.0',
    'job_seconds_count{kind="analyze"} 1.0',
    'job_seconds_count{kind="summarize"} 1.0',
)
"""What the api, the workers' processes and the network worker count last."""


TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
"""The example of W3C Trace Context section 3.2.2."""


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    """One service for all questions."""
    watched = Watched()
    yield watched
    watched.collector.close()
    watched.service.close()


def sample(text: str, name: str, **labels: str) -> float:
    """Read one sample as Prometheus' own parser does."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    [value] = [sample.value for sample in samples if sample.name == name and sample.labels == labels]
    return value


@pytest.mark.parametrize(
    ("name", "labels", "value"),
    [
        ("dicom_analysis_jobs", {"kind": "analyze", "status": "succeeded"}, 1),
        ("dicom_analysis_jobs", {"kind": "analyze", "status": "failed"}, 1),
        ("dicom_analysis_jobs_accepted_total", {"kind": "summarize"}, 1),
        ("dicom_analysis_jobs_finished_total", {"kind": "summarize", "status": "succeeded"}, 1),
        ("dicom_analysis_attempts_total", {"stage": "extract", "attempt": "first"}, 3),
        ("dicom_analysis_units_total", {"stage": "summarize", "outcome": "finished"}, 1),
        ("dicom_analysis_stage_seconds_count", {"stage": "extract"}, 3),
        ("dicom_analysis_stage_seconds_bucket", {"stage": "extract", "le": "+Inf"}, 3),
        ("dicom_analysis_job_seconds_count", {"kind": "summarize"}, 1),
        ("dicom_analysis_job_wait_seconds_count", {"kind": "analyze"}, 2),
        ("dicom_analysis_upload_files_total", {"outcome": "stored"}, 8),
        ("dicom_analysis_queue_depth", {"stage": "extract"}, 0),
        ("dicom_analysis_processes", {"role": "sweeper"}, 1),
    ],
)
def test_the_metrics_count_what_was_done(watched: Watched, name: str, labels: dict[str, str], value: float) -> None:
    """Three jobs were sent, with eight usable files among them."""
    assert sample(watched.metrics, name, **labels) == value


def test_the_bytes_of_uploads_are_counted(watched: Watched) -> None:
    """What the file system says of the sizes of the files that were sent."""
    sent = sum(path.stat().st_size for path in (*GATED_CT, CT, MR)) + 700
    assert sample(watched.metrics, "dicom_analysis_upload_bytes_total") == sent


def test_every_role_tells_its_memory_and_processor_time(watched: Watched) -> None:
    """Process figures of workers are had without a port of their own."""
    for role in ROLES:
        assert sample(watched.metrics, "dicom_analysis_resident_memory_bytes", role=role) > 10_000_000
        assert sample(watched.metrics, "dicom_analysis_cpu_seconds_total", role=role) > 0
    assert sample(watched.metrics, "process_resident_memory_bytes") > 10_000_000


def test_no_label_carries_anything_of_a_file_or_a_request(watched: Watched) -> None:
    """Labels come from closed sets: no id, no UID, no reference, no path."""
    assert MARKER not in watched.metrics
    assert watched.job["id"] not in watched.metrics
    assert "1.3.6.1" not in watched.metrics
    assert "1.2.840" not in watched.metrics


def test_every_line_of_a_running_stack_is_one_json_object(watched: Watched) -> None:
    """Whatever process and library a line is from, a log pipeline can read it."""
    logged = [line for line in watched.lines if not line.startswith("[stack]")]
    broken = [line for line in logged if not line.startswith("{") or not isinstance(json.loads(line), dict)]
    assert (broken, len(logged) > 5) == ([], True)


def test_a_line_names_its_event_and_when_it_was(watched: Watched) -> None:
    """Each object has the same three fields, and events of units are bound to job, unit and attempt."""
    entries = [json.loads(line) for line in watched.lines if line.startswith("{")]
    assert [entry for entry in entries if not {"event", "level", "timestamp"} <= entry.keys()] == []
    [failed] = [entry for entry in entries if entry["event"] == "job failed"]
    assert (failed["job"], failed["unit"], failed["attempt"]) == (
        watched.job["id"],
        f"{watched.job['id']}/assemble",
        1,
    )


def test_the_logs_hold_nothing_that_was_sent(watched: Watched) -> None:
    """Not even at the level debug."""
    text = "\n".join(watched.lines)
    assert MARKER not in text
    assert "1CT1" not in text


def test_a_trace_reaches_from_the_senders_request_through_the_workers(watched: Watched) -> None:
    """The request and each stage of its job are spans of the trace that the sender began."""
    spans = [(service, span.name) for service, span in watched.collector.spans if span.trace_id.hex() == TRACE_ID]
    assert sorted(spans) == [
        ("dicom-analysis-api", "POST /dicom/analyze"),
        ("dicom-analysis-extract", "assemble"),
        ("dicom-analysis-extract", "extract"),
    ]


def test_a_span_of_a_stage_hangs_below_the_request(watched: Watched) -> None:
    """And says by ids what it was about."""
    trace = {span.name: span for _, span in watched.collector.spans if span.trace_id.hex() == TRACE_ID}
    extract = trace["extract"]
    told = {a.key: a.value.string_value or a.value.int_value for a in extract.attributes}
    assert extract.parent_span_id == trace["POST /dicom/analyze"].span_id
    assert told == {"job.id": watched.job["id"], "job.unit": "extract/0", "job.attempt": 1, "job.outcome": "finished"}


def test_traces_hold_nothing_that_was_sent(watched: Watched) -> None:
    """References in a query and words in a path are taken out before a span leaves."""
    assert MARKER.encode() not in bytes(watched.collector.raw)


def test_a_watched_stack_still_stops_at_once(watched: Watched) -> None:
    """Handing over what is left does not keep anybody waiting."""
    assert watched.exit_code == 0


def test_an_absent_collector_costs_nothing_but_its_spans() -> None:
    """Jobs finish as ever where nobody takes the traces, and the logs stay readable."""
    service = Service(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    try:
        service.await_ready()
        began = time.monotonic()
        assert service.finish(CT)["status"] == "succeeded"
        assert time.monotonic() - began < 10
        service.stop()
        lines = [line for line in service.log.read_text().splitlines() if not line.startswith("[stack]")]
    finally:
        service.close()
    assert [line for line in lines if not line.startswith("{")] == []
