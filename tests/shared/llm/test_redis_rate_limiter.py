"""The limits that all workers share, on a real server with driven time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import TransientError
from shared.jobs.adapters.redis_connection import build_async_redis
from shared.llm.adapters.redis_answers import build_answer_store
from shared.llm.adapters.redis_rate_limiter import RedisRateLimiter, build_rate_limiter
from shared.llm.adapters.redis_usage import build_usage_ledger, build_usage_reader
from shared.llm.budget import Estimate
from shared.llm.client import Remaining, WaitReason
from shared.llm.limits import Denial, Grant, Limits
from shared.summaries.completion import Usage
from tests.support.valkey import TestServer

T0 = 1_800_000_000_000
CALL = Estimate(input_tokens=1000, output_tokens=300, cost_micro_usd=250)


class Clock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> int:
        """Give the time."""
        return self.now


class Limiter(RedisRateLimiter):
    """A limiter on a test server whose time stands still."""

    def __init__(
        self,
        server: TestServer,
        *,
        requests: int = 1_000_000,
        taken: int = 100_000_000,
        given: int = 100_000_000,
        concurrency: int = 1000,
        budget: float | None = None,
    ) -> None:
        self.clock = Clock()
        limits = Limits(requests, taken, given, concurrency, budget)
        super().__init__(server.client(), "m", limits, now=self.clock, jitter=lambda: 1.0)

    def admit(self, estimate: Estimate = CALL) -> Grant:
        """Reserve where it must be possible."""
        granted = self.reserve(estimate)
        assert isinstance(granted, Grant), granted
        return granted

    def deny(self, estimate: Estimate = CALL) -> tuple[str, float]:
        """Reserve where it must not be possible; gives the reason and the seconds to wait."""
        denied = self.reserve(estimate)
        assert isinstance(denied, Denial), denied
        return denied.reason.value, denied.wait.total_seconds()

    def admitted_over(self, seconds: int, step_ms: int) -> int:
        """Ask at every step of a while and settle as estimated; gives how many were admitted."""
        admitted = 0
        for _ in range(0, seconds * 1000, step_ms):
            while isinstance(granted := self.reserve(CALL), Grant):
                self.settle(granted, Usage(CALL.input_tokens, CALL.output_tokens), 250, Remaining())
                admitted += 1
            self.clock.now += step_ms
        return admitted


@pytest.mark.parametrize(
    ("limits", "per_minute"),
    [
        ({"requests": 50}, 50),
        ({"requests": 1000}, 1000),
        ({"taken": 400_000}, 400),
        ({"given": 90_000}, 300),
    ],
)
def test_a_minute_never_sees_more_than_the_limit_nor_much_less(
    server: TestServer, limits: dict[str, int], per_minute: int
) -> None:
    """Asking all the time, workers get at least 95 % of the limit and at most 1 % more in the first minute."""
    admitted = Limiter(server, **limits).admitted_over(60, 50)
    assert 0.95 * per_minute <= admitted <= 1.01 * per_minute


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 3000), st.integers(0, 3000)), min_size=20, max_size=120))
def test_no_window_of_a_minute_exceeds_the_limit(shared_server: TestServer, steps: list[tuple[int, int, int]]) -> None:
    """Whatever is asked when and however wrong the estimates were, a minute sees at most the limit and one call."""
    shared_server.clear()
    limiter = Limiter(shared_server, taken=60_000)
    used: list[tuple[int, int]] = []
    for pause_ms, estimated, really in steps:
        limiter.clock.now += pause_ms
        if isinstance(granted := limiter.reserve(Estimate(estimated, 1, 0)), Grant):
            limiter.settle(granted, Usage(really, 1), 0, Remaining())
            used.append((limiter.clock.now, really))
    windows = [sum(tokens for at, tokens in used if start <= at < start + 60_000) for start, _ in used]
    assert max(windows, default=0) <= 60_000 * 1.01 + 3000


def test_many_workers_at_once_share_one_bucket(server: TestServer) -> None:
    """Eight workers that all ask at the same moment get together exactly what the bucket holds."""
    limiter = Limiter(server, requests=6000)
    with ThreadPoolExecutor(8) as workers:
        answers = list(workers.map(lambda _: limiter.reserve(CALL), range(400)))
    assert sum(isinstance(answer, Grant) for answer in answers) == 180


def test_a_denial_says_when_to_come_back(server: TestServer) -> None:
    """Whoever is denied learns the time after which one call fits again."""
    limiter = Limiter(server, requests=60)
    limiter.admit()
    reason, seconds = limiter.deny()
    limiter.clock.now += round(seconds * 1000)
    assert (reason, seconds <= 1.03) == ("rate_limited", True)
    limiter.admit()


def test_all_or_nothing_is_taken(server: TestServer) -> None:
    """A call denied for its tokens does not use up a request."""
    limiter = Limiter(server, requests=100, taken=60_000)
    limiter.admit(Estimate(1800, 10, 0))
    limiter.deny()
    limiter.admit(Estimate(0, 10, 0))


def test_unused_tokens_come_back_and_overuse_becomes_a_debt(server: TestServer) -> None:
    """What a call took less than reserved is free at once; what it took more must be waited for."""
    limiter = Limiter(server, taken=60_000)
    limiter.settle(limiter.admit(Estimate(1800, 10, 0)), Usage(100, 10), 0, Remaining())
    grant = limiter.admit(Estimate(1700, 10, 0))
    limiter.settle(grant, Usage(6700, 10), 0, Remaining())
    assert limiter.deny(Estimate(1, 0, 0))[1] == pytest.approx(5001 / (60_000 * 0.975 / 60), abs=0.01)


def test_cached_tokens_do_not_count(server: TestServer) -> None:
    """Input read from the prompt cache is free of the limit."""
    limiter = Limiter(server, taken=60_000)
    limiter.settle(limiter.admit(Estimate(1800, 10, 0)), Usage(0, 10, cached=5000), 0, Remaining())
    limiter.admit(Estimate(1800, 10, 0))


def test_a_call_larger_than_the_bucket_goes_when_it_is_full(server: TestServer) -> None:
    """A prompt larger than the burst is not refused for ever; it leaves a debt that the next ones wait for."""
    limiter = Limiter(server, taken=10_000)
    limiter.admit(Estimate(2000, 10, 0))
    assert limiter.deny(Estimate(2000, 10, 0))[1] == pytest.approx(2000 / (10_000 * 0.975 / 60), abs=0.01)


def test_a_pause_holds_for_everybody_and_is_not_shortened(server: TestServer) -> None:
    """After one worker is told to wait two minutes, no other one asks before; a shorter pause changes nothing."""
    limiter, other = Limiter(server), Limiter(server)
    limiter.pause(WaitReason.RATE_LIMITED, timedelta(seconds=120))
    limiter.pause(WaitReason.SPEND_CAP, timedelta(seconds=5))
    assert other.deny() == ("rate_limited", 120)
    other.clock.now += 120_000
    other.admit()


def test_only_so_many_calls_are_out_at_once(server: TestServer) -> None:
    """The concurrency cap holds over all workers, and a settled call frees its place."""
    limiter = Limiter(server, concurrency=2)
    first, _ = limiter.admit(), limiter.admit()
    assert limiter.deny()[0] == "concurrency"
    limiter.release(first)
    limiter.admit()


def test_the_place_of_a_dead_worker_is_free_again(server: TestServer) -> None:
    """A call that nobody settles loses its place after two and a half minutes."""
    limiter = Limiter(server, concurrency=1)
    limiter.admit()
    limiter.clock.now += 150_000
    limiter.admit()


def test_an_asker_that_comes_back_has_its_own_place(server: TestServer) -> None:
    """A unit whose worker was killed during its call is not kept waiting by that call; others' calls stay out."""
    limiter = Limiter(server, concurrency=2)
    limiter.reserve(CALL, "job-1/summarize")
    limiter.reserve(CALL, "job-2/summarize")
    assert isinstance(limiter.reserve(CALL, "job-3/summarize"), Denial)
    assert isinstance(limiter.reserve(CALL, "job-1/summarize"), Grant)
    assert isinstance(limiter.reserve(CALL, "job-3/summarize"), Denial)


def test_the_daily_budget_counts_spent_and_reserved_money(server: TestServer) -> None:
    """The budget of a day is never exceeded, calls that are out included, and is whole again after midnight UTC."""
    limiter = Limiter(server, budget=0.001)
    for _ in range(2):
        limiter.settle(limiter.admit(), Usage(1000, 300), 250, Remaining())
    limiter.admit()
    limiter.admit()
    reason, seconds = limiter.deny()
    limiter.clock.now += round(seconds * 1000)
    assert reason == "model_budget"
    limiter.admit()


def test_five_failures_in_a_row_open_the_breaker(server: TestServer) -> None:
    """Four failures are borne; from the fifth on everybody waits, and longer each time."""
    limiter = Limiter(server)
    waits = [limiter.record_failure(WaitReason.OUTAGE).total_seconds() for _ in range(5)]
    assert waits == [0, 0, 0, 0, 2]
    assert limiter.deny() == ("model_outage", 2)
    limiter.clock.now += 2000
    assert limiter.record_failure(WaitReason.OUTAGE).total_seconds() == 4


def test_failures_of_calls_already_out_do_not_open_it_further(server: TestServer) -> None:
    """Ten calls that fail together open the breaker once."""
    limiter = Limiter(server)
    waits = [limiter.record_failure(WaitReason.OVERLOADED).total_seconds() for _ in range(10)]
    assert max(waits) == 2


def test_the_breaker_stays_open_five_minutes_at_most(server: TestServer) -> None:
    """However long an outage lasts, the service is tried again every five minutes."""
    limiter = Limiter(server)
    longest = timedelta()
    for _ in range(20):
        longest = max(longest, limiter.record_failure(WaitReason.OUTAGE))
        limiter.clock.now += 400_000
    assert longest == timedelta(minutes=5)


def test_one_call_probes_while_the_others_wait(server: TestServer) -> None:
    """After the breaker's pause one worker tries; when it succeeds all may, when it fails all wait again."""
    limiter = Limiter(server)
    for _ in range(5):
        limiter.record_failure(WaitReason.OUTAGE)
    limiter.clock.now += 2000
    probe = limiter.admit()
    assert limiter.deny()[0] == "model_outage"
    limiter.settle(probe, Usage(10, 10), 0, Remaining())
    limiter.admit()
    limiter.admit()


def test_success_forgets_earlier_failures(server: TestServer) -> None:
    """Failures count only in a row."""
    limiter = Limiter(server)
    for _ in range(4):
        limiter.record_failure(WaitReason.OUTAGE)
    limiter.settle(limiter.admit(), Usage(10, 10), 0, Remaining())
    assert limiter.record_failure(WaitReason.OUTAGE) == timedelta()


def test_what_the_vendor_says_is_left_lowers_the_bucket(server: TestServer) -> None:
    """Where somebody else uses the same account, the vendor's own count is believed."""
    limiter = Limiter(server, requests=6000)
    limiter.settle(limiter.admit(), Usage(10, 10), 0, Remaining(requests=0))
    assert limiter.deny()[0] == "rate_limited"


def test_without_a_test_clock_the_server_s_own_time_counts(server: TestServer) -> None:
    """In service nobody hands in the time: a bucket fills by the server's clock."""
    limiter = build_rate_limiter(server.client(), "m", Limits(60, 60_000, 60_000, 4))
    assert isinstance(limiter.reserve(CALL), Grant)
    assert isinstance(limiter.reserve(CALL), Denial)


async def test_the_account_of_a_day_sums_calls_and_hits(server: TestServer) -> None:
    """Calls, tokens, cost and cache hits are kept by UTC day; a day without use is all zeros."""
    limiter = build_rate_limiter(server.client(), "m", Limits(6000, 600_000, 600_000, 4))
    granted = limiter.reserve(CALL)
    assert isinstance(granted, Grant)
    limiter.settle(granted, Usage(800, 200, 50, 10), 123, Remaining())
    build_usage_ledger(server.client()).record_hit()
    client = build_async_redis(server.url)
    today, yesterday = await build_usage_reader(client).read_days(2)
    await client.aclose()
    told = (today.calls, today.input_tokens, today.output_tokens, today.cached_tokens, today.cost_usd, today.cache_hits)
    assert told == (1, 810, 200, 50, 0.000123, 1)
    assert (yesterday.calls, yesterday.cost_usd, yesterday.day < today.day) == (0, 0, True)


def test_a_question_is_asked_by_one_at_a_time(server: TestServer) -> None:
    """While one worker asks a question, another cannot; a stranger cannot give up its claim."""
    store = build_answer_store(server.client(), kept=timedelta(hours=1))
    token = store.begin("q", "asker", timedelta(seconds=60))
    assert isinstance(token, str)
    store.abandon("q", "not the token")
    assert store.begin("q", "another", timedelta(seconds=60)) is None
    store.abandon("q", token)
    assert store.begin("q", "another", timedelta(seconds=60)) is not None


def test_an_asker_takes_over_its_own_question(server: TestServer) -> None:
    """After a crash the same unit need not wait for itself, and its dead run cannot give the new claim up."""
    store = build_answer_store(server.client(), kept=timedelta(hours=1))
    dead = store.begin("q", "asker", timedelta(seconds=60))
    alive = store.begin("q", "asker", timedelta(seconds=60))
    assert isinstance(dead, str)
    assert (alive is not None, alive != dead) == (True, True)
    store.abandon("q", dead)
    assert store.begin("q", "another", timedelta(seconds=60)) is None


def test_answers_are_kept_and_forgotten(server: TestServer) -> None:
    """A stored answer is read back byte for byte until it is dropped."""
    store = build_answer_store(server.client(), kept=timedelta(hours=1))
    store.keep("q", b"\x00answer", "token")
    assert store.read("q") == b"\x00answer"
    store.forget("q")
    assert store.read("q") is None


def test_whoever_begins_with_an_answered_question_is_given_the_answer(server: TestServer) -> None:
    """Between a look at the answers and a claim on the question nobody can finish: they are one step."""
    store = build_answer_store(server.client(), kept=timedelta(hours=1))
    token = store.begin("q", "asker", timedelta(seconds=60))
    assert isinstance(token, str)
    store.keep("q", b"answer", token)
    assert store.begin("q", "another", timedelta(seconds=60)) == b"answer"


def test_keeping_an_answer_ends_the_claim_it_was_asked_for_with(server: TestServer) -> None:
    """An answer that proves to be none can be asked for at once; a claim that another took over stays."""
    store = build_answer_store(server.client(), kept=timedelta(hours=1))
    dead = store.begin("q", "asker", timedelta(seconds=60))
    alive = store.begin("q", "asker", timedelta(seconds=60))
    assert isinstance(dead, str)
    assert isinstance(alive, str)
    store.keep("q", b"answer", dead)
    store.forget("q")
    assert store.begin("q", "another", timedelta(seconds=60)) is None
    store.keep("q", b"answer", alive)
    store.forget("q")
    assert store.begin("q", "another", timedelta(seconds=60)) is not None


def test_a_store_that_is_away_is_told_as_such() -> None:
    """Without Redis the error is ours and transient, so that the job waits."""
    server = TestServer()
    store = build_answer_store(server.client(), kept=timedelta(hours=1))
    server.close()
    with pytest.raises(TransientError) as caught:
        store.read("q")
    assert caught.value.code == "store.unavailable"
