"""Signing in with a key, and two tenants who do not see each other."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PHONE, Visitor
from tests.browser.conftest import bring_key
from tests.support.doors import KeyedService

pytestmark = pytest.mark.browser


@pytest.fixture
def guest(browser: Browser, doors: KeyedService) -> Iterator[Visitor]:
    """A window of somebody who has not signed in."""
    visitor = Visitor(browser, doors.stack.url, PHONE)
    yield visitor
    visitor.close()
    assert visitor.foreign == []


def sign_in(guest: Visitor, key: str, path: str = "/") -> None:
    """Open a page, and give the key that it asks for."""
    guest.page.goto(path)
    bring_key(guest.page, key)


def test_a_wrong_key_is_refused_in_words(guest: Visitor) -> None:
    """The reader is told what to do, and stays at the door."""
    sign_in(guest, "cda_wrong")
    expect(guest.page.get_by_role("alert").filter(has_text="not valid")).to_be_visible()


def test_a_key_that_may_only_send_does_not_open_the_pages(guest: Visitor, doors: KeyedService) -> None:
    """It says which scope is missing."""
    sign_in(guest, doors.sender)
    expect(guest.page.get_by_role("alert").filter(has_text="scope read")).to_be_visible()


def test_the_key_opens_the_page_that_was_wanted_and_no_script_can_read_it(guest: Visitor, doors: KeyedService) -> None:
    """After signing in the wanted page is shown; after signing out the door is closed."""
    sign_in(guest, doors.everything, "/dashboard/operations")
    expect(guest.page.get_by_role("heading", name="Operations")).to_be_visible()
    assert guest.page.evaluate("document.cookie") == ""
    [cookie] = guest.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    guest.page.get_by_role("button", name="Sign out").click()
    guest.page.goto("/")
    expect(guest.page.get_by_label("Your key")).to_be_visible()


def test_a_tenant_sees_its_own_jobs_with_pictures(guest: Visitor, doors: KeyedService) -> None:
    """The whole page works with the cookie alone: list, live part, picture."""
    sign_in(guest, doors.everything)
    guest.page.get_by_role("link", name="clinic-1").click()
    picture = guest.page.locator("div.frame img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert guest.complaints == []


def test_another_tenant_sees_none_of_them(guest: Visitor, doors: KeyedService) -> None:
    """Neither in the list nor by the address of the job."""
    sign_in(guest, doors.stranger)
    expect(guest.page.get_by_text("No jobs yet")).to_be_visible()
    job = doors.ask("GET", "/jobs", doors.everything).json()["jobs"][0]["id"]
    answer = guest.page.goto(f"/dashboard/jobs/{job}")
    assert answer is not None
    assert answer.status == 404
    expect(guest.page.get_by_role("heading", name="Unknown job")).to_be_visible()


def test_a_reader_without_identity_is_offered_no_more_than_it_may(guest: Visitor, doors: KeyedService) -> None:
    """No upload, no delete, no picture, no study date; the summary and the numbers are there."""
    sign_in(guest, doors.reader)
    expect(guest.page.get_by_role("button", name="Send")).to_have_count(0)
    guest.page.get_by_role("link", name="clinic-1").click()
    expect(guest.page.get_by_role("heading", name="Summary")).to_be_visible()
    expect(guest.page.locator("svg.cycle")).to_be_visible()
    expect(guest.page.locator("div.frame")).to_have_count(0)
    expect(guest.page.get_by_role("button", name="Delete")).to_have_count(0)


def test_a_page_elsewhere_cannot_use_the_reader_s_key(guest: Visitor, doors: KeyedService) -> None:
    """A request without the header of our pages changes nothing, though the browser sends the cookie."""
    sign_in(guest, doors.everything)
    expect(guest.page.get_by_role("link", name="clinic-1")).to_be_visible()
    status = guest.page.evaluate("fetch('/dicom/analyze', {method: 'POST', body: 'x'}).then((answer) => answer.status)")
    assert status == 403
