"""The workers' side of the job engine: claim, beat, defer, finish."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from shared.archives.refusals import REFUSALS
from shared.errors import DataError
from shared.jobs.adapters.redis_commands import Answer, Argument, Commands
from shared.jobs.adapters.redis_connection import redis_errors
from shared.jobs.adapters.redis_record import (
    RECORD_VERSION,
    list_notable,
    milliseconds,
    pair,
    parse_claim,
    read_upload,
)
from shared.jobs.adapters.redis_scripts import Transition, read_script
from shared.jobs.claim import Claim, FoundMembers
from shared.jobs.job import Failure, JobStatus, Stage, stage_after
from shared.jobs.outcomes import SKIPPED, FileOutcome, Gathered, Outcome, compress, decompress
from shared.jobs.parameters import Upload, plan_slices
from shared.jobs.queue import count_hints
from shared.jobs.values import ALL_IN_REDIS, NOTHING, Shelf, Shelved

GRACE = timedelta(seconds=10)
"""How long a unit that follows another may wait before the sweeper asks after it."""

LISTENING = timedelta(milliseconds=100)
"""How long a worker that has run out of work stays awake, so that a busy service needs few messages."""

AUDIBLE = timedelta(seconds=1)
"""How long its bell may be rung at most; longer than it listens, since Redis ends a wait up to 0.1 s late."""

_encoder = msgspec.json.Encoder()


class ResultMissing(DataError):
    """The result that a later stage needs is gone, since its job ended meanwhile."""

    def __init__(self) -> None:
        super().__init__("job.gone", "The job ended while it was being worked on.")


class RedisWorkStore:
    """``WorkStore`` on one Redis server."""

    def __init__(
        self, client: Commands, *, lease: timedelta, attempts: int, files: int, shelf: Shelf, version: int
    ) -> None:
        self._redis = client
        self._shelf = shelf
        self._version = version
        self._lease = str(milliseconds(lease))
        self._attempts = str(attempts)
        self._files = files
        self._claim = client.register_script(read_script(Transition.CLAIM))
        self._beat = client.register_script(read_script(Transition.BEAT))
        self._defer = client.register_script(read_script(Transition.DEFER))
        self._disclose = client.register_script(read_script(Transition.DISCLOSE))
        self._finish = client.register_script(read_script(Transition.FINISH))

    def claim(self, stage: Stage, *, bell: str = "", now: int | None = None) -> Claim | None:
        """Take the best ready unit of the stage; see the port."""
        limits = (self._lease, self._attempts, self._version)
        with redis_errors():
            answer = self._claim(args=[_now(now), stage, *limits, bell, milliseconds(AUDIBLE)])
        return None if answer is None else parse_claim(stage, answer)

    def await_ring(self, stage: Stage, bell: str) -> bool:
        """Listen for a moment whether a unit has come; see the port."""
        with redis_errors():
            if self._redis.blpop([f"bell:{bell}"], timeout=LISTENING.total_seconds()):
                return True
            # Who is no longer on the list was rung for since.
            return not self._redis.zrem(f"idle:{stage}", bell)

    def beat(self, claims: Sequence[Claim], *, now: int | None = None) -> list[bool]:
        """Prolong leases; see the port."""
        pairs = [text for claim in claims for text in (claim.unit, str(claim.fence))]
        with redis_errors():
            return [bool(held) for held in self._beat(args=[_now(now), self._lease, *pairs])]

    def defer(self, claim: Claim, wait: timedelta, reason: str, *, now: int | None = None) -> bool:
        """Give a unit back without using up an attempt; see the port."""
        arguments: list[Argument] = [
            _now(now),
            claim.unit,
            claim.fence,
            milliseconds(wait),
            reason,
            milliseconds(GRACE),
        ]
        with redis_errors():
            return bool(self._defer(args=arguments))

    def disclose(self, claim: Claim, content: bytes, *, now: int | None = None) -> bool:
        """Keep what is about to leave for the model; see the port."""
        with redis_errors():
            return bool(self._disclose(args=[_now(now), claim.unit, claim.fence, compress(content)]))

    def finish_chunk(
        self,
        claim: Claim,
        content: bytes,
        completed: int,
        found: FoundMembers | None = None,
        *,
        now: int | None = None,
    ) -> Claim | bool:
        """Record a chunk; see the port."""
        spec: dict[str, object] = {
            "completed": completed,
            "next": Stage.ASSEMBLE,
            "continue_lease": int(self._lease),
        }
        more: list[Argument] = []
        if found is not None:
            failure = Failure(code="upload.too_many_files", detail=REFUSALS["upload.too_many_files"])
            planned = plan_slices(found.slices)
            spec["more"] = {
                "files": found.files,
                "most": self._files,
                "error": _encoder.encode(failure).decode(),
                "hints": count_hints(len(planned)),
            }
            for number, slices in enumerate(planned):
                more += [f"{claim.part}.{number}", compress(msgspec.msgpack.encode(slices))]
        answer = self._record(claim, spec, part=content, more=more, now=now)
        if answer[0] == b"continued":
            _, fence, parts, uploads = answer
            return msgspec.structs.replace(
                claim,
                unit=f"{claim.job_id}/{Stage.ASSEMBLE}",
                part=str(Stage.ASSEMBLE),
                stage=Stage.ASSEMBLE,
                fence=fence,
                attempt=1,
                uploads=(),
                slices=(),
                is_only=False,
                gathered=Gathered(pair(parts), tuple(uploads)),
            )
        return bool(answer[0] == b"finished")

    def read_parts(self, claim: Claim) -> Mapping[str, bytes]:
        """Give what the chunks produced; see the port."""
        if claim.gathered is not None:
            parts = claim.gathered.parts
        else:
            with redis_errors():
                parts = self._redis.hgetall(f"job:{claim.job_id}:parts")
        return {part.decode(): self._shelf.get(stored) for part, stored in parts.items()}

    def read_uploads(self, claim: Claim) -> tuple[Upload, ...]:
        """Give every received file of the job; see the port."""
        if claim.is_only:
            return claim.uploads
        if claim.gathered is not None:
            lines = claim.gathered.uploads
        else:
            with redis_errors():
                lines = self._redis.lrange(f"job:{claim.job_id}:uploads", 0, -1)
        return tuple(read_upload(line) for line in lines)

    def finish_assembly(self, claim: Claim, outcome: Outcome, *, now: int | None = None) -> bool:
        """Record the result; see the port."""
        fields = {
            "counts": _encoder.encode(outcome.counts).decode(),
            "warnings": _encoder.encode(outcome.warnings).decode(),
            "files": list_notable(outcome.files),
            "partial": "1" if outcome.counts.rejected else "0",
            "previews": _encoder.encode(outcome.previews).decode(),
        }
        spec: dict[str, object] = {"fields": fields, "files": _lines(outcome.files)}
        return self._advance(claim, spec, result=outcome.result, instances=outcome.instances, now=now)

    def read_result(self, claim: Claim) -> bytes:
        """Give the result as JSON; see the port."""
        with redis_errors():
            stored = self._redis.get(f"job:{claim.job_id}:result")
        if stored is None:
            raise ResultMissing
        return decompress(self._shelf.get(stored))

    def read_warnings(self, claim: Claim) -> bytes:
        """Give the job's warnings as JSON."""
        with redis_errors():
            return self._redis.hget(f"job:{claim.job_id}", "warnings") or b"[]"

    def finish_summary(self, claim: Claim, result: bytes, warnings: bytes, *, now: int | None = None) -> bool:
        """Record the result with its summary; see the port."""
        return self._advance(claim, {"fields": {"warnings": warnings.decode()}}, result=result, now=now)

    def fail(
        self, claim: Claim, failure: Failure, files: tuple[FileOutcome, ...] = (), *, now: int | None = None
    ) -> bool:
        """End the job as failed; see the port."""
        spec: dict[str, object] = {"error": _encoder.encode(failure).decode()}
        if files:
            rejected = sum(file.status == "rejected" for file in files)
            received = sum(file.code not in SKIPPED for file in files)
            counts = {"received": received, "accepted": 0, "duplicate": 0, "rejected": rejected}
            spec["fields"] = {"counts": _encoder.encode(counts).decode(), "files": list_notable(files)}
            spec["files"] = _lines(files)
        return bool(self._record(claim, spec, now=now)[0] == b"finished")

    def _advance(
        self,
        claim: Claim,
        spec: dict[str, object],
        *,
        result: bytes,
        instances: bytes = b"",
        now: int | None,
    ) -> bool:
        following = stage_after(claim.kind, claim.stage)
        if following is None:
            spec["status"] = JobStatus.SUCCEEDED
        else:
            spec["next"] = following
        answer = self._record(
            claim, spec, result=compress(result), instances=compress(instances) if instances else b"", now=now
        )
        return bool(answer[0] == b"finished")

    def _record(
        self,
        claim: Claim,
        spec: Mapping[str, object],
        *,
        part: bytes = b"",
        result: bytes = b"",
        instances: bytes = b"",
        more: Sequence[Argument] = (),
        now: int | None,
    ) -> Answer:
        shelved = {"part": self._put(part), "result": self._put(result), "instances": self._put(instances)}
        stored = {name: one.held.location for name, one in shelved.items() if one.held is not None}
        if claim.is_only and claim.stage is Stage.ASSEMBLE:
            spec = {**spec, "assembled": True, "completed": sum(one.location is not None for one in claim.uploads)}
        text = _encoder.encode({**spec, "grace": milliseconds(GRACE), "stored": stored})
        values = [one.stored for one in shelved.values()]
        with redis_errors():
            answer = self._finish(args=[_now(now), claim.unit, claim.fence, text, *values, *more])
        if answer[0] == b"fenced":
            self._shelf.drop(*shelved.values())
        return answer

    def _put(self, value: bytes) -> Shelved:
        return self._shelf.put(value) if value else NOTHING


def _lines(files: Sequence[FileOutcome]) -> list[str]:
    return [_encoder.encode(file).decode() for file in files]


def _now(now: int | None) -> str:
    return "" if now is None else str(now)


def build_work_store(
    client: Commands,
    *,
    lease: timedelta,
    attempts: int,
    files: int,
    shelf: Shelf = ALL_IN_REDIS,
    version: int = RECORD_VERSION,
) -> RedisWorkStore:
    """Make the workers' store.

    Parameters
    ----------
    files
        The most that one job may have.
    shelf
        Where values go that are too big for Redis.
    version
        The newest version of a record that is worked on; newer ones are left to newer workers.
    """
    return RedisWorkStore(client, lease=lease, attempts=attempts, files=files, shelf=shelf, version=version)
