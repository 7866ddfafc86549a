"""``python -m api.cli run | demo | keys | audit``."""

import argparse
import sys

from pydantic import ValidationError

from api.cli.audit import add_audit_command, run_audit
from api.cli.demo import run_demo
from api.cli.keys import add_keys_command, run_keys
from api.cli.stack import StackError, run_stack
from shared.errors import ServiceError
from shared.settings import Settings, load_settings


def main() -> int:
    """Run the command; 0 on success, 1 where the service could not run, 2 where the command line is wrong."""
    parser = argparse.ArgumentParser(prog="python -m api.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the whole service on this machine and stay up")
    commands.add_parser("demo", help="start it, analyze a gated CT series, show the result, stop")
    add_keys_command(commands)
    add_audit_command(commands)
    arguments = parser.parse_args()
    try:
        settings = load_settings()
    except ValidationError as error:
        for entry in error.errors():
            name = "_".join(str(part) for part in entry["loc"]).upper()
            print(f"error: setting {name}: {entry['msg']}", file=sys.stderr)
        return 2
    try:
        return _run(settings, arguments)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
    except ServiceError as error:
        print(f"error: {error.detail}", file=sys.stderr)
    return 1


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "demo":
            return run_demo(settings)
        case "keys":
            return run_keys(settings, arguments)
        case "audit":
            return run_audit(settings, arguments)
        case _:
            return run_stack(settings)


if __name__ == "__main__":
    sys.exit(main())
