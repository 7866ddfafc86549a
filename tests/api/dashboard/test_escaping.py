"""Text out of files, requests and records is never markup, on any page and in any field."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import count as numbers
from pathlib import Path

import msgspec
import pytest

from api.dashboard import __file__ as dashboard
from api.dashboard.pages import render
from api.dashboard.routes import Choice, Session
from api.dashboard.views.deliveries import view_deliveries
from api.dashboard.views.job_list import view_row
from api.dashboard.views.job_page import view_job
from api.dashboard.views.operations import view_operations
from api.dashboard.views.results import read_result
from shared.dicom.comparison import Comparison, Difference, SeriesPair, SeriesPlace, Unmatched
from shared.dicom.comparison_quantities import Group
from shared.dicom.findings import Finding
from shared.jobs.job import Failure, Job, JobKind, JobStatus, Priority, Stage, StageProgress
from shared.jobs.outcomes import FileOutcome
from shared.jobs.results import ComparedResult, ComparedSide, Result
from shared.jobs.store import Load
from shared.summaries.sentences import Sentence
from shared.summaries.summary import Source, SummaryDetail
from shared.summaries.verification import Verification, VerificationStatus
from shared.webhooks.delivery import Delivery, DeliveryStatus
from shared.webhooks.events import Event, EventType
from tests.support.full_tree import full_study

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOSTILE = "\"'><script>x()</script><img src=x onerror=x()>"
READER = Session(is_signed_in=True, may_submit=True, sees_identity=True)
TEMPLATES = sorted((Path(dashboard).parent / "templates").iterdir())


class Elements(HTMLParser):
    """Collects elements that run something, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that no template of ours makes."""
        source = dict(attrs).get("src") or ""
        if (tag in {"script", "img"} and not source.startswith("/")) or any(name.startswith("on") for name, _ in attrs):
            self.foreign.append(self.get_starttag_text() or tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def texts() -> str:
    """Give the next text of a result, each another."""
    return f"{next(_numbers)}{HOSTILE}"


_numbers = numbers(1)
STUDY = full_study(texts)
DETAIL = SummaryDetail(
    Source.TEMPLATE,
    HOSTILE,
    (Sentence(HOSTILE, (HOSTILE,)),),
    Verification(VerificationStatus.NOT_NEEDED, 0),
    cached=False,
)
PLACE = SeriesPlace(0, 0, HOSTILE, 3, 1)
PAIR = SeriesPair(PLACE, PLACE, (), 1, (Difference(HOSTILE, HOSTILE, Group.DOSE, HOSTILE, unit=HOSTILE),))
SIDE = ComparedSide({}, (STUDY,))
COMPARED = ComparedResult(SIDE, SIDE, Comparison((PAIR,), Unmatched((PLACE,), (PLACE,)), 1), HOSTILE, DETAIL)
SENT = {
    "model": HOSTILE,
    "facts": {HOSTILE: HOSTILE},
    "withheld": [{"place": HOSTILE, "reason": HOSTILE, "count": 1}],
    "system": HOSTILE,
}


def job(kind: JobKind, status: JobStatus) -> Job:
    """A job whose every text is markup."""
    return Job(
        "0" * 32,
        "default",
        kind,
        status,
        Priority.NORMAL,
        1,
        AT,
        5,
        (StageProgress(Stage.EXTRACT, HOSTILE, reason=HOSTILE),),
        client_reference=HOSTILE,
        completed_at=AT,
        error=Failure(HOSTILE, HOSTILE),
        warnings=msgspec.json.encode((Finding(HOSTILE, HOSTILE),)),
        files=msgspec.json.encode((FileOutcome(0, 1, "rejected", code=HOSTILE, detail=HOSTILE),)),
        has_result=True,
    )


def job_page(kind: JobKind, stored: bytes) -> str:
    """Render the page of a job."""
    shown = job(kind, JobStatus.SUCCEEDED)
    delivery = Delivery("id", Event(EventType.SUCCEEDED, AT), HOSTILE, DeliveryStatus.FAILED, AT)
    return render(
        "job.html",
        session=READER,
        is_live=True,
        page=view_job(shown, read_result(stored), {}, shows_pictures=True),
        deliveries=view_deliveries([delivery]),
        sent=SENT,
        withheld_words={},
    )


def list_page() -> str:
    """Render the list, narrowed by markup."""
    return render(
        "jobs.html",
        session=READER,
        choice=Choice(reference=HOSTILE, cursor=HOSTILE),
        query=HOSTILE,
        statuses={HOSTILE: HOSTILE},
        kinds={HOSTILE: HOSTILE},
        max_files=3,
        rows=[view_row(job(JobKind.ANALYZE, JobStatus.FAILED)), view_row(job(JobKind.ANALYZE, JobStatus.RUNNING))],
        next_cursor=HOSTILE,
        announcement=HOSTILE,
    )


def operations_page() -> str:
    """Render the operations page with a job that failed."""
    failed = job(JobKind.ANALYZE, JobStatus.FAILED)
    page = view_operations(Load(0, 0.0, 0, {}), 0, {}, [failed], AT, None)
    return render("operations.html", session=READER, page=page)


PAGES = {
    "job": job_page(JobKind.SUMMARIZE, msgspec.json.encode(Result({}, (STUDY,), HOSTILE, DETAIL))),
    "comparison": job_page(JobKind.COMPARE, msgspec.json.encode(COMPARED)),
    "list": list_page(),
    "operations": operations_page(),
    "sign-in": render("sign_in.html", session=None, next_page=HOSTILE, refusal=HOSTILE),
    "problem": render("problem.html", session=None, title=HOSTILE, detail=HOSTILE, code=HOSTILE),
}


@pytest.mark.parametrize("name", PAGES)
def test_markup_in_any_field_is_text(name: str) -> None:
    """Every field of every type of a result, a job, a message: nothing of it becomes an element or an attribute."""
    page = Elements(PAGES[name])
    assert page.foreign == []
    assert HOSTILE in page.text


def test_a_whole_result_reaches_the_page_that_is_checked() -> None:
    """Each text of the result is another; a hundred of them and more are read on the page."""
    assert Elements(PAGES["job"]).text.count(HOSTILE) > 100


def test_markup_that_is_not_escaped_would_be_found() -> None:
    """The measure itself."""
    assert len(Elements(f"<p>{HOSTILE}</p><b onclick='x()'>").foreign) == 3


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_that_text_is_markup(template: Path) -> None:
    """Escaping is never switched off."""
    source = template.read_text()
    assert [word for word in ("safe", "autoescape", "Markup") if word in source] == []
