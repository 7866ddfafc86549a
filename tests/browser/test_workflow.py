"""What a person at the workflow desk does, in a real browser on a running service."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import Idle, Visit
from tests.browser.scenes import HEART, Scenes, pack, send
from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.samples import GATED_CT, PNG
from tests.support.service import Service

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("scenes")]

DROP = """([name, files]) => {
  const transfer = new DataTransfer();
  for (const content of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
}"""


def drop(page: Page, *contents: bytes, name: str = "DOE^JANE.dcm") -> None:
    """Drop files on the page."""
    page.evaluate(DROP, [name, [base64.b64encode(content).decode() for content in contents]])
    expect(page.locator("#chosen")).to_contain_text("ready to send")


def test_a_dropped_study_is_followed_to_its_summary(visit: Visit, desk: Service, idle: Idle) -> None:
    """Drop, send, watch it go without loading the page again, open it, read it."""
    page = visit().page
    page.goto("/")
    drop(page, *(path.read_bytes() for path in GATED_CT))
    page.get_by_label("Your reference").fill("drop-1")
    idle()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent-words")).to_contain_text("Received")
    row = page.locator("li.job").filter(has_text="drop-1")
    expect(row).to_contain_text("Waiting to start")
    desk.resume_workers()
    expect(row.locator(".state")).to_have_text(re.compile("Done$"), timeout=30_000)
    row.get_by_role("link").click()
    expect(page.locator(".prose")).to_contain_text("CT scan")
    expect(page.locator("svg.cycle")).to_be_visible()


def test_a_job_s_page_shows_its_steps_as_they_are_done(visit: Visit, desk: Service, idle: Idle) -> None:
    """A page opened while its job waits becomes the page of the finished job by itself."""
    idle()
    job = send(desk, [pack(*write_study(CardiacStudy(positions=6, phases=2, side=16)))], "steps-1", wait=0)
    page = visit().page
    page.goto(f"/dashboard/jobs/{job}")
    expect(page.get_by_role("heading", name="What happens now")).to_be_visible()
    desk.resume_workers()
    expect(page.get_by_role("heading", name="Summary")).to_be_visible(timeout=30_000)
    expect(page.locator("#announcement")).to_have_text("Done")


def test_files_can_be_chosen_without_dragging(visit: Visit) -> None:
    """A plain file dialog does the same."""
    page = visit(PHONE).page
    page.goto("/")
    page.locator("#pick-files").set_input_files(GATED_CT[0])
    page.get_by_label("Details only").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Open it").click()
    expect(page.locator(".state").first).to_have_text(re.compile("Done$"), timeout=30_000)
    expect(page.get_by_role("heading", name="Summary")).to_have_count(0)


def test_nothing_chosen_is_said_and_not_sent(visit: Visit) -> None:
    """The page asks for files instead of sending nothing."""
    page = visit().page
    page.goto("/")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose files first")


def test_the_plot_has_every_phase_with_percent_and_milliseconds(visit: Visit, scenes: Scenes) -> None:
    """Twenty phases of 968 ms: 70 % is about 678 ms, in the drawing and in the table."""
    page = visit().page
    page.goto(f"/dashboard/jobs/{scenes.heart}")
    plot = page.locator("svg.cycle")
    expect(plot.locator(".mark")).to_have_count(HEART.phases)
    expect(plot).to_contain_text("≈ 678 ms")
    page.get_by_text("Heart timing as a table").click()
    expect(page.get_by_role("row", name=re.compile("70 % ≈ 678 ms mid-diastole"))).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("phase 4 (11 of 12)")


def test_the_slider_goes_through_the_phases(visit: Visit, scenes: Scenes) -> None:
    """Each step shows another picture and says which."""
    page = visit().page
    page.goto(f"/dashboard/jobs/{scenes.heart}")
    page.get_by_role("slider", name="Phase").fill("14")
    expect(page.locator("output")).to_have_text("Middle slice, phase 15 at 70 %")
    expect(page.locator(".frame img")).to_have_attribute("src", re.compile("phase=14$"))
    expect(page.locator(".frame img")).to_be_visible()


def test_a_picture_that_cannot_be_had_is_words(visit: Visit, scenes: Scenes) -> None:
    """A missing picture leaves a sentence, never a broken frame."""
    window = visit()
    window.page.route("**/preview.png*", lambda route: route.fulfill(status=404))
    window.page.goto(f"/dashboard/jobs/{scenes.heart}")
    window.page.locator("div.frame").scroll_into_view_if_needed()
    expect(window.page.get_by_text("The picture cannot be shown")).to_be_visible()
    window.complaints.clear()  # the browser notes the 404 that this test made


def test_a_failed_job_says_why_and_can_be_tried_again(visit: Visit, desk: Service, idle: Idle) -> None:
    """Why, what to do, and a button; the list shows it start again by itself."""
    send(desk, [pack(PNG)], "retry-1")
    page = visit().page
    page.goto("/?reference=retry-1")
    row = page.locator("li.job")
    expect(row).to_contain_text("None of the files could be read as DICOM.")
    expect(row).to_contain_text("What to do:")
    idle()
    row.get_by_role("button", name="Try again").click()
    expect(row).to_contain_text("Waiting to start")
    desk.resume_workers()
    expect(row).to_contain_text("Could not be done", timeout=30_000)


def test_a_waiting_job_is_canceled_after_a_question(visit: Visit, desk: Service, idle: Idle) -> None:
    """No, then yes."""
    idle()
    send(desk, [GATED_CT[0].read_bytes()], "cancel-1", wait=0)
    page = visit().page
    page.goto("/?reference=cancel-1")
    row = page.locator("li.job")
    row.get_by_role("button", name=re.compile("^Cancel")).click()
    page.get_by_role("button", name="No, go back").click()
    expect(row).to_contain_text("Waiting to start")
    row.get_by_role("button", name=re.compile("^Cancel")).click()
    page.get_by_role("button", name="Yes").click()
    expect(row.locator(".state")).to_have_text(re.compile("Canceled$"))


def test_a_job_is_deleted_from_its_page(visit: Visit, desk: Service) -> None:
    """Afterwards the list is shown, and the job is gone for good."""
    job = send(desk, [GATED_CT[0].read_bytes()], "delete-1")
    page = visit().page
    page.goto(f"/dashboard/jobs/{job}")
    expect(page.get_by_role("heading", name="Summary")).to_be_visible(timeout=30_000)
    page.locator("div.frame img").evaluate("image => image.decode()")  # the picture is there, not still being made
    page.get_by_role("button", name=re.compile("^Delete")).click()
    page.get_by_role("button", name="Yes").click()
    page.wait_for_url("**/")
    assert desk.client.get(f"/jobs/{job}").status_code == 410


def test_the_list_is_searched_by_reference(visit: Visit) -> None:
    """One reference, one job; everything else is a click away."""
    page = visit().page
    page.goto("/")
    page.get_by_label("Reference", exact=True).fill("Order 2041")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("li.job")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("li.job").nth(1)).to_be_visible()


def test_the_operations_page_shows_who_is_at_work(visit: Visit) -> None:
    """Every kind of process, the queues, the budget and what failed lately."""
    page = visit().page
    page.goto("/dashboard/operations")
    for words in ("Reads files", "Writes summaries", "Watches over all work", "Budget of a day"):
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("link", name="Order 2043")).to_be_visible()


WEIGH = """async (path) => {
  const page = await (await fetch(path)).text();
  const found = new DOMParser().parseFromString(page, "text/html").querySelectorAll("link[href], script[src]");
  const files = await Promise.all([...found].map(async (one) => {
    const answer = await fetch(one.getAttribute("href") || one.getAttribute("src"));
    return (await answer.blob()).size;
  }));
  return files.reduce((sum, size) => sum + size, new Blob([page]).size);
}"""


def test_a_page_is_light(visit: Visit, scenes: Scenes) -> None:
    """The page of a job of twenty phases, its stylesheet and scripts are under 150 KB together, uncompressed."""
    page = visit().page
    page.goto("/")
    weights = [page.evaluate(WEIGH, path) for path in ("/", f"/dashboard/jobs/{scenes.heart}")]
    assert max(weights) < 150_000


def test_every_format_can_be_downloaded(visit: Visit, scenes: Scenes) -> None:
    """The page offers what the API has, and each link gives it."""
    window = visit()
    window.page.goto(f"/dashboard/jobs/{scenes.heart}")
    links = window.page.get_by_role("region", name="Downloads").get_by_role("link")
    assert [window.page.request.get(link.get_attribute("href") or "").status for link in links.all()] == [200] * 4


def test_a_comparison_shows_what_differs(visit: Visit, scenes: Scenes) -> None:
    """Both values in words beside each other, both pictures, and what is not checked."""
    page = visit().page
    page.goto(f"/dashboard/jobs/{scenes.compared}")
    part = page.get_by_role("region", name="What differs")
    expect(part.get_by_role("row", name="Slice spacing 0.5 mm 1 mm +0.5 mm")).to_be_visible()
    expect(part).to_contain_text("does not check that both uploads are of the same person")
    pictures = part.locator("div.frame img")
    shown = [image.evaluate("image => image.decode().then(() => image.naturalWidth)") for image in pictures.all()]
    assert shown == [128, 128]


def test_segments_and_gaps_of_a_stack_are_marked(visit: Visit, scenes: Scenes) -> None:
    """Thin slices below, thick ones above with one missing: two brackets, a cross, and the same in words."""
    page = visit().page
    page.goto(f"/dashboard/jobs/{scenes.told}")
    strip = page.get_by_role("img", name="Where the slices lie")
    expect(strip.locator(".part text")).to_have_text(["A", "B"])
    expect(strip.locator(".gap text")).to_have_text("1 missing")
    expect(strip.locator("desc")).to_contain_text("A is 8 slices, 2 mm thick, every 2 mm; B is 7 slices, 5 mm thick")


def test_every_queue_is_counted(visit: Visit) -> None:
    """Also pictures and messages, which are no stage of a job."""
    page = visit().page
    page.goto("/dashboard/operations")
    waiting = page.get_by_role("region", name="Waiting work").locator("dt")
    assert waiting.all_inner_texts() == [
        "Reading the files",
        "Putting the study together",
        "Writing the summary",
        "Making pictures",
        "Sending messages to other systems",
        "Memory of the job store",
    ]
