"""The command line as a person or a script uses it: a process of its own, with an address in its environment."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def command_line(*words: str | Path, url: str = "http://127.0.0.1:9", **environment: str) -> subprocess.Popen[str]:
    """Start a command; without an address it finds nobody (port 9 discards)."""
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "DICOM_ANALYSIS_URL": url, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_command(
    *words: str | Path, url: str = "http://127.0.0.1:9", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with command_line(*words, url=url, **environment) as process:
        output, messages = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, output, messages)
