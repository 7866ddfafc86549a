"""Take pictures of every page for the documentation: ``python -m tests.browser.screenshots [FOLDER]``."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.chromium import DESK, PHONE, Visitor, open_browser
from tests.browser.scenes import HOOKS, Scenes, set_the_scene
from tests.support.doors import KeyedService
from tests.support.service import Service

FOLDER = Path(__file__).parents[2] / "docs/screenshots"

COLOURS = 128
"""Enough for pages of plain colours, and a third of the bytes."""


def main() -> None:
    """Start a service with a few jobs and take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    service = Service(MODEL="fake", **HOOKS)
    try:
        scenes = set_the_scene(service.await_ready())
        with open_browser() as browser:
            for name, path in pages(scenes).items():
                for size in (DESK, PHONE):
                    take(browser, service.url, path, folder / f"{name}-{size[0]}.png", size)
            take(browser, service.url, "/", folder / "jobs-dark-1280.png", DESK, dark=True)
            take(browser, service.url, f"/dashboard/jobs/{scenes.heart}", folder / "job-dark-1280.png", DESK, dark=True)
    finally:
        service.resume_workers()
        service.close()
    doors = KeyedService()
    try:
        with open_browser() as browser:
            for size in (DESK, PHONE):
                take(browser, doors.stack.url, "/", folder / f"sign-in-{size[0]}.png", size)
    finally:
        doors.close()


def pages(scenes: Scenes) -> dict[str, str]:
    """Name every page and its address."""
    return {
        "operations": "/dashboard/operations",  # first: a worker that stands still is soon no longer at work
        "jobs": "/",
        "job": f"/dashboard/jobs/{scenes.heart}",
        "job-partial": f"/dashboard/jobs/{scenes.partial}",
        "job-failed": f"/dashboard/jobs/{scenes.failed}",
        "job-waiting": f"/dashboard/jobs/{scenes.waiting}",
        "job-messages": f"/dashboard/jobs/{scenes.told}",
        "comparison": f"/dashboard/jobs/{scenes.compared}",
        "problem": "/dashboard/jobs/0",
    }


def take(browser: Browser, url: str, path: str, file: Path, size: tuple[int, int], *, dark: bool = False) -> None:
    """Take one picture of a whole page."""
    visitor = Visitor(browser, url, size, dark=dark)
    visitor.page.goto(path)
    for image in visitor.page.locator("img[loading=lazy]").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode().catch(() => null)")
    picture = visitor.page.screenshot(full_page=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(
        file, optimize=True
    )
    visitor.close()


if __name__ == "__main__":
    main()
