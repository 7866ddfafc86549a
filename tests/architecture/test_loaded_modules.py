"""What each process loads: the model's SDK costs a second and 60 MB, and the api must not be able to parse."""

import subprocess
import sys

import pytest

WORKER = """
from worker.__main__ import leave_numpy_out, without
leave_numpy_out()
with without("requests", "rich", "cffi"):
    from worker.celery_app import build_celery_app
    build_celery_app('{role}').loader.import_default_modules()
import celery.apps.worker
"""
FOREIGN = {"anthropic", "httpx2", "numpy", "fastapi", "prompt_toolkit", "rich", "cffi", "requests"}
"""What no worker loads when it starts: the SDK, terminals, and what packages import wherever they find it."""
API = "import api.main"


@pytest.mark.parametrize(
    ("start", "absent"),
    [
        (WORKER.format(role="extract"), {*FOREIGN, "shared.summaries.grounding", "worker.tasks.summarize"}),
        (WORKER.format(role="network"), {*FOREIGN, "worker.pipelines.extract", "worker.tasks.extract"}),
        (WORKER.format(role="deliver"), {*FOREIGN, "worker.pipelines.extract", "worker.tasks.summarize"}),
        (API, {"anthropic", "pydicom", "numpy", "shared.summaries", "shared.privacy", "worker"}),
    ],
    ids=["extract worker", "network worker", "deliver worker", "api"],
)
def test_a_process_loads_no_more_than_it_needs(start: str, absent: set[str]) -> None:
    """After start-up a process has none of the modules that belong to another's work."""
    told = "print(*(name for name, module in sys.modules.items() if module))"
    report = f"import os, sys\nos.environ['REDIS_URL'] = 'redis://127.0.0.1:1/0'\n{start}\n{told}"
    ended = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, timeout=60, check=True)
    assert absent.intersection(ended.stdout.split()) == set()
