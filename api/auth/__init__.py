"""Who is asking, what that key may do, and how much of it: decided before a body is read."""

from api.auth.caller import Caller, CurrentCaller, Tenant
from api.auth.trail import entry_of

__all__ = ["Caller", "CurrentCaller", "Tenant", "entry_of"]
