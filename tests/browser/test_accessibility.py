"""Every page by the rules of axe-core, at a desk and on a phone, by day and by night."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import Visit
from tests.browser.scenes import Scenes

pytestmark = pytest.mark.browser

PAGES = ["/", "/?reference=none", "heart", "partial", "failed", "/dashboard/operations"]


def address(page: str, scenes: Scenes) -> str:
    """The address of a page, or of the job of a scene."""
    return page if page.startswith("/") else f"/dashboard/jobs/{getattr(scenes, page)}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("page", PAGES)
def test_no_rule_of_accessibility_is_broken(
    visit: Visit, scenes: Scenes, page: str, size: tuple[int, int], dark: bool
) -> None:
    """Contrast, names, roles, headings and landmarks are right on every page."""
    window = visit(size, dark=dark)
    window.page.goto(address(page, scenes))
    window.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    report = Axe().run(window.page)
    assert [(found["id"], found["nodes"][0]["html"]) for found in report.response["violations"]] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_narrow_window_is_never_scrolled_sideways(visit: Visit, scenes: Scenes, page: str) -> None:
    """At 390 pixels, or at 1280 pixels zoomed to 320, only drawings and tables scroll inside themselves."""
    window = visit((320, 700))
    window.page.goto(address(page, scenes))
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_reaches_the_facts_of_a_sentence(visit: Visit, scenes: Scenes) -> None:
    """What a mouse shows by pointing, the Tab key shows too, and Escape puts it away."""
    window = visit()
    window.page.goto(f"/dashboard/jobs/{scenes.heart}")
    facts = window.page.locator(".facts").first
    assert not facts.is_visible()
    window.page.locator(".sentence").first.focus()
    assert facts.is_visible()
    window.page.keyboard.press("Escape")
    assert not facts.is_visible()
