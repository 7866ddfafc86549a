"""Any sequence of transitions keeps the engine's invariants; time is driven, the server is real."""

import asyncio
import os
from collections import Counter
from datetime import timedelta
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from shared.errors import DataError
from shared.jobs.claim import Claim
from shared.jobs.job import Failure, JobKind, Priority, Stage
from tests.support.engine import T0, TENANT, Engine, make_found, make_outcome, make_upload
from tests.support.valkey import TestServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

EXAMPLES = 300 if os.environ.get("FAULTS") == "long" else 25
MEMBERS = st.sampled_from([0, 0, 1, 150, 500])
LIVE = {"queued", "running"}
TERMINAL = {"succeeded", "failed", "canceled"}


class EngineMachine(RuleBasedStateMachine):
    """Senders, workers that may be zombies, a sweeper and a clock."""

    jobs = Bundle("jobs")
    claims = Bundle("claims")

    server: ClassVar[TestServer]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()

    @initialize()
    def begin(self) -> None:
        """Start with an empty server."""
        self.server.clear()
        self.engine = Engine(self.server, attempts=2, files=520)
        self.now = T0
        self.ended: Counter[str] = Counter()
        self.last_status: dict[str, str] = {}
        self.retried: set[str] = set()

    def teardown(self) -> None:
        """Close the connections."""
        self.runner.run(self.engine.close())
        self.runner.close()

    @rule(
        target=jobs,
        files=st.sampled_from([1, 101, 250]),
        kind=st.sampled_from(JobKind),
        priority=st.sampled_from(Priority),
        late=st.booleans(),
    )
    def accept(self, files: int, kind: JobKind, priority: Priority, late: bool) -> str:
        """A sender submits."""
        uploads = tuple(make_upload(number) for number in range(files))
        wait = timedelta(seconds=20) if late else None
        return self.runner.run(
            self.engine.accept(uploads, kind=kind, priority=priority, cancel_after=wait, now=self.now)
        )

    def take(self, choice: int) -> Claim | None:
        """Claim a unit of a stage that has work, or of any where none has."""
        stages = [stage for stage in Stage if self.engine.ready(stage)] or list(Stage)
        return self.engine.work.claim(stages[choice % len(stages)], now=self.now)

    def commit(self, claim: Claim, completed: int, members: int) -> object:
        """Commit a unit; one of extraction may have found further files."""
        answer: Claim | bool
        if claim.is_only and not members and completed % 2:
            answer = self.engine.work.finish_assembly(claim.assembling(), make_outcome(), now=self.now)
        elif claim.stage is Stage.EXTRACT:
            found = make_found(members) if members else None
            answer = self.engine.work.finish_chunk(claim, b"facts", completed, found, now=self.now)
        elif claim.stage is Stage.ASSEMBLE:
            answer = self.engine.work.finish_assembly(claim, make_outcome(), now=self.now)
        else:
            answer = self.engine.work.finish_summary(claim, b"{}", b"[]", now=self.now)
        return answer if isinstance(answer, Claim) else multiple()

    @rule(target=claims, choice=st.integers(0, 2))
    def claim(self, choice: int) -> object:
        """A worker is woken, and works for as long as the other rules take."""
        return self.take(choice) or multiple()

    @rule(target=claims, choice=st.integers(0, 2), completed=st.integers(0, 100), members=MEMBERS)
    def work(self, choice: int, completed: int, members: int) -> object:
        """A worker is woken and done at once."""
        claim = self.take(choice)
        return multiple() if claim is None else self.commit(claim, completed, members)

    @rule(target=claims, claim=consumes(claims), completed=st.integers(0, 100), members=MEMBERS)
    def finish(self, claim: Claim, completed: int, members: int) -> object:
        """A worker commits."""
        return self.commit(claim, completed, members)

    @rule(target=claims, claim=claims, members=MEMBERS)
    def finish_and_forget(self, claim: Claim, members: int) -> object:
        """A worker commits and does not learn that it did: it will do so again."""
        return self.commit(claim, 1, members)

    @rule(claim=claims)
    def fail(self, claim: Claim) -> None:
        """A worker finds the job's data unusable."""
        self.engine.work.fail(claim, Failure(code="dicom.none_readable"), now=self.now)

    @rule(claim=claims, wait=st.sampled_from([0, 5, 60]))
    def defer(self, claim: Claim, wait: int) -> None:
        """A worker gives a unit back."""
        self.engine.work.defer(claim, timedelta(seconds=wait), "rate_limited", now=self.now)

    @rule(claim=claims)
    def disclose(self, claim: Claim) -> None:
        """A worker, perhaps a zombie, is about to send something to the model."""
        unit = self.engine.redis.hget(f"job:{claim.job_id}", f"u:{claim.part}") or b""
        holds = unit.split(b" ")[::2][:2] == [b"running", str(claim.fence).encode()]
        assert self.engine.work.disclose(claim, b"sent", now=self.now) is holds

    @rule(claim=claims)
    def beat(self, claim: Claim) -> None:
        """A worker shows that it lives."""
        self.engine.work.beat([claim], now=self.now)

    @rule(seconds=st.sampled_from([1, 1, 1, 5, 5, 16, 16, 61, 90_000, 700_000]))
    def sweep(self, seconds: int) -> None:
        """Time passes and the sweeper and the eraser come by."""
        self.now += seconds * 1000
        self.engine.sweeper.sweep(now=self.now)
        self.engine.sweeper.forget(self.engine.sweeper.expire(now=self.now))

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        """A sender cancels."""
        self.order("cancel", job)

    @rule(job=jobs)
    def retry(self, job: str) -> None:
        """A sender wants a failed job to run again."""
        if self.order("retry", job):
            self.retried.add(job)

    @rule(job=consumes(jobs))
    def delete(self, job: str) -> None:
        """A sender erases a job."""
        self.order("delete", job)

    def order(self, action: str, job: str) -> bool:
        """Do what a sender asks where the state allows it."""
        try:
            self.runner.run(getattr(self.engine.jobs, action)(job, TENANT, now=self.now))
        except DataError:
            return False
        return True

    def records(self) -> dict[str, dict[str, str]]:
        """Every record of the store."""
        keys = [key for key in self.engine.redis.scan_iter("job:*") if key.count(b":") == 1]
        found = {}
        for key in keys:
            fields = self.engine.redis.hgetall(key)
            found[key.decode().removeprefix("job:")] = {name.decode(): text.decode() for name, text in fields.items()}
        return found

    @invariant()
    def every_unfinished_unit_is_due_exactly_once(self) -> None:
        """The due index is the set of unfinished units of live jobs, no more and no less."""
        units = {
            f"{job}/{name.removeprefix('u:')}"
            for job, fields in self.records().items()
            if fields["status"] in LIVE
            for name in fields
            if name.startswith("u:")
        }
        assert set(self.engine.due()) == units

    @invariant()
    def a_live_job_always_has_a_unit(self) -> None:
        """No job is queued or running without somebody who must act on it."""
        due = {unit.split("/")[0] for unit in self.engine.due()}
        assert {job for job, fields in self.records().items() if fields["status"] in LIVE} == due

    @invariant()
    def what_is_ready_is_due_and_queued(self) -> None:
        """A worker is only offered units that nobody holds."""
        records = self.records()
        for stage in Stage:
            for unit in self.engine.ready(stage):
                job, part = unit.split("/", 1)
                assert records[job][f"u:{part}"].split()[0] == "queued"

    @invariant()
    def a_stage_ends_with_its_last_unit(self) -> None:
        """The number of units left is the number of units there are, found ones included."""
        for fields in self.records().values():
            if fields["status"] in LIVE:
                units = Counter(name.removeprefix("u:").split("/")[0] for name in fields if name.startswith("u:"))
                left = {name.removeprefix("left:"): int(text) for name, text in fields.items() if "left:" in name}
                assert left == dict(units)

    @invariant()
    def every_found_unit_knows_its_members(self) -> None:
        """What a unit is to read is either among the uploads or in the table of members, and nothing else is there."""
        for job, fields in self.records().items():
            found = {
                name.removeprefix("u:")
                for name in fields
                if name.startswith("u:extract/") and f"c:{name.removeprefix('u:')}" not in fields
            }
            assert {part.decode() for part in self.engine.redis.hkeys(f"job:{job}:members")} == found

    @invariant()
    def no_job_has_more_files_than_it_may(self) -> None:
        """Whatever archives turn out to hold, a live job stays within the limit."""
        for fields in self.records().values():
            if fields["status"] in LIVE:
                assert int(fields["total:extract"]) <= 520

    @invariant()
    def a_terminal_state_only_changes_by_order(self) -> None:
        """A finished job stays as it is until it is retried, erased or expires."""
        for job, fields in self.records().items():
            before, after = self.last_status.get(job), fields["status"]
            if before in TERMINAL and after not in {before, "deleted", "expired"}:
                assert job in self.retried
            self.last_status[job] = after
        self.retried.clear()

    @invariant()
    def what_was_sent_dies_with_its_job(self) -> None:
        """What was shown to the model is kept for a living job, expires with an ended one and is erased with it."""
        records = self.records()
        for key in self.engine.redis.scan_iter("job:*:model_input"):
            status = records[key.decode().split(":")[1]]["status"]
            assert status in LIVE | TERMINAL
            assert (self.engine.redis.pttl(key) > 0) == (status in TERMINAL)

    @invariant()
    def every_end_is_told_once(self) -> None:
        """The feed tells one end per run of a job."""
        ends: Counter[str] = Counter()
        starts: Counter[str] = Counter()
        for _, fields in self.engine.redis.xrange(f"feed:{TENANT}"):
            job, kind = fields[b"job"].decode(), fields[b"type"].decode()
            starts[job] += kind == "job.queued"
            ends[job] += kind.removeprefix("job.") in TERMINAL
        for job, fields in self.records().items():
            assert ends[job] <= starts[job]
            if fields["status"] in TERMINAL:
                assert ends[job] == starts[job]

    @invariant()
    def bytes_are_held_by_exactly_their_jobs(self) -> None:
        """The count beside each location is the number of uploads that refer to it."""
        held: Counter[str] = Counter()
        for job in self.records():
            for line in self.engine.redis.lrange(f"job:{job}:uploads", 0, -1):
                held[line.decode().split('"sha256":"')[1].split('"')[0]] += 1
        counted = {
            sha.decode(): int(text.decode().split(" ")[0]) for sha, text in self.engine.redis.hgetall("blobs").items()
        }
        assert counted == dict(held)


def test_any_sequence_of_transitions_keeps_the_invariants(server: TestServer) -> None:
    """Senders, workers, zombies, the sweeper and the clock may act in any order."""
    given = server

    class Machine(EngineMachine):
        server = given

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
