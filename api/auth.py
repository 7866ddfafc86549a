"""Who is asking. Until keys are configured there is one tenant, and the api listens on loopback only."""

from typing import Annotated

from fastapi import Depends

DEFAULT_TENANT = "default"
"""The tenant of every request while no keys are configured."""


def current_tenant() -> str:
    """Give the tenant on whose behalf a request is made."""
    return DEFAULT_TENANT


Tenant = Annotated[str, Depends(current_tenant)]
"""The tenant as a parameter of a route."""
