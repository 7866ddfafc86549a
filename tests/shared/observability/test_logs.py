"""Logs of our own processes: whatever speaks, each line is one object without values."""

import json
import subprocess
import sys

import pytest

SECRET = "Doe^Jane"
"""What a foreign message might quote."""

RAISE = f"try: raise ValueError('{SECRET}')"

SPEAKERS = {
    "ours": "get_logger().info('job failed', code='x')",
    "an exception of ours": f"{RAISE}\nexcept ValueError as e: get_logger().error('x', error=e)",
    "Celery": f"logging.getLogger('celery.worker').warning('Task %s', '{SECRET}')",
    "pydicom": f"logging.getLogger('pydicom').warning('Invalid value {SECRET}')",
    "a library's exception": f"{RAISE}\nexcept ValueError: logging.getLogger('x').exception('{SECRET}')",
    "a warning": f"warnings.warn('Invalid value {SECRET}')",
    "a thread that dies": f"t = threading.Thread(target=lambda: int('{SECRET}')); t.start(); t.join()",
    "a process that dies": f"int('{SECRET}')",
}


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_a_line_is_one_object_without_what_was_quoted(speaker: str) -> None:
    """The text that somebody filled in is not there, the event, the level and the time are."""
    head = "import logging, threading, warnings\nfrom shared.observability import configure_logs, get_logger\n"
    code = f"{head}configure_logs('json', 'debug')\n{SPEAKERS[speaker]}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    [line] = done.stderr.splitlines()
    assert {"event", "level", "timestamp"} <= json.loads(line).keys()
    assert (SECRET in line, done.stdout) == (False, "")


def test_the_constant_text_of_a_known_library_is_kept() -> None:
    """An operator can tell what Celery does, without the values in it."""
    code = (
        "import logging\nfrom shared.observability import configure_logs\nconfigure_logs('json', 'info')\n"
        "logging.getLogger('celery.worker').warning('Initiating Soft Shutdown, terminating in %s seconds', 5)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stderr)["text"] == "Initiating Soft Shutdown, terminating in %s seconds"
