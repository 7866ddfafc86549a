"""Publishing hints while the broker is away: an outage that passes, not the end of the publisher."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from shared.errors import TransientError
from shared.jobs.adapters.celery_queue import ThreadedHintSender, build_hint_queue, build_hint_sender
from shared.jobs.job import Stage
from tests.support.valkey import TestServer
from tests.support.workbench import await_until

pytestmark = pytest.mark.integration


@pytest.fixture
def broker() -> Iterator[TestServer]:
    """A broker that can be killed."""
    made = TestServer()
    yield made
    made.close()


@pytest.mark.parametrize("url", ["amqp://guest:guest@127.0.0.1:1//", "redis://127.0.0.1:1/0"])
def test_a_broker_that_was_never_there_is_an_outage(url: str) -> None:
    """Publishing and counting fail within seconds, with our own error."""
    with closing(build_hint_queue(url)) as hints:
        with pytest.raises(TransientError):
            hints.publish(Stage.EXTRACT)
        with pytest.raises(TransientError):
            hints.waiting(Stage.EXTRACT)


def test_a_publisher_outlives_its_broker(broker: TestServer) -> None:
    """After the broker came back, the same publisher publishes again."""
    with closing(build_hint_queue(broker.url)) as hints:
        hints.publish(Stage.EXTRACT, 2)
        broker.kill()
        with pytest.raises(TransientError):
            hints.publish(Stage.EXTRACT)
        broker.start()
        hints.publish(Stage.EXTRACT)
        assert hints.waiting(Stage.EXTRACT) >= 1


def test_the_apis_publisher_outlives_its_broker(broker: TestServer) -> None:
    """Its thread goes on after an outage; hints of the outage itself are the sweeper's to send."""
    with closing(build_hint_sender(broker.url)) as sender:
        sender.send(Stage.EXTRACT)
        await_until(lambda: broker.client().llen("extract") == 1, "the first hint is there")
        broker.kill()
        sender.send(Stage.EXTRACT)
        broker.start()
        before = broker.client().llen("extract")
        await_until(lambda: _sends(sender, broker) > before, "hints arrive again")


def test_the_apis_publisher_sends_as_many_hints_as_it_is_told(broker: TestServer) -> None:
    """A job of several units wakes several processes at once."""
    with closing(build_hint_queue(broker.url)) as hints:
        sender = ThreadedHintSender(hints)
        sender.send(Stage.EXTRACT, 3)
        sender.close()
        assert hints.waiting(Stage.EXTRACT) == 3


def _sends(sender: ThreadedHintSender, broker: TestServer) -> int:
    """Send another hint and count those that arrived."""
    sender.send(Stage.EXTRACT)
    return int(broker.client().llen("extract"))
