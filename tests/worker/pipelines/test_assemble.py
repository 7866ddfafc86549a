"""Assembly: one result, and what became of each file."""

import json

import pytest

from shared.jobs.outcomes import Counts
from shared.jobs.parameters import Upload
from shared.jobs.results import ExtractedFile
from tests.support.datasets import Value, describe
from worker.pipelines.assemble import MAX_LISTED_INSTANCES, NoneReadable, assemble_result

AXIAL = "1\\0\\0\\0\\1\\0"


def upload(index: int, code: str | None = None) -> Upload:
    """A received file, refused at the door where a code is given."""
    return Upload(index, f"{index:064x}", 10, location=None if code else "somewhere", code=code)


def extracted(index: int, attributes: dict[str, Value] | None = None, code: str | None = None) -> ExtractedFile:
    """A parsed file, or one that could not be parsed."""
    facts = None if code else describe({"SOPInstanceUID": f"1.2.{index}", **(attributes or {})})
    return ExtractedFile(index, f"{index:064x}", 10, facts=facts, code=code)


def test_every_received_file_has_an_outcome() -> None:
    """Accepted, duplicate, unreadable and refused at the door, each in its place."""
    same: dict[str, Value] = {"SOPInstanceUID": "1.2.3"}
    outcome = assemble_result(
        [upload(0), upload(1), upload(2), upload(3, "dicom.not_dicom")],
        [extracted(1, same), extracted(0, same), extracted(2, code="dicom.damaged")],
    )
    assert [(file.index, file.status, file.code) for file in outcome.files] == [
        (0, "accepted", None),
        (1, "duplicate", "file.conflicting_duplicate"),
        (2, "rejected", "dicom.damaged"),
        (3, "rejected", "dicom.not_dicom"),
    ]
    assert outcome.counts == Counts(received=4, accepted=1, duplicate=1, rejected=2)


def test_a_job_without_one_readable_file_fails_and_says_why() -> None:
    """Each file's reason goes with the failure."""
    with pytest.raises(NoneReadable) as caught:
        assemble_result([upload(0)], [extracted(0, code="dicom.damaged")])
    assert (caught.value.code, caught.value.files[0].code) == ("dicom.none_readable", "dicom.damaged")


def test_members_are_counted_in_the_place_of_their_archive() -> None:
    """A file, an archive with three members of which one is skipped, and another file: places 0 to 4."""
    uploads = [upload(0), upload(1), upload(2)]
    members = [
        ExtractedFile(1, None, 5, code="dicom.media_directory", member=(1,), crc32="0a"),
        ExtractedFile(1, None, 5, code="dicom.not_dicom", member=(2,), crc32="0b"),
        ExtractedFile(1, None, 5, facts=describe({"SOPInstanceUID": "1.2.9"}), member=(0,), crc32="0c", start="s"),
    ]
    outcome = assemble_result(uploads, [extracted(2), *members, extracted(0)])
    assert [(file.index, file.status, file.sha256, file.crc32) for file in outcome.files] == [
        (0, "accepted", f"{0:064x}", None),
        (1, "accepted", None, "0c"),
        (2, "skipped", None, "0a"),
        (3, "rejected", None, "0b"),
        (4, "accepted", f"{2:064x}", None),
    ]
    assert outcome.counts == Counts(received=4, accepted=3, duplicate=0, rejected=1)


def test_a_job_of_one_refused_archive_fails_with_its_reason() -> None:
    """The sender of a bomb is told that, and not that nothing was readable."""
    archive = ExtractedFile(0, "a" * 64, 10, code="upload.archive_overlapping", detail="Members share bytes.")
    with pytest.raises(NoneReadable) as caught:
        assemble_result([upload(0)], [archive])
    assert (caught.value.code, caught.value.detail) == ("upload.archive_overlapping", "Members share bytes.")


def test_warnings_say_where_they_belong() -> None:
    """A warning of the second series points there."""
    implausible: dict[str, Value] = {
        "Modality": "MR",
        "ScanOptions": "CG",
        "HeartRate": "474",
        "SeriesInstanceUID": "1.9",
    }
    outcome = assemble_result(
        [upload(0), upload(1), upload(2)], [extracted(0), extracted(1), extracted(2, implausible)]
    )
    assert [(warning.code, warning.where) for warning in outcome.warnings] == [
        ("cardiac.heart_rate_implausible", "studies[0].series[1]")
    ]


def test_pixels_that_may_show_a_name_are_warned_of() -> None:
    """A file that says so itself, in its series' place."""
    outcome = assemble_result([upload(0)], [extracted(0, {"BurnedInAnnotation": "YES", "Rows": 4, "Columns": 4})])
    assert [(finding.code, finding.where) for finding in outcome.warnings] == [
        ("series.burned_in_risk", "studies[0].series[0]")
    ]


@pytest.mark.parametrize(("count", "is_listed"), [(MAX_LISTED_INSTANCES, True), (MAX_LISTED_INSTANCES + 1, False)])
def test_long_lists_of_instances_are_kept_beside_the_result(count: int, is_listed: bool) -> None:
    """Up to 64 instances stand in the result, more are read on request."""
    outcome = assemble_result([upload(n) for n in range(count)], [extracted(n) for n in range(count)])
    [series] = json.loads(outcome.result)["studies"][0]["series"]
    beside = json.loads(outcome.instances or b"{}")
    assert ("instances" in series, len(beside.get("1.2.3.1", []))) == (is_listed, 0 if is_listed else count)
