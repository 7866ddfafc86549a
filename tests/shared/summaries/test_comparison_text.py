"""Texts of comparisons: what the template says, and which texts of a model are believed."""

import msgspec
import pytest

from shared.privacy.facts import ModelFacts
from shared.summaries.completion import Completion, StopReason, Usage
from shared.summaries.drafting import draft_summary
from shared.summaries.grounding import check_grounding
from shared.summaries.prompt import COMPARISON_SYSTEM, COMPARISON_VERSION, Prompt
from shared.summaries.sentences import Sentence
from shared.summaries.template_text import write_template_text
from shared.summaries.verification import VerificationStatus
from tests.shared.summaries.comparison_cases import AFTER, BEFORE, CHANGED, make_facts, make_study

OPENING = Sentence("A CT scan of the heart was compared with another one.", ("modality", "body_part"))
VOLTAGE = ("baseline.acquisition.kvp_kv", "followup.acquisition.kvp_kv", "change.acquisition.kvp_kv")
THICKNESS = tuple(key.replace("acquisition.kvp_kv", "geometry.slice_thickness_mm") for key in VOLTAGE)
DOSE = tuple(key.replace("kvp_kv", "ctdi_vol_mgy") for key in VOLTAGE)

CASES = {
    "changed": CHANGED,
    "same": make_facts(make_study(BEFORE), make_study(BEFORE)),
    "only words": make_facts(make_study({"convolution_kernel": "A"}), make_study({"convolution_kernel": "B"})),
    "nothing in common": make_facts(make_study(BEFORE), make_study(BEFORE, modality="MR")),
    "one without counterpart": make_facts(make_study(BEFORE, extra=True), make_study(AFTER)),
    "unknown kind": make_facts(make_study(BEFORE, modality="XX"), make_study(AFTER, modality="XX")),
}


def codes(text: str, cited: tuple[str, ...]) -> list[str]:
    """The rules that a text of two sentences breaks."""
    return [one.code for one in check_grounding([OPENING, Sentence(text, cited)], CHANGED).rejected]


def test_the_template_tells_what_went_which_way() -> None:
    """Both values of each quantity, the follow-up's first, and one direction in each sentence."""
    assert write_template_text(CHANGED).text == (
        "Two uploads were compared with each other, both of this kind: CT scan of the heart. In the second upload, "
        "the tube voltage (100 kV instead of 120 kV) and the slice thickness (0.625 mm instead of 2.5 mm) are lower. "
        "In the second upload, the dose index (CTDIvol) (12.5 mGy instead of 8 mGy) is higher."
    )


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_the_template_says_only_what_the_check_lets_a_model_say(facts: ModelFacts) -> None:
    """Our own text passes the same check as a model's."""
    assert check_grounding(write_template_text(facts).sentences, facts).rejected == ()


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("In the second upload, the tube voltage is lower, 100 kV instead of 120 kV.", VOLTAGE),
        ("The second upload was made with a lower tube voltage than the first one.", VOLTAGE),
        ("In the second upload, the tube voltage went down from 120 kV to 100 kV.", VOLTAGE),
        ("The tube voltage is 120 kV in the first upload and 100 kV in the second upload.", VOLTAGE),
        ("In the second upload, the slices are thinner, 0.625 mm instead of 2.5 mm.", THICKNESS),
        ("In the second upload, the dose index is higher, 12.5 mGy rather than 8 mGy.", DOSE),
    ],
)
def test_a_true_comparison_passes(text: str, cited: tuple[str, ...]) -> None:
    """Sides and directions are those of the facts."""
    assert codes(text, cited) == []


@pytest.mark.parametrize(
    ("text", "cited", "expected"),
    [
        ("In the second upload, the tube voltage is higher.", VOLTAGE, "comparison.direction"),
        ("In the second upload, the dose index is lower.", DOSE, "comparison.direction"),
        ("In the second upload, the tube voltage is lower.", (), "comparison.direction"),
        ("In the second upload, the tube voltage is lower.", (*VOLTAGE, *DOSE), "comparison.direction"),
        ("In the second upload, the voltage is lower and the dose index is higher.", (*VOLTAGE, *DOSE),
         "comparison.direction"),
        ("The tube voltage is the same in the second upload.", VOLTAGE, "comparison.direction"),
        ("The tube voltage is the same.", (), "comparison.direction"),
        ("The slices are the same and the dose index is lower.", (), "comparison.direction"),
        ("The first upload has a lower tube voltage.", VOLTAGE, "comparison.side"),
        ("The tube voltage is lower.", VOLTAGE, "comparison.side"),
        ("In the second upload the voltage is lower than in the second one.", VOLTAGE, "comparison.side"),
        ("In the second upload, the tube voltage is 120 kV.", VOLTAGE, "comparison.side"),
        ("The tube voltage is 120 kV in the second upload and 100 kV in the first upload.", VOLTAGE, "comparison.side"),
        ("The tube voltage changed from 100 kV to 120 kV.", VOLTAGE, "comparison.side"),
        ("In the second upload, the tube voltage is 120 kV instead of 100 kV.", VOLTAGE, "comparison.side"),
        ("The tube voltage is 100 kV.", VOLTAGE, "comparison.side"),
        ("In the second upload, the tube voltage is 110 kV.", VOLTAGE, "number.unsupported"),
        ("In the second upload, the tube voltage is lower by 20 kV.", VOLTAGE, "number.unsupported"),
    ],
)  # fmt: skip
def test_a_false_comparison_is_rejected(text: str, cited: tuple[str, ...], expected: str) -> None:
    """A wrong direction, a swapped or unnamed side, two directions at once, a number of neither side."""
    assert expected in codes(text, cited)


def test_a_true_equality_passes() -> None:
    """Where nothing differs, the text may say so."""
    same = Sentence("How the images were made is the same.", ("comparison.is_same",))
    assert check_grounding([OPENING, same], CASES["same"]).rejected == ()


def test_the_model_is_asked_with_the_text_for_comparisons() -> None:
    """It has a version of its own, which stands beside the summary."""
    prompt = Prompt(CHANGED)
    lower = Sentence("In the second upload, the tube voltage is lower.", ("change.acquisition.kvp_kv",))
    answer = msgspec.json.encode({"sentences": [OPENING, lower]}).decode()
    summary = draft_summary(CHANGED, lambda _: Completion(answer, StopReason.FINISHED, Usage(), "claude"))
    assert (prompt.system, prompt.version) == (COMPARISON_SYSTEM, COMPARISON_VERSION)
    assert (summary.detail.verification.status, summary.detail.prompt_version) == (
        VerificationStatus.PASSED,
        COMPARISON_VERSION,
    )


def test_a_comparison_is_another_question_than_a_summary() -> None:
    """Answers are remembered by question, so that one never stands in for the other."""
    assert Prompt(CHANGED).digest("claude") != Prompt(CASES["same"]).digest("claude")
