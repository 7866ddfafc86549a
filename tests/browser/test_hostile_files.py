"""Files, names and references that are markup: every page shows them as text, and nothing of them runs."""

from collections.abc import Iterator

import pytest
from msgspec import Struct
from playwright.sync_api import Page

from tests.browser.chromium import Visitor
from tests.browser.conftest import Visit, bring_key
from tests.browser.scenes import await_ended
from tests.support.archives import make_zip
from tests.support.doors import KeyedService
from tests.support.hostile_files import CALLED, LONG, NAME, hostile_files
from tests.support.receiver import Receiver
from tests.support.samples import PNG

pytestmark = pytest.mark.browser

ADDRESS = "/hook?q=<img/src=x/onerror=x()>"
"""A receiver's address that is markup; an address has no space."""

FIND_FOREIGN = """() => {
  const ours = "svg.cycle, svg.strip";
  const all = [...document.querySelectorAll("*")];
  return all.filter((one) => [...one.attributes].some((attribute) => attribute.name.startsWith("on")))
    .concat(all.filter((one) => one.matches("main script, main iframe, main b[onclick]")))
    .concat(all.filter((one) => one.matches("main svg") && !one.matches(ours)))
    .concat(all.filter((one) => one.matches("main img:not([src^='/jobs/'])")))
    .map((one) => one.outerHTML.slice(0, 100));
}"""
"""Elements that no template of ours makes."""


class Hostile(Struct, frozen=True):
    """Ids of the jobs, each named by markup."""

    analyzed: str
    compared: str
    failed: str


@pytest.fixture(scope="module")
def hostile(doors: KeyedService) -> Iterator[Hostile]:
    """A job, a comparison and a failure, sent with names that are markup too."""
    files = hostile_files()
    archive, less = (
        make_zip(*((f"{number}{NAME}", content) for number, content in enumerate(some))) for some in (files, files[:4])
    )
    with Receiver() as receiver:
        fields = {"client_reference": LONG, "callback_url": receiver.url(ADDRESS)}

        def submit(kind: str, *files: tuple[str, bytes]) -> str:
            parts = [(part, (NAME, content)) for part, content in files]
            headers = {"Prefer": "wait=25"}
            answer = doors.stack.client.post(f"/dicom/{kind}", files=parts, data=fields, headers=headers)
            assert answer.status_code == 200, answer.text
            return str(answer.json()["id"])

        made = Hostile(
            submit("summarize", ("file", archive), ("file", PNG)),
            submit("compare", ("baseline", less), ("followup", less)),
            submit("analyze", ("file", make_zip((NAME, PNG)))),
        )
        await_ended(doors.stack, made.analyzed)
        yield made


def open_page(visit: Visit, doors: KeyedService, key: str, path: str) -> Visitor:
    """Sign in and open a page unfolded, with a function that tells whether a script of a file ran."""
    window = visit(url=doors.stack.url)
    window.page.add_init_script(f"window.{CALLED} = window.x = () => {{ console.error('a script of a file ran') }}")
    window.page.on("dialog", lambda dialog: window.complaints.append(dialog.message))
    window.page.goto("/")
    bring_key(window.page, key)
    window.page.wait_for_url("**/")
    window.page.goto(path)
    window.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return window


def count_shown(page: Page) -> int:
    """Count how often the markup is read as text, as a reader with all folds open sees it."""
    return page.locator("main").inner_text().count(LONG)


@pytest.mark.parametrize("reads", ["everything", "reader"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/?reference={LONG}",
        "/dashboard/jobs/{0.analyzed}",
        "/dashboard/jobs/{0.compared}",
        "/dashboard/jobs/{0.failed}",
        "/dashboard/operations",
    ],
    ids=["list", "search", "job", "comparison", "failure", "operations"],
)
def test_markup_is_text_on_every_page(
    visit: Visit, doors: KeyedService, hostile: Hostile, reads: str, path: str
) -> None:
    """No element, no script, no dialog, no complaint of the browser; the markup itself can be read, names cannot."""
    page = open_page(visit, doors, getattr(doors, reads), path.format(hostile)).page
    assert page.evaluate(FIND_FOREIGN) == []
    assert count_shown(page) >= 1
    assert NAME not in page.content()


def test_texts_of_the_file_are_read_by_who_may_see_them(visit: Visit, doors: KeyedService, hostile: Hostile) -> None:
    """Institution and descriptions are shown with identity alone, names of products without it too."""
    path = f"/dashboard/jobs/{hostile.analyzed}"
    seen = open_page(visit, doors, doors.everything, path).page
    withheld = open_page(visit, doors, doors.reader, path).page
    assert count_shown(seen) > 2 * count_shown(withheld) > 100
    assert (seen.get_by_text("Institution").count() > 0, withheld.get_by_text("Institution").count()) == (True, 0)
    assert "onerror=x()" in seen.get_by_role("region", name="Messages to other systems").inner_text()


def test_a_page_that_is_refused_repeats_nothing(visit: Visit, doors: KeyedService) -> None:
    """Neither the address that was asked for nor the one to come back to becomes part of the page."""
    window = open_page(visit, doors, doors.everything, f"/dashboard/jobs/{LONG.replace('/', '%2F')}")
    assert window.page.evaluate(FIND_FOREIGN) == []
    window.page.goto(f"/dashboard/sign-in?next=/dashboard/{LONG.replace('/', '%2F')}")
    assert window.page.evaluate(FIND_FOREIGN) == []
    window.complaints.clear()  # the browser notes the status of the first page
