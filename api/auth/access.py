"""What each route needs, in one table. A route that is not in it is not served where keys are configured."""

import re

from msgspec import Struct

from api.keys.key import Scope


class Access(Struct, frozen=True):
    """What a route needs: a scope, or nothing; and under which name its use enters the audit trail, if it does."""

    scope: Scope | None
    action: str | None = None


_OPEN = Access(None)
_READ = Access(Scope.READ)

ACCESS: dict[tuple[str, str], Access] = {
    ("POST", "/dicom/analyze"): Access(Scope.SUBMIT, "job.submit"),
    ("POST", "/dicom/summarize"): Access(Scope.SUBMIT, "job.submit"),
    ("POST", "/dicom/compare"): Access(Scope.SUBMIT, "job.submit"),
    ("POST", "/dicom/fhir"): Access(Scope.SUBMIT, "job.submit"),
    ("GET", "/jobs"): _READ,
    ("GET", "/jobs/{job_id}"): Access(Scope.READ, "job.read"),
    ("GET", "/jobs/{job_id}/result"): Access(Scope.READ, "result.read"),
    ("GET", "/jobs/{job_id}/files"): _READ,
    ("GET", "/jobs/{job_id}/events"): _READ,
    ("POST", "/jobs/{job_id}/cancel"): Access(Scope.SUBMIT, "job.cancel"),
    ("POST", "/jobs/{job_id}/retry"): Access(Scope.SUBMIT, "job.retry"),
    ("DELETE", "/jobs/{job_id}"): Access(Scope.SUBMIT, "job.delete"),
    ("GET", "/jobs/{job_id}/model-input"): _READ,
    # Pixels may show who the patient is, by a face or by burned-in text.
    ("GET", "/jobs/{job_id}/preview.png"): Access(Scope.IDENTIFIED, "preview.read"),
    ("GET", "/events"): _READ,
    ("POST", "/webhooks/endpoints"): Access(Scope.ADMIN, "webhook.add"),
    ("GET", "/webhooks/endpoints"): _READ,
    ("DELETE", "/webhooks/endpoints/{endpoint_id}"): Access(Scope.ADMIN, "webhook.remove"),
    ("POST", "/webhooks/endpoints/{endpoint_id}/enable"): Access(Scope.ADMIN, "webhook.enable"),
    ("POST", "/webhooks/endpoints/{endpoint_id}/rotate"): Access(Scope.ADMIN, "webhook.rotate"),
    ("POST", "/webhooks/secret/rotate"): Access(Scope.ADMIN, "webhook.rotate"),
    ("GET", "/webhooks/deliveries"): _READ,
    ("GET", "/webhooks/deliveries/{delivery_id}"): _READ,
    ("POST", "/webhooks/deliveries/{delivery_id}/replay"): Access(Scope.SUBMIT, "webhook.replay"),
    ("POST", "/webhooks/test"): Access(Scope.ADMIN, "webhook.test"),
    ("GET", "/usage"): Access(Scope.ADMIN),
    # Counts of the whole installation, none of a file: for a scraper inside, which the operator gives a key.
    ("GET", "/metrics"): Access(Scope.ADMIN),
    ("GET", "/audit"): Access(Scope.ADMIN, "audit.read"),
    # Open to everybody: whether the service works, and how it is used. None of it says anything about a job.
    ("GET", "/"): _OPEN,
    ("GET", "/health"): _OPEN,
    ("GET", "/health/live"): _OPEN,
    ("GET", "/health/ready"): _OPEN,
    ("GET", "/docs"): _OPEN,
    ("GET", "/docs/oauth2-redirect"): _OPEN,
    ("GET", "/openapi.json"): _OPEN,
    ("GET", "/static-offline-docs/{file}"): _OPEN,
}
"""Method and path of a route to what it needs."""

ONCE_AN_HOUR = {"job.read", "result.read", "preview.read", "audit.read"}
"""Actions whose repetition by the same key is noise: entered once per hour, key and job."""


class Place(Struct, frozen=True):
    """What the table says about a request: ``access`` is None where only another method is served at this path."""

    access: Access | None
    parameters: dict[str, str]
    allowed: tuple[str, ...]


def _compile(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _index() -> tuple[dict[str, dict[str, Access]], list[tuple[re.Pattern[str], dict[str, Access]]]]:
    by_path: dict[str, dict[str, Access]] = {}
    for (method, path), access in ACCESS.items():
        by_path.setdefault(path, {})[method] = access
    plain = {path: methods for path, methods in by_path.items() if "{" not in path}
    return plain, [(_compile(path), methods) for path, methods in by_path.items() if "{" in path]


_PLAIN, _PATTERNS = _index()


def find_place(method: str, path: str) -> Place | None:
    """Look a request up; None where nothing is served at this path."""
    methods, parameters = _PLAIN.get(path), {}
    if methods is None:
        for pattern, candidates in _PATTERNS:
            if found := pattern.fullmatch(path):
                methods, parameters = candidates, found.groupdict()
                break
        else:
            return None
    return Place(methods.get(method), parameters, tuple(sorted(methods)))
