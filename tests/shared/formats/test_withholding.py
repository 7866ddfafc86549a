"""What a result shows to a reader who may not see identity."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dicom.comparison_quantities import QUANTITIES
from shared.formats.withholding import Json, withhold

SECRET = "MUSTERMANN^ERIKA"

RESULT: dict[str, Any] = {  # Any: a result as JSON
    "metadata": {
        "modality": "CT",
        "study_date": "20251103",
        "study_description": SECRET,
        "institution": SECRET,
        "rows": 512,
        "slice_thickness": "0.625",
        "patient_id": SECRET,
    },
    "studies": [
        {
            "study_instance_uid": "1.2.3",
            "modalities": ["CT"],
            "date": "2025-11-03",
            "description": SECRET,
            "patient": {"patient_name": SECRET},
            "series": [
                {
                    "series_instance_uid": "1.2.3.4",
                    "modality": "CT",
                    "protocol_name": SECRET,
                    "patient_position": "HFS",
                    "instance_count": 320,
                    "equipment": {"manufacturer": "GE", "institution": SECRET},
                    "acquisition": {"kvp_kv": 120, "contrast_agent": SECRET, "scan_options": ["CG", "HELICAL"]},
                    "geometry": {"stacks": [{"plane": "axial", "slice_thickness_mm": 0.625}]},
                    "cardiac": {"gated": True, "evidence": ["HeartRate"], "phase_label": "mid-diastole"},
                    "provenance": {
                        "acquisition.kvp_kv": {"keyword": "KVP", "tag": "(0018,0060)", "raw": "120"},
                        "geometry.slice_thickness_mm": {"keyword": "SliceThickness", "tag": "…", "raw": "0.625"},
                        "protocol_name": {"keyword": "ProtocolName", "tag": "(0018,1030)", "raw": SECRET},
                    },
                    "warnings": [{"code": "series.missing_slices", "detail": "Two are missing."}],
                    "a_block_of_tomorrow": {"text": SECRET, "patient_weight_kg": 71, "events": 4},
                }
            ],
        }
    ],
    "summary": "A CT of the heart.",
}


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from texts(entry)


def test_the_result_keeps_its_numbers_and_codes_and_names_what_is_withheld() -> None:
    """The reader sees what was acquired, no free text, no date, no person, and which places were left out."""
    assert withhold(RESULT) == {
        "metadata": {"modality": "CT", "rows": 512, "slice_thickness": "0.625"},
        "studies": [
            {
                "study_instance_uid": "1.2.3",
                "modalities": ["CT"],
                "series": [
                    {
                        "series_instance_uid": "1.2.3.4",
                        "modality": "CT",
                        "patient_position": "HFS",
                        "instance_count": 320,
                        "equipment": {"manufacturer": "GE"},
                        "acquisition": {"kvp_kv": 120, "scan_options": ["CG", "HELICAL"]},
                        "geometry": {"stacks": [{"plane": "axial", "slice_thickness_mm": 0.625}]},
                        "cardiac": {"gated": True, "evidence": ["HeartRate"], "phase_label": "mid-diastole"},
                        "provenance": {
                            "acquisition.kvp_kv": {"keyword": "KVP", "tag": "(0018,0060)", "raw": "120"},
                            "geometry.slice_thickness_mm": {"keyword": "SliceThickness", "tag": "…", "raw": "0.625"},
                            "protocol_name": {"keyword": "ProtocolName", "tag": "(0018,1030)"},
                        },
                        "warnings": [{"code": "series.missing_slices", "detail": "Two are missing."}],
                        "a_block_of_tomorrow": {"events": 4},
                    }
                ],
            }
        ],
        "summary": "A CT of the heart.",
        "withheld": [
            "metadata.study_date",
            "metadata.study_description",
            "metadata.institution",
            "metadata.patient_id",
            "studies[].date",
            "studies[].description",
            "studies[].patient",
            "studies[].series[].protocol_name",
            "studies[].series[].equipment.institution",
            "studies[].series[].acquisition.contrast_agent",
            "studies[].series[].provenance.raw",
            "studies[].series[].a_block_of_tomorrow.text",
            "studies[].series[].a_block_of_tomorrow.patient_weight_kg",
        ],
    }


def test_the_original_is_not_changed() -> None:
    """Another reader with more rights is shown the same result afterwards."""
    before = msgspec.json.encode(RESULT)
    withhold(RESULT)
    assert msgspec.json.encode(RESULT) == before


def test_a_result_without_anything_to_withhold_stays_as_it_is() -> None:
    """Nothing is said to be withheld where nothing is."""
    result: dict[str, Json] = {"metadata": {"modality": "MR"}, "studies": []}
    assert withhold(result) == result


@pytest.mark.parametrize("value", [SECRET, [SECRET], [["CG"], [SECRET]]])
def test_text_inside_lists_is_found(value: Json) -> None:
    """A list is shown as a whole or not at all."""
    assert withhold({"metadata": {"remarks": value}}) == {"metadata": {}, "withheld": ["metadata.remarks"]}


def test_a_derived_value_that_is_not_shown_has_no_raw_text_to_withhold() -> None:
    """Only what was really left out is named."""
    series: dict[str, Json] = {"provenance": {"acquisition.x": {"keyword": "X", "tag": "…", "source": "derived"}}}
    result: dict[str, Json] = {"studies": [{"series": [series]}]}
    assert withhold(result) == result


def test_the_raw_text_of_an_absent_value_is_withheld() -> None:
    """Where the typed value is not shown, neither is what it was read from."""
    series: dict[str, Json] = {"provenance": {"acquisition.x": {"keyword": "X", "tag": "…", "raw": SECRET}}}
    shown = withhold({"studies": [{"series": [series]}]})
    assert SECRET not in set(texts(shown))


@given(
    st.recursive(
        st.sampled_from([SECRET, 1, None, True]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
        max_leaves=20,
    )
)
def test_no_text_of_an_unknown_block_is_ever_shown(block: Json) -> None:
    """Whatever shape a block of tomorrow has, its texts are withheld until somebody lists them."""
    result: dict[str, Json] = {"metadata": {"x": block}, "studies": [{"series": [{"x": block}]}], "x": block}
    assert SECRET not in set(texts(withhold(result)))


def test_each_side_of_a_comparison_is_a_result_by_the_same_rules() -> None:
    """A side keeps and loses what it would keep and lose alone, and the places are named with their side."""
    alone = withhold(RESULT)
    both = withhold({"baseline": RESULT, "followup": RESULT})
    kept = {key: value for key, value in alone.items() if key != "withheld"}
    assert (both["baseline"], both["followup"]) == (kept, kept)
    places = alone["withheld"]
    assert isinstance(places, list)
    assert both["withheld"] == [f"{side}.{place}" for side in ("baseline", "followup") for place in places]


def test_what_two_uploads_differ_in_is_shown() -> None:
    """Labels, units and groups are words of our own; values are those that a series shows."""
    place = {"study": 0, "series": 0, "modality": "CT", "instance_count": 3}
    difference = {"key": "equipment.model", "label": "model", "group": "equipment", "baseline": "A", "followup": "B"}
    comparison: dict[str, Any] = {  # Any: a part of a result as JSON
        "pairs": [{"baseline": place, "followup": place, "same": 3, "differences": [difference]}]
    }
    assert withhold({"comparison": comparison}) == {"comparison": comparison}


PURE_NUMBERS = {"pitch", "echo_train_length", "number_of_averages", "parallel_reduction_factor"}
"""Quantities without a unit that are numbers all the same."""

TEXTS = [one.key for one in QUANTITIES if one.unit is None and one.key.rpartition(".")[2] not in PURE_NUMBERS]


@pytest.mark.parametrize("key", TEXTS)
def test_no_text_is_compared_that_may_not_be_shown(key: str) -> None:
    """Every text that a comparison could repeat is one that the series itself shows."""
    place: Json = "TEXT"
    for name in reversed(key.replace("geometry.", "geometry.stacks.").split(".")):
        place = {name: place}
    assert withhold({"studies": [{"series": [place]}]}) == {"studies": [{"series": [place]}]}
