"""The transition scripts: Lua files beside this module, each after the webhook outbox and the library they share."""

from enum import StrEnum
from importlib.resources import files

from shared.jobs.queue import HINTS_AHEAD


class Transition(StrEnum):
    """The atomic steps of the job engine; each is the file ``scripts/NAME.lua``."""

    ACCEPT = "accept"
    CLAIM = "claim"
    BEAT = "beat"
    DEFER = "defer"
    DISCLOSE = "disclose"
    FINISH = "finish"
    CANCEL = "cancel"
    RETRY = "retry"
    DELETE = "delete"
    EXPIRE = "expire"
    SWEEP = "sweep"
    WANT = "want"
    TAKE = "take"
    MADE = "made"


def read_script(transition: Transition) -> str:
    """Give the Lua text of a transition."""
    limit = f"local HINTS_AHEAD = {HINTS_AHEAD}\n"
    return limit + read_outbox() + read_lua("trail") + read_lua("library") + read_lua(transition)


def read_outbox() -> str:
    """Give the Lua text that writes webhook deliveries; it also stands before the webhook room's own scripts."""
    return read_lua("outbox")


def read_lua(name: str) -> str:
    """Give one file as it is; ``load`` and ``trail`` stand alone, all others after what they share."""
    return (files(__package__) / "scripts" / f"{name}.lua").read_text()
