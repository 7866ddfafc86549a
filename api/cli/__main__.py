"""``python -m api.cli run | demo``."""

import argparse
import sys

from pydantic import ValidationError

from api.cli.demo import run_demo
from api.cli.stack import StackError, run_stack
from shared.settings import load_settings


def main() -> int:
    """Run the command; 0 on success, 1 where the service could not run, 2 where the command line is wrong."""
    parser = argparse.ArgumentParser(prog="python -m api.cli", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the whole service on this machine and stay up")
    commands.add_parser("demo", help="start it, analyze a gated CT series, show the result, stop")
    arguments = parser.parse_args()
    try:
        settings = load_settings()
    except ValidationError as error:
        for entry in error.errors():
            name = "_".join(str(part) for part in entry["loc"]).upper()
            print(f"error: setting {name}: {entry['msg']}", file=sys.stderr)
        return 2
    try:
        return run_demo(settings) if arguments.command == "demo" else run_stack(settings)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
