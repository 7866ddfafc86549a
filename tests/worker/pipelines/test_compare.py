"""Assembly of a comparison: two trees, one outcome for every file."""

import json

import msgspec
import pytest

from shared.dicom.findings import Finding
from shared.jobs.outcomes import Counts
from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile
from tests.support.datasets import Value, describe
from worker.pipelines.assemble import MAX_LISTED_INSTANCES, NoneReadable
from worker.pipelines.compare import SideUnreadable, assemble_comparison
from worker.pipelines.summarize import do_not_ask, summarize_comparison

BOTH = (Upload(0, "a", 10, location="x", side="followup"), Upload(1, "b", 10, location="y", side="baseline"))


def extracted(index: int, attributes: dict[str, Value] | None = None, **stated: object) -> ExtractedFile:
    """A parsed upload, or a member of one."""
    stated = {"facts": describe(attributes)} | stated
    return ExtractedFile(index, "ab"[index], 10, **stated)  # type: ignore[arg-type]  # what a test states of a file


def test_each_side_has_its_own_tree() -> None:
    """Sides are told by name, whatever their order in the form."""
    outcome = assemble_comparison(BOTH, [extracted(0, {"KVP": "100"}), extracted(1, {"KVP": "120"})])
    result = json.loads(outcome.result)
    [difference] = result["comparison"]["pairs"][0]["differences"]
    assert (difference["baseline"], difference["followup"]) == (120.0, 100.0)
    assert result["baseline"]["studies"][0]["series"][0]["acquisition"] == {"kvp_kv": 120.0}


def test_a_file_on_both_sides_is_no_duplicate_and_one_sent_twice_on_a_side_is() -> None:
    """Places are those of the whole upload."""
    files = [extracted(0), extracted(1, member=(0,)), extracted(1, member=(1,))]
    outcome = assemble_comparison(BOTH, files)
    assert [(file.index, file.status) for file in outcome.files] == [(0, "accepted"), (1, "accepted"), (2, "duplicate")]
    assert "as file 1" in (outcome.files[2].detail or "")
    assert outcome.counts == Counts(received=3, accepted=2, duplicate=1, rejected=0)


def test_long_lists_stand_below_their_side() -> None:
    """The same series may be on both sides."""
    many = [
        extracted(0, {"SOPInstanceUID": f"1.2.{number}"}, member=(number,))
        for number in range(MAX_LISTED_INSTANCES + 1)
    ]
    outcome = assemble_comparison(BOTH, [*many, extracted(1)])
    assert {side: list(lists) for side, lists in json.loads(outcome.instances).items()} == {"followup": ["1.2.3.1"]}


def test_previews_count_the_series_of_the_baseline_first() -> None:
    """Two series before, one after, whatever the order in the form."""
    image: dict[str, Value] = {"Rows": 4, "Columns": 4, "SamplesPerPixel": 1, "BitsAllocated": 16}
    files = [
        extracted(0, image),
        extracted(1, {**image, "SOPInstanceUID": "1.2.7", "SeriesInstanceUID": "1.2.3.0"}, member=(0,)),
        extracted(1, {**image, "SOPInstanceUID": "1.2.8"}, member=(1,)),
    ]
    previews = assemble_comparison(BOTH, files).previews
    assert [(one.series_number, one.upload_index) for one in previews] == [(0, 1), (1, 1), (2, 0)]


def test_warnings_name_their_side() -> None:
    """Whoever reads a warning finds its place."""
    program = "preamble.program"
    damaged = extracted(0, facts=msgspec.structs.replace(describe(), findings=(Finding(program, "x"),)))
    [warning] = assemble_comparison(BOTH, [damaged, extracted(1)]).warnings
    assert (warning.code, warning.where) == (program, "followup.studies[0].series[0]")


def test_sides_that_are_the_same_or_have_nothing_in_common_are_told_of() -> None:
    """A reader who mixed up files sees it at once."""
    same = tuple(
        Upload(number, "a", 10, location="x", side=side) for number, side in enumerate(("baseline", "followup"))
    )
    assert [one.code for one in assemble_comparison(same, [extracted(0), extracted(1)]).warnings] == [
        "comparison.same_files"
    ]
    other = [extracted(0, {"Modality": "MR"}), extracted(1)]
    assert [one.code for one in assemble_comparison(BOTH, other).warnings] == ["comparison.nothing_matched"]


def test_a_side_without_a_readable_file_fails_the_job() -> None:
    """The failure names the side and says of each file what was wrong."""
    with pytest.raises(SideUnreadable) as caught:
        assemble_comparison(BOTH, [extracted(0), extracted(1, facts=None, code="dicom.no_identity")])
    assert (caught.value.code, [file.code for file in caught.value.files]) == (
        "compare.side_unreadable",
        [None, "dicom.no_identity"],
    )
    assert "baseline" in caught.value.detail


def test_a_job_without_any_readable_file_fails_as_every_other() -> None:
    """Neither side is to blame."""
    files = [extracted(number, facts=None, code="dicom.no_identity") for number in range(2)]
    with pytest.raises(NoneReadable) as caught:
        assemble_comparison(BOTH, files)
    assert caught.value.code == "dicom.none_readable"


def test_the_summary_is_added_to_both_trees() -> None:
    """Without a model the template tells the differences, and a warning says why it stands in."""
    outcome = assemble_comparison(BOTH, [extracted(0, {"KVP": "100"}), extracted(1, {"KVP": "120"})])
    summarized = summarize_comparison(outcome.result, do_not_ask("model.not_configured"))
    result = json.loads(summarized.result)
    assert "the tube voltage (100 kV instead of 120 kV) is lower" in result["summary"]
    assert {"baseline", "followup", "comparison", "summary_detail"} <= set(result)
    assert summarized.warning is not None
