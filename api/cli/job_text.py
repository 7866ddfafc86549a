"""Jobs as text for a terminal."""

from api.cli.server import Document

MOST_FILES = 20
"""Files with something to say that are shown; ``show --json`` has more."""


def describe_job(job: Document) -> str:
    """Write a job and, where there is one, the card of its result."""
    counts = job["counts"]
    lines = [
        f"{job['id']}  {job['kind']}  {job['status']}{'  partial' if job['partial'] else ''}",
        "  files      " + ", ".join(f"{number} {name}" for name, number in counts.items()),
    ]
    lines += [f"  {name:10} {job[key]}" for name, key in _TIMES if key in job]
    if "client_reference" in job:
        lines.append(f"  reference  {job['client_reference']}")
    if "error" in job:
        lines.append(f"  error      {job['error']['code']}: {job['error']['detail']}")
    lines += [f"  file {file['index']:<6}{file['status']}: {file['code']}" for file in job["files"][:MOST_FILES]]
    lines += [f"  warning    {_warning(warning)}" for warning in job["warnings"]]
    result = job.get("result", {})
    lines += [f"  {name.replace('_', ' '):22} {value}" for name, value in result.get("metadata", {}).items()]
    if "summary" in result:
        lines += ["", f"  {result['summary']}"]
    return "\n".join(lines)


_TIMES = (("created", "created_at"), ("completed", "completed_at"), ("erased", "expires_at"))


def _warning(warning: Document) -> str:
    where = f" ({warning['where']})" if warning.get("where") else ""
    return f"{warning['code']}{where}"


def list_line(job: Document) -> str:
    """Write a job as one line of a list."""
    received = job["counts"]["received"]
    reference = job.get("client_reference", "")
    line = (
        f"{job['id']}  {job['kind']:9}  {job['status']:9}  {job['created_at'][:19]}Z  {received:6} files  {reference}"
    )
    return line.rstrip()
