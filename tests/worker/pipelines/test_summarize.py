"""The summary becomes part of the result, with its source and the reason."""

import json

import pytest

from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile
from tests.support.datasets import describe
from worker.pipelines.assemble import assemble_result
from worker.pipelines.summarize import REASONS, summarize_result


@pytest.mark.parametrize("reason", REASONS)
def test_the_template_stands_in_and_says_why(reason: str) -> None:
    """A reader sees who worded the text and what to do to have the model word it."""
    facts = ExtractedFile(0, "a" * 64, 10, facts=describe({"Rows": 2}))
    outcome = assemble_result([Upload(0, "a" * 64, 10, location="x")], [facts])
    result, warning = summarize_result(outcome.result, reason=reason)
    document = json.loads(result)
    assert (document["summary_detail"]["source"], document["summary_detail"]["reason"]) == ("template", reason)
    assert document["summary"]
    assert document["studies"] == json.loads(outcome.result)["studies"]
    assert (warning.code, warning.where) == (reason, "summary")
