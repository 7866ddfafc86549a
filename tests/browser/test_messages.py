"""Messages to other systems on the page of a job, with receivers that really listen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.scenes import Scenes, await_ended, send
from tests.support.receiver import Receiver, Reply
from tests.support.samples import CT
from tests.support.service import Service

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("scenes")]


class Wavering:
    """A receiver whose answer a test changes."""

    def __init__(self) -> None:
        self.status = 410
        self.receiver = Receiver(lambda path, count: Reply(self.status))  # noqa: ARG005 - the signature is the port's


@pytest.fixture
def wavering() -> Iterator[Wavering]:
    """A receiver that wants no messages at first."""
    made = Wavering()
    with made.receiver:
        yield made


def messages(page: Page) -> Locator:
    """The rows of the ledger, newest first."""
    return page.get_by_role("region", name="Messages to other systems").locator("tbody tr")


def test_delivered_and_failed_messages_say_so_with_the_reason(visit: Visit, scenes: Scenes) -> None:
    """One receiver was told, the other wants no more messages: state, reason, every attempt with its answer."""
    page = visit().page
    page.goto(f"/dashboard/jobs/{scenes.told}")
    arrived = messages(page).filter(has_text="/ris")
    refused = messages(page).filter(has_text="/old-system")
    expect(arrived.locator(".state")).to_have_text(re.compile("Arrived$"))
    expect(arrived).to_contain_text("arrived, answer 204")
    expect(arrived.get_by_role("button")).to_have_count(0)
    expect(refused.locator(".state")).to_have_text(re.compile("Not delivered$"))
    expect(refused).to_contain_text("Why: the receiver wants no more messages.")
    expect(refused).to_contain_text("the receiver wants no more messages, answer 410")


def test_a_failed_message_is_sent_again_and_its_way_is_shown(visit: Visit, desk: Service, wavering: Wavering) -> None:
    """The button, and without loading the page again the message has arrived."""
    job = send(desk, [CT.read_bytes()], "again-1", callback_url=wavering.receiver.url())
    await_ended(desk, job)
    wavering.status = 204
    page = visit().page
    page.goto(f"/dashboard/jobs/{job}")
    row = messages(page)
    row.get_by_role("button", name=re.compile("^Send again")).click()
    expect(row.locator(".state")).to_have_text(re.compile("Arrived$"), timeout=15_000)
    first, second = wavering.receiver.await_requests(2)
    assert first.message_id == second.message_id
