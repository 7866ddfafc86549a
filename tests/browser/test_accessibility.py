"""Every page by the rules of axe-core, at a desk and on a phone, by day and by night."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.chromium import DESK, PHONE
from tests.browser.conftest import Show, Visit
from tests.browser.pages import PAGES
from tests.browser.scenes import Scenes

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("page", PAGES)
def test_no_rule_of_accessibility_is_broken(show: Show, page: str, size: tuple[int, int], dark: bool) -> None:
    """Contrast, names, roles, headings and landmarks are right on every page."""
    report = Axe().run(show(page, size, dark=dark))
    assert [(found["id"], found["nodes"][0]["html"]) for found in report.response["violations"]] == []


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
