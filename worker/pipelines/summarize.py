"""Summaries: from the typed facts of a result to a text for a non-technical reader."""

import msgspec

from shared.dicom.findings import Finding
from shared.jobs.results import Result
from shared.privacy.facts import build_model_facts
from shared.summaries.summary import template_summary

_result_decoder = msgspec.json.Decoder(Result)

REASONS = {
    "model.not_configured": "No key for the language model is set; the summary is template text. "
    "Set ANTHROPIC_API_KEY to have it worded by Claude.",
    "model.egress_off": "MODEL_EGRESS is off; the summary is template text and nothing left this installation.",
}
"""What the job's warnings say for each reason to stand in with template text."""


def summarize_result(result: bytes, *, reason: str) -> tuple[bytes, Finding]:
    """Add the summary to a result.

    Returns
    -------
    tuple
        The result as JSON with ``summary`` and ``summary_detail``, and the warning that gives the reason.
    """
    decoded = _result_decoder.decode(result)
    summary = template_summary(build_model_facts(decoded.studies), reason)
    complete = msgspec.structs.replace(decoded, summary=summary.text, summary_detail=summary.detail)
    return msgspec.json.encode(complete), Finding(reason, REASONS[reason], where="summary")
