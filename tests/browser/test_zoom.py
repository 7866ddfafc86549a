"""Enlarged to twice the size, and on narrow windows, every page keeps its text in sight and apart (WCAG 2.2, 1.4.4)."""

import pytest

from tests.browser.conftest import Show
from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

WINDOWS = {
    "zoomed to 200 %": ((640, 450), "100%"),  # a window of 1280 pixels that is zoomed has half as many of CSS
    "text of 200 %": ((1280, 900), "200%"),
    "zoomed to 400 %": ((320, 700), "100%"),
}

FIND_WRONG = """() => {
  const wrong = [], boxes = [];
  const part = (inner, outer) => ({ left: Math.max(inner.left, outer.left), right: Math.min(inner.right, outer.right),
    top: Math.max(inner.top, outer.top), bottom: Math.min(inner.bottom, outer.bottom) });
  const names = (one) => `${one.tagName} ${one.className} "${one.textContent.trim().slice(0, 30)}"`;
  // What is seen of a box: whole, or as much as a part that scrolls shows; hidden parts are reported.
  function seen(box, element) {
    for (let above = element; above && above !== document.body; above = above.parentElement) {
      const style = getComputedStyle(above), frame = above.getBoundingClientRect();
      if (style.overflowX === "auto" || style.overflowY === "auto") return part(box, frame);
      const hides = style.overflowX !== "visible" || above.matches("button, .button, .state");
      if (hides && (box.right > frame.right + 1 || box.left < frame.left - 1 || box.bottom > frame.bottom + 2))
        wrong.push(`clipped: ${names(element)} by ${above.tagName} ${above.className}`);
    }
    if (box.right > innerWidth + 1 || box.left < -1) wrong.push(`outside: ${names(element)}`);
    return box;
  }
  const apart = "svg, option, .unseen, .skip, .facts, dialog";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || element.closest(apart) || !element.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) boxes.push({ node, element, box: seen(box, element) });
  }
  for (const element of document.querySelectorAll("input:not(.unseen, [type=hidden]), select, button, .button, img")) {
    if (element.closest(apart) || !element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    boxes.push({ node: element, element, box: seen(box, element) });
  }
  boxes.forEach((one, place) => {
    for (const other of boxes.slice(place + 1)) {
      if (one.node.contains(other.node) || other.node.contains(one.node)) continue;
      const shared = part(one.box, other.box);
      if (shared.right - shared.left > 2 && shared.bottom - shared.top > 3)
        wrong.push(`overlap: ${names(one.element)} and ${names(other.element)}`);
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  return wrong;
}"""


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("page", PAGES)
def test_enlarged_text_is_neither_cut_nor_covered(show: Show, page: str, window: str) -> None:
    """Only drawings and tables scroll inside themselves; the page never scrolls sideways."""
    size, text = WINDOWS[window]
    opened = show(page, size)
    opened.evaluate("size => { document.documentElement.style.fontSize = size }", text)
    assert opened.evaluate(FIND_WRONG) == []


def test_what_is_cut_or_covered_would_be_found(show: Show) -> None:
    """The measure itself: a line that lies on another, one that is cut, one that leaves the page."""
    opened = show("problem", (640, 450))
    opened.evaluate("""() => {
      const heading = document.querySelector("h1"), words = document.querySelector("main p:not([hidden])");
      document.querySelector(".card p").style.marginTop = "-2rem";
      Object.assign(heading.style, { width: "3rem", whiteSpace: "nowrap", overflow: "hidden" });
      document.querySelector("footer").style.transform = "translateX(30rem)";
    }""")
    assert {one.split(":")[0] for one in opened.evaluate(FIND_WRONG)} >= {"clipped", "outside", "overlap"}
