"""Any sequence of events, attempts, deaths and orders keeps the invariants; time is driven, the server is real."""

import asyncio
import os
from datetime import timedelta
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from shared.errors import DataError
from shared.webhooks.adapters.redis_delivery_store import MOST_PER_TARGET
from shared.webhooks.delivery import DeliveryClaim
from shared.webhooks.events import JOB_EVENTS
from shared.webhooks.verdict import ErrorClass, Verdict
from tests.support.engine import T0, TENANT
from tests.support.outbox import HOUR_MS, Outbox, make_callback
from tests.support.valkey import TestServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

EXAMPLES = 300 if os.environ.get("FAULTS") == "long" else 25
SENDERS = 7
MOST_PER_TENANT, MOST_FAILING = 5, 3
"""Three quarters and half of the senders."""
DRAINING_STEPS = 400
ENDED = {"delivered", "failed"}


class OutboxMachine(RuleBasedStateMachine):
    """Jobs that tell, senders that may be zombies, receivers, their owners, and a clock."""

    jobs = Bundle("jobs")
    claims = Bundle("claims")
    endpoints = Bundle("endpoints")

    server: ClassVar[TestServer]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()

    @initialize()
    def begin(self) -> None:
        """Start with an empty server."""
        self.server.clear()
        self.outbox = Outbox(self.server, senders=SENDERS)
        self.redis = self.outbox.redis
        self.now = T0

    def teardown(self) -> None:
        """From whatever state, healthy senders bring every delivery to its end."""
        for _ in range(DRAINING_STEPS):
            self.now += 5 * 60_000
            while (claim := self.outbox.deliveries.claim(now=self.now)) is not None:
                self.outbox.deliver(claim, self.now)
            if not self.redis.exists("webhooks:due"):
                break
        unfinished = {key: fields for key, fields in self.records().items() if fields["status"] not in ENDED}
        self.runner.run(self.outbox.close())
        self.runner.close()
        assert unfinished == {}

    @rule(target=jobs, host=st.integers(1, 3))
    def finish_job(self, host: int) -> str:
        """A job runs and tells its callback and every endpoint of it."""
        callback = make_callback(*JOB_EVENTS, url=f"https://r{host}.example.org/")
        return self.runner.run(self.outbox.finish_job(callback, now=self.now))

    @rule(target=endpoints)
    def add_endpoint(self) -> object:
        """A tenant registers an endpoint, up to the limit."""
        try:
            return self.runner.run(self.outbox.add_endpoint(*JOB_EVENTS))
        except DataError:
            return multiple()

    @rule(endpoint=endpoints, remove=st.booleans())
    def change_endpoint(self, endpoint: str, remove: bool) -> None:
        """A tenant removes an endpoint or enables it."""
        webhooks = self.outbox.webhooks
        action = webhooks.remove_endpoint if remove else webhooks.enable_endpoint
        try:
            self.runner.run(action(TENANT, endpoint))
        except DataError:
            return

    @rule(job=jobs)
    def delete_job(self, job: str) -> None:
        """A sender deletes a job."""
        try:
            self.runner.run(self.outbox.engine.jobs.delete(job, TENANT, now=self.now))
        except DataError:
            return

    @rule(target=claims)
    def claim(self) -> object:
        """A sender is woken."""
        claim = self.outbox.deliveries.claim(now=self.now)
        return multiple() if claim is None else claim

    @rule(claim=claims)
    def deliver(self, claim: DeliveryClaim) -> None:
        """A receiver takes the event; the sender may be a zombie."""
        self.outbox.deliver(claim, self.now)

    @rule(claim=claims, verdict=st.sampled_from([Verdict.FAILED, Verdict.THROTTLED, Verdict.GONE]))
    def fail(self, claim: DeliveryClaim, verdict: Verdict) -> None:
        """A receiver does not take it."""
        error = ErrorClass.GONE if verdict is Verdict.GONE else ErrorClass.TIMED_OUT
        pause = timedelta(seconds=30 if verdict is Verdict.THROTTLED else 0)
        self.outbox.fail(claim, self.now, verdict=verdict, error=error, pause=pause)

    @rule(claim=claims)
    def replay(self, claim: DeliveryClaim) -> None:
        """A tenant orders an ended delivery again."""
        try:
            self.runner.run(self.outbox.webhooks.replay(TENANT, claim.id, now=self.now))
        except DataError:
            return

    @rule(milliseconds=st.sampled_from([1, 250, 5000, 30_000, 400_000, HOUR_MS, 30 * HOUR_MS]))
    def wait(self, milliseconds: int) -> None:
        """Time passes."""
        self.now += milliseconds

    @rule()
    def sweep(self) -> None:
        """The sweeper looks after what is due."""
        self.outbox.deliveries.readiness(now=self.now)

    def records(self) -> dict[str, dict[str, str]]:
        """Every delivery's record by its id."""
        keys = [key for key in self.redis.scan_iter("webhook:delivery:*") if not key.endswith(b":attempts")]
        return {
            key.decode().split(":")[2]: {
                name.decode(): value.decode() for name, value in self.redis.hgetall(key).items()
            }
            for key in keys
        }

    def members(self, prefix: str) -> dict[str, str]:
        """The deliveries of all targets' sets, each with its target."""
        keys = [key.decode() for key in self.redis.scan_iter(f"{prefix}:*") if b":of:" not in key]
        return {
            delivery.decode(): key.removeprefix(f"{prefix}:")
            for key in keys
            for delivery in self.redis.zrange(key, 0, -1)
        }

    @invariant()
    def every_unfinished_delivery_is_in_one_place(self) -> None:
        """A waiting one in its target's queue, one that is being sent among those in flight, an ended one nowhere."""
        records = self.records()
        waiting = {key: fields["target"] for key, fields in records.items() if fields["status"] == "waiting"}
        sending = {key: fields["target"] for key, fields in records.items() if fields["status"] == "sending"}
        assert self.members("webhooks:queue") == waiting
        assert self.members("webhooks:flying") == sending

    @invariant()
    def every_target_with_something_to_do_is_due(self) -> None:
        """Nothing waits in a queue that nobody will look at."""
        targets = {*self.members("webhooks:queue").values(), *self.members("webhooks:flying").values()}
        assert targets <= set(self.outbox.due())

    @invariant()
    def a_target_is_looked_at_in_time(self) -> None:
        """Its due time is never later than its first delivery's, but for a pause, taken slots and a moment."""
        due = self.outbox.due()
        for target in set(self.members("webhooks:queue").values()):
            [(_, first)] = self.redis.zrange(f"webhooks:queue:{target}", 0, 0, withscores=True)
            pause = int(self.redis.hget(f"webhook:target:{target}", "paused_until") or 0)
            leases = [score for _, score in self.redis.zrange(f"webhooks:flying:{target}", 0, 0, withscores=True)]
            assert due[target] <= max(first, pause, *leases, self.now + 200)

    @invariant()
    def nobody_has_more_in_flight_than_allowed(self) -> None:
        """Neither a target, a tenant nor all failing targets, counting leases that still run."""
        for key in self.redis.scan_iter("webhooks:flying:*"):
            most = MOST_PER_TENANT if b":of:" in key else MOST_PER_TARGET
            assert self.redis.zcount(key, f"({self.now}", "+inf") <= most
        assert self.redis.zcount("webhooks:failing", f"({self.now}", "+inf") <= MOST_FAILING


def test_any_sequence_of_events_and_attempts_keeps_the_invariants(server: TestServer) -> None:
    """Jobs, senders, zombies, receivers, owners and the clock may act in any order, and every delivery ends."""
    given = server

    class Machine(OutboxMachine):
        server = given

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
