"""``python -m api.cli audit export --tenant NAME``: a tenant's audit trail as lines of JSON on standard output."""

import argparse
import asyncio
import sys

from api.cli.processes import StackError
from api.dependencies import open_audit_alone
from shared.jobs.audit import export_lines
from shared.settings import Settings


def add_audit_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command to the command line."""
    audit = commands.add_parser("audit", help="export the audit trail kept at REDIS_URL")
    actions = audit.add_subparsers(dest="action", required=True)
    whole = actions.add_parser("export", help="write a tenant's trail as lines of JSON")
    whole.add_argument("--tenant", default="default")


def run_audit(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the command; raises StackError where it is not said which store, TransientError where it does not answer."""
    if settings.redis_url is None:
        raise StackError("set REDIS_URL; with the embedded job store read GET /audit as application/x-ndjson")
    asyncio.run(_export(settings, arguments.tenant))
    return 0


async def _export(settings: Settings, tenant: str) -> None:
    async with open_audit_alone(settings) as trail:
        async for lines in export_lines(trail, tenant):
            sys.stdout.buffer.write(lines)
