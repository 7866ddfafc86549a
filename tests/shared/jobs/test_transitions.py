"""The transition scripts, one claim each, on a real server with time driven by the test."""

from datetime import timedelta

import pytest

from shared.jobs.claim import Claim, FoundMembers
from shared.jobs.job import Failure, JobKind, JobStatus, Priority, Stage, StageProgress
from shared.jobs.parameters import Idempotency, JobParameters
from shared.jobs.store import Accepted, JobGone, JobUnknown, StateConflict
from tests.support.engine import T0, TENANT, Engine, make_found, make_outcome, make_upload
from tests.support.valkey import TestServer

pytestmark = pytest.mark.integration

LEASE_MS = 15_000
GRACE_MS = 10_000
DAY_MS = 86_400_000


def take(engine: Engine, stage: Stage = Stage.EXTRACT, now: int = T0) -> Claim:
    """Claim a unit that must be there."""
    claim = engine.work.claim(stage, now=now)
    assert claim is not None
    return claim


def assemble(engine: Engine, now: int = T0) -> Claim:
    """Bring the only ready job to its claimed assembly."""
    following = engine.work.finish_chunk(take(engine, now=now), b"facts", 1, now=now)
    assert isinstance(following, Claim)
    return following


class TestAccept:
    """A job enters the engine."""

    async def test_an_accepted_job_has_one_due_member_per_unit(self, engine: Engine) -> None:
        """Two hundred files are two units, and each is listed once with the time by which it is asked after."""
        uploads = tuple(make_upload(n) for n in range(200))
        accepted = await engine.jobs.accept("one", JobParameters(kind=JobKind.ANALYZE), uploads, now=T0)
        assert accepted.hints == 2
        assert engine.due() == {"one/extract/0": T0 + GRACE_MS, "one/extract/1": T0 + GRACE_MS}

    async def test_an_accepted_job_is_told_as_a_reader_finds_it(self, engine: Engine) -> None:
        """The answer of a submission needs no second look: state, options and the place behind an earlier job."""
        await engine.accept(now=T0 - 1)
        parameters = JobParameters(kind=JobKind.SUMMARIZE, client_reference="r", cancel_after=timedelta(minutes=1))
        accepted = await engine.jobs.accept("two", parameters, (make_upload(0), make_upload(1)), now=T0)
        assert accepted.job == await engine.jobs.read("two", TENANT)
        assert (accepted.job, None) == await engine.jobs.read_with_result("two", TENANT)
        assert accepted.job is not None
        assert accepted.job.stages == (StageProgress(Stage.EXTRACT, "queued", 0, 2, queue_position=2),)

    async def test_accepting_the_same_id_again_changes_nothing(self, engine: Engine) -> None:
        """A request whose answer was lost may be sent again without making a second job."""
        parameters = JobParameters(kind=JobKind.ANALYZE)
        await engine.jobs.accept("one", parameters, (make_upload(),), now=T0)
        again = await engine.jobs.accept("one", parameters, (make_upload(),), now=T0 + 5)
        assert again == Accepted("one", hints=1)
        assert (engine.redis.hget("blobs", f"{0:064x}"), len(engine.due())) == (
            f"1 {make_upload().location}".encode(),
            1,
        )

    async def test_bytes_that_are_stored_already_are_named_as_redundant(self, engine: Engine) -> None:
        """Two jobs with the same file share its bytes; the second copy may be erased."""
        await engine.accept((make_upload(),))
        parameters = JobParameters(kind=JobKind.ANALYZE)
        second = make_upload(nonce="11111111")
        accepted = await engine.jobs.accept("two", parameters, (second,), now=T0)
        assert accepted.redundant == (second.location,)

    async def test_a_deadline_is_the_earlier_of_the_senders_and_ours(self, engine: Engine) -> None:
        """A job that must be done in a minute is given up after a minute, not after a day."""
        job = await engine.accept(cancel_after=timedelta(minutes=1))
        assert engine.redis.zscore("jobs:deadlines", job) == T0 + 60_000


class TestIdempotency:
    """The same request twice is one job."""

    promise = Idempotency(key="k", reservation="receiving a", fingerprint="f", retention=timedelta(hours=24))

    async def accept(self, engine: Engine, job_id: str, promise: Idempotency) -> str:
        """Accept under a promise and give the id of the job that stands for it."""
        await engine.jobs.reserve(TENANT, promise.key, promise.reservation, timedelta(minutes=15))
        parameters = JobParameters(kind=JobKind.ANALYZE)
        return (await engine.jobs.accept(job_id, parameters, (make_upload(),), promise)).job_id

    async def test_the_same_key_and_content_give_the_first_job(self, engine: Engine) -> None:
        """A second request with the key is answered with the job of the first."""
        await self.accept(engine, "one", self.promise)
        again = Idempotency("k", "receiving b", "f", timedelta(hours=24))
        assert await self.accept(engine, "two", again) == "one"

    async def test_the_same_key_with_other_content_is_refused(self, engine: Engine) -> None:
        """A key cannot stand for two different uploads."""
        await self.accept(engine, "one", self.promise)
        other = Idempotency("k", "receiving b", "other", timedelta(hours=24))
        with pytest.raises(Exception, match=r"idempotency\.mismatch"):
            await self.accept(engine, "two", other)

    async def test_a_key_that_is_still_being_received_refuses_the_second(self, engine: Engine) -> None:
        """While the first upload is on its way the second is told to come back."""
        await engine.jobs.reserve(TENANT, "k", "receiving a", timedelta(minutes=15))
        second = Idempotency("k", "receiving b", "f", timedelta(hours=24))
        with pytest.raises(StateConflict, match=r"idempotency\.in_progress"):
            await self.accept(engine, "two", second)

    async def test_a_prolonged_key_stays_held(self, engine: Engine) -> None:
        """A slow upload keeps its key for as long as it takes."""
        await engine.jobs.reserve(TENANT, "k", "receiving a", timedelta(seconds=1))
        await engine.jobs.prolong(TENANT, "k", "receiving a", timedelta(seconds=100))
        [key] = engine.redis.keys("idempotency:*")
        assert engine.redis.ttl(key) > 1

    async def test_a_lost_key_is_not_prolonged(self, engine: Engine) -> None:
        """Who lost a key cannot hold it for somebody else."""
        await engine.jobs.reserve(TENANT, "k", "receiving b", timedelta(seconds=1))
        await engine.jobs.prolong(TENANT, "k", "receiving a", timedelta(seconds=100))
        [key] = engine.redis.keys("idempotency:*")
        assert engine.redis.ttl(key) <= 1

    async def test_a_released_key_is_free_again(self, engine: Engine) -> None:
        """An upload that failed does not block its own repetition."""
        await engine.jobs.reserve(TENANT, "k", "receiving a", timedelta(minutes=15))
        await engine.jobs.release(TENANT, "k", "receiving a")
        assert await engine.jobs.reserve(TENANT, "k", "receiving b", timedelta(minutes=15))


class TestDisclose:
    """What leaves for the model is kept with the job, in the step that checks the right to send it."""

    async def summary(self, engine: Engine) -> Claim:
        """Bring the only job to the claim on its summary."""
        await engine.accept(kind=JobKind.SUMMARIZE)
        engine.work.finish_assembly(assemble(engine), make_outcome(), now=T0)
        return take(engine, Stage.SUMMARIZE)

    async def test_what_is_sent_can_be_read_with_the_job(self, engine: Engine) -> None:
        """The job says that something was sent, and it is read back byte for byte."""
        claim = await self.summary(engine)
        before = await engine.jobs.read(claim.job_id, TENANT)
        assert engine.work.disclose(claim, b"sent", now=T0)
        after = await engine.jobs.read(claim.job_id, TENANT)
        assert (before.has_model_input, after.has_model_input, after.revision > before.revision) == (False, True, True)
        assert await engine.jobs.read_model_input(claim.job_id) == b"sent"

    async def test_who_lost_the_claim_may_not_send(self, engine: Engine) -> None:
        """A worker past its lease is told so, and what it wanted to send is not noted."""
        claim = await self.summary(engine)
        engine.sweeper.sweep(now=T0 + LEASE_MS)
        assert not engine.work.disclose(claim, b"sent", now=T0 + LEASE_MS)
        assert await engine.jobs.read_model_input(claim.job_id) is None

    async def test_a_deleted_job_sends_nothing_and_is_not_made_anew(self, engine: Engine) -> None:
        """Deleting erases what was sent, and a late worker neither sends nor writes."""
        claim = await self.summary(engine)
        engine.work.disclose(claim, b"sent", now=T0)
        await engine.jobs.delete(claim.job_id, TENANT, now=T0)
        assert not engine.work.disclose(claim, b"sent", now=T0)
        assert engine.redis.keys(f"job:{claim.job_id}:*") == []

    async def test_what_was_sent_expires_with_the_job(self, engine: Engine) -> None:
        """It is kept no longer than the result."""
        claim = await self.summary(engine)
        engine.work.disclose(claim, b"sent", now=T0)
        engine.work.finish_summary(claim, b"{}", b"[]", now=T0)
        keys = [f"job:{claim.job_id}:{name}" for name in ("model_input", "result")]
        sent, result = (engine.redis.pexpiretime(key) for key in keys)
        assert (sent, sent > 0) == (result, True)


class TestPatience:
    """A claim says for how long its unit has waited and how long its job still has."""

    async def test_a_fresh_unit_has_not_waited(self, engine: Engine) -> None:
        """Its job has the whole of its lifetime before it."""
        await engine.accept()
        claim = take(engine, now=T0 + 5000)
        assert (claim.waited, claim.left) == (timedelta(0), timedelta(hours=24, seconds=-5))

    async def test_waiting_is_counted_from_the_first_deferral(self, engine: Engine) -> None:
        """However often a unit is put off, its patience is one."""
        await engine.accept()
        for second in (0, 10, 20):
            now = T0 + second * 1000
            engine.work.defer(take(engine, now=now), timedelta(seconds=5), "rate_limited", now=now)
            engine.sweeper.sweep(now=now + 5000)
        assert take(engine, now=T0 + 30_000).waited == timedelta(seconds=30)

    async def test_a_retried_job_begins_anew(self, engine: Engine) -> None:
        """The sender's order to run a failed job again gives it new patience."""
        job = await engine.accept()
        engine.work.defer(take(engine), timedelta(seconds=5), "rate_limited", now=T0)
        engine.sweeper.sweep(now=T0 + 5000)
        engine.work.fail(take(engine, now=T0 + 5000), Failure("x"), now=T0 + 5000)
        await engine.jobs.retry(job, TENANT, now=T0 + 6000)
        assert take(engine, now=T0 + 7000).waited == timedelta(0)


class TestClaim:
    """A worker takes a unit."""

    async def test_nothing_ready_gives_no_claim(self, engine: Engine) -> None:
        """A wake-up that comes late finds nothing and does nothing."""
        assert engine.work.claim(Stage.EXTRACT) is None

    async def test_a_claim_prolongs_the_due_time_by_the_lease(self, engine: Engine) -> None:
        """A claimed unit is looked after again when its lease is over."""
        await engine.accept()
        claim = take(engine, now=T0 + 100)
        assert engine.due() == {claim.unit: T0 + 100 + LEASE_MS}

    async def test_a_claim_carries_the_uploads_of_its_chunk(self, engine: Engine) -> None:
        """The second worker of a large upload gets the second hundred files."""
        uploads = tuple(make_upload(n) for n in range(150))
        await engine.accept(uploads)
        take(engine)
        assert take(engine).uploads == uploads[100:]

    async def test_urgent_goes_before_normal_before_offpeak(self, engine: Engine) -> None:
        """Priority orders the queue, age orders within a priority."""
        late = await engine.accept(priority=Priority.OFFPEAK)
        first = await engine.accept(now=T0 + 1)
        second = await engine.accept(now=T0 + 2)
        urgent = await engine.accept(priority=Priority.URGENT, now=T0 + 3)
        order = [take(engine).job_id for _ in range(4)]
        assert order == [urgent, first, second, late]

    async def test_the_first_claim_starts_the_job(self, engine: Engine) -> None:
        """A job is running from its first claim on."""
        job = await engine.accept()
        take(engine)
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.attempt, read.started_at is not None) == (JobStatus.RUNNING, 1, True)

    async def test_a_unit_claimed_too_often_fails_its_job(self, engine: Engine) -> None:
        """A file that kills its worker each time is given up after three attempts."""
        job = await engine.accept()
        now = T0
        for _ in range(3):
            take(engine, now=now)
            now += LEASE_MS + 1
            engine.sweeper.sweep(now=now)
        assert engine.work.claim(Stage.EXTRACT, now=now) is None
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.error) == (
            JobStatus.FAILED,
            Failure(code="job.attempts_exhausted", attempts=3, stage="extract"),
        )


class TestBeatAndSweep:
    """Leases live on signs of life."""

    async def test_a_beat_prolongs_the_lease(self, engine: Engine) -> None:
        """A worker that is alive keeps its unit."""
        await engine.accept()
        claim = take(engine)
        assert engine.work.beat([claim], now=T0 + 5000) == [True]
        assert engine.due() == {claim.unit: T0 + 5000 + LEASE_MS}

    async def test_a_unit_with_a_live_lease_is_left_alone(self, engine: Engine) -> None:
        """The sweeper never takes work from a worker that is alive."""
        await engine.accept()
        take(engine)
        assert engine.sweeper.sweep(now=T0 + LEASE_MS - 1).recovered == 0

    async def test_a_lost_lease_makes_the_unit_ready_again(self, engine: Engine) -> None:
        """When a worker dies another one can take its unit."""
        await engine.accept()
        claim = take(engine)
        assert engine.sweeper.sweep(now=T0 + LEASE_MS).recovered == 1
        assert engine.ready("extract") == [claim.unit]

    async def test_a_beat_after_the_unit_was_taken_over_says_so(self, engine: Engine) -> None:
        """A worker that was frozen learns that its unit is somebody else's."""
        await engine.accept()
        frozen = take(engine)
        engine.sweeper.sweep(now=T0 + LEASE_MS)
        take(engine, now=T0 + LEASE_MS)
        assert engine.work.beat([frozen], now=T0 + LEASE_MS + 1) == [False]

    async def test_a_finish_after_the_unit_was_taken_over_is_refused(self, engine: Engine) -> None:
        """A worker that wakes up late commits nothing."""
        job = await engine.accept()
        frozen = take(engine)
        engine.sweeper.sweep(now=T0 + LEASE_MS)
        take(engine, now=T0 + LEASE_MS)
        assert engine.work.finish_chunk(frozen, b"stale", 1) is False
        assert engine.redis.exists(f"job:{job}:parts") == 0

    async def test_a_unit_nobody_took_stays_ready_and_is_asked_after_later(self, engine: Engine) -> None:
        """A lost wake-up leaves the unit where the sweeper sees it."""
        job = await engine.accept()
        sweep = engine.sweeper.sweep(now=T0 + GRACE_MS)
        assert (sweep.asked, sweep.ready[Stage.EXTRACT]) == (1, 1)
        assert engine.due() == {f"{job}/extract/0": T0 + GRACE_MS + 10_000}

    async def test_a_job_past_its_deadline_fails(self, engine: Engine) -> None:
        """A job that cannot be finished in a day is given up with a reason."""
        job = await engine.accept()
        assert engine.sweeper.sweep(now=T0 + DAY_MS).given_up == 1
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.error) == (JobStatus.FAILED, Failure(code="job.deadline_exceeded"))

    async def test_a_job_past_cancel_after_is_canceled(self, engine: Engine) -> None:
        """A sender who no longer needs a late answer does not get one."""
        job = await engine.accept(cancel_after=timedelta(seconds=30))
        engine.sweeper.sweep(now=T0 + 30_000)
        assert (await engine.jobs.read(job, TENANT)).status is JobStatus.CANCELED


class TestDefer:
    """A worker gives a unit back."""

    async def test_a_deferred_unit_waits_without_using_an_attempt(self, engine: Engine) -> None:
        """Waiting for the model's limit never makes a job fail."""
        await engine.accept()
        claim = take(engine)
        assert engine.work.defer(claim, timedelta(seconds=60), "rate_limited", now=T0)
        assert engine.due() == {claim.unit: T0 + 60_000}
        assert engine.work.claim(Stage.EXTRACT, now=T0 + 59_000) is None
        engine.sweeper.sweep(now=T0 + 60_000)
        assert take(engine, now=T0 + 60_000).attempt == 1

    async def test_a_unit_handed_back_is_ready_at_once_and_wakes_the_sweeper(self, engine: Engine) -> None:
        """A worker that is stopped passes its work on within moments."""
        await engine.accept()
        claim = take(engine)
        engine.work.defer(claim, timedelta(0), "handed_back", now=T0)
        assert engine.ready("extract") == [claim.unit]
        assert engine.sweeper.await_work(timedelta(milliseconds=10)) == Stage.EXTRACT

    async def test_an_old_claim_cannot_finish_what_was_deferred_and_taken_again(self, engine: Engine) -> None:
        """The same attempt number is not the same claim."""
        await engine.accept()
        old = take(engine)
        engine.work.defer(old, timedelta(0), "handed_back", now=T0)
        new = take(engine)
        assert (new.attempt, engine.work.finish_chunk(old, b"x", 1)) == (old.attempt, False)


class TestFinish:
    """A unit is done and the job moves on."""

    async def test_only_the_last_chunk_leads_to_assembly(self, engine: Engine) -> None:
        """A study in two chunks is assembled when both are there."""
        await engine.accept(tuple(make_upload(n) for n in range(150)))
        first, second = take(engine), take(engine)
        assert engine.work.finish_chunk(second, b"b", 50) is True
        following = engine.work.finish_chunk(first, b"a", 100)
        assert isinstance(following, Claim)
        assert engine.work.read_parts(following) == {"extract/0": b"a", "extract/1": b"b"}

    async def test_who_takes_an_assembly_over_reads_what_its_first_holder_was_handed(self, engine: Engine) -> None:
        """Parts and uploads come with the claim that follows on the last chunk, and from the store ever after."""
        await engine.accept((make_upload(0), make_upload(1)))
        handed = assemble(engine)
        engine.sweeper.sweep(now=T0 + LEASE_MS)
        taken = take(engine, Stage.ASSEMBLE, now=T0 + LEASE_MS)
        assert engine.work.read_parts(taken) == engine.work.read_parts(handed) == {"extract/0": b"facts"}
        assert engine.work.read_uploads(taken) == engine.work.read_uploads(handed) == (make_upload(0), make_upload(1))

    async def test_assembly_ends_an_analysis(self, engine: Engine) -> None:
        """When the result is there the job has succeeded and nothing of it is due any more."""
        job = await engine.accept()
        assert engine.work.finish_assembly(assemble(engine), make_outcome(b'{"metadata":{"rows":1}}'))
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.has_result, engine.due()) == (JobStatus.SUCCEEDED, True, {})
        assert await engine.jobs.read_result(job) == b'{"metadata":{"rows":1}}'

    async def test_an_only_chunk_is_assembled_in_the_step_that_ends_it(self, engine: Engine) -> None:
        """A job of one chunk needs no second claim: both stages end at once, and its file is counted."""
        job = await engine.accept()
        assert engine.work.finish_assembly(take(engine).assembling(), make_outcome(), now=T0)
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.has_result, engine.due()) == (JobStatus.SUCCEEDED, True, {})
        assert [(stage.stage, stage.status, stage.completed) for stage in read.stages] == [
            (Stage.EXTRACT, "succeeded", 1),
            (Stage.ASSEMBLE, "succeeded", None),
        ]

    async def test_the_feed_tells_of_both_ends_of_an_only_chunk(self, engine: Engine) -> None:
        """Whoever follows a job learns of the same states in the same order, however many steps it took."""
        await engine.accept()
        engine.work.finish_assembly(take(engine).assembling(), make_outcome(), now=T0)
        types = [event.type for event in (await engine.jobs.read_feed(TENANT, 0, 10)).events]
        assert types == ["job.queued", "job.started", "job.extracted", "job.succeeded"]

    async def test_a_summary_follows_on_an_only_chunk(self, engine: Engine) -> None:
        """The result of a job of one chunk is readable while its summary is still being worded."""
        job = await engine.accept(kind=JobKind.SUMMARIZE)
        engine.work.finish_assembly(take(engine).assembling(), make_outcome(), now=T0)
        assert (engine.ready("summarize"), (await engine.jobs.read(job, TENANT)).has_result) == (
            [f"{job}/summarize"],
            True,
        )

    async def test_an_assembly_that_fails_leaves_the_extraction_done(self, engine: Engine) -> None:
        """What is wrong with all files together is the assembly's finding, also where one claim did both."""
        job = await engine.accept()
        engine.work.fail(take(engine).assembling(), Failure(code="dicom.none_readable", detail="None."), now=T0)
        read = await engine.jobs.read(job, TENANT)
        assert [(stage.stage, stage.status) for stage in read.stages] == [
            (Stage.EXTRACT, "succeeded"),
            (Stage.ASSEMBLE, "failed"),
        ]

    @pytest.mark.parametrize(("files", "is_only"), [(1, True), (100, True), (101, False)])
    async def test_a_claim_knows_whether_it_is_all_of_the_extraction(
        self, engine: Engine, files: int, is_only: bool
    ) -> None:
        """One chunk of up to a hundred files is; of two neither is, not even the one that is left."""
        await engine.accept(tuple(make_upload(n) for n in range(files)))
        assert take(engine).is_only is is_only

    async def test_an_only_claim_that_lost_its_lease_ends_nothing(self, engine: Engine) -> None:
        """The fence of the extraction holds for the assembly in the same go."""
        await engine.accept()
        old = take(engine)
        engine.sweeper.sweep(now=T0 + LEASE_MS)
        take(engine, now=T0 + LEASE_MS)
        assert engine.work.finish_assembly(old.assembling(), make_outcome(), now=T0 + LEASE_MS) is False

    async def test_a_summary_follows_and_the_result_is_readable_meanwhile(self, engine: Engine) -> None:
        """The metadata can be read while the summary is still being worded."""
        job = await engine.accept(kind=JobKind.SUMMARIZE)
        engine.work.finish_assembly(assemble(engine), make_outcome(b"{}"))
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.has_result, engine.ready("summarize")) == (
            JobStatus.RUNNING,
            True,
            [f"{job}/summarize"],
        )

    async def test_the_summary_ends_the_job(self, engine: Engine) -> None:
        """After the summary the job has succeeded."""
        job = await engine.accept(kind=JobKind.SUMMARIZE)
        engine.work.finish_assembly(assemble(engine), make_outcome(b"{}"))
        engine.work.finish_summary(take(engine, Stage.SUMMARIZE), b'{"summary":"s"}', b"[]")
        assert (await engine.jobs.read(job, TENANT)).status is JobStatus.SUCCEEDED
        assert await engine.jobs.read_result(job) == b'{"summary":"s"}'

    async def test_a_failure_ends_the_job_with_its_reason(self, engine: Engine) -> None:
        """A job that cannot be done says why."""
        job = await engine.accept()
        engine.work.fail(take(engine), Failure(code="dicom.none_readable", detail="None."))
        read = await engine.jobs.read(job, TENANT)
        assert (read.status, read.error) == (JobStatus.FAILED, Failure(code="dicom.none_readable", detail="None."))

    async def test_finishing_twice_counts_once(self, engine: Engine) -> None:
        """A commit whose answer was lost may be repeated."""
        await engine.accept(tuple(make_upload(n) for n in range(150)))
        claim = take(engine)
        engine.work.finish_chunk(claim, b"a", 100)
        assert engine.work.finish_chunk(claim, b"a", 100) is False

    async def test_every_key_of_a_finished_job_expires(self, engine: Engine) -> None:
        """Nothing of a finished job stays for ever, even if nobody erases it."""
        job = await engine.accept()
        engine.work.finish_assembly(assemble(engine), make_outcome())
        keys = [key.decode() for key in engine.redis.scan_iter(f"job:{job}*")]
        assert {key: engine.redis.ttl(key) > 0 for key in keys} == dict.fromkeys(keys, True)


class TestFoundMembers:
    """A unit lists an archive and its members become units of the same stage."""

    async def progress(self, engine: Engine, job: str) -> tuple[int | None, int | None]:
        """Files done and files there are."""
        stage = (await engine.jobs.read(job, TENANT)).stages[0]
        return stage.completed, stage.total

    async def test_members_become_units_that_are_due_and_ready(self, engine: Engine) -> None:
        """An archive of 150 files is two further units, and the job now has 150 files to read."""
        job = await engine.accept()
        assert engine.work.finish_chunk(take(engine), b"", 0, make_found(150), now=T0) is True
        units = [f"{job}/extract/0.0", f"{job}/extract/0.1"]
        assert (engine.due(), engine.ready("extract")) == (dict.fromkeys(units, T0 + GRACE_MS), units)
        assert await self.progress(engine, job) == (0, 150)

    async def test_every_found_unit_wakes_the_sweeper(self, engine: Engine) -> None:
        """Two further units are two hints, so that two processes read them at once."""
        await engine.accept()
        engine.work.finish_chunk(take(engine), b"", 0, make_found(150), now=T0)
        assert engine.redis.lrange("jobs:wake", 0, -1) == [b"extract", b"extract"]

    async def test_a_claim_carries_the_members_of_its_unit(self, engine: Engine) -> None:
        """The second unit reads the last fifty, of the archive that was listed."""
        await engine.accept()
        found = make_found(150)
        engine.work.finish_chunk(take(engine), b"", 0, found, now=T0)
        first, second = take(engine), take(engine)
        assert (first.uploads, first.slices[0].members) == ((), found.slices[0].members[:100])
        assert (second.slices[0].upload, second.slices[0].members) == (make_upload(), found.slices[0].members[100:])

    async def test_assembly_waits_for_every_found_unit(self, engine: Engine) -> None:
        """The listing alone is not all there is to read."""
        job = await engine.accept()
        engine.work.finish_chunk(take(engine), b"listed", 0, make_found(150), now=T0)
        first, second = take(engine), take(engine)
        assert engine.work.finish_chunk(first, b"a", 100, now=T0) is True
        following = engine.work.finish_chunk(second, b"b", 50, now=T0)
        assert isinstance(following, Claim)
        assert engine.work.read_parts(following) == {"extract/0": b"listed", "extract/0.0": b"a", "extract/0.1": b"b"}
        assert await self.progress(engine, job) == (150, 150)
        assert engine.redis.exists(f"job:{job}:members") == 0

    async def test_files_that_were_read_at_once_are_counted_without_units(self, engine: Engine) -> None:
        """An archive inside an archive is read by the unit that meets it."""
        job = await engine.accept()
        following = engine.work.finish_chunk(take(engine), b"", 7, FoundMembers(6), now=T0)
        assert isinstance(following, Claim)
        assert await self.progress(engine, job) == (7, 7)

    async def test_a_zombie_adds_no_units(self, engine: Engine) -> None:
        """A listing that comes after the unit was taken over changes nothing."""
        job = await engine.accept()
        frozen = take(engine)
        engine.sweeper.sweep(now=T0 + LEASE_MS)
        holder = take(engine, now=T0 + LEASE_MS)
        assert engine.work.finish_chunk(frozen, b"", 0, make_found(150)) is False
        assert list(engine.due()) == [holder.unit]
        assert (await self.progress(engine, job), engine.redis.exists(f"job:{job}:members")) == ((0, 1), 0)

    async def test_a_listing_that_is_repeated_counts_once(self, engine: Engine) -> None:
        """A commit whose answer was lost may be sent again."""
        job = await engine.accept()
        claim = take(engine)
        engine.work.finish_chunk(claim, b"", 0, make_found(150), now=T0)
        assert engine.work.finish_chunk(claim, b"", 0, make_found(150), now=T0) is False
        assert (len(engine.due()), await self.progress(engine, job)) == (2, (0, 150))

    async def test_more_files_than_a_job_may_have_end_it(self, server: TestServer) -> None:
        """Two archives of six files are too many for ten, whichever is listed last."""
        engine = Engine(server, files=10)
        job = await engine.accept(tuple(make_upload(n, size=400 << 20) for n in range(2)))
        first, second = take(engine), take(engine)
        assert engine.work.finish_chunk(first, b"", 0, make_found(6), now=T0) is True
        assert engine.work.finish_chunk(second, b"", 0, make_found(6), now=T0) is True
        read = await engine.jobs.read(job, TENANT)
        assert read.error is not None
        assert (read.status, read.error.code, engine.due()) == (JobStatus.FAILED, "upload.too_many_files", {})
        await engine.close()

    async def test_a_retry_lists_the_archive_again(self, engine: Engine) -> None:
        """The failed run's units and numbers are forgotten."""
        job = await engine.accept()
        engine.work.finish_chunk(take(engine), b"", 0, make_found(150), now=T0)
        engine.work.fail(take(engine), Failure(code="internal.error"), now=T0)
        await engine.jobs.retry(job, TENANT, now=T0)
        assert engine.due() == {f"{job}/extract/0": T0 + GRACE_MS}
        assert (await self.progress(engine, job), engine.redis.exists(f"job:{job}:members")) == ((0, 1), 0)

    async def test_other_workers_are_woken_for_found_units(self, engine: Engine) -> None:
        """Two workers share a large archive."""
        await engine.accept()
        engine.work.finish_chunk(take(engine), b"", 0, make_found(150), now=T0)
        assert engine.sweeper.await_work(timedelta(milliseconds=10)) == Stage.EXTRACT

    async def test_ten_thousand_members_take_little_memory(self, engine: Engine) -> None:
        """Less than half a megabyte of the store, as measured by the server itself."""
        job = await engine.accept()
        engine.work.finish_chunk(take(engine), b"", 0, make_found(10_000), now=T0)
        usage = sum(engine.redis.memory_usage(f"job:{job}{suffix}") for suffix in ("", ":members"))
        assert (len(engine.due()), usage < 500_000) == (100, True)

    @pytest.mark.parametrize("action", ["cancel", "delete"])
    async def test_nothing_is_left_of_the_members_of_an_ended_job(self, engine: Engine, action: str) -> None:
        """Their units are neither due nor ready and their table is gone."""
        job = await engine.accept()
        engine.work.finish_chunk(take(engine), b"", 0, make_found(150), now=T0)
        await getattr(engine.jobs, action)(job, TENANT)
        assert (engine.due(), engine.ready("extract"), engine.redis.exists(f"job:{job}:members")) == ({}, [], 0)


class TestCancelRetryDelete:
    """What a sender can do to a job."""

    async def test_a_canceled_job_is_terminal_and_fences_its_worker(self, engine: Engine) -> None:
        """After a cancellation the worker's outcome is refused."""
        job = await engine.accept()
        claim = take(engine)
        assert (await engine.jobs.cancel(job, TENANT)).status is JobStatus.CANCELED
        assert (engine.work.finish_chunk(claim, b"x", 1), engine.due()) == (False, {})

    async def test_a_finished_job_cannot_be_canceled(self, engine: Engine) -> None:
        """A terminal state never changes."""
        job = await engine.accept()
        engine.work.finish_assembly(assemble(engine), make_outcome())
        with pytest.raises(StateConflict, match=r"job\.not_cancelable"):
            await engine.jobs.cancel(job, TENANT)

    async def test_a_failed_job_runs_again_when_retried(self, engine: Engine) -> None:
        """A retry starts from the stored files with all attempts unused."""
        job = await engine.accept()
        engine.work.fail(take(engine), Failure(code="internal.error"))
        assert (await engine.jobs.retry(job, TENANT)).status is JobStatus.QUEUED
        engine.work.finish_assembly(assemble(engine), make_outcome())
        assert (await engine.jobs.read(job, TENANT)).status is JobStatus.SUCCEEDED

    async def test_a_claim_of_the_failed_run_cannot_finish_the_retried_one(self, engine: Engine) -> None:
        """A zombie of the first run is told from the worker of the second."""
        job = await engine.accept()
        zombie = take(engine)
        engine.work.fail(zombie, Failure(code="internal.error"))
        await engine.jobs.retry(job, TENANT)
        take(engine)
        assert engine.work.finish_chunk(zombie, b"x", 1) is False

    async def test_only_a_failed_job_can_be_retried(self, engine: Engine) -> None:
        """A running job is not started a second time."""
        job = await engine.accept()
        with pytest.raises(StateConflict, match=r"job\.not_retryable"):
            await engine.jobs.retry(job, TENANT)

    async def test_a_deleted_job_is_gone_and_its_bytes_are_listed_for_erasure(self, engine: Engine) -> None:
        """After a deletion the job answers 410 and its files are erased."""
        job = await engine.accept()
        await engine.jobs.delete(job, TENANT)
        with pytest.raises(JobGone):
            await engine.jobs.read(job, TENANT)
        assert engine.sweeper.expire() == (make_upload().location,)

    async def test_deleting_one_of_two_jobs_keeps_their_shared_bytes(self, engine: Engine) -> None:
        """Bytes go when the last job that refers to them goes."""
        first, second = await engine.accept(), await engine.accept()
        await engine.jobs.delete(first, TENANT)
        assert engine.sweeper.expire() == ()
        await engine.jobs.delete(second, TENANT)
        assert engine.sweeper.expire() == (make_upload().location,)

    async def test_a_deleted_job_is_not_brought_back_by_its_worker(self, engine: Engine) -> None:
        """A worker that finishes after the deletion leaves no trace."""
        job = await engine.accept()
        claim = take(engine)
        await engine.jobs.delete(job, TENANT)
        engine.work.finish_chunk(claim, b"x", 1)
        engine.work.beat([claim])
        assert engine.redis.hgetall(f"job:{job}") == {b"status": b"deleted", b"tenant": b"default"}
        assert list(engine.redis.scan_iter(f"job:{job}:*")) == []

    @pytest.mark.parametrize("action", ["read", "cancel", "retry", "delete"])
    async def test_another_tenants_job_is_unknown(self, engine: Engine, action: str) -> None:
        """A tenant cannot learn that another's job exists."""
        job = await engine.accept()
        with pytest.raises(JobUnknown):
            await getattr(engine.jobs, action)(job, "somebody else")


class TestExpiry:
    """Retention ends by itself."""

    async def test_uploads_go_after_a_day_and_the_job_stays_readable(self, engine: Engine) -> None:
        """The files of a finished job are erased after a day, its result is kept."""
        job = await engine.accept()
        engine.work.finish_assembly(assemble(engine), make_outcome(), now=T0)
        assert engine.sweeper.expire(now=T0 + DAY_MS - 1) == ()
        assert engine.sweeper.expire(now=T0 + DAY_MS) == (make_upload().location,)
        assert (await engine.jobs.read(job, TENANT)).has_result

    async def test_the_job_goes_after_a_week(self, engine: Engine) -> None:
        """A job past its retention answers 410 and is in no list."""
        job = await engine.accept(reference="ris-1")
        engine.work.finish_assembly(assemble(engine), make_outcome(), now=T0)
        engine.sweeper.expire(now=T0 + 7 * DAY_MS)
        with pytest.raises(JobGone):
            await engine.jobs.read(job, TENANT)
        assert (await engine.jobs.list(TENANT)).jobs == ()

    async def test_a_location_is_named_until_its_erasure_is_confirmed(self, engine: Engine) -> None:
        """If the eraser dies the next one knows what is left to erase."""
        await engine.jobs.delete(await engine.accept(), TENANT)
        locations = engine.sweeper.expire()
        assert engine.sweeper.expire() == locations
        engine.sweeper.forget(locations)
        assert engine.sweeper.expire() == ()


class TestListAndFeed:
    """Looking over many jobs."""

    async def test_jobs_are_listed_newest_first_in_pages(self, engine: Engine) -> None:
        """A list of five in pages of two comes complete and in order."""
        jobs = [await engine.accept() for _ in range(5)]
        first = await engine.jobs.list(TENANT, limit=2)
        second = await engine.jobs.list(TENANT, limit=2, cursor=first.next_cursor)
        third = await engine.jobs.list(TENANT, limit=2, cursor=second.next_cursor)
        listed = [job.id for page in (first, second, third) for job in page.jobs]
        assert (listed, third.next_cursor) == (sorted(jobs, reverse=True), None)

    async def test_filters_combine(self, engine: Engine) -> None:
        """Status, kind and reference narrow the list together."""
        wanted = await engine.accept(kind=JobKind.SUMMARIZE, reference="ris-1")
        await engine.accept(kind=JobKind.ANALYZE, reference="ris-1")
        await engine.accept(kind=JobKind.SUMMARIZE, reference="ris-2")
        page = await engine.jobs.list(TENANT, status=JobStatus.QUEUED, kind=JobKind.SUMMARIZE, reference="ris-1")
        assert [job.id for job in page.jobs] == [wanted]

    async def test_the_feed_tells_every_state_change_in_order(self, engine: Engine) -> None:
        """Who reads the feed sees what happened to a job from beginning to end."""
        await engine.accept()
        engine.work.finish_assembly(assemble(engine), make_outcome())
        feed = await engine.jobs.read_feed(TENANT, since=0, limit=10)
        assert [(event.seq, event.type) for event in feed.events] == [
            (1, "job.queued"),
            (2, "job.started"),
            (3, "job.extracted"),
            (4, "job.succeeded"),
        ]
        assert (feed.last, feed.done) == (4, True)

    async def test_the_feed_goes_on_where_the_reader_stopped(self, engine: Engine) -> None:
        """A reader that was away for a while misses nothing."""
        await engine.accept()
        await engine.accept()
        feed = await engine.jobs.read_feed(TENANT, since=1, limit=1)
        assert ([event.seq for event in feed.events], feed.done) == ([2], True)

    async def test_a_queued_job_knows_its_place(self, engine: Engine) -> None:
        """The second of two waiting jobs is told that it is second."""
        await engine.accept()
        second = await engine.accept(now=T0 + 1)
        [stage] = (await engine.jobs.read(second, TENANT)).stages
        assert stage.queue_position == 2
