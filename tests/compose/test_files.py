"""The files that containers are made and watched with, held to what linters and our own metrics say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from shared.observability.metrics import METRICS, Kind
from tests.support.containers import ROOT

DEPLOY = ROOT / "deploy"

GAUGES = {
    *("jobs", "queue_depth", "queue_oldest_seconds", "processes", "resident_memory_bytes", "unfinished_units"),
    *("store_memory_bytes", "store_memory_limit_bytes"),
}
"""What /metrics states besides the sums of the table in shared/observability/metrics.py."""

SAMPLES = GAUGES | {
    f"{name}_{suffix}"
    for name, metric in METRICS.items()
    for suffix in (("bucket", "sum", "count") if metric.kind is Kind.HISTOGRAM else ("total",))
}


def metrics_named_in(*paths: Path) -> set[str]:
    """Give the names of our metrics that files ask for, without their prefix."""
    return {name for path in paths for name in re.findall(r"dicom_analysis_([a-z0-9_]+)", path.read_text())}


@pytest.mark.parametrize("name", ["Dockerfile.api", "Dockerfile.worker"])
def test_hadolint_has_nothing_to_say(name: str) -> None:
    """Images are built as the linter's authors recommend."""
    linter = Path(sys.executable).parent / "hadolint"
    ended = subprocess.run([linter, ROOT / name], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_the_compose_linter_finds_no_grave_fault() -> None:
    """Digests are left to whoever deploys, since they name one architecture; everything above that is clean."""
    linter = Path(sys.executable).parent / "compose-lint"
    ended = subprocess.run(
        [linter, "--format", "json", "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    assert set(re.findall(r"CL-\d{4}", ended.stdout)) <= {"CL-0019"}


@pytest.mark.compose
def test_compose_understands_every_profile() -> None:
    """The file is valid with all of its profiles."""
    ended = subprocess.run(
        ["docker", "compose", "--profile", "*", "config", "--services"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert set(ended.stdout.split()) == {
        *("prepare", "redis", "api", "worker", "network-worker", "deliver-worker", "sweeper"),
        *("objects", "prometheus", "grafana"),
    }


def test_dashboard_and_alerts_ask_for_metrics_that_exist() -> None:
    """No panel stays empty and no alert silent for want of a name."""
    asked = metrics_named_in(DEPLOY / "grafana/dashboards/overview.json", DEPLOY / "prometheus/alerts.yml")
    assert asked - SAMPLES == set()
    assert len(asked) > 15


def test_the_dashboard_is_complete_json() -> None:
    """Every panel has a title, a place and a question."""
    panels = json.loads((DEPLOY / "grafana/dashboards/overview.json").read_text())["panels"]
    assert len(panels) == 16
    assert all(panel["title"] and panel["gridPos"] and panel["targets"] for panel in panels)


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.yml")), ids=lambda path: path.name)
def test_every_yaml_file_can_be_read(path: Path) -> None:
    """A configuration with a slip of indentation is found here."""
    assert yaml.safe_load(path.read_text())
