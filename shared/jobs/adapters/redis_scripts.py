"""The transition scripts: Lua files beside this module, each after the webhook outbox and the library they share."""

from enum import StrEnum
from importlib.resources import files


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
    folder = files(__package__) / "scripts"
    return read_outbox() + (folder / "library.lua").read_text() + (folder / f"{transition}.lua").read_text()


def read_load_script() -> str:
    """Give the Lua text that tells how full the store is; it changes nothing and needs nothing of the others."""
    return (files(__package__) / "scripts" / "load.lua").read_text()


def read_audit_script() -> str:
    """Give the Lua text that enters something into the audit trail; it needs nothing of the others."""
    return (files(__package__) / "scripts" / "audit.lua").read_text()


def read_outbox() -> str:
    """Give the Lua text that writes webhook deliveries; it also stands before the webhook room's own scripts."""
    return (files(__package__) / "scripts" / "outbox.lua").read_text()
