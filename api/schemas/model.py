"""What the api says about the language model: what was sent to it for a job, and what it was used for by day."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field


class WithheldDocument(BaseModel):
    """A place of the result whose values stayed behind, and how many there were."""

    place: str = Field(examples=["series[].description"])
    reason: str = Field(examples=["free_text"])
    count: int


class ModelInputDocument(BaseModel):
    """Exactly what was sent for a summary; ``system`` and ``facts`` repeat what the first body holds, for people."""

    model: str = Field(examples=["claude-haiku-5-5"])
    prompt_version: str
    system: str
    facts: dict[str, str] = Field(examples=[{"modality": "CT scan", "image_count": "20 images"}])
    withheld: list[WithheldDocument]
    requests: list[dict[str, Any]]  # Any: the bodies of the vendor's own protocol


class UsageDayDocument(BaseModel):
    """What one UTC day used; ``cache_hits`` are answers that needed no call."""

    day: date
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: float
    cache_hits: int


class UsageDocument(BaseModel):
    """Use of the language model, newest day first."""

    days: list[UsageDayDocument]
    budget_usd_per_day: float
