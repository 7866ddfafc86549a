"""Every claim of a text is held against the facts: the corpus, and the rules one by one.

The corpus was written by hand in seven sets, each before the rules were adapted to it; docs/conformance.md says what
they scored at first sight. The rules were adapted after each, so the numbers that the test asks for are those of sets
the rules know, not a forecast; texts that are still misjudged carry ``required: false``.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dicom.series import Cardiac, Geometry, Image, Respiratory, Series, Stack
from shared.summaries.grounding import check_grounding
from shared.summaries.sentences import Sentence
from shared.summaries.template_text import write_template_text
from tests.shared.summaries.cases import FACTS, GATED_CT, make_facts, make_series
from tests.shared.summaries.grounding_report import PAGE, Text, is_rejected, judge, read_corpus, report

CORPUS = read_corpus()

MIN_PRECISION, MIN_RECALL = 0.97, 0.97
"""What the check must reach over the whole corpus, counting a rejected dishonest text as a hit."""


def reject(*sentences: tuple[str, str], facts: str = "gated_ct") -> list[str]:
    """Give the codes of the rules that a text breaks."""
    text = [Sentence(words, tuple(keys.split())) for words, keys in sentences]
    return [one.code for one in check_grounding(text, FACTS[facts]).rejected]


LABEL = ("The heart is shown in mid-diastole.", "cardiac.phase_label body_part")


def test_the_corpus_is_judged_rightly() -> None:
    """Of all texts in the corpus, nearly all dishonest ones are rejected and hardly an honest one is."""
    score = judge(CORPUS)
    assert len(CORPUS) >= 60
    assert score.precision >= MIN_PRECISION
    assert score.recall >= MIN_RECALL


def test_the_page_tells_what_the_check_reaches() -> None:
    """The table in docs/conformance.md is what the command writes today."""
    assert report() in PAGE.read_text()


@pytest.mark.parametrize("text", [text for text in CORPUS if text.get("required", True)], ids=lambda text: text["id"])
def test_each_text_is_judged_as_its_author_meant(text: Text) -> None:
    """Each honest text passes and each dishonest one does not."""
    assert is_rejected(text) is not text["honest"]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_template_passes_the_check_that_models_must_pass(name: str) -> None:
    """What we write without a model is as well founded as we demand of a model."""
    facts = FACTS[name]
    assert check_grounding(write_template_text(facts).sentences, facts).rejected == ()


@given(
    thickness=st.floats(0.3, 12) | st.none(),
    missing=st.integers(0, 9) | st.none(),
    percent=st.integers(0, 99),
    label=st.sampled_from(["systole", "late systole", "end-systole", "end-diastole / R wave", "diastole", None]),
    rate=st.integers(30, 180) | st.none(),
    count=st.integers(1, 4000),
    uniform=st.booleans() | st.none(),
)
def test_every_template_text_passes_the_check(
    thickness: float | None,
    missing: int | None,
    percent: int,
    label: str | None,
    rate: int | None,
    count: int,
    uniform: bool | None,
) -> None:
    """Whatever numbers and labels a study has, the template tells them so that the check agrees."""
    stack = Stack("axial", count, count, 1, thickness, thickness, is_uniform=uniform, missing_slices=missing)
    cardiac = Cardiac(gated=True, heart_rate_bpm=rate, phase_percent=percent, phase_label=label)
    facts = make_facts(
        make_series(instance_count=count, geometry=Geometry((stack,)), cardiac=cardiac, image=Image(512, 512))
    )
    assert check_grounding(write_template_text(facts).sentences, facts).rejected == ()


@pytest.mark.parametrize(
    ("sentence", "keys", "codes"),
    [
        ("It has dozens of images.", "image_count", ["number.unsupported"]),
        ("A quarter of the slices are 2.5 mm thick.", "geometry.slice_thickness_mm", ["number.unsupported"]),
        ("The slices are between 2.4 and 2.6 mm thick.", "geometry.slice_thickness_mm", ["number.unsupported"] * 2),
        ("The slices are less than 3 mm thick.", "geometry.slice_thickness_mm", []),
        ("The slices are more than 3 mm thick.", "geometry.slice_thickness_mm", ["number.unsupported"]),
        ("The number is 5.", "modality", ["number.unsupported"]),
        ("The images are 512 by 512 picture points in size.", "image.rows image.columns", []),
        ("One of the images comes from a GE LightSpeed Ultra device.", "manufacturer model", []),
        (
            "The scanner was a Philips Brilliance.",
            "manufacturer",
            ["word.not_plain"] * 2 + ["name.unknown"] * 2 + ["vendor.unsupported"],
        ),
        ("The images were compressed.", "image_count", ["image.unsupported"]),
        ("The images have a high resolution.", "image.pixel_spacing_mm", []),
        ("The tube ran at 120 kV.", "", ["citation.missing"]),
        ("The vendor is GE.", "", ["citation.missing"]),
        ("The scan is long " * 30 + "and ends.", "", ["text.shape"]),
        ("The scan ended. It was long.", "", ["text.shape"]),
        ("The scan has 20 images", "image_count", ["text.shape"]),
        ("The right side was scanned.", "", ["laterality.unsupported"]),
        ("In mid-diastole, a calm part of diastole, the scan ran.", "cardiac.phase_label", []),
        ("In mid-diastole, after systole, the scan ran.", "cardiac.phase_label", ["phase.unsupported"]),
        ("The rest of the scan followed.", "", []),
        ("It looked like motion blur is less likely.", "", []),
    ],
)
def test_single_rules_are_applied_as_written(sentence: str, keys: str, codes: list[str]) -> None:
    """Each rule rejects what it names and lets the rest pass."""
    assert reject((sentence, keys), LABEL) == codes


def test_rejections_are_counted_per_sentence() -> None:
    """A rejection tells in which sentence it was found, counting from one."""
    text = [Sentence("The images show the heart in mid-diastole.", ("cardiac.phase_label", "body_part"))]
    wrong = Sentence("The slices are 9 mm thick.", ("geometry.slice_thickness_mm",))
    rejected = check_grounding([*text, wrong], FACTS["gated_ct"]).rejected
    assert [(one.code, one.claim, one.sentence) for one in rejected] == [("number.unsupported", "9 mm", 2)]


def test_a_number_without_unit_needs_its_name_beside_it() -> None:
    """A pitch of 1.2 bears out no other 1.2 in the text."""
    assert reject(
        ("The setting was 1.2.", "acquisition.pitch"), ("This is a CT scan.", "modality"), facts="chest_ct"
    ) == ["number.unsupported"]


def test_slices_may_be_counted_by_images_where_no_places_are_known() -> None:
    """Without geometry each image counts as a slice."""
    kind = ("This is an ultrasound recording.", "modality")
    assert reject(("It has 63 slices.", "image_count"), kind, facts="echo") == []


def test_the_wave_in_a_label_may_be_left_out() -> None:
    """The label "end-diastole / R wave" may be told as end-diastole."""
    facts = make_facts(make_series(cardiac=Cardiac(gated=True, phase_label="end-diastole / R wave")))
    text = [
        Sentence("The images show end-diastole.", ("cardiac.phase_label",)),
        Sentence("They were timed to the heartbeat.", ("cardiac.gated",)),
    ]
    assert check_grounding(text, facts).rejected == ()


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("There are dozens of images here.", []),
        ("There are hundreds of images here.", ["number.unsupported"]),
    ],
)
def test_vague_counts_must_fit(sentence: str, codes: list[str]) -> None:
    """Sixty images are dozens, but not hundreds."""
    facts = make_facts(make_series("US", "3.1", frame_count=60))
    text = [Sentence(sentence, ("image_count",)), Sentence("This is an ultrasound recording.", ("modality",))]
    assert [one.code for one in check_grounding(text, facts).rejected] == codes


@pytest.mark.parametrize(
    ("series", "sentence", "keys"),
    [
        (make_series(acquisition={"contrast_agent": "none"}), "It was done without contrast.", "acquisition.contrast"),
        (make_series(description="nativ"), "It was done without contrast.", "described_as"),
        (make_series(description="post contrast"), "It was done with contrast.", "described_as"),
        (GATED_CT, "The beat lasts long.", "cardiac.gated"),
        (make_series(patient_position="HFP"), "The patient was lying prone.", "patient_position"),
        (make_series("CT", acquisition={"pitch": 1.0}), "The pitch was 1.", "acquisition.pitch"),
        (make_series("ECG", "9.1.1"), "This is an electrocardiogram in the form of an ECG.", "object"),
        (make_series(description="hires"), "It has a high resolution.", "described_as"),
    ],
)
def test_true_statements_pass(series: Series, sentence: str, keys: str) -> None:
    """Contrast, position and pitch may be told where the facts hold them."""
    facts = make_facts(series)
    label = [] if "cardiac.phase_label" not in facts else [Sentence("It is mid-diastole.", ("cardiac.phase_label",))]
    text = [Sentence(sentence, tuple(keys.split())), Sentence("Nothing more is known.", ()), *label]
    rejected = [one for one in check_grounding(text, facts).rejected if one.claim != "electrocardiogram"]
    assert rejected == []


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("The breath was held for it.", []),
        ("It is a breath-hold scan.", []),
        ("The images were timed to breathing.", ["technique.unsupported"]),
        ("A belt followed every breath.", ["technique.unsupported"] * 2),
    ],
)
def test_a_held_breath_is_not_followed(sentence: str, codes: list[str]) -> None:
    """Where the breath was held, nothing was timed to breathing."""
    facts = make_facts(make_series("MR", "4", respiratory=Respiratory(("x",), "BREATH_HOLD")))
    keys = ("respiratory.compensated", "respiratory.technique")
    text = [Sentence(sentence, keys), Sentence("This is an MRI scan.", ("modality",))]
    assert [one.code for one in check_grounding(text, facts).rejected] == codes


@pytest.mark.parametrize(
    ("name", "sentence", "keys", "codes"),
    [
        ("ct_dose", "The total was 0.5123 Gy·cm.", "dose.dlp_mgy_cm", []),
        ("ct_dose", "The total was 512.3 Gy·cm.", "dose.dlp_mgy_cm", ["number.unsupported"]),
        ("xray_dose", "The total was 279 dGy·cm².", "dose.area_product_gy_cm2", []),
        ("xray_dose", "The total was 2790 cGy·cm².", "dose.area_product_gy_cm2", []),
        ("xray_dose", "The total was 27900 mGy·cm².", "dose.area_product_gy_cm2", []),
        ("xray_dose", "The total was 27.9 µGy·m².", "dose.area_product_gy_cm2", ["number.unsupported"]),
        ("xray_dose", "It took 1.2 minutes of fluoroscopy.", "dose.fluoroscopy_time_s", []),
        ("pet", "It used 0.312 GBq.", "acquisition.injected_dose_mbq", []),
        ("pet", "It used 8.4 mCi.", "acquisition.injected_dose_mbq", []),
        ("pet", "It used 312 GBq.", "acquisition.injected_dose_mbq", ["number.unsupported"]),
        ("rhythm_ecg", "It ran at 0.5 kHz.", "waveform.sampling_rate_hz", []),
        ("rhythm_ecg", "It ran at 500 MHz.", "waveform.sampling_rate_hz", ["number.unsupported"]),
        ("letter", "Its size is 0.245 MB.", "document.size_kb", []),
        ("letter", "Its size is 245 GB.", "document.size_kb", ["number.unsupported"]),
        ("plan", "It plans 60 Gy.", "rt.prescribed_dose_gy", []),
        ("plan", "It plans 60 cGy.", "rt.prescribed_dose_gy", ["number.unsupported"]),
        ("breast_dose", "The left side had 2.9 mGy.", "dose.glandular_left_mgy dose.glandular_right_mgy", []),
        (
            "breast_dose",
            "The right side had 2.9 mGy.",
            "dose.glandular_left_mgy dose.glandular_right_mgy",
            ["number.unsupported"],
        ),
        ("breast_dose", "One side had 2.9 mGy.", "dose.glandular_left_mgy", ["number.unsupported"]),
        ("selection", "It lists 5 objects.", "selection.selected", []),
        ("flow_mr", "It measures up to 1.5 m/s.", "acquisition.velocity_encoding_cm_per_s", []),
    ],
)
def test_units_of_objects_are_converted_never_confused(name: str, sentence: str, keys: str, codes: list[str]) -> None:
    """A number may be told in another unit of the same kind if it is converted rightly; sides are kept apart."""
    text = [Sentence(sentence, tuple(keys.split())), Sentence("Nothing more is known.", ())]
    found = [one.code for one in check_grounding(text, FACTS[name]).rejected]
    assert [code for code in found if code.startswith("number")] == codes
