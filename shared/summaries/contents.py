"""The sentence about what an object holds that is no image: how many exposures, channels, structures, and the like."""

from collections.abc import Callable

from shared.privacy.facts import ModelFacts
from shared.privacy.quantities import write_number
from shared.summaries.sentences import Sentence, Wording, join_words


def write_contents(facts: ModelFacts) -> Sentence | None:
    """Say what the object holds; None where the facts say nothing of it."""
    for writer in _WRITERS:
        wording = Wording(facts)
        told = writer(wording)
        if told is not None:
            return wording.sentence(f"{told}.")
    return None


def _some(wording: Wording, key: str) -> str | None:
    """Give how a count reads; None where there is nothing to count."""
    return wording.text(key) if wording.facts.number(key) else None


def _dose(wording: Wording) -> str | None:
    exposures = _some(wording, "dose.events")
    amounts = [told for told in (_total(wording), _area(wording), _fluoroscopy(wording), _breasts(wording)) if told]
    if exposures is None:
        return f"it states {join_words(amounts)}" if amounts else _injection(wording)
    return f"it lists {exposures}{f', with {join_words(amounts)}' if amounts else ''}"


def _total(wording: Wording) -> str | None:
    told = wording.text("dose.dlp_mgy_cm")
    return None if told is None else f"a total radiation dose of {told} (as dose-length product)"


def _area(wording: Wording) -> str | None:
    told = wording.text("dose.area_product_gy_cm2")
    return None if told is None else f"a total radiation dose of {told} (as dose-area product)"


def _fluoroscopy(wording: Wording) -> str | None:
    seconds = wording.number("dose.fluoroscopy_time_s")
    return f"{write_number(seconds)} seconds of live viewing (fluoroscopy)" if seconds else None


def _breasts(wording: Wording) -> str | None:
    sides = [
        f"{told} on the {side}"
        for side in ("left", "right")
        if (told := wording.text(f"dose.glandular_{side}_mgy")) is not None
    ]
    return f"an average glandular dose of {join_words(sides)}" if sides else None


def _injection(wording: Wording) -> str | None:
    activity = wording.text("dose.administered_activity_mbq")
    tracer = wording.text("dose.radionuclide")
    if activity is None:
        return None
    return f"it records that a radioactive tracer of {activity}{f' ({tracer})' if tracer else ''} was given"


def _recording(wording: Wording) -> str | None:
    channels = _some(wording, "waveform.channels")
    if channels is None:
        return None
    seconds, rate = wording.number("waveform.duration_s"), wording.number("waveform.sampling_rate_hz")
    length = f", recorded for {write_number(seconds)} seconds" if seconds else ""
    return f"it holds {channels}{length}{f' with {write_number(rate)} values per second' if seconds and rate else ''}"


def _document(wording: Wording) -> str | None:
    size = wording.text("document.size_kb")
    return None if size is None else f"the document inside has a size of {size}"


def _segmentation(wording: Wording) -> str | None:
    structures = _some(wording, "segmentation.structures")
    if structures is None:
        return None
    named, planes = wording.text("segmentation.named"), _some(wording, "segmentation.frames")
    drawn = wording.facts.words("segmentation.drawn")
    if len(drawn) == 1:
        wording.cite("segmentation.drawn")
    by = f", drawn {drawn[0]}" if len(drawn) == 1 else ""
    return f"it outlines {structures}{f' ({named})' if named else ''}{f' on {planes}' if planes else ''}{by}"


def _structures(wording: Wording) -> str | None:
    structures, contours = _some(wording, "rt.structures"), _some(wording, "rt.contours")
    return f"it outlines {structures} with {contours}" if structures and contours else None


def _plan(wording: Wording) -> str | None:
    beams, fractions = _some(wording, "rt.beams"), _some(wording, "rt.fractions")
    if beams is None and fractions is None:
        return None
    dose = wording.text("rt.prescribed_dose_gy")
    given = f"{fractions} (separate sessions)" if fractions else None
    told = " to be given in ".join(part for part in (beams, given) if part is not None)
    return f"it describes {told}{f', with a planned dose of {dose}' if dose else ''}"


def _dose_map(wording: Wording) -> str | None:
    unit, planes = wording.word("rt.dose_units"), _some(wording, "rt.planes")
    if unit is None:
        return None
    return f"it gives the dose in {'gray' if unit == 'gray' else 'relative values'}{f' on {planes}' if planes else ''}"


def _record(wording: Wording) -> str | None:
    beams, fractions = _some(wording, "rt.beams_delivered"), _some(wording, "rt.fractions_delivered")
    if beams is None:
        return None
    return f"it records the delivery of {beams}{f', with {fractions} given so far' if fractions else ''}"


def _report(wording: Wording) -> str | None:
    states = [*wording.facts.words("report.completion"), *wording.facts.words("report.verification")]
    entries, measurements = _some(wording, "report.entries"), _some(wording, "report.measurements")
    wording.cite("report.completion", "report.verification")
    parts = [f"is marked as {join_words(states)}"] if states else []
    parts += [f"holds {entries}{f', among them {measurements}' if measurements else ''}"] if entries else []
    return f"it {' and '.join(parts)}" if parts else None


def _display(wording: Wording) -> str | None:
    objects, drawings = _some(wording, "display.referenced_objects"), wording.number("display.drawings")
    told = f", with {write_number(drawings)} drawings over them" if drawings and drawings > 1 else ""
    return None if objects is None else f"it says how {objects} should be displayed{told}"


def _selection(wording: Wording) -> str | None:
    selected, title = _some(wording, "selection.selected"), wording.text("selection.title")
    titled = f' with the title "{title}"' if title else ""
    return None if selected is None else f"it lists {selected}{titled}"


def _slide(wording: Wording) -> str | None:
    columns, rows = wording.number("slide.columns"), wording.number("slide.rows")
    if columns is None or rows is None:
        return None
    power = wording.number("slide.magnification")
    told = f", with a magnification of {write_number(power)}" if power else ""
    return f"the whole slide has {write_number(columns)} by {write_number(rows)} picture points{told}"


def _mapping(wording: Wording) -> str | None:
    told = _some(wording, "mapping.mappings")
    return None if told is None else f"it holds {told} from stored values to physical ones"


def _registration(wording: Wording) -> str | None:
    told = _some(wording, "registration.registrations")
    return None if told is None else f"it aligns images with each other by {told}"


def _surface(wording: Wording) -> str | None:
    surfaces, points = _some(wording, "surface.surfaces"), _some(wording, "surface.points")
    return None if surfaces is None else f"it holds {surfaces}{f' made of {points}' if points else ''}"


_WRITERS: tuple[Callable[[Wording], str | None], ...] = (
    _dose,
    _recording,
    _document,
    _segmentation,
    _structures,
    _plan,
    _dose_map,
    _record,
    _report,
    _display,
    _selection,
    _slide,
    _mapping,
    _registration,
    _surface,
)
"""One for each kind of contents; an object has one kind, a dose report being told as such and not as a report."""
