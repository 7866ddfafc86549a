"""The last sentence: what to keep in mind, the most important first; at most one is told."""

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.summaries.sentences import Sentence, Wording, write_count


def write_caveat(facts: ModelFacts) -> Sentence | None:
    """Give the one reservation or addition that matters most; None where there is none."""
    writers = (_missing, _segments, _identity, _dose, _further)
    return next((sentence for writer in writers if (sentence := writer(Wording(facts))) is not None), None)


def _missing(wording: Wording) -> Sentence | None:
    missing = wording.number("geometry.missing_slices")
    if not missing:
        return None
    told = "1 slice appears" if missing == 1 else f"{write_number(missing)} slices appear"
    return wording.sentence(f"note that {told} to be missing, so the stack should not be read as a whole.")


def _segments(wording: Wording) -> Sentence | None:
    if "geometry.segment_thicknesses_mm" not in wording.facts:
        return None
    return wording.sentence(
        f"the slice thickness changes along the stack ({wording.text('geometry.segment_thicknesses_mm')}), "
        "so distances need care."
    )


def _identity(wording: Wording) -> Sentence | None:
    if not wording.facts.holds("image.may_show_identity"):
        return None
    wording.cite("image.may_show_identity")
    kind = wording.facts.word("object") or ""
    what = "picture" if wording.facts.number("image_count") else "document" if kind.endswith("document") else None
    if what is None:
        return None
    return wording.sentence(f"the {what} itself may show written details about the person, so handle it with care.")


def _dose(wording: Wording) -> Sentence | None:
    if not wording.facts.number("image_count"):
        return None  # a dose report tells its dose as its contents
    product = wording.number("acquisition.dlp_mgy_cm")
    index = wording.number("acquisition.ctdi_vol_mgy") if product is None else None
    if product is not None:
        return wording.sentence(
            f"the recorded radiation dose, as dose-length product, is {write_number(product)} mGy·cm."
        )
    if index is not None:
        return wording.sentence(f"the recorded radiation dose index is {write_number(index)} mGy.")
    return None


def _further(wording: Wording) -> Sentence | None:
    series, images = wording.number("total.series"), wording.number("total.images")
    if series is None or series < 2:
        return None
    held = f" with {write_count(images, 'image')} in all" if images else ""
    return wording.sentence(f"the upload holds {write_count(series, 'series')}{held}.")
