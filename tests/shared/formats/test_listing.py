"""What other formats read of a stored result: the same facts, and every instance."""

import msgspec

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.series_parts import InstanceRow
from shared.dicom.study import Study
from shared.formats.listing import ListedStudy, read_listing
from tests.shared.formats.test_fhir import make_series, make_study
from tests.support.datasets import describe


def encode(study: Study | ListedStudy) -> bytes:
    """A result as it is stored."""
    return msgspec.json.encode({"metadata": {}, "studies": [study]})


def test_a_listing_has_the_facts_of_the_result() -> None:
    """What assembly wrote is what a format reads, and what a format does not need is passed over."""
    facts = describe({"SeriesNumber": "4", "StudyDate": "20260201", "Rows": 10, "Columns": 20})
    [study] = assemble_studies([ReadInstance(0, "a", facts)]).studies
    [listed] = read_listing(encode(study), b"{}").studies
    [series] = listed.series
    assert (listed.date, series.series_number, series.image, series.instances) == (
        "2026-02-01",
        4,
        study.series[0].image,
        (InstanceRow("1.2.3.4"),),
    )


def test_a_long_series_has_the_instances_that_its_result_leaves_out() -> None:
    """A format is whole although the result shortens long lists."""
    rows = tuple(InstanceRow(f"1.2.3.4.{number}") for number in range(1, 101))
    stored = encode(make_study(series=(make_series(instances=()), make_series("1.2.3.5"))))
    [listed] = read_listing(stored, msgspec.json.encode({"1.2.3.4": rows})).studies
    assert [one.instances for one in listed.series] == [rows, make_series("1.2.3.5").instances]
