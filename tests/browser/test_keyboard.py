"""Everything without a mouse, and at every stop it is seen where one is (WCAG 2.2, 2.1.1 and 2.4.7)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Idle, Visit
from tests.browser.scenes import Scenes, pack, send
from tests.support.samples import CT, PNG
from tests.support.service import Service

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("scenes")]

MOST_STOPS = 60

IS_SEEN = """() => {
  const at = document.activeElement;
  const shown = at.matches(".unseen") ? at.nextElementSibling : at;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 5 && box.height > 5
    && box.bottom > 0 && box.top < innerHeight;
}"""

HAS_SCROLLED = """one => new Promise((done) => {
  if (one.scrollLeft > 0) done();
  else one.addEventListener("scroll", () => done(), { once: true });
})"""
"""Waits until it has; the page's own policy forbids the waiting that the library would do."""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; on the way every stop must be visible."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached")


def answer_yes(page: Page) -> None:
    """Confirm the question by keyboard."""
    expect(page.get_by_role("dialog")).to_be_visible()
    tab_to(page, "dialog button[value=yes]")
    page.keyboard.press("Enter")


def test_a_study_is_sent_and_opened(visit: Visit) -> None:
    """Skip what is known, choose, name, send, open."""
    page = visit().page
    page.on("filechooser", lambda _: None)  # from now on dialogs come to us; asked for at the key, some are lost
    page.goto("/")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "#pick-files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(CT)
    tab_to(page, "#client-reference")
    page.keyboard.type("keys-1")
    tab_to(page, "[name=what]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator("#sent-words")).to_contain_text("Received")
    tab_to(page, "#sent-words a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="keys-1")).to_be_visible()
    expect(page.locator(".state").first).to_have_text(re.compile("Done$"), timeout=30_000)


def test_phases_and_folds_are_reached(visit: Visit, scenes: Scenes) -> None:
    """Arrows go through the phases, Enter unfolds, the drawing scrolls."""
    page = visit((390, 844)).page
    page.goto(f"/dashboard/jobs/{scenes.heart}")
    tab_to(page, "input[type=range]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("output")).to_have_text("Middle slice, phase 2 at 5 %")
    page.keyboard.press("End")
    expect(page.locator("output")).to_have_text("Middle slice, phase 20 at 95 %")
    tab_to(page, ".plot")
    page.keyboard.press("ArrowRight")
    page.locator(".plot").first.evaluate(HAS_SCROLLED)
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=re.compile("mid-diastole")).first).to_be_visible()


def test_a_job_is_canceled_and_deleted(visit: Visit, desk: Service, idle: Idle) -> None:
    """Each with its question; Escape is no."""
    idle()
    send(desk, [CT.read_bytes()], "keys-2", wait=0)
    page = visit().page
    page.goto("/?reference=keys-2")
    tab_to(page, "[id^=cancel]")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("li.job")).to_contain_text("Waiting to start")
    page.keyboard.press("Enter")
    answer_yes(page)
    expect(page.locator(".state")).to_have_text(re.compile("Canceled$"))
    tab_to(page, "[id^=delete]")
    page.keyboard.press("Enter")
    answer_yes(page)
    expect(page.get_by_text("No job matches")).to_be_visible()


def test_a_failed_job_is_tried_again(visit: Visit, desk: Service, idle: Idle) -> None:
    """From its own page."""
    job = send(desk, [pack(PNG)], "keys-3")
    idle()
    page = visit().page
    page.goto(f"/dashboard/jobs/{job}")
    tab_to(page, "[id^=retry]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What happens now")).to_be_visible()
