"""Cardiac timing in free text: only forms that can mean nothing else, and never the text around them."""

import pytest

from shared.dicom.values import Provenance
from tests.support.datasets import Value, describe
from tests.support.heartbeats import RETROSPECTIVE, codes, gated, ge, timing

SIEMENS: dict[str, Value] = {"ScanOptions": "TP77PC0842"}


def test_a_comment_gives_rate_phase_and_resolution() -> None:
    """Seen on a Sensation 64: heart rate, phase and temporal resolution; the third number is no delay."""
    found = gated({"ImageComments": "72 bpm, 55 %, 153 ms"})
    assert (
        found.heart_rate_bpm,
        found.phase_percent,
        found.temporal_resolution_ms,
        found.trigger_delay_ms,
        found.evidence,
    ) == (72.0, 55.0, 153.0, None, ("ImageComments",))


def test_only_the_digits_of_a_comment_are_kept() -> None:
    """A comment may name a person around the numbers."""
    facts = describe({"ImageComments": "MARKER-Doe 72 bpm, 55 %, 153 ms MARKER-Doe"})
    assert facts.provenance["cardiac.phase_percent"] == Provenance(
        "ImageComments", "(0020,4000)", "55", "pattern in text"
    )
    assert "MARKER" not in f"{facts.provenance} {facts.cardiac}"


@pytest.mark.parametrize("comment", ["55 %", "72 bpm", "72 bpm, 55 %", "72 bpm, 155 %, 153 ms", "1172 bpm, 55 %, 9 ms"])
def test_another_comment_is_no_timing(comment: str) -> None:
    """Only the whole form counts, with a percentage up to 100."""
    assert timing({"ImageComments": comment}) is None


def test_the_order_of_believing_puts_private_values_before_a_comment() -> None:
    """A comment that tells another phase is a conflict."""
    found = gated({"ImageComments": "76 bpm, 40 %, 153 ms"}, ge("76", "70"))
    assert (found.phase_percent, codes(found)) == (70.0, ["cardiac.phase_conflict"])


@pytest.mark.parametrize(
    ("description", "percent"),
    [
        ("CorCTA 0.6 B26f BestDiast 77 %", 77.0),
        ("BestSyst 27 %", 27.0),
        ("Heart 70 % 1.0 B30f", 70.0),
        ("CorCTA 55%", 55.0),
        ("CTA ASIR 40%", None),
        ("CTA 40% ASiR-V", None),
        ("CTA SS40%", None),
        ("0% - 90%", None),
        ("multiphase 10% 20%", None),
        ("CTA 130%", None),
        ("CTA 2.5%", None),
    ],
)
def test_a_description_gives_the_phase_of_an_image_that_is_gated(description: str, percent: float | None) -> None:
    """Forms seen on Siemens; a percentage may also be the strength of an iterative reconstruction, or a range."""
    assert gated({**RETROSPECTIVE, "SeriesDescription": description}).phase_percent == percent


@pytest.mark.parametrize("description", ["Abdomen 40%", "BestDiast 77 %"])
def test_a_description_alone_proves_nothing(description: str) -> None:
    """Without other cardiac evidence a percentage is just a number."""
    assert timing({"SeriesDescription": description}) is None


def test_a_bare_percentage_does_not_contradict_a_better_source() -> None:
    """40 % beside a stated phase is most likely something else."""
    found = gated({**SIEMENS, "SeriesDescription": "CTA 40%"})
    assert (found.phase_percent, found.phase_candidates, found.warnings) == (77.0, (), ())


def test_a_best_phase_that_differs_from_a_better_source_is_a_conflict() -> None:
    """BestDiast is a phase and nothing else."""
    found = gated({**SIEMENS, "SeriesDescription": "BestDiast 70 %"})
    assert (found.phase_percent, codes(found)) == (77.0, ["cardiac.phase_conflict"])


def test_a_best_phase_in_milliseconds_is_a_delay() -> None:
    """Siemens reconstructs at an absolute time too."""
    found = gated({**RETROSPECTIVE, "HeartRate": "60", "SeriesDescription": "BestSyst 290 ms"})
    assert (found.trigger_delay_ms, found.phase_percent) == (290.0, 29.0)


def test_only_the_digits_of_a_description_are_kept() -> None:
    """The description stands in the result by itself; the provenance of a number repeats none of it."""
    facts = describe({**RETROSPECTIVE, "SeriesDescription": "MARKER-Doe 70 %"})
    assert facts.provenance["cardiac.phase_percent"].raw == "70"
