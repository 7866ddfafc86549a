"""Run the service on this machine, send files to one, look at jobs, and read files without any service."""

import argparse
import sys
from collections.abc import Callable

from api.cli.actions import CANCEL, DELETE, RETRY
from api.cli.audit import AUDIT
from api.cli.command import Command, CommandFailed, Exit, tell
from api.cli.completion import completion_command
from api.cli.doctor import DOCTOR
from api.cli.extract import EXTRACT
from api.cli.jobs import JOBS, SHOW, WATCH
from api.cli.keys import KEYS
from api.cli.local import DEMO, RUN, SAMPLE
from api.cli.result import RESULT
from api.cli.submit import SUBMIT

PROGRAM = "dicom-analysis"

TABLE: tuple[Command, ...] = (
    *(SUBMIT, JOBS, SHOW, WATCH, RESULT, CANCEL, RETRY, DELETE),
    *(EXTRACT, DOCTOR, KEYS, AUDIT, RUN, DEMO, SAMPLE),
)
"""Every command, in the order in which they are listed."""

COMMANDS = (*TABLE, completion_command(PROGRAM, TABLE))

EPILOG = """\
exit codes:
  0    done; a job that was waited for succeeded
  1    the job failed or was canceled, a check found something, or the local service could not run
  2    the command line, a path or a setting is wrong
  3    the service cannot be reached, or stayed unavailable
  4    the service refused
  130  interrupted

environment:
  DICOM_ANALYSIS_URL   address of the service (default http://127.0.0.1:8000)
  DICOM_ANALYSIS_KEY   API key, where the service asks for one
"""


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line out of the table."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__, epilog=EPILOG, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        epilog = "\n".join(["examples:", *(f"  {example}" for example in command.examples)])
        child = commands.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            epilog=epilog if command.examples else None,
            formatter_class=raw,
        )
        command.describe(child)
        child.set_defaults(run=command.run)
    return parser


def main() -> int:
    """Run the command; the exit code is one of ``Exit``."""
    arguments = build_parser().parse_args()
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except CommandFailed as error:
        tell(f"error: {error}")
        return error.code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read standard output, such as head, has seen enough
        sys.stdout = None  # or Python's own flush at the end would complain again
        return Exit.OK


if __name__ == "__main__":
    sys.exit(main())
