"""``python -m api.cli audit export --tenant NAME``: a tenant's audit trail as lines of JSON on standard output."""

import argparse
import asyncio
import sys

from api.cli.command import Command, CommandFailed, Exit, with_settings
from api.cli.processes import StackError
from shared.errors import ServiceError
from shared.jobs.audit import export_lines
from shared.settings import Settings


def _describe(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    whole = actions.add_parser("export", help="write a tenant's trail as lines of JSON")
    whole.add_argument("--tenant", default="default")


def run_audit(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the command; raises StackError where it is not said which store, TransientError where it does not answer."""
    if settings.redis_url is None:
        raise StackError("set REDIS_URL; with the embedded job store read GET /audit as application/x-ndjson")
    asyncio.run(_export(settings, arguments.tenant))
    return 0


async def _export(settings: Settings, tenant: str) -> None:
    from api.dependencies import open_audit_alone  # noqa: PLC0415 - loads the whole composition root

    async with open_audit_alone(settings) as trail:
        async for lines in export_lines(trail, tenant):
            sys.stdout.buffer.write(lines)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    try:
        return run_audit(settings, arguments)
    except StackError as error:
        raise CommandFailed(Exit.FAILED, str(error)) from None
    except ServiceError as error:
        raise CommandFailed(Exit.UNREACHABLE, error.detail) from None


AUDIT = Command(
    "audit",
    "export the audit trail kept at REDIS_URL",
    _describe,
    with_settings(_run),
    ("dicom-analysis audit export --tenant clinic > audit.jsonl",),
)
