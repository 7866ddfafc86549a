"""The body of a request to the Messages API, made in one place: it is what is sent and what a reader is shown."""

from msgspec import Struct

from shared.llm.budget import is_cacheable
from shared.privacy.receipt import Withheld
from shared.summaries.prompt import MAX_OUTPUT_TOKENS, SCHEMA, Prompt

Body = dict[str, object]
"""A request's JSON body, every field of it."""


class ModelInput(Struct, frozen=True):
    """What ``GET /jobs/{id}/model-input`` shows: the bodies of a summary's requests and what was withheld from them.

    ``system`` and ``facts`` repeat what the first body holds, for people to read.
    """

    model: str
    prompt_version: str
    system: str
    facts: dict[str, str]
    withheld: tuple[Withheld, ...]
    requests: tuple[Body, ...]


def request_body(prompt: Prompt, model: str) -> Body:
    """Build the body that asks a model a question; a system text long enough to count is marked for caching."""
    system: Body = {"type": "text", "text": prompt.system}
    if is_cacheable(prompt.system, model):
        system["cache_control"] = {"type": "ephemeral"}
    return {
        "model": model,
        "max_tokens": MAX_OUTPUT_TOKENS,
        "system": [system],
        "messages": [{"role": turn.role, "content": turn.content} for turn in prompt.messages],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }


def model_input(prompt: Prompt, model: str) -> ModelInput:
    """State what asking a question sends; for a correction, the question before it too."""
    prompts = (prompt,) if prompt.draft is None else (Prompt(prompt.facts), prompt)
    return ModelInput(
        model=model,
        prompt_version=prompt.version,
        system=prompt.system,
        facts=prompt.told,
        withheld=prompt.facts.withheld,
        requests=tuple(request_body(one, model) for one in prompts),
    )
