"""The outbox's scripts, one claim each, on a real server with time driven by the test."""

from datetime import timedelta

import pytest

from shared.jobs.job import Failure
from shared.webhooks.delivery import Attempt, DeliveryStatus
from shared.webhooks.events import Event, EventType
from shared.webhooks.store import MAX_ENDPOINTS, DeliveryUnknown, EndpointUnknown, Readiness, WebhookConflict
from shared.webhooks.verdict import ErrorClass, Verdict
from tests.support.engine import T0, TENANT
from tests.support.outbox import HOUR_MS, SCHEDULE, URL, Outbox, make_callback
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

LEASE_MS = 30_000
DAY_MS = 24 * HOUR_MS
ALL = tuple(event for event in EventType if event is not EventType.TEST)


class TestEmission:
    """An event becomes deliveries in the step that changes the job."""

    async def test_a_job_without_a_receiver_makes_no_delivery(self, outbox: Outbox) -> None:
        """Who asked for no webhook gets none, and no key of webhooks comes to be."""
        await outbox.finish_job()
        assert outbox.redis.keys("webhook*") == []

    async def test_what_waits_is_counted_over_all_receivers_and_tenants(self, outbox: Outbox) -> None:
        """Two messages to one receiver, one to another's; one of them is being sent and waits no longer."""
        assert await outbox.webhooks.count_waiting() == 0
        await outbox.finish_job(make_callback(EventType.STARTED, EventType.SUCCEEDED))
        await outbox.finish_job(make_callback(tenant="other"), tenant="other")
        before = await outbox.webhooks.count_waiting()
        outbox.take()
        assert (before, await outbox.webhooks.count_waiting()) == (3, 2)

    async def test_a_callback_is_told_of_what_it_chose(self, outbox: Outbox) -> None:
        """All five kinds of events can be chosen; a job that succeeds has three of them."""
        await outbox.finish_job(make_callback(*ALL))
        told = [delivery.event.type for delivery in await outbox.ledger()]
        assert sorted(told) == ["job.extracted", "job.started", "job.succeeded"]

    async def test_a_callback_is_told_of_the_end_alone_by_default(self, outbox: Outbox) -> None:
        """One job, one message."""
        await outbox.finish_job(make_callback())
        assert [delivery.event.type for delivery in await outbox.ledger()] == [EventType.SUCCEEDED]

    async def test_an_event_says_what_the_job_was_at_that_moment(self, outbox: Outbox) -> None:
        """Kind, status and the sender's reference are those of the job; a result is announced where there is one."""
        job = await outbox.finish_job(make_callback(EventType.EXTRACTED, EventType.STARTED), reference="ris-42")
        events = {delivery.event.type: delivery.event for delivery in await outbox.ledger()}
        extracted = events[EventType.EXTRACTED]
        assert extracted == Event(
            EventType.EXTRACTED, extracted.timestamp, job, "analyze", "running", False, "ris-42", has_result=True
        )
        assert (extracted.timestamp.timestamp(), events[EventType.STARTED].has_result) == (T0 / 1000, False)

    async def test_a_failed_job_is_told(self, outbox: Outbox) -> None:
        """A failure is an end like any other."""
        outbox.engine.work.fail(await outbox.start_job(make_callback()), Failure(code="dicom.none_readable"), now=T0)
        assert [delivery.event.type for delivery in await outbox.ledger()] == [EventType.FAILED]

    async def test_a_canceled_job_is_told(self, outbox: Outbox) -> None:
        """A job that its sender cancels ends too."""
        claim = await outbox.start_job(make_callback())
        await outbox.engine.jobs.cancel(claim.job_id, TENANT, now=T0)
        assert [delivery.event.type for delivery in await outbox.ledger()] == [EventType.CANCELED]

    async def test_a_job_past_its_deadline_is_told(self, outbox: Outbox) -> None:
        """The sweeper's own decisions go out as well."""
        await outbox.start_job(make_callback())
        outbox.engine.sweeper.sweep(now=T0 + DAY_MS)
        assert [delivery.event.type for delivery in await outbox.ledger()] == [EventType.FAILED]

    async def test_every_endpoint_that_chose_the_event_is_told_beside_the_callback(self, outbox: Outbox) -> None:
        """Two endpoints and a callback make three deliveries with ids of their own."""
        first = await outbox.add_endpoint()
        second = await outbox.add_endpoint(EventType.SUCCEEDED)
        await outbox.add_endpoint(EventType.FAILED)
        await outbox.finish_job(make_callback())
        ledger = await outbox.ledger()
        assert {delivery.endpoint_id for delivery in ledger} == {None, first, second}
        assert len({delivery.id for delivery in ledger}) == 3

    async def test_another_tenants_endpoint_is_not_told(self, outbox: Outbox) -> None:
        """Tenants learn nothing of each other's jobs."""
        await outbox.add_endpoint(tenant="other")
        await outbox.finish_job()
        assert await outbox.ledger("other") == ()

    async def test_the_sweeper_is_woken(self, outbox: Outbox) -> None:
        """A fresh delivery does not wait for the next tick."""
        await outbox.finish_job(make_callback())
        woken = [outbox.engine.sweeper.await_work(timedelta(milliseconds=10)) for _ in range(2)]
        assert "deliver" in woken

    async def test_a_retried_job_tells_its_end_anew(self, outbox: Outbox) -> None:
        """The second end is another event with another id."""
        claim = await outbox.start_job(make_callback())
        outbox.engine.work.fail(claim, Failure(code="internal.error"), now=T0)
        await outbox.engine.jobs.retry(claim.job_id, TENANT, now=T0)
        outbox.engine.work.fail(outbox.claim_job(), Failure(code="internal.error"), now=T0)
        assert len({delivery.id for delivery in await outbox.ledger()}) == 2


class TestClaim:
    """A sender takes a delivery."""

    async def test_a_delivery_is_taken_once(self, outbox: Outbox) -> None:
        """Two senders never have the same delivery at the same time."""
        await outbox.finish_job(make_callback())
        claim = outbox.take()
        assert (claim.attempt, claim.url, outbox.deliveries.claim(now=T0)) == (1, URL, None)

    async def test_an_endpoints_secret_signs_what_goes_to_it(self, outbox: Outbox) -> None:
        """The installation's secret has no part in it."""
        await outbox.webhooks.add_endpoint(TENANT, "ep_1", URL, (EventType.SUCCEEDED,))
        first = await outbox.webhooks.rotate_endpoint_secret(TENANT, "ep_1", now=T0 - DAY_MS)
        await outbox.finish_job()
        claim = outbox.take()
        assert (claim.secrets, claim.is_configured_secret_valid) == ((first,), False)

    async def test_both_secrets_sign_while_one_rotates(self, outbox: Outbox) -> None:
        """The new one comes first; a day later the old one is no longer used."""
        await outbox.webhooks.add_endpoint(TENANT, "ep_1", URL, ALL)
        old = await outbox.webhooks.rotate_endpoint_secret(TENANT, "ep_1", now=T0 - 2 * DAY_MS)
        new = await outbox.webhooks.rotate_endpoint_secret(TENANT, "ep_1", now=T0 - 1)
        await outbox.finish_job()
        assert outbox.take(T0).secrets == (new, old)
        assert outbox.take(T0 + DAY_MS).secrets == (new,)

    async def test_a_callback_is_signed_with_the_installations_secret(self, outbox: Outbox) -> None:
        """A tenant that has no secret of its own needs none."""
        await outbox.finish_job(make_callback())
        claim = outbox.take()
        assert (claim.secrets, claim.is_configured_secret_valid) == ((), True)

    async def test_a_tenants_own_secret_takes_over_with_an_overlap(self, outbox: Outbox) -> None:
        """For a day both sign, then the tenant's own alone."""
        await outbox.finish_job(make_callback(*ALL))
        own = await outbox.webhooks.rotate_tenant_secret(TENANT, now=T0)
        first, later = outbox.take(T0), outbox.take(T0 + DAY_MS)
        assert (first.secrets, first.is_configured_secret_valid) == ((own,), True)
        assert (later.secrets, later.is_configured_secret_valid) == ((own,), False)

    async def test_a_new_target_has_one_delivery_in_flight(self, outbox: Outbox) -> None:
        """Who has not shown that it answers holds one sender, not all of them."""
        await outbox.finish_job(make_callback(*ALL))
        outbox.take()
        assert outbox.deliveries.claim(now=T0) is None

    async def test_success_earns_a_target_more_in_flight(self, outbox: Outbox) -> None:
        """After one success two may be on their way."""
        await outbox.finish_job(make_callback(*ALL))
        outbox.deliver(outbox.take())
        assert [outbox.deliveries.claim(now=T0) is not None for _ in range(3)] == [True, True, False]

    async def test_a_failure_takes_what_was_earned(self, outbox: Outbox) -> None:
        """A target that fails is back at one."""
        await outbox.finish_job(make_callback(*ALL))
        await outbox.finish_job(make_callback(*ALL))
        outbox.deliver(outbox.take())
        outbox.deliver(outbox.take())
        outbox.fail(outbox.take())
        assert [outbox.deliveries.claim(now=T0) is not None for _ in range(2)] == [True, False]

    async def test_a_busy_target_does_not_hold_up_another(self, outbox: Outbox) -> None:
        """The first receiver has a long queue and its one slot taken; the second is served all the same."""
        for _ in range(20):
            await outbox.finish_job(make_callback())
        await outbox.finish_job(make_callback(url="https://other.example.org/"))
        assert {outbox.take().url, outbox.take().url} == {URL, "https://other.example.org/"}

    async def test_a_tenant_cannot_take_every_sender(self, server: TestServer) -> None:
        """Two hanging receivers of one tenant leave room for the other tenant's."""
        outbox = Outbox(server, senders=3)
        for number in range(3):
            await outbox.finish_job(make_callback(url=f"https://r{number}.example.org/"))
        await outbox.finish_job(make_callback(url="https://b.example.org/", tenant="b"), tenant="b")
        taken = [outbox.deliveries.claim(now=T0) for _ in range(4)]
        urls = [claim.url for claim in taken if claim is not None]
        assert (len(urls), "https://b.example.org/" in urls) == (3, True)
        await outbox.close()

    async def test_failing_receivers_cannot_take_every_sender(self, server: TestServer) -> None:
        """With four senders two at most are at receivers that failed last, whosever they are."""
        outbox = Outbox(server, senders=4)
        for number in range(3):
            await outbox.finish_job(make_callback(*ALL, url=f"https://r{number}.example.org/"))
        for _ in range(3):
            outbox.fail(outbox.take())
        await outbox.finish_job(make_callback(url="https://new.example.org/"))
        taken = [outbox.deliveries.claim(now=T0) for _ in range(4)]
        urls = [claim.url for claim in taken if claim is not None]
        await outbox.close()
        assert (len(urls), urls[-1]) == (3, "https://new.example.org/")

    async def test_a_slow_success_earns_nothing(self, outbox: Outbox) -> None:
        """Who needs three seconds for every answer holds one sender."""
        await outbox.finish_job(make_callback(*ALL))
        outbox.deliver(outbox.take(), duration_ms=3000)
        assert [outbox.deliveries.claim(now=T0) is not None for _ in range(2)] == [True, False]


class TestRecovery:
    """A sender dies."""

    async def test_a_delivery_whose_sender_died_is_sent_again_after_its_lease(self, outbox: Outbox) -> None:
        """Nobody knows whether it arrived: it goes out again under the same id, and the ledger says why."""
        await outbox.finish_job(make_callback())
        lost = outbox.take()
        assert outbox.deliveries.claim(now=T0 + LEASE_MS - 1) is None
        again = outbox.take(T0 + LEASE_MS)
        [delivery] = await outbox.ledger()
        assert (again.id, again.attempt, delivery.attempts) == (
            lost.id,
            2,
            (Attempt(at=T0, error=ErrorClass.WORKER_LOST),),
        )

    async def test_a_sender_that_comes_back_late_changes_nothing(self, outbox: Outbox) -> None:
        """Its outcome is refused; the second sender's stands."""
        await outbox.finish_job(make_callback())
        late = outbox.take()
        outbox.deliver(outbox.take(T0 + LEASE_MS), T0 + LEASE_MS)
        assert outbox.fail(late, T0 + LEASE_MS).is_taken is False
        [delivery] = await outbox.ledger()
        assert delivery.status is DeliveryStatus.DELIVERED

    async def test_an_old_claim_says_nothing_while_another_sender_is_at_it(self, outbox: Outbox) -> None:
        """Both hold the same delivery; only the fence tells them apart."""
        await outbox.finish_job(make_callback())
        late = outbox.take()
        second = outbox.take(T0 + LEASE_MS)
        assert outbox.deliver(late, T0 + LEASE_MS).is_taken is False
        assert outbox.deliver(second, T0 + LEASE_MS).is_taken is True

    async def test_a_delivery_that_kills_every_sender_is_given_up(self, outbox: Outbox) -> None:
        """After as many attempts as the schedule has, the ledger says that senders were lost."""
        await outbox.finish_job(make_callback())
        for attempt in range(SCHEDULE.attempts):
            outbox.take(T0 + attempt * LEASE_MS)
        assert outbox.deliveries.claim(now=T0 + SCHEDULE.attempts * LEASE_MS) is None
        [delivery] = await outbox.ledger()
        assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, ErrorClass.WORKER_LOST)
        assert outbox.due() == {}


class TestRecord:
    """An attempt has an outcome."""

    async def test_a_delivered_event_leaves_the_outbox(self, outbox: Outbox) -> None:
        """Nothing of it is due any more, and its record expires."""
        await outbox.finish_job(make_callback())
        claim = outbox.take()
        outbox.deliver(claim, T0 + 5)
        [delivery] = await outbox.ledger()
        assert (delivery.status, outbox.due()) == (DeliveryStatus.DELIVERED, {})
        assert delivery.attempts == (Attempt(at=T0 + 5, status_code=204, duration_ms=5),)
        keys = [f"webhook:delivery:{claim.id}", f"webhook:delivery:{claim.id}:attempts"]
        assert [outbox.redis.pexpiretime(key) for key in keys] == [T0 + 5 + 7 * DAY_MS] * 2

    async def test_every_key_of_webhooks_but_those_of_endpoints_expires(self, outbox: Outbox) -> None:
        """Nothing stays for ever, even if nobody sends."""
        await outbox.add_endpoint(*ALL)
        await outbox.finish_job(make_callback(*ALL))
        outbox.deliver(outbox.take())
        outbox.fail(outbox.take())
        keys = [key.decode() for key in outbox.redis.scan_iter("webhook*")]
        lasting = {key.split(":")[1] for key in keys if outbox.redis.ttl(key) == -1}
        assert lasting == {"due", "queue", "endpoints", "endpoint"}

    async def test_a_failed_attempt_waits_by_the_schedule(self, outbox: Outbox) -> None:
        """Five seconds after the first, five minutes after the second."""
        await outbox.finish_job(make_callback())
        outbox.fail(outbox.take())
        assert list(outbox.due().values()) == [T0 + 5000]
        assert outbox.deliveries.claim(now=T0 + 4999) is None
        outbox.fail(outbox.take(T0 + 5000), T0 + 5000)
        assert list(outbox.due().values()) == [T0 + 305_000]

    async def test_after_the_last_attempt_the_delivery_has_failed(self, outbox: Outbox) -> None:
        """The ledger holds all ten attempts, and nothing is due."""
        await outbox.finish_job(make_callback())
        now = T0
        for _ in range(10):
            outbox.fail(outbox.take(now), now)
            now = next(iter(outbox.due().values()), now)
        [delivery] = await outbox.ledger()
        assert (delivery.status, delivery.error, len(delivery.attempts), outbox.due()) == (
            DeliveryStatus.FAILED,
            ErrorClass.RECEIVER_ERROR,
            10,
            {},
        )

    async def test_a_paused_target_is_left_alone_with_all_its_deliveries(self, outbox: Outbox) -> None:
        """When a receiver asks for less, nothing goes to it until the pause is over."""
        await outbox.finish_job(make_callback(*ALL))
        outbox.fail(outbox.take(), verdict=Verdict.THROTTLED, pause=timedelta(seconds=60))
        assert outbox.deliveries.claim(now=T0 + 59_999) is None
        assert outbox.deliveries.claim(now=T0 + 60_000) is not None

    async def test_the_count_of_failures_in_a_row_goes_with_the_claim(self, outbox: Outbox) -> None:
        """The sender learns how often the target has failed lately, and a success forgets it."""
        for _ in range(4):
            await outbox.finish_job(make_callback())
        outbox.fail(outbox.take())
        second = outbox.take()
        outbox.deliver(second)
        assert (second.failures, outbox.take().failures) == (1, 0)

    async def test_gone_ends_a_callback_and_what_else_its_job_would_tell(self, outbox: Outbox) -> None:
        """After 410 neither the waiting nor any later event of the job goes there; other jobs are not touched."""
        claim = await outbox.start_job(make_callback(*ALL))
        outbox.fail(outbox.take(), verdict=Verdict.GONE, error=ErrorClass.GONE)
        outbox.engine.work.fail(claim, Failure(code="internal.error"), now=T0)
        await outbox.start_job(make_callback(*ALL))
        ledger = await outbox.ledger()
        assert [(one.event.type, one.status) for one in ledger if one.event.job_id == claim.job_id] == [
            (EventType.STARTED, DeliveryStatus.FAILED)
        ]
        assert len(ledger) == 2

    async def test_gone_ends_the_events_of_its_job_that_wait(self, outbox: Outbox) -> None:
        """What was in the outbox already is not sent either."""
        await outbox.finish_job(make_callback(*ALL))
        outbox.fail(outbox.take(), verdict=Verdict.GONE, error=ErrorClass.GONE)
        assert outbox.deliveries.claim(now=T0) is None
        assert {delivery.error for delivery in await outbox.ledger()} == {ErrorClass.GONE}

    async def test_gone_is_no_sign_of_a_sick_receiver(self, outbox: Outbox) -> None:
        """Who answers 410 for one job's address keeps what it has earned for the addresses of other jobs."""
        for _ in range(4):
            await outbox.finish_job(make_callback())
        outbox.deliver(outbox.take())
        outbox.fail(outbox.take(), verdict=Verdict.GONE, error=ErrorClass.GONE)
        assert [outbox.take().failures for _ in range(2)] == [0, 0]

    async def test_gone_disables_an_endpoint_and_says_so(self, outbox: Outbox) -> None:
        """Nothing more is made for it, what waits ends, and the list of endpoints gives the reason."""
        endpoint = await outbox.add_endpoint(*ALL)
        await outbox.finish_job()
        assert outbox.fail(outbox.take(), verdict=Verdict.GONE, error=ErrorClass.GONE).has_disabled
        assert outbox.deliveries.claim(now=T0) is None
        [listed] = await outbox.webhooks.list_endpoints(TENANT)
        assert (listed.id, listed.status, listed.reason) == (endpoint, "disabled", "gone")
        await outbox.finish_job()
        assert {delivery.error for delivery in await outbox.ledger()} == {ErrorClass.GONE, ErrorClass.ENDPOINT_DISABLED}
        assert len(await outbox.ledger()) == 3

    async def test_five_days_of_failure_disable_an_endpoint(self, outbox: Outbox) -> None:
        """A receiver that has answered nothing well for five days is not tried any more."""
        await outbox.add_endpoint(*ALL)
        await outbox.finish_job()
        assert outbox.fail(outbox.take()).has_disabled is False
        outbox.engine.redis.hset(f"webhook:target:{next(iter(outbox.due()))}", "failing_since", T0 - 5 * DAY_MS - 1)
        assert outbox.fail(outbox.take()).has_disabled
        [listed] = await outbox.webhooks.list_endpoints(TENANT)
        assert listed.reason == "failing"

    async def test_a_delivery_held_up_for_too_long_is_given_up(self, outbox: Outbox) -> None:
        """However long a pause lasts, a delivery ends; the ledger says that it is overdue."""
        await outbox.finish_job(make_callback())
        assert outbox.deliveries.claim(now=T0 + 115 * HOUR_MS) is None
        [delivery] = await outbox.ledger()
        assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, ErrorClass.OVERDUE)


class TestDeletion:
    """The job of a delivery is deleted."""

    async def test_what_waits_is_withdrawn_and_the_senders_reference_goes(self, outbox: Outbox) -> None:
        """A deleted job tells nobody anything, and the ledger forgets how its sender called it."""
        job = await outbox.finish_job(make_callback(), reference="ris-42")
        await outbox.engine.jobs.delete(job, TENANT, now=T0)
        assert outbox.deliveries.claim(now=T0) is None
        [delivery] = await outbox.ledger()
        assert (delivery.error, delivery.event.client_reference) == (ErrorClass.JOB_DELETED, None)

    async def test_what_is_on_its_way_is_not_tried_again(self, outbox: Outbox) -> None:
        """The attempt that was under way is the last."""
        job = await outbox.finish_job(make_callback())
        claim = outbox.take()
        await outbox.engine.jobs.delete(job, TENANT, now=T0)
        outbox.fail(claim)
        [delivery] = await outbox.ledger()
        assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, ErrorClass.JOB_DELETED)


class TestReadiness:
    """The sweeper asks what can be sent."""

    async def test_what_can_start_now_is_counted(self, outbox: Outbox) -> None:
        """A new target counts once however much waits for it."""
        await outbox.finish_job(make_callback(*ALL))
        await outbox.finish_job(make_callback(url="https://other.example.org/"))
        assert outbox.deliveries.readiness(now=T0).ready == 2

    async def test_the_next_time_is_told_where_nothing_can_start(self, outbox: Outbox) -> None:
        """The sweeper wakes up for a retry in time."""
        await outbox.finish_job(make_callback())
        outbox.fail(outbox.take())
        assert outbox.deliveries.readiness(now=T0) == Readiness(0, T0 + 5000)

    async def test_a_lost_sender_counts(self, outbox: Outbox) -> None:
        """A lease that has run out is work."""
        await outbox.finish_job(make_callback())
        outbox.take()
        assert outbox.deliveries.readiness(now=T0 + LEASE_MS).ready == 1

    async def test_a_paused_target_is_not_work(self, outbox: Outbox) -> None:
        """Fresh events for a target that rests wake nobody until the pause is over."""
        await outbox.finish_job(make_callback())
        outbox.fail(outbox.take(), pause=timedelta(seconds=60))
        await outbox.finish_job(make_callback())
        assert outbox.deliveries.readiness(now=T0) == Readiness(0, T0 + 60_000)


class TestLedger:
    """Reading and replaying."""

    async def test_deliveries_are_paged_newest_first(self, outbox: Outbox) -> None:
        """Three deliveries in pages of two, and no delivery twice."""
        for _ in range(3):
            await outbox.finish_job(make_callback())
        first = await outbox.webhooks.list_deliveries(TENANT, job_id=None, status=None, limit=2, cursor=None)
        second = await outbox.webhooks.list_deliveries(
            TENANT, job_id=None, status=None, limit=2, cursor=first.next_cursor
        )
        ids = [delivery.id for delivery in (*first.deliveries, *second.deliveries)]
        assert (ids, second.next_cursor) == (sorted(ids, reverse=True), None)
        assert len(set(ids)) == 3

    async def test_deliveries_are_found_by_job_and_status(self, outbox: Outbox) -> None:
        """One job's failed deliveries, and no others."""
        job = await outbox.finish_job(make_callback())
        outbox.fail(outbox.take(), verdict=Verdict.GONE, error=ErrorClass.GONE)
        await outbox.finish_job(make_callback())
        found = await outbox.webhooks.list_deliveries(TENANT, job_id=job, status="failed", limit=9, cursor=None)
        none = await outbox.webhooks.list_deliveries(TENANT, job_id=job, status="waiting", limit=9, cursor=None)
        assert ([one.event.job_id for one in found.deliveries], none.deliveries) == ([job], ())

    async def test_another_tenants_delivery_is_unknown(self, outbox: Outbox) -> None:
        """Neither read nor replayed."""
        await outbox.finish_job(make_callback())
        [delivery] = await outbox.ledger()
        with pytest.raises(DeliveryUnknown):
            await outbox.webhooks.read_delivery("other", delivery.id)
        with pytest.raises(DeliveryUnknown):
            await outbox.webhooks.replay("other", delivery.id)

    async def test_a_replay_sends_the_same_message_with_the_whole_schedule(self, outbox: Outbox) -> None:
        """The id stays, the attempts so far stay in the ledger, and ten more are allowed."""
        await outbox.finish_job(make_callback())
        first = outbox.take()
        outbox.fail(first, verdict=Verdict.GONE, error=ErrorClass.GONE)
        await outbox.webhooks.replay(TENANT, first.id, now=T0 + HOUR_MS)
        again = outbox.take(T0 + HOUR_MS)
        outbox.deliver(again, T0 + HOUR_MS)
        delivery = await outbox.webhooks.read_delivery(TENANT, first.id)
        assert (again.id, again.attempt, delivery.status, len(delivery.attempts), delivery.error) == (
            first.id,
            1,
            DeliveryStatus.DELIVERED,
            2,
            None,
        )

    async def test_a_delivery_that_is_still_tried_is_not_replayed(self, outbox: Outbox) -> None:
        """It will be sent anyway."""
        await outbox.finish_job(make_callback())
        [delivery] = await outbox.ledger()
        with pytest.raises(WebhookConflict, match=r"webhook\.delivery_unfinished"):
            await outbox.webhooks.replay(TENANT, delivery.id)

    async def test_a_delivery_of_a_deleted_job_is_not_replayed(self, outbox: Outbox) -> None:
        """Nothing of a deleted job is sent."""
        job = await outbox.finish_job(make_callback())
        await outbox.engine.jobs.delete(job, TENANT, now=T0)
        [delivery] = await outbox.ledger()
        with pytest.raises(WebhookConflict, match=r"webhook\.job_deleted"):
            await outbox.webhooks.replay(TENANT, delivery.id)

    async def test_a_delivery_to_an_endpoint_that_is_not_there_is_not_replayed(self, outbox: Outbox) -> None:
        """An endpoint that was removed has no secret to sign with."""
        endpoint = await outbox.add_endpoint()
        await outbox.finish_job()
        outbox.deliver(outbox.take())
        await outbox.webhooks.remove_endpoint(TENANT, endpoint)
        [delivery] = await outbox.ledger()
        with pytest.raises(WebhookConflict, match=r"webhook\.endpoint_inactive"):
            await outbox.webhooks.replay(TENANT, delivery.id)

    async def test_a_test_event_is_a_delivery_like_any_other(self, outbox: Outbox) -> None:
        """It can be followed in the ledger."""
        delivery_id = await outbox.webhooks.send_test(TENANT, "cb_1", URL, None, now=T0)
        claim = outbox.take()
        assert (claim.id, claim.event.type, claim.event.job_id) == (delivery_id, EventType.TEST, None)


class TestEndpoints:
    """A tenant's registered receivers."""

    async def test_a_removed_endpoint_gets_nothing_that_waits(self, outbox: Outbox) -> None:
        """What waited for it ends as failed."""
        endpoint = await outbox.add_endpoint(*ALL)
        await outbox.finish_job()
        await outbox.webhooks.remove_endpoint(TENANT, endpoint)
        assert outbox.deliveries.claim(now=T0) is None
        assert {delivery.error for delivery in await outbox.ledger()} == {ErrorClass.ENDPOINT_REMOVED}

    async def test_an_enabled_endpoint_is_told_again(self, outbox: Outbox) -> None:
        """After the receiver is mended, events go to it as before."""
        endpoint = await outbox.add_endpoint()
        await outbox.finish_job()
        outbox.fail(outbox.take(), verdict=Verdict.GONE, error=ErrorClass.GONE)
        await outbox.webhooks.enable_endpoint(TENANT, endpoint)
        await outbox.finish_job()
        [listed] = await outbox.webhooks.list_endpoints(TENANT)
        assert (outbox.take().endpoint_id, listed.status, listed.reason) == (endpoint, "active", None)

    async def test_there_is_a_limit_to_endpoints(self, outbox: Outbox) -> None:
        """Every event is matched against each of them."""
        for _ in range(MAX_ENDPOINTS):
            await outbox.add_endpoint()
        with pytest.raises(WebhookConflict, match=r"webhook\.too_many_endpoints"):
            await outbox.add_endpoint()

    async def test_another_tenants_endpoint_is_unknown(self, outbox: Outbox) -> None:
        """Neither removed, enabled nor given a new secret."""
        endpoint = await outbox.add_endpoint()
        with pytest.raises(EndpointUnknown):
            await outbox.webhooks.remove_endpoint("other", endpoint)
        with pytest.raises(EndpointUnknown):
            await outbox.webhooks.rotate_endpoint_secret("other", endpoint)
        with pytest.raises(EndpointUnknown):
            await outbox.webhooks.enable_endpoint("other", endpoint)
