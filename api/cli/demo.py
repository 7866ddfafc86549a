"""The demo: a real gated CT series goes in over HTTP, a finished job comes out."""

import importlib.util
from pathlib import Path
from typing import Any

import httpx2

from api.cli.stack import StackError, free_port, running_stack
from shared.settings import Settings

SERIES = Path("data/test_files/dicomdirtests/98892001/CT5N")
"""pydicom's own copy of an ECG-gated calcium score CT (GE LightSpeed Ultra), inside its package."""

WAIT_SECONDS = 30
"""How long one request is held."""

Document = dict[str, Any]  # Any: JSON as a client of the service reads it


def demo_files() -> list[Path]:
    """Find the series; raises StackError where pydicom came without its test files."""
    spec = importlib.util.find_spec("pydicom")
    roots = [Path(root) for root in (spec.submodule_search_locations or [])] if spec else []
    files = [path for root in roots for path in sorted((root / SERIES).glob("*"))]
    if not files:
        raise StackError("pydicom's test files are not installed; reinstall requirements.txt")
    return files


def run_demo(settings: Settings) -> int:
    """Start the service, submit the series, show what came out, stop; 0 where the job succeeded."""
    chosen = settings.model_fields_set
    # A demo beside a running service takes a port and a folder of its own unless told otherwise.
    port = settings.port if "port" in chosen and settings.port else free_port(settings.host)
    folder = settings.state_dir if "state_dir" in chosen else settings.state_dir / "demo"
    # It lives for seconds and for one person, who need not make a key for it.
    own = settings.model_copy(update={"state_dir": folder, "api_keys_file": None})
    with running_stack(own, port) as stack:
        job = submit(stack.url, demo_files())
        print(describe(job, stack.url))
    return 0 if job["status"] == "succeeded" else 1


def submit(url: str, files: list[Path]) -> Document:
    """Send the files as one job and follow it to its end."""
    parts = [("file", (f"{number}", path.read_bytes())) for number, path in enumerate(files)]
    with httpx2.Client(base_url=url, timeout=WAIT_SECONDS + 10, trust_env=False) as client:
        response = client.post("/dicom/summarize", files=parts, headers={"Prefer": f"wait={WAIT_SECONDS}"})
        response.raise_for_status()
        job: Document = response.json()
        while not job["done"]:
            job = client.get(job["links"]["self"], headers={"Prefer": f"wait={WAIT_SECONDS}"}).json()
    return job


def describe(job: Document, url: str) -> str:
    """Write a short account of a finished job for the terminal."""
    if job["status"] != "succeeded":
        return f"The job {job['status']}: {job.get('error', {}).get('detail', 'no reason given')}"
    card = job["result"]["metadata"]
    series = job["result"]["studies"][0]["series"][0]
    lines = [f"{job['counts']['accepted']} files, job {job['status']}", ""]
    lines += [f"  {name.replace('_', ' '):22} {value}" for name, value in card.items()]
    lines += ["", "  Cardiac timing", *_timing(series.get("cardiac", {}))]
    lines += ["", "  Summary", f"    {job['result']['summary']}", "", f"  Job {url}{job['links']['self']}"]
    return "\n".join(lines)


def _timing(cardiac: Document) -> list[str]:
    shown = (
        ("gated", "gated", ""),
        ("heart rate", "heart_rate_bpm", " bpm"),
        ("R-R interval", "rr_interval_ms", " ms"),
        ("trigger delay", "trigger_delay_ms", " ms"),
        ("phase", "phase_percent", " % of R-R"),
        ("phase in words", "phase_label", ""),
        ("temporal resolution", "temporal_resolution_ms", " ms"),
    )
    return [f"    {name:20} {_text(cardiac[key])}{unit}" for name, key, unit in shown if key in cardiac]


def _text(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['min']:g} to {value['max']:g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
