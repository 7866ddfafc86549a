"""The pages for operators name metrics, settings, codes and files that there are."""

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from api.cli.server import KEY_VARIABLE
from api.routes.metrics import InstallationCollector
from api.schemas.problem import PROBLEMS
from shared.jobs.figures import Figures
from shared.observability.metrics import METRICS
from shared.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / name for name in ("operations.md", "security.md", "tutorial.md")]
FOREIGN = {
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "NAME_FILE",
    KEY_VARIABLE,
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS"),
    *("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY"),
}
"""Words in capitals that are not settings of ours."""

COMPOSE = set(re.findall(r"\$\{([A-Z_]+)", (DOCS.parent / "docker-compose.yml").read_text()))
"""Settings of the Compose project itself."""

EMPTY = Figures(sums={}, jobs={}, queues={}, roles={}, unfinished_units=0, memory_bytes=0, memory_limit_bytes=0)


def exposed() -> set[str]:
    """The names of all families, as the client library itself writes them."""
    registry = CollectorRegistry()
    registry.register(InstallationCollector(EMPTY))
    return set(re.findall(r"^# TYPE (\S+) ", generate_latest(registry).decode(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_metric_on_a_page_is_one_that_is_exposed(page: Path) -> None:
    """A query that somebody copies from the page finds something."""
    named = {name.removesuffix("_bucket") for name in re.findall(r"dicom_analysis_\w+", page.read_text())}
    assert named - exposed() == set()


def test_every_label_value_in_a_query_is_one_that_is_counted() -> None:
    """A misspelt value would match nothing for ever."""
    queries = re.findall(r'dicom_analysis_(\w+?)(?:_total)?\{(\w+)="(\w+)"\}', (DOCS / "operations.md").read_text())
    gauges = {("processes", "role", "extract")}
    wrong = [query for query in queries if query not in gauges and query[2] not in METRICS[query[0]].labels[query[1]]]
    assert (wrong, len(queries) > 5) == ([], True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_on_a_page_is_one_that_there_is(page: Path) -> None:
    """What an operator sets has an effect."""
    named = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=\w*)?`", page.read_text()))
    assert named - {name.upper() for name in Settings.model_fields} - FOREIGN - COMPOSE == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_on_a_page_leads_somewhere(page: Path) -> None:
    """Relative links are files of the repository."""
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("code", ["job.attempts_exhausted", "storage.missing"])
def test_codes_that_the_pages_name_are_in_the_table(code: str) -> None:
    """An operator who searches for a code finds it."""
    assert code in PROBLEMS
