"""The dashboard reads what the product writes."""

import msgspec

from api.dashboard.views.results import ShownRow, ShownSeries, read_result, read_rows
from api.dashboard.views.series_card import TechnicalRow, view_series
from api.dashboard.views.summary import ShownFact, view_summary
from shared.dicom.objects.document import Document
from shared.dicom.series import Cardiac, CardiacPhase, Geometry, InstanceRow, Series, SopClass, Stack
from shared.dicom.series_parts import Segment
from shared.dicom.study import Study
from shared.dicom.values import Provenance, Varying
from shared.jobs.job import JobKind
from shared.jobs.results import Result
from shared.summaries.sentences import Sentence
from shared.summaries.summary import Source, SummaryDetail
from shared.summaries.verification import Verification, VerificationStatus

IMAGES = Series(
    "1.2.3",
    "CT",
    SopClass("1.2.840.10008.5.1.4.1.1.2"),
    320,
    is_localizer=False,
    is_enhanced=False,
    series_number=4,
    acquisition={"kvp_kv": 120.0, "tube_current_ma": Varying(200, 450, (200, 450))},
    geometry=Geometry((Stack("axial", 320, 320, slice_thickness_mm=0.625),)),
    cardiac=Cardiac(gated=True, heart_rate_bpm=62.0, phases=(CardiacPhase(0, 300, phase_percent=70.0),)),
    provenance={"acquisition.kvp_kv": Provenance("KVP", "(0018,0060)", "120")},
)
REPORT = Series(
    "1.2.4", "DOC", SopClass("1.2"), 900, is_localizer=False, is_enhanced=False, document=Document("application/pdf")
)
DETAIL = SummaryDetail(
    Source.TEMPLATE,
    "model.not_configured",
    (Sentence("A CT scan.", ("modality", "geometry.slice_thickness_mm", "described_as")),),
    Verification(VerificationStatus.NOT_NEEDED, claims_checked=0),
    cached=False,
)
STORED = msgspec.json.encode(Result({}, (Study("1.2", ("CT",), (REPORT, IMAGES)),), "A CT scan.", DETAIL))


def test_the_product_s_result_is_understood() -> None:
    """Every shape that a page shows is decoded from what the product encodes."""
    result = read_result(STORED)
    assert result.principal is not None
    assert (result.principal.series_instance_uid, result.principal.acquisition["tube_current_ma"]) == (
        "1.2.3",
        Varying(200, 450, (200, 450)),
    )


def test_each_fact_of_a_sentence_has_its_value() -> None:
    """What a sentence rests on is found in the series it is about; a fact without a place has its name alone."""
    summary = view_summary(read_result(STORED))
    assert summary is not None
    assert summary.sentences[0].facts == (
        ShownFact("Modality", "CT scan"),
        ShownFact("Slice thickness", "0.625 mm"),
        ShownFact("Described as", None),
    )
    assert summary.reason == "No language model is set up here."


def test_the_technical_table_has_values_with_unit_and_origin() -> None:
    """Attribute, tag and the text of the file stand beside the value."""
    card = view_series(read_result(STORED).studies[0].series[1], "one")
    rows = {row.key: row for row in card.technical}
    assert rows["acquisition.kvp_kv"] == TechnicalRow("acquisition.kvp_kv", "120 kV", "KVP", "(0018,0060)", "120")
    assert rows["acquisition.tube_current_ma"].value == "200 to 450 mA"


def test_a_stack_of_two_thicknesses_states_both() -> None:
    """Slices of 4 mm and of 7 mm have no thickness in common, and the median of their spacing is none of them."""
    segments = (Segment(14, 4.0, 4.0), Segment(14, 7.0, 7.0))
    stack = Stack("axial", 28, 28, slice_spacing_mm=5.5, segments=segments)
    series = ShownSeries("1.2", "CT", 28, is_localizer=False, geometry=Geometry((stack,)))
    facts = {fact.name: fact.value for fact in view_series(series, "one").facts}
    assert (facts["Slice thickness"], facts["Distance of slices"]) == ("4 to 7 mm", "4 to 7 mm")


def test_a_phase_that_lacks_slices_is_named() -> None:
    """300 of 320 positions are not a whole phase."""
    card = view_series(read_result(STORED).studies[0].series[1], "one")
    assert card.incomplete == "Not every phase has all slices: phase 1 (300 of 320)."


def test_instance_lists_are_understood() -> None:
    """Positions come from the list that a long result leaves out."""
    stored = msgspec.json.encode({"1.2.3": (InstanceRow("1.2.3.1", position_mm=-12.5),)})
    assert read_rows(stored, JobKind.ANALYZE) == {(None, "1.2.3"): (ShownRow(-12.5),)}


def test_instance_lists_of_a_comparison_stand_below_their_side() -> None:
    """The same series may be on both sides."""
    row = InstanceRow("1.2.3.1", position_mm=-12.5)
    stored = msgspec.json.encode({"baseline": {"1.2.3": (row,)}, "followup": {"1.2.3": (row, row)}})
    rows = read_rows(stored, JobKind.COMPARE)
    assert {key: len(value) for key, value in rows.items()} == {("baseline", "1.2.3"): 1, ("followup", "1.2.3"): 2}
