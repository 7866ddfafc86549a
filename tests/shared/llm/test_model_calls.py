"""One answer to one prompt: paid for once, within limits, with the real SDK over a real socket."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from shared.errors import TransientError
from shared.llm.adapters.anthropic_client import AnthropicClient, Waiting, build_anthropic_client
from shared.llm.adapters.redis_answers import build_answer_store
from shared.llm.adapters.redis_rate_limiter import RedisRateLimiter
from shared.llm.adapters.redis_usage import build_usage_ledger
from shared.llm.budget import DEFAULT_MODEL
from shared.llm.client import ModelUnavailable, Remaining, WaitReason
from shared.llm.limits import Grant, Limits
from shared.llm.model_calls import KEEP_PAUSES, ModelCalls
from shared.llm.request import ModelInput, model_input
from shared.summaries.completion import Completion, Unanswered, Usage
from shared.summaries.drafting import draft_summary
from shared.summaries.prompt import Prompt
from shared.summaries.summary import Source, SummaryDetail
from tests.shared.summaries.cases import FACTS
from tests.support.messages_server import MessagesServer, Reply, failure, message, rate_limited
from tests.support.valkey import TestServer

T0 = 1_800_000_000_000
PROMPT = Prompt(FACTS["gated_ct"])
WIDE = Limits(100_000, 100_000_000, 100_000_000, 100)


@pytest.fixture
def model() -> Iterator[MessagesServer]:
    """A running server without a script; its clients are closed afterwards."""
    with MessagesServer() as running, closing_all():
        yield running


_OPEN: list[AnthropicClient] = []


@contextmanager
def closing_all() -> Iterator[None]:
    """Close the clients of all workers of a test."""
    yield
    while _OPEN:
        _OPEN.pop().close()


class Worker:
    """One worker's calls; time stands still, and sleeping moves it."""

    def __init__(
        self, server: TestServer, model: MessagesServer, limits: Limits = WIDE, waiting: Waiting = nullcontext
    ) -> None:
        self.now = T0
        self.name = f"worker-{id(self)}"
        self.slept: list[float] = []
        self.disclosed: list[ModelInput] = []
        self.limiter = RedisRateLimiter(server.client(), "m", limits, now=lambda: self.now, jitter=lambda: 1.0)
        self.answers = build_answer_store(server.client(), kept=timedelta(hours=1))
        self.ledger = build_usage_ledger(server.client())
        client = build_anthropic_client(
            "k", DEFAULT_MODEL, base_url=model.url, answer_timeout=timedelta(seconds=2), waiting=waiting
        )
        _OPEN.append(client)
        self.calls = ModelCalls(client, self.limiter, self.answers, self.ledger, self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += round(seconds * 1000) + 1

    def ask(self, prompt: Prompt) -> Completion | Unanswered:
        """Answer a prompt as this worker."""
        return self.calls.complete(prompt, asker=self.name, disclose=self.disclosed.append)

    def complete(self, name: str = "gated_ct") -> Completion | Unanswered:
        """Answer the prompt about a study."""
        return self.ask(Prompt(FACTS[name]))

    def summarize(self, name: str = "gated_ct") -> SummaryDetail:
        """Draft the summary of a study."""
        return draft_summary(FACTS[name], self.ask).detail

    def wait(self, name: str = "gated_ct") -> tuple[WaitReason, timedelta]:
        """Ask where it must be waited for; gives why and how long."""
        with pytest.raises(ModelUnavailable) as caught:
            self.complete(name)
        return caught.value.reason, caught.value.wait


def test_the_same_question_is_paid_for_once(server: TestServer, model: MessagesServer) -> None:
    """The second summary of the same facts comes from the store, costs nothing and counts as a hit."""
    first, second = Worker(server, model).complete(), Worker(server, model).complete()
    assert isinstance(first, Completion)
    assert isinstance(second, Completion)
    assert (first.is_reused, second.is_reused, second.cost_usd) == (False, True, 0)
    assert (first.cost_usd > 0, second.text == first.text, len(model.received)) == (True, True, 1)


def test_a_worker_that_dies_after_the_answer_loses_nothing(server: TestServer, model: MessagesServer) -> None:
    """The answer is stored before anything else happens, so whoever takes over finds it."""
    worker = Worker(server, model)

    def die(grant: Grant, usage: Usage, cost_micro_usd: int, remaining: Remaining) -> None:
        del grant, usage, cost_micro_usd, remaining
        raise TransientError("store.unavailable", "gone")

    worker.limiter.settle = die  # type: ignore[method-assign]  # the worker dies between storing and settling
    with pytest.raises(TransientError):
        worker.complete()
    taken_over = Worker(server, model).complete()
    assert isinstance(taken_over, Completion)
    assert (taken_over.is_reused, len(model.received)) == (True, 1)


def test_two_workers_do_not_ask_the_same_question_at_once(server: TestServer, model: MessagesServer) -> None:
    """While one asks, the other is told to come back for the answer."""
    worker = Worker(server, model)
    worker.answers.begin(PROMPT.digest(DEFAULT_MODEL), "another", timedelta(seconds=60))
    assert worker.wait()[0] is WaitReason.SAME_QUESTION
    assert model.received == []


def test_a_429_frees_the_slot_and_pauses_everybody(server: TestServer, model: MessagesServer) -> None:
    """One worker is told to wait two minutes: it returns after one call, and no other worker calls before."""
    model.then(rate_limited("120"))
    worker, other = Worker(server, model), Worker(server, model)
    assert worker.wait() == (WaitReason.RATE_LIMITED, timedelta(seconds=120))
    assert other.wait("brain_mr") == (WaitReason.RATE_LIMITED, timedelta(seconds=120))
    assert len(model.received) == 1
    other.now += 120_000
    assert isinstance(other.complete("brain_mr"), Completion)


def test_a_spend_cap_pauses_long(server: TestServer, model: MessagesServer) -> None:
    """At the account's own spending limit nobody asks for half an hour."""
    model.then(rate_limited(error_code="enforced_spend_limit_reached"))
    assert Worker(server, model).wait() == (WaitReason.SPEND_CAP, timedelta(minutes=30))
    assert Worker(server, model).wait("ecg")[0] is WaitReason.SPEND_CAP


def test_an_outage_opens_the_breaker_for_all(server: TestServer, model: MessagesServer) -> None:
    """After five failures nobody asks until the pause is over, then one probes and all go on."""
    model.then(*[failure(529)] * 5)
    worker = Worker(server, model)
    reasons = [worker.wait()[0] for _ in range(5)]
    assert set(reasons) == {WaitReason.OVERLOADED}
    assert len(model.received) == 5
    worker.now += 2000
    assert isinstance(worker.complete(), Completion)


def test_an_open_breaker_lets_nobody_call(server: TestServer, model: MessagesServer) -> None:
    """A pause of more than two seconds is not slept through but given back to the caller."""
    worker = Worker(server, model)
    worker.limiter.pause(WaitReason.OUTAGE, timedelta(seconds=60))
    assert worker.wait() == (WaitReason.OUTAGE, timedelta(seconds=60))
    assert (worker.slept, model.received) == ([], [])


def test_short_waits_are_slept_through(server: TestServer, model: MessagesServer) -> None:
    """A worker that is a second early waits that second and asks."""
    worker = Worker(server, model, Limits(60, 100_000_000, 100_000_000, 10))
    worker.complete("gated_ct")
    worker.complete("brain_mr")
    assert (len(worker.slept), len(model.received)) == (1, 2)


@pytest.mark.parametrize(("status", "code"), [(401, "model.bad_key"), (404, "model.unknown")])
def test_a_wrong_key_or_model_is_told_and_not_waited_for(
    server: TestServer, model: MessagesServer, status: int, code: str
) -> None:
    """The summary gets the template and the reason; the question stays free to be asked again."""
    model.then(failure(status))
    worker = Worker(server, model)
    assert worker.complete() == Unanswered(code)
    assert isinstance(worker.complete(), Completion)


def test_a_spent_budget_gives_the_template_at_once(server: TestServer, model: MessagesServer) -> None:
    """When the day's budget is used up, summaries are template text until midnight and nobody is called."""
    worker = Worker(server, model, Limits(1000, 100_000_000, 100_000_000, 10, budget_usd_per_day=0))
    assert worker.summarize("ecg").reason == "model.budget_spent"
    assert model.received == []


def test_garbage_is_not_kept(server: TestServer, model: MessagesServer) -> None:
    """A proxy's page instead of an answer gives no text, and the next try asks again."""
    model.then(Reply(body="<html>hello</html>"))
    worker = Worker(server, model)
    first = worker.complete()
    assert isinstance(first, Completion)
    assert first.text == ""
    second = worker.complete()
    assert isinstance(second, Completion)
    assert (second.is_reused, len(model.received)) == (False, 2)


def test_a_summary_comes_all_the_way(server: TestServer, model: MessagesServer) -> None:
    """Facts go out, an answer comes back over HTTP, is checked and becomes the summary."""
    summary = draft_summary(FACTS["gated_ct"], Worker(server, model).ask)
    assert summary.detail.source is Source.CLAUDE
    assert "mid-diastole" in summary.text


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(body=message("", stop_reason="refusal")), "model.refused"),
        (Reply(body=message('{"sentences": [{"te', stop_reason="max_tokens")), "model.truncated"),
        (Reply(body=message('{"sentences": [{"te')), "model.malformed"),
    ],
)
def test_unusable_answers_are_paid_and_replaced(
    server: TestServer, model: MessagesServer, reply: Reply, reason: str
) -> None:
    """A refusal or a cut-off answer is accounted for, and the template speaks."""
    worker = Worker(server, model)
    model.then(reply)
    detail = worker.summarize()
    assert (detail.reason, detail.cost_usd, detail.source) == (reason, 0.000165, Source.TEMPLATE)


def test_an_ungrounded_text_makes_one_further_call(server: TestServer, model: MessagesServer) -> None:
    """A text with a diagnosis is sent back once with what was wrong, and no more than once."""
    model.answer = lambda _: '{"sentences": [{"text": "All is normal.", "facts": []}]}'
    detail = Worker(server, model).summarize()
    assert (detail.reason, len(model.received)) == ("model.ungrounded", 2)


def test_a_paid_answer_is_stored_patiently(server: TestServer, model: MessagesServer) -> None:
    """Where the store is away for a moment, the answer in hand is kept all the same and not paid for again."""
    worker = Worker(server, model)
    keep, failures = worker.answers.keep, iter([True] * 3)

    def keep_late(digest: str, body: bytes, token: str) -> None:
        if next(failures, False):
            raise TransientError("store.unavailable", "gone")
        keep(digest, body, token)

    worker.answers.keep = keep_late  # type: ignore[method-assign]  # the store is away three times
    assert isinstance(worker.complete(), Completion)
    assert worker.slept == list(KEEP_PAUSES[:3])
    assert isinstance(Worker(server, model).complete(), Completion)
    assert len(model.received) == 1


def test_an_answer_that_cannot_be_stored_is_an_outage_of_the_store(server: TestServer, model: MessagesServer) -> None:
    """After about a lease the worker gives up, and the unit is tried again later."""
    worker = Worker(server, model)

    def fail(digest: str, body: bytes, token: str) -> None:
        del digest, body, token
        raise TransientError("store.unavailable", "gone")

    worker.answers.keep = fail  # type: ignore[method-assign]  # the store stays away
    with pytest.raises(TransientError, match=r"store\.unavailable"):
        worker.complete()
    assert worker.slept == list(KEEP_PAUSES)


def test_a_worker_that_died_while_asking_does_not_wait_for_itself(server: TestServer, model: MessagesServer) -> None:
    """The unit's next run takes over the question that its dead run was asking."""
    worker = Worker(server, model)
    worker.answers.begin(PROMPT.digest(DEFAULT_MODEL), worker.name, timedelta(seconds=60))
    assert isinstance(worker.complete(), Completion)


def test_a_short_wait_for_somebody_elses_answer_is_slept_through(server: TestServer, model: MessagesServer) -> None:
    """Two workers with the same question: the second has the first one's answer a moment later, without a call."""
    first, second = Worker(server, model), Worker(server, model)
    first.answers.begin(PROMPT.digest(DEFAULT_MODEL), first.name, timedelta(seconds=60))

    def let_the_first_finish(_: float) -> None:
        first.complete()

    second.calls._sleep = let_the_first_finish
    answer = second.complete()
    assert isinstance(answer, Completion)
    assert (answer.is_reused, len(model.received)) == (True, 1)


def test_the_caller_is_told_when_it_waits_for_the_model(server: TestServer, model: MessagesServer) -> None:
    """Others may work from after the disclosure until the answer is there, and no longer."""
    told: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        told.append("waits")
        yield
        told.append("goes on")

    def answer(_: Mapping[str, str]) -> str:
        told.append("asked")
        return "Hi."

    model.answer = answer
    worker = Worker(server, model, waiting=waiting)
    worker.calls.complete(PROMPT, asker="a", disclose=lambda _: told.append("disclosed"))
    assert told == ["disclosed", "waits", "asked", "goes on"]


def test_what_is_sent_is_disclosed_before_it_is(server: TestServer, model: MessagesServer) -> None:
    """What arrives at the model is what was disclosed, field by field; a reused answer is disclosed too."""
    first, second = Worker(server, model), Worker(server, model)
    first.complete()
    second.complete()
    assert [sent.requests for sent in first.disclosed] == [(model.received[0].body,)]
    assert second.disclosed == first.disclosed
    assert first.disclosed[0].withheld == PROMPT.facts.withheld


def test_a_correction_discloses_both_questions(server: TestServer, model: MessagesServer) -> None:
    """A summary that took two questions shows both."""
    model.answer = lambda _: '{"sentences": [{"text": "All is normal.", "facts": []}]}'
    worker = Worker(server, model)
    worker.summarize()
    assert list(worker.disclosed[-1].requests) == [one.body for one in model.received]


def test_nothing_is_sent_where_disclosing_fails(server: TestServer, model: MessagesServer) -> None:
    """A worker that lost its job sends nothing, and its place and tokens are free again."""
    worker = Worker(server, model, Limits(100_000, 100_000_000, 100_000_000, concurrency=1))

    def refuse(_: ModelInput) -> None:
        raise TransientError("store.unavailable", "gone")

    with pytest.raises(TransientError):
        worker.calls.complete(PROMPT, asker="a", disclose=refuse)
    assert model.received == []
    assert isinstance(worker.complete(), Completion)


def test_a_spend_cap_and_a_bad_key_alert_somebody(server: TestServer, model: MessagesServer) -> None:
    """What only a person can mend is logged as an error, once per refusal and without the vendor's words."""
    model.then(failure(401, text="secret words"), rate_limited(error_code="enforced_spend_limit_reached"))
    worker = Worker(server, model)
    with capture_logs() as events:
        worker.complete()
        worker.wait()
        worker.wait("ecg")
    assert events == [
        {
            "event": "model refused the request",
            "log_level": "error",
            "code": "model.bad_key",
            "request_id": "req_1",
        },
        {"event": "model spending limit reached", "log_level": "error", "paused_seconds": 1800.0},
    ]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_facts_are_repeated_for_people(name: str) -> None:
    """The page for people shows the facts that the request's own text holds."""
    shown = model_input(Prompt(FACTS[name]), DEFAULT_MODEL)
    assert [f'"{key}": ' in str(shown.requests[0]["messages"]) for key in shown.facts] == [True] * len(shown.facts)
    assert shown.system in str(shown.requests[0]["system"][0]["text"])  # type: ignore[index]  # JSON as it is sent
