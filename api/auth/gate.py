"""The gate: pure ASGI before every route, so that a request without a right is answered before its body is read."""

import math

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth.access import Access, Place, find_place
from api.auth.caller import OPERATOR, Caller, caller_with
from api.auth.pace import PacedBody
from api.auth.rate import RequestRates
from api.auth.trail import Recorder, Trail
from api.dependencies import ApiContext
from api.schemas.problem import RequestRefused
from shared.errors import ServiceError
from shared.settings import Settings

REALM = 'Bearer realm="dicom-analysis"'
"""What WWW-Authenticate asks for (RFC 6750 section 3)."""


class Gate:
    """Lets a caller in, or raises what the web boundary answers; sets ``request.state.caller`` and ``entry``."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._rates = RequestRates(settings.tenant_requests_per_minute)
        self._least_rate = settings.min_upload_bytes_per_second
        self._window = settings.upload_rate_window.total_seconds()
        self._trail = Trail()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that may be served; raises RequestRefused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context: ApiContext = scope["app"].state.context
        place = find_place(scope["method"], scope["path"])
        caller = OPERATOR if context.keys is None else self._admit(context, scope, place)
        access = place.access if place is not None else None
        if place is not None and access is None:
            detail = "This path does not take this method; the Allow header lists those it takes."
            raise RequestRefused("request.method_not_allowed", detail, headers={"Allow": ", ".join(place.allowed)})
        if caller is None:  # an open route
            await self._app(scope, receive, send)
            return
        scope["state"]["caller"] = caller
        if scope["method"] == "POST" and self._least_rate:
            receive = PacedBody(receive, self._least_rate, self._window)
        if place is None or access is None or access.action is None:
            self._require_scope(caller, access)
            await self._app(scope, receive, send)
            return
        entry = self._trail.begin(caller, access.action, place.parameters.get("job_id"), scope["state"]["request_id"])
        scope["state"]["entry"] = entry
        recorder = Recorder(self._trail, context.audit, entry, send)
        try:
            self._require_scope(caller, access)
            await self._app(scope, receive, recorder.send)
            await recorder.finish()
        except ServiceError as error:
            await self._trail.record_refusal(context.audit, entry, error.code)
            raise

    def _admit(self, context: ApiContext, scope: Scope, place: Place | None) -> Caller | None:
        """Give the caller, None on an open route."""
        if place is not None and place.access is not None and place.access.scope is None:
            return None
        headers = Headers(scope=scope)
        presented = _presented(headers)
        if presented is None:
            detail = "This service needs a key; send Authorization: Bearer KEY or X-API-Key: KEY."
            raise RequestRefused("access.key_missing", detail, headers={"WWW-Authenticate": REALM})
        assert context.keys is not None
        key = context.keys.find(presented)
        if key is None:
            detail = "This key is unknown, revoked or expired; ask the operator for another."
            challenge = f'{REALM}, error="invalid_token"'
            raise RequestRefused("access.key_invalid", detail, headers={"WWW-Authenticate": challenge})
        wait = self._rates.take(key.tenant)
        if wait:
            raise RequestRefused(
                "tenant.too_many_requests",
                "This tenant sent more requests than it may; go on after the time that Retry-After says.",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        if place is None:
            raise RequestRefused("request.not_found", "There is nothing at this path; /docs lists what there is.")
        return caller_with(key)

    def _require_scope(self, caller: Caller, access: Access | None) -> None:
        if access is None or access.scope is None or access.scope in caller.scopes:
            return
        raise RequestRefused(
            "access.scope_missing",
            f"This key lacks the scope {access.scope}; ask the operator for a key that has it.",
            headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{access.scope}"'},
        )


def _presented(headers: Headers) -> str | None:
    """Give the key that a request carries, empty where it carries several different ones."""
    found = set(headers.getlist("x-api-key"))
    for value in headers.getlist("authorization"):
        scheme, _, text = value.partition(" ")
        found.add(text.strip() if scheme.lower() == "bearer" else "")
    if not found:
        return None
    return found.pop() if len(found) == 1 else ""
