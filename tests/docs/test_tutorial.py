"""The tutorial is run as it stands."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.service import Service

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/tutorial.md"
STEPS = re.compile(r"```sh\n(?P<commands>.*?)```\n\n```text\n(?P<printed>.*?)```", re.DOTALL)


def steps() -> list[tuple[str, list[str]]]:
    """The commands of the page and the lines that they are said to print."""
    return [(step["commands"], step["printed"].splitlines()) for step in STEPS.finditer(PAGE.read_text())]


def run_page(folder: Path, url: str) -> list[str]:
    """Run all commands in one shell, as a reader would, and give what each step printed."""
    command = folder / "bin" / "dicom-analysis"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m api.cli "$@"\n')
    command.chmod(0o755)
    mark = "=== next step ==="
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"\necho {shlex.quote(mark)}\n".join(commands for commands, _ in steps())],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{command.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "DICOM_ANALYSIS_URL": url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(mark)


def test_every_step_prints_what_the_page_says(tmp_path: Path) -> None:
    """A reader who types what is there sees what is there."""
    service = Service()
    try:
        service.await_ready()
        printed = run_page(tmp_path, service.url)
    finally:
        service.close()
    missing = [
        line for (_, lines), output in zip(steps(), printed, strict=True) for line in lines if line not in output
    ]
    assert missing == []


def test_the_page_has_steps() -> None:
    """The test above would be content with an empty page."""
    assert len(steps()) == PAGE.read_text().count("```sh\n") == 6
