"""What a command of the command line is: a name, its options, what it does, and how it ends."""

import argparse
import sys
from collections.abc import Callable
from enum import IntEnum

from msgspec import Struct
from pydantic import ValidationError

from shared.settings import Settings, load_settings


class Exit(IntEnum):
    """How a command ends; scripts rely on these numbers."""

    OK = 0
    """Done; a job that was waited for succeeded."""
    FAILED = 1
    """The job failed or was canceled, a check found something, or the local service could not run."""
    USAGE = 2
    """The command line, a path or a setting is wrong; nothing was sent."""
    UNREACHABLE = 3
    """The service cannot be reached, or stayed unavailable for as long as one was willing to wait."""
    REFUSED = 4
    """The service answered and refused: no such job, a key it does not know, an upload it does not take."""
    INTERRUPTED = 130
    """Ctrl-C."""


class CommandFailed(Exception):
    """A command cannot go on; the message says what to do."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code


class Command(Struct, frozen=True):
    """One command; all of them stand in one table."""

    name: str
    summary: str
    describe: Callable[[argparse.ArgumentParser], None]
    """Adds the command's options to its parser."""
    run: Callable[[argparse.Namespace], int]
    examples: tuple[str, ...] = ()


def with_settings(
    run: Callable[[Settings, argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    """Make a command that works with the settings of this machine out of a function that takes them."""
    return lambda arguments: run(read_settings(), arguments)


def read_settings() -> Settings:
    """Read the settings; raises CommandFailed naming each one that is wrong."""
    try:
        return load_settings()
    except ValidationError as error:
        lines = [f"setting {'_'.join(str(part) for part in at['loc']).upper()}: {at['msg']}" for at in error.errors()]
        raise CommandFailed(Exit.USAGE, "\n".join(lines)) from None


def no_options(_: argparse.ArgumentParser) -> None:
    """Describe a command that has no options."""


def tell(text: str) -> None:
    """Say something to the person; standard output is kept for what was asked for."""
    print(text, file=sys.stderr, flush=True)
