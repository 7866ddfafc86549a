"""The webhook room's scripts: Lua files beside this module, each after the outbox and the library they share."""

from enum import StrEnum
from importlib.resources import files

from shared.jobs.adapters.redis_scripts import read_outbox


class Step(StrEnum):
    """The atomic steps of the outbox and its ledger; each is the file ``scripts/NAME.lua``."""

    CLAIM = "claim"
    RECORD = "record"
    READY = "ready"
    ENDPOINT = "endpoint"
    ROTATE = "rotate"
    SEND = "send"
    LEDGER = "ledger"


def read_step(step: Step) -> str:
    """Give the Lua text of a step."""
    folder = files(__package__) / "scripts"
    return read_outbox() + (folder / "library.lua").read_text() + (folder / f"{step}.lua").read_text()
