"""The caller of a request."""

from typing import Annotated

from fastapi import Depends, Request
from msgspec import Struct

from api.keys.key import ApiKey, Scope

DEFAULT_TENANT = "default"
"""The tenant of every request while no keys are configured."""


class Caller(Struct, frozen=True):
    """Who makes a request: a key of a tenant, or the operator of a deployment without keys (``key_id`` is None)."""

    tenant: str
    key_id: str | None
    scopes: frozenset[Scope]

    @property
    def sees_identity(self) -> bool:
        """Whether results are shown with what could identify a patient."""
        return Scope.IDENTIFIED in self.scopes


OPERATOR = Caller(DEFAULT_TENANT, None, frozenset(Scope))
"""Everybody, where no keys are configured; such a deployment is open on loopback only."""


def caller_with(key: ApiKey) -> Caller:
    """Give the caller that a key stands for."""
    return Caller(key.tenant, key.id, frozenset(key.scopes))


async def current_caller(request: Request) -> Caller:
    """Give the caller that the gate let in."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]
"""The caller as a parameter of a route."""


async def current_tenant(caller: CurrentCaller) -> str:
    """Give the tenant on whose behalf a request is made."""
    return caller.tenant


Tenant = Annotated[str, Depends(current_tenant)]
"""The tenant as a parameter of a route."""
