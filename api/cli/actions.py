"""``cancel``, ``retry`` and ``delete``: what can be done to jobs."""

import argparse

from api.cli.command import Command, CommandFailed, Exit, tell
from api.cli.progress import Progress
from api.cli.server import Server, add_server_options, address_of, connected


def describe_action(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help="ids of jobs")
    add_server_options(parser)


def cancel(server: Server, job_id: str) -> str:
    """Cancel a job that is not done."""
    return str(server.ask("POST", f"/jobs/{job_id}/cancel").json()["status"])


def retry(server: Server, job_id: str) -> str:
    """Run a failed job again."""
    return str(server.ask("POST", f"/jobs/{job_id}/retry").json()["status"])


def delete(server: Server, job_id: str) -> str:
    """Erase a job with its files and results."""
    server.ask("DELETE", f"/jobs/{job_id}")
    return "deleted"


_ACTIONS = {"cancel": cancel, "retry": retry, "delete": delete}


def run_action(arguments: argparse.Namespace) -> int:
    """Do to each job what the command's name says; one refusal does not keep the others from their turn."""
    code = Exit.OK
    with connected(address_of(arguments), Progress().note) as server:
        for job_id in arguments.ids:
            try:
                print(f"{job_id}  {_ACTIONS[arguments.command](server, job_id)}", flush=True)
            except CommandFailed as error:
                if error.code is not Exit.REFUSED:
                    raise
                tell(f"{job_id}  {error}")
                code = Exit.REFUSED
    return code


CANCEL = Command("cancel", "cancel jobs that are not done", describe_action, run_action, ("dicom-analysis cancel ID",))
RETRY = Command("retry", "run failed jobs again", describe_action, run_action, ("dicom-analysis retry ID",))
DELETE = Command(
    "delete",
    "erase jobs with their files and results",
    describe_action,
    run_action,
    ("dicom-analysis delete ID ID",),
)
