"""The audit trail as clients read it."""

from datetime import datetime

from pydantic import BaseModel, Field


class AuditEntryDocument(BaseModel):
    """One request: who did what when to which job, and how it was answered."""

    seq: str = Field(examples=["1763974800000-0"])
    timestamp: datetime
    action: str = Field(examples=["result.read"])
    status: int = Field(examples=[200])
    request_id: str = Field(examples=["5f2b8c0e9d7a4f31b6c8d2e4a1f03b57"])
    key_id: str | None = Field(default=None, examples=["key_0a1b2c3d4e5f"])
    job_id: str | None = Field(default=None, examples=["019a2f6d3e5b8c1d2e3f4a5b6c7d8e9f"])


class AuditDocument(BaseModel):
    """A page of the trail, oldest first; ``next_cursor`` is null on the last page."""

    entries: list[AuditEntryDocument]
    next_cursor: str | None
