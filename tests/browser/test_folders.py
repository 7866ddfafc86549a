"""Whole folders, dropped from the file manager or chosen in the dialog, as Chromium itself hands them over."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.support.samples import GATED_CT
from tests.support.service import Service

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("scenes")]

MANY = 120
"""More entries than a folder gives at a time, which is a hundred."""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder as a scanner exports it: folders in folders, a note beside the images, an empty file, a name."""
    root = tmp_path / "DOE^JANE"
    for number, path in enumerate(GATED_CT):
        place = root / "ST1" / f"SE{number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        (place / path.name).write_bytes(path.read_bytes())
    (root / "read me.txt").write_text("not an image")
    (root / "ST1" / "empty").touch()
    return root


def drop(page: Page, *paths: Path) -> None:
    """Drop from the file manager: the browser reads files and folders, as it does for a person."""
    session = page.context.new_cdp_session(page)
    page.locator("#drop").scroll_into_view_if_needed()
    box = page.locator("#drop").bounding_box()
    assert box is not None
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 20}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def test_a_dropped_folder_is_sent_whole(visit: Visit, desk: Service, study: Path) -> None:
    """Folders in folders are walked; the note is sent and named as not usable, the empty file is left out."""
    page = visit().page
    page.goto("/")
    drop(page, study)
    expect(page.locator("#chosen")).to_contain_text(f"{len(GATED_CT) + 1} files")
    page.get_by_label("Your reference").fill("folder-1")
    page.get_by_role("button", name="Send").click()
    row = page.locator("li.job").filter(has_text="folder-1")
    expect(row.locator(".state")).to_have_text(re.compile("some files could not be used$"), timeout=30_000)
    [job] = desk.client.get("/jobs", params={"client_reference": "folder-1"}).json()["jobs"]
    assert job["counts"] == {"received": 6, "accepted": 5, "duplicate": 0, "rejected": 1}
    assert "DOE" not in desk.client.get(f"/jobs/{job['id']}").text


def test_folders_and_files_are_dropped_together(visit: Visit, study: Path) -> None:
    """Whatever is dropped at once is one upload."""
    page = visit().page
    page.goto("/")
    drop(page, study / "ST1" / "SE0", study / "ST1" / "SE1", study / "read me.txt")
    expect(page.locator("#chosen")).to_contain_text("6 files")


def test_a_folder_of_very_many_files_is_read_to_its_end(visit: Visit, tmp_path: Path) -> None:
    """A browser lists a folder a hundred entries at a time."""
    for number in range(MANY):
        (tmp_path / f"{number}").write_bytes(b"x")
    page = visit().page
    page.goto("/")
    drop(page, tmp_path)
    expect(page.locator("#chosen")).to_contain_text(f"{MANY} files")


def test_a_folder_is_chosen_in_the_dialog(visit: Visit, study: Path) -> None:
    """Who does not drag gets the same."""
    page = visit().page
    page.goto("/")
    page.locator("#pick-folder").set_input_files(study)
    expect(page.locator("#chosen")).to_contain_text("6 files")
