"""``run`` and ``demo``: the whole service on this machine."""

import argparse

from api.cli.command import Command, CommandFailed, Exit, no_options, with_settings
from api.cli.demo import run_demo
from api.cli.stack import StackError, run_stack
from shared.settings import Settings


def _run(settings: Settings, _: argparse.Namespace) -> int:
    try:
        return run_stack(settings)
    except StackError as error:
        raise CommandFailed(Exit.FAILED, str(error)) from None


def _demo(settings: Settings, _: argparse.Namespace) -> int:
    try:
        return run_demo(settings)
    except StackError as error:
        raise CommandFailed(Exit.FAILED, str(error)) from None


RUN = Command("run", "start the whole service on this machine and stay up", no_options, with_settings(_run))
DEMO = Command("demo", "start it, analyze a gated CT series, show the result, stop", no_options, with_settings(_demo))
