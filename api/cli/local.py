"""``run``, ``demo`` and ``sample``: the whole service on this machine, and something to try it with."""

import argparse
import shutil
from pathlib import Path

from api.cli.command import Command, CommandFailed, Exit, no_options, with_settings
from api.cli.demo import demo_files, run_demo
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


def _describe_sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="folder to copy it to; made where it does not exist")


def _copy_sample(arguments: argparse.Namespace) -> int:
    try:
        files = demo_files()
        arguments.folder.mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(files, start=1):
            shutil.copyfile(path, arguments.folder / f"{number}.dcm")
    except StackError as error:
        raise CommandFailed(Exit.FAILED, str(error)) from None
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"cannot write {arguments.folder}: {error.strerror}") from None
    print(f"{len(files)} files in {arguments.folder}")
    return Exit.OK


RUN = Command("run", "start the whole service on this machine and stay up", no_options, with_settings(_run))
DEMO = Command("demo", "start it, analyze a gated CT series, show the result, stop", no_options, with_settings(_demo))
SAMPLE = Command(
    "sample",
    "copy the demo's ECG-gated CT series to a folder",
    _describe_sample,
    _copy_sample,
    ("dicom-analysis sample series",),
)
