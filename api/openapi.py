"""The API's own description: what FastAPI cannot know by itself, added to the schema that it builds.

Every operation gets its scope, its headers and the errors that any request can meet; every error is a problem document
with an example from the one table of codes.
"""

from typing import Any

from fastapi import FastAPI

from api.auth.access import ACCESS
from api.schemas.examples import EXAMPLES
from api.schemas.problem import PROBLEMS, ProblemDocument, problem

API_DESCRIPTION = """\
Upload DICOM files, get typed metadata with provenance and a plain-language summary.

A submission is answered `202` with the job's address: poll it, hold the request with `Prefer: wait=N`, or follow its
events. Every error is a problem document (RFC 9457) with a stable `code`. Where keys are configured, every request
but those for health and this page carries one, in `Authorization: Bearer KEY` or `X-API-Key: KEY`; what a key lacks
the scope `identified` for is left out of results and named in `withheld`.
"""

TAGS = [
    {"name": "submit", "description": "Send files; everything else begins with the job that answers."},
    {"name": "jobs", "description": "Read, list, cancel, retry and erase jobs."},
    {"name": "events", "description": "Follow one job, or read every state change in order."},
    {"name": "webhooks", "description": "Endpoints, secrets, the ledger of deliveries, replay and test."},
    {"name": "model", "description": "What was sent to the language model, and what was used of it."},
    {"name": "audit", "description": "Who did what to which job."},
    {"name": "health", "description": "Is the process alive, and can it serve? Needs no key."},
]

Schema = dict[str, Any]  # Any: a JSON document that FastAPI builds

PROBLEM_TYPE = "application/problem+json"
_PROBLEM_REF = {"$ref": "#/components/schemas/ProblemDocument"}

EVERYWHERE = {431: "request.head_too_large", 500: "internal.error"}
"""Errors that any request can meet."""

WITH_KEY = {401: "access.key_missing", 403: "access.scope_missing", 429: "tenant.too_many_requests"}
"""Errors of requests that need a key."""

WITH_STORE = {503: "store.unavailable"}
"""Errors of requests that ask the job store."""

WITH_BODY = {400: "request.incomplete", 408: "upload.too_slow"}
"""Errors of requests with a body."""

EXAMPLE_CODES = {
    404: "job.unknown",
    406: "result.not_acceptable",
    409: "job.not_done",
    410: "job.gone",
    413: "upload.too_large",
    415: "request.unsupported_media_type",
    422: "request.bad_field",
    507: "storage.full",
}
"""The code that stands as example for a status."""


def _text(description: str, example: str, **rules: object) -> Schema:
    return {"description": description, "schema": {"type": "string", **rules}, "example": example}


REQUEST_HEADERS: dict[str, Schema] = {
    "Prefer": _text("`wait=N`: hold the answer for up to N seconds until the job is done (RFC 7240)", "wait=10"),
    "Idempotency-Key": _text(
        "Makes a repeated request the same job, for 24 hours", '"5f2b8c0e-9d7a-4f31"', minLength=1, maxLength=255
    ),
    "Cancel-After": _text(
        "Seconds after which the job is canceled if it is not done", "600", pattern=r"^[1-9]\d{0,7}$"
    ),
    "If-None-Match": _text("The ETag of the state that is known already", '"7"'),
    "X-Request-Id": _text(
        "A UUID, or 32 hex digits, that names the request in logs", "5f2b8c0e9d7a4f31b6c8d2e4a1f03b57"
    ),
}

_SUBMIT = ("Prefer", "Idempotency-Key", "Cancel-After")
OWN_HEADERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("POST", "/dicom/analyze"): _SUBMIT,
    ("POST", "/dicom/summarize"): _SUBMIT,
    ("POST", "/dicom/fhir"): _SUBMIT,
    ("POST", "/dicom/compare"): _SUBMIT,
    ("GET", "/jobs/{job_id}"): ("Prefer", "If-None-Match"),
}
"""Request headers that an operation takes beside ``X-Request-Id``."""

ANSWER_HEADERS: dict[str, Schema] = {
    "X-Request-Id": _text("The request's name in logs", "5f2b8c0e9d7a4f31b6c8d2e4a1f03b57"),
    "ETag": _text("Changes with every change of the job", '"7"'),
    "Location": _text("Address of the job", "/jobs/019a2f6d3e5b8c1d2e3f4a5b6c7d8e9f"),
    "Retry-After": _text("Seconds after which to come back", "1"),
    "Preference-Applied": _text("The wait that was granted", "wait=10"),
    "Idempotent-Replayed": _text("`true` where an earlier request made the job", "true"),
    "WWW-Authenticate": _text("What the key lacks (RFC 6750)", 'Bearer realm="dicom-analysis"'),
    "Allow": _text("Methods that the path takes", "GET"),
}

HEADERS_OF_STATUS = {
    304: ("ETag",),
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    **dict.fromkeys((408, 429, 503, 507), ("Retry-After",)),
}


def describe(app: FastAPI, *, asks_for_keys: bool) -> None:
    """Have the application complete its schema when it is first asked for."""
    build = app.openapi

    def complete() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(build(), asks_for_keys=asks_for_keys)
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way of extending the schema


def _completed(schema: Schema, *, asks_for_keys: bool) -> Schema:
    components = schema["components"]
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer KEY`"},
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key by itself"},
    }
    schemas = components["schemas"]
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas["ProblemDocument"].pop("$defs", None)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, example in EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _complete_operation(method.upper(), path, operation)
            if operation["security"] and not asks_for_keys:
                operation["security"].append({})  # a key is not asked for, and does no harm
    return schema


def _complete_operation(method: str, path: str, operation: Schema) -> None:
    scope = ACCESS[method, path].scope
    needs_key = scope is not None
    operation["security"] = [{"bearer": []}, {"apiKey": []}] if needs_key else []
    if scope is not None:
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`.".strip()
    names = (*OWN_HEADERS.get((method, path), ()), "X-Request-Id")
    operation.setdefault("parameters", []).extend(
        {"name": name, "in": "header", "required": False, **REQUEST_HEADERS[name]} for name in names
    )
    responses = operation["responses"]
    errors = {**EVERYWHERE, **(WITH_KEY | WITH_STORE if needs_key else {})}
    errors |= WITH_BODY if "requestBody" in operation else {}
    for status, code in errors.items():
        responses.setdefault(str(status), {"description": PROBLEMS[code][1]})
    for status, response in responses.items():
        _complete_response(int(status), response, errors.get(int(status)))


def _complete_response(status: int, response: Schema, code: str | None) -> None:
    is_own_shape = response.pop("x-own-shape", False)
    if status >= 400 and not is_own_shape:
        response["content"] = {
            PROBLEM_TYPE: {"schema": _PROBLEM_REF, "example": _example(code or EXAMPLE_CODES[status])}
        }
    names = ["X-Request-Id", *HEADERS_OF_STATUS.get(status, ())]
    if _refers_to(response, "JobDocument") and status < 300:
        names += [
            "ETag",
            "Retry-After",
            "Preference-Applied",
            *(["Location", "Idempotent-Replayed"] if status == 202 else []),
        ]
    response["headers"] = {**{name: ANSWER_HEADERS[name] for name in names}, **response.get("headers", {})}


def _refers_to(response: Schema, name: str) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).endswith(f"/{name}")


def _example(code: str) -> Schema:
    detail = f"{PROBLEMS[code][1]}: what was found, what was expected and what to do."
    return problem(
        code, detail, instance="/jobs/019a2f6d3e5b8c1d2e3f4a5b6c7d8e9f", request_id="5f2b8c0e9d7a4f31b6c8d2e4a1f03b57"
    )
