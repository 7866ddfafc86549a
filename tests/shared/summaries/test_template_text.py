"""The text that needs no model reads like a person wrote it."""

from typing import Any

import pytest

from shared.dicom.series import Cardiac, CardiacPhase, Geometry, Image, Segment, Series, Stack
from shared.dicom.values import Varying
from shared.privacy.coded_terms import MODALITIES, PHASE_LABELS
from shared.privacy.facts import build_model_facts
from shared.privacy.objects import NOUNS
from shared.summaries.grounding import check_grounding
from shared.summaries.sentences import join_words, write_count
from shared.summaries.template_text import NO_QUALITY, write_template_text
from tests.shared.summaries.cases import BRAIN_MR, FACTS, GATED_CT, STORAGE, make_facts, make_series


def write(*series: Series, description: str | None = None) -> str:
    """Write the template text of one study."""
    return write_template_text(make_facts(*series, description=description)).text


def gated(**stated: Any) -> str:  # Any: fields as they come
    """Write the sentence about the heartbeat of a gated CT."""
    return write_template_text(make_facts(make_series(cardiac=Cardiac(gated=True, **stated)))).sentences[1].text


def stack(**stated: Any) -> Series:  # Any: fields as they come
    """Build a CT series of one stack."""
    return make_series(geometry=Geometry((Stack("axial", 20, 20, **stated),)), instance_count=20)


def test_a_gated_calcium_ct_is_told_in_four_sentences() -> None:
    """A gated calcium-score CT is told with its purpose, its moment in the heartbeat and its fitness."""
    assert write_template_text(FACTS["gated_ct"]).text == (
        "This is a calcium-scoring CT scan of the heart, made up of 20 axial (cross-section) images from a GE device. "
        "The pictures were timed to the heartbeat with an ECG and show the heart at 70 % of the time from one beat to "
        "the next, which is mid-diastole, a resting moment of the heart when motion blur is least likely; the heart "
        "rate was between 68 and 76 beats per minute. "
        "The slices are 2.5 mm thick, evenly spaced and none is missing; this is the usual thickness for calcium "
        "scoring, but too coarse to follow small vessels. "
        "The recorded radiation dose index is 4.62 mGy."
    )


@pytest.mark.parametrize("label", sorted(PHASE_LABELS))
def test_every_phase_label_is_repeated(label: str) -> None:
    """Whatever label the timing rule gave, the text repeats it word for word and passes the check."""
    facts = make_facts(make_series(cardiac=Cardiac(gated=True, phase_percent=50, phase_label=label)))
    text = write_template_text(facts)
    assert label in text.text
    assert check_grounding(text.sentences, facts).rejected == ()


@pytest.mark.parametrize(
    ("cardiac", "told"),
    [
        ({}, "The pictures were timed to the heartbeat."),
        ({"heart_rate_bpm": 62}, "The pictures were timed to the heartbeat; the heart rate was 62 beats per minute."),
        (
            {"signal_source": "PP", "trigger_delay_ms": 275},
            (
                "The pictures were timed to the heartbeat with a pulse sensor and show the heart 275 ms after the "
                "start of a beat."
            ),
        ),
        (
            {"phase_label": "end-systole"},
            (
                "The pictures were timed to the heartbeat and show the heart in end-systole, a short pause at the end "
                "of the contraction when motion blur is less likely."
            ),
        ),
        (
            {"phases": (CardiacPhase(0, 1, 0.0), CardiacPhase(1, 1, 50.0))},
            "The pictures were timed to the heartbeat and show 2 phases of the beat.",
        ),
        (
            {"phases": (CardiacPhase(0, 1, label="systole"), CardiacPhase(1, 1, label="diastole")), "phase_percent": 5},
            "The pictures were timed to the heartbeat and show 2 phases of the beat (systole and diastole).",
        ),
        (
            {"phases": (CardiacPhase(0, 1), CardiacPhase(1, 1)), "phase_label": "systole"},
            (
                "The pictures were timed to the heartbeat and show the heart in systole, while the heart is "
                "contracting, so some motion blur is to be expected; this is one of 2 recorded phases."
            ),
        ),
        (
            {"heart_rate_bpm": Varying(60, 90, tuple(range(60, 90)))},
            "The pictures were timed to the heartbeat; the heart rate was between 60 and 90 beats per minute.",
        ),
    ],
)
def test_the_heartbeat_is_told_as_far_as_it_is_known(cardiac: dict[str, Any], told: str) -> None:
    """The sentence about the heartbeat holds what the header tells and no more."""
    assert gated(**cardiac) == told


@pytest.mark.parametrize(
    ("series", "told"),
    [
        (stack(slice_thickness_mm=0.6), "this is thin enough for fine detail and for views from any direction."),
        (make_series(geometry=Geometry((Stack("axial", 1, 1, 1, 0.6),))), "this is thin enough for fine detail."),
        (stack(slice_thickness_mm=2.0), "this is good for a general look, while very small structures may blur"),
        (stack(slice_thickness_mm=5.0), "this suits an overview rather than fine detail."),
        (stack(slice_thickness_mm=1.0, missing_slices=3), "with gaps in the stack; this is thin enough for fine"),
        (stack(slice_thickness_mm=1.0, missing_slices=1), "Note that 1 slice appears to be missing"),
        (stack(slice_thickness_mm=1.0, is_uniform=True), "The slices are 1 mm thick, evenly spaced; this is thin"),
        (stack(slice_thickness_mm=4.0, segments=(Segment(5, 4.0), Segment(4, 7.0))), "(4, 7 mm), so distances need"),
        (make_series(image=Image(512, 512)), "512 by 512 picture points, but the files do not say how thick a slice"),
        (make_series("MR", "4"), "The files do not say enough"),
        (make_series("MR", "4", acquisition={"field_strength_t": 1.5}), "a magnet with a field strength of 1.5 tesla."),
        (make_series("MR", "4", description="T2"), "It was made with T2-weighted settings."),
        (make_series(acquisition={"contrast_agent": "Xenetix"}), "A contrast agent with iodine was given"),
        (make_series(acquisition={"contrast_agent": "barium"}), "A contrast agent was given to make vessels"),
        (make_series(acquisition={"kvp_kv": 120}), "The X-ray tube ran at 120 kV."),
        (make_series("XC", "77.1.4"), "This is a photograph."),
        (make_series("DX", "1.1", body_part="CHEST"), "This is an X-ray image of the chest."),
        (make_series("SM", "77.1.6", frame_count=900), "a microscopy slide image, stored as 900 images side by side."),
        (
            make_series("PT", "128", acquisition={"injected_dose_mbq": 350.0}),
            "A radioactive tracer of 350 MBq was given",
        ),
        (make_series("XA", "12.1", acquisition={"frame_rate_fps": 15.0, "kvp_kv": 74}), "at 15 frames per second."),
        (make_series("RF", "12.2", acquisition={"kvp_kv": 90}), "The X-ray tube ran at 90 kV."),
        (make_series("XA", "12.1"), "This is an X-ray angiography recording, a single image."),
        (make_series("DOC", "104.1"), "The document itself may show written details about the person"),
        (make_series("OT", "88.11"), "This is a structured report. It is not an image itself"),
        (make_series(body_part="HAND", laterality="R"), "This is a CT scan of the right hand, a single image."),
        (make_series(description="CTA carotid"), "This is a CT angiography scan of the carotid arteries"),
        (make_series(is_localizer=True), "Such images only serve to plan the scan itself."),
        (make_series("XX", "999"), "a kind that this service cannot name. The files do not say enough"),
        (make_series("US", "6.1", acquisition={"frame_rate_fps": 48.2}), "It was recorded at 48.2 frames per second."),
    ],
)
def test_what_is_known_is_told(series: Series, told: str) -> None:
    """Thickness, completeness, contrast and device are told in plain words where the facts hold them."""
    assert told in write(series)


def test_further_series_are_counted() -> None:
    """An upload of two series says so."""
    assert write(BRAIN_MR, make_series()).endswith("The upload holds 2 series with 25 images in all.")


def test_reports_without_images_are_counted_as_series() -> None:
    """Two reports hold no images, and none are told."""
    report = make_series("SR", "88.11")
    assert write(report, report).endswith("quality to judge. The upload holds 2 series.")


def test_the_study_description_names_the_region_where_the_series_does_not() -> None:
    """The region may be known from the study alone."""
    assert "of the heart" in write(make_series(), description="Ca score")


def test_an_empty_upload_is_told_too() -> None:
    """Even without any series the text has two sentences."""
    assert write_template_text(build_model_facts([])).text.endswith(NO_QUALITY)


@pytest.mark.parametrize(
    ("modality", "sop_class"),
    [*((modality, "999") for modality in MODALITIES), *(("OT", uid.removeprefix(STORAGE)) for uid in NOUNS)],
)
def test_every_modality_and_object_has_a_text_that_passes_the_check(modality: str, sop_class: str) -> None:
    """Each kind of object is told in two to four well-founded sentences with the right article."""
    facts = make_facts(make_series(modality, sop_class, image=Image(512, 512), acquisition={"kvp_kv": 80}))
    text = write_template_text(facts)
    assert 2 <= len(text.sentences) <= 4
    assert check_grounding(text.sentences, facts).rejected == ()


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_people_do(words: list[str], joined: str) -> None:
    """The last word of a list is joined with "and"."""
    assert join_words(words) == joined


@pytest.mark.parametrize(
    ("count", "noun", "told"), [(1, "image", "1 image"), (2, "image", "2 images"), (3, "series", "3 series")]
)
def test_counts_agree_with_their_noun(count: int, noun: str, told: str) -> None:
    """One image, two images, three series."""
    assert write_count(count, noun) == told


def test_the_calcium_remark_needs_the_usual_thickness() -> None:
    """A calcium scan with thin slices is not told to have the usual thickness."""
    thin = make_series(description="Ca score", geometry=Geometry((Stack("axial", 9, 9, slice_thickness_mm=0.6),)))
    assert "usual thickness" not in write(thin)
    assert "usual thickness" in write(GATED_CT)
