"""A running service, the jobs to look at, and a browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import CHROMIUM, DESK, Visitor, open_browser
from tests.browser.pages import PAGES
from tests.browser.scenes import HOOKS, Scenes, send, set_the_scene
from tests.support.doors import KeyedService
from tests.support.samples import CT, GATED_CT
from tests.support.service import Service

Visit = Callable[..., Visitor]
Idle = Callable[[], None]
Show = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    for item in items:
        if item.get_closest_marker("browser") is not None and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="needs Chromium; .ci/run installs it"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def desk() -> Iterator[Service]:
    """A service with a stand-in for the language model."""
    running = Service(MODEL="fake", **HOOKS)
    try:
        yield running.await_ready()
    finally:
        running.resume_workers()
        running.close()


@pytest.fixture(scope="package")
def scenes(desk: Service) -> Scenes:
    """The jobs to look at; the extract worker works on."""
    made = set_the_scene(desk)
    desk.resume_workers()
    return made


@pytest.fixture(scope="package")
def doors() -> Iterator[KeyedService]:
    """A service that asks for keys and shows patients to who may see them, with one job of the clinic."""
    keyed = KeyedService(PATIENT_IDENTITY="include", **HOOKS)
    try:
        keyed.stack.client.headers["X-API-Key"] = keyed.everything
        send(keyed.stack, [path.read_bytes() for path in GATED_CT], "clinic-1")
        yield keyed
    finally:
        keyed.close()


@pytest.fixture
def idle(desk: Service) -> Iterator[Idle]:
    """Let the extract worker stand still; it works on at the end of the test, however that ends."""
    yield desk.suspend_workers
    desk.resume_workers()


@pytest.fixture
def visit(browser: Browser, desk: Service) -> Iterator[Visit]:
    """Open a window; afterwards no window has complained or asked for anything outside."""
    visitors: list[Visitor] = []

    def open_window(size: tuple[int, int] = DESK, *, dark: bool = False, url: str = desk.url) -> Visitor:
        visitors.append(Visitor(browser, url, size, dark=dark))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.close()
    assert [(visitor.foreign, visitor.complaints) for visitor in visitors] == [([], [])] * len(visitors)


@pytest.fixture
def show(visit: Visit, desk: Service, scenes: Scenes, idle: Idle, doors: KeyedService) -> Show:
    """Open a page of the table, with everything on it unfolded."""

    def open_page(name: str, size: tuple[int, int] = DESK, *, dark: bool = False) -> Page:
        shown = PAGES[name]
        held = ""
        if shown.is_held:
            idle()
            held = send(desk, [CT.read_bytes()], "held", wait=0)
        window = visit(size, dark=dark, url=doors.stack.url if shown.needs_key else desk.url)
        window.page.goto(shown.address(scenes, held))
        if shown.key is not None:
            bring_key(window.page, shown.key)
            expect(window.page.get_by_role("alert").filter(has_text="not valid")).to_be_visible()
        if shown.is_refusal:
            window.complaints.clear()  # the browser notes the status of the page itself
        window.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        return window.page

    return open_page


def bring_key(page: Page, key: str) -> None:
    """Fill in the sign-in page."""
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
