"""A running service, the jobs to look at, and a browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import CHROMIUM, DESK, Visitor, open_browser
from tests.browser.scenes import Scenes, set_the_scene
from tests.support.service import Service

Visit = Callable[..., Visitor]
Idle = Callable[[], None]


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
    running = Service(MODEL="fake")
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


@pytest.fixture
def idle(desk: Service) -> Iterator[Idle]:
    """Let the extract worker stand still; it works on at the end of the test, however that ends."""
    yield desk.suspend_workers
    desk.resume_workers()


@pytest.fixture
def visit(browser: Browser, desk: Service) -> Iterator[Visit]:
    """Open a window; afterwards no window has complained or asked for anything outside."""
    visitors: list[Visitor] = []

    def open_window(size: tuple[int, int] = DESK, *, dark: bool = False) -> Visitor:
        visitors.append(Visitor(browser, desk.url, size, dark=dark))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.close()
    assert [(visitor.foreign, visitor.complaints) for visitor in visitors] == [([], [])] * len(visitors)
