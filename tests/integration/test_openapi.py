"""The API's description is true: what it promises is what the running service does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.auth.access import ACCESS
from tests.support.doors import KeyedService
from tests.support.samples import CT

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

EXAMPLES = os.environ.get("SCHEMA_EXAMPLES", "25")
"""Generated requests per operation and phase; CI may ask for more."""

NOT_CHECKED = "positive_data_acceptance"
"""A schema cannot say which bytes are a DICOM object, so that generated files are rightly refused."""


CONFIG = """\
[parameters]
job_id = "{kept}"

[[operations]]
include-name = "DELETE /jobs/{{job_id}}"
parameters = {{ job_id = "{erased}" }}
"""
"""Real jobs for generated requests: one that stays, one to erase."""


@pytest.fixture(scope="module")
def door() -> Iterator[KeyedService]:
    """A service with keys and without a bound on requests."""
    service = KeyedService(TENANT_REQUESTS_PER_MINUTE="0", MAX_WAIT_SECONDS="1")
    yield service
    service.close()


@pytest.fixture(scope="module")
def schema(door: KeyedService) -> dict[str, Any]:  # Any: a JSON document
    """The description that the service serves."""
    document: dict[str, Any] = door.ask("GET", "/openapi.json").json()  # Any: as above
    return document


def operations(schema: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:  # Any: JSON
    """Every operation by method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def test_the_description_is_valid_openapi(schema: dict[str, Any]) -> None:
    """An independent validator finds nothing (OpenAPI 3.1)."""
    validate(schema)


def test_every_operation_says_what_it_needs_and_how_it_fails(schema: dict[str, Any]) -> None:
    """Summary, tag, key and at least one error as a problem document with an example stand at each."""
    for place, operation in operations(schema).items():
        assert operation["summary"], place
        assert operation["tags"], place
        assert bool(operation["security"]) == (ACCESS[place].scope is not None), place
        errors = [answer for status, answer in operation["responses"].items() if int(status) >= 400]
        examples = [answer["content"].get("application/problem+json", {}).get("example") for answer in errors]
        assert [example for example in examples if example], place


def test_a_generated_client_would_know_every_schema(schema: dict[str, Any]) -> None:
    """No reference leads nowhere, and no schema of the framework's own errors is left."""
    text = json.dumps(schema)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(schema["components"]["schemas"])
    assert "HTTPValidationError" not in text


def test_generated_requests_find_no_server_error_and_no_broken_promise(door: KeyedService, tmp_path: Path) -> None:
    """schemathesis tries every operation with good and bad input, and every answer is one that the schema allows."""
    kept, erased = (
        door.ask("POST", "/dicom/analyze", door.everything, CT.read_bytes(), Prefer="wait=1").json()["id"] for _ in "12"
    )
    config, report = tmp_path / "schemathesis.toml", tmp_path / "report.json"
    config.write_text(CONFIG.format(kept=kept, erased=erased))
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("--config-file", str(config), "run", f"{door.stack.url}/openapi.json"),
        *("--header", f"X-API-Key: {door.everything}"),
        *("--checks", "all", "--exclude-checks", NOT_CHECKED),
        *("--max-examples", EXAMPLES, "--seed", "1", "--generation-database", "none"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = json.loads(report.read_text())
    assert (found["failures"], found["errors"], ended.returncode) == ([], [], 0), ended.stdout[-8000:]
    assert (found["operations"]["tested"], found["complete"]) == (found["operations"]["total"], True)
    assert found["test_cases"]["generated"] >= 500


CLIENT = """\
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from generated import AuthenticatedClient
from generated.api.jobs import read_job, read_result
from generated.api.submit import analyze
from generated.models import AnalyzeFilesBody, JobDocument, JobStatus, ProblemDocument, ResultDocument
from generated.types import File

client = AuthenticatedClient(base_url=sys.argv[2], token=sys.argv[3])
with Path(sys.argv[4]).open("rb") as file:
    job = analyze.sync(client=client, body=AnalyzeFilesBody(file=[File(file, "0")]), prefer="wait=1")
assert isinstance(job, JobDocument)
while not job.done:
    job = read_job.sync(job.id, client=client, prefer="wait=1")
    assert isinstance(job, JobDocument)
result = read_result.sync(job.id, client=client)
assert isinstance(result, ResultDocument)
problem = read_job.sync("none", client=client)
assert isinstance(problem, ProblemDocument)
print(job.status, result.metadata["modality"], problem.code)
"""
"""What a user of the generated client writes."""


def test_a_client_generated_from_the_description_works(
    door: KeyedService,
    schema: dict[str, Any],
    tmp_path: Path,  # Any: JSON
) -> None:
    """openapi-python-client's typed client submits a CT, waits, reads its result and is told what it did wrong."""
    (tmp_path / "openapi.json").write_text(json.dumps(schema))
    (tmp_path / "use.py").write_text(CLIENT)
    generate = "from openapi_python_client.cli import app; app()"
    paths = ("--path", str(tmp_path / "openapi.json"), "--output-path", str(tmp_path / "generated"), "--meta", "none")
    subprocess.run([sys.executable, "-c", generate, "generate", *paths], check=True, capture_output=True)
    command = [sys.executable, str(tmp_path / "use.py"), str(tmp_path), door.stack.url, door.everything, str(CT)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.stdout.split(), ended.stderr) == (["succeeded", "CT", "job.unknown"], "")
