"""The facts of a comparison: listed numbers of both sides, and nothing that anybody typed."""

from shared.privacy.comparison_facts import MAX_DIFFERENCES
from shared.privacy.fact import Fact
from shared.privacy.quantities import UNITS
from tests.shared.summaries.comparison_cases import BEFORE, CHANGED, make_facts, make_study


def test_both_values_and_the_direction_are_told() -> None:
    """Keys name the side; what differs in words alone (here a kernel that holds a name) stays behind."""
    assert dict(CHANGED) == {
        "comparison.series_pairs": Fact(1, "1 series", "series"),
        "modality": Fact("CT", "CT scan"),
        "body_part": Fact("HEART", "heart"),
        "baseline.acquisition.kvp_kv": Fact(120, "120 kV", "kV"),
        "followup.acquisition.kvp_kv": Fact(100, "100 kV", "kV"),
        "change.acquisition.kvp_kv": Fact("lower", "tube voltage lower in the second upload"),
        "baseline.geometry.slice_thickness_mm": Fact(2.5, "2.5 mm", "mm"),
        "followup.geometry.slice_thickness_mm": Fact(0.625, "0.625 mm", "mm"),
        "change.geometry.slice_thickness_mm": Fact("lower", "slice thickness lower in the second upload"),
        "baseline.acquisition.ctdi_vol_mgy": Fact(8, "8 mGy", "mGy"),
        "followup.acquisition.ctdi_vol_mgy": Fact(12.5, "12.5 mGy", "mGy"),
        "change.acquisition.ctdi_vol_mgy": Fact("higher", "dose index (CTDIvol) higher in the second upload"),
    }


def test_no_typed_text_reaches_the_facts() -> None:
    """A name in a description or a kernel is on no list; the receipt names the places of both sides."""
    assert not [fact for fact in CHANGED.values() if "Doe" in fact.text]
    assert {one.place: one.count for one in CHANGED.withheld}["studies[].description"] == 2


def test_nothing_in_common_is_told_as_such() -> None:
    """Without a pair there are counts and nothing else."""
    facts = make_facts(make_study(BEFORE), make_study(BEFORE, modality="MR"))
    assert {key: fact.value for key, fact in facts.items()} == {
        "comparison.series_pairs": 0,
        "comparison.unmatched_series": 2,
    }


def test_equal_uploads_are_told_to_be_the_same() -> None:
    """Only where really nothing differs, words included."""
    assert make_facts(make_study(BEFORE), make_study(BEFORE)).holds("comparison.is_same")
    assert not make_facts(make_study({"convolution_kernel": "A"}), make_study({})).holds("comparison.is_same")


def test_what_reads_the_same_or_is_no_quantity_is_not_told() -> None:
    """Digits that no reader uses make no difference, and digits of an identifier are no number."""
    facts = make_facts(
        make_study({"kvp_kv": 120.04, "tube_current_ma": 1e12, "echo_train_length": 1.0}),
        make_study({"kvp_kv": 120.0, "tube_current_ma": 5.0, "echo_train_length": 2.0}),
    )
    assert {key for key in facts if key.startswith("change.")} == {"change.acquisition.echo_train_length"}


def test_a_reader_is_told_of_a_bounded_number_of_differences() -> None:
    """The first of the comparison's order."""
    keys = [key for key in UNITS if key not in {"focal_spots_mm", "b_values_s_mm2"}]
    facts = make_facts(make_study(dict.fromkeys(keys, 1.0)), make_study(dict.fromkeys(keys, 2.0)))
    assert sum(key.startswith("change.") for key in facts) == MAX_DIFFERENCES


def test_a_body_part_or_modality_that_no_table_knows_is_not_told() -> None:
    """Only words of closed tables pass."""
    facts = make_facts(make_study(BEFORE, modality="Mrs Doe"), make_study(BEFORE, modality="Mrs Doe"))
    assert "modality" not in facts
