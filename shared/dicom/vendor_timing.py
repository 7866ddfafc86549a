"""What vendors say about the heart's cycle in CT, whose classic IOD has no cardiac attribute at all.

One reader per vendor; private elements are found through their private creator, never by a fixed tag. What rests on a
dictionary alone and was never seen in a gated file says ``unverified`` in its source.

References
----------
Element names: the private dictionaries of pydicom and dcm4che. Siemens: ScanOptions of two scanners and the expression
of Slicer's MultiVolumeImporter; that the four digits are the mean R-R interval is inferred from files.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from shared.dicom.attributes import Attribute, Attributes, Present, standard_attribute
from shared.dicom.cardiac_candidates import Candidates, Stated, private_text
from shared.dicom.parameters import Kind, Parameter
from shared.dicom.values import Provenance

GE_IMAGE = (0x0045, "GEMS_HELIOS_01")
"""GE's reconstruction facts; seen in gated files."""

GE_CARDIAC = (0x0049, "GEMS_CT_CARDIAC_001")
"""GE's cardiac facts. The rates in its sequence were measured before the scan and are not the image's."""

CANON = (0x7005, "TOSHIBA_MEC_CT3")
PHILIPS = (0x01F1, "ELSCINT1")

_SCAN_OPTIONS = standard_attribute("ScanOptions")
_UNVERIFIED = "unverified"
_NOT_GATED = {"NONE", "NO", "OFF", "0"}
_SIEMENS = re.compile(r"TP(?P<percent>\d{1,3})PC(?P<interval>\d{4})")
_QUANTITY = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,3})?)\s*(?P<unit>%|ms|)", re.IGNORECASE)


def read_vendor_sources(attributes: Attributes, candidates: Candidates) -> None:
    """Read what each vendor says of a CT image, in the order in which they are believed."""
    for read in _READERS:
        read(attributes, candidates)


def _read_ge_image(attributes: Attributes, candidates: Candidates) -> None:
    """Read AvgHeartRateForImage, TemporalResolution (s), PctRpeakDelay and RPeakTimeDelay.

    Images that were not gated carry the block too: without a heart rate it says nothing.
    """
    rate = _ge_number(attributes, candidates, 0x31, "AvgHeartRateForImage", "CS")
    percent = _ge_number(attributes, candidates, 0x33, "PctRpeakDelay", "CS")
    if not rate or not rate.value or percent is None or not 0 <= percent.value <= 100:
        return
    candidates.heart_rates.append(rate)
    candidates.vendor_percents.append(percent)
    candidates.proofs.append(percent.source)
    resolution = _ge_number(attributes, candidates, 0x32, "TemporalResolution", "FL")
    if resolution is not None:
        candidates.resolutions.append(replace(resolution, value=resolution.value * 1000))
    delay = _ge_number(attributes, candidates, 0x3F, "RPeakTimeDelay", "IS")
    if delay is not None and delay.value > 0:  # zero is what a reconstruction by percent leaves there
        candidates.vendor_delays.append(delay)


def _ge_number(attributes: Attributes, candidates: Candidates, element: int, keyword: str, vr: str) -> Stated | None:
    found = private_text(attributes, GE_IMAGE, element, keyword, vr)
    if found is None:
        return None
    candidates.record(Parameter(keyword, keyword, Kind.NUMBER), *found)
    value = candidates.number(keyword)
    return None if value is None else _private(value, found, GE_IMAGE)


def _read_ge_cardiac(attributes: Attributes, candidates: Candidates) -> None:
    """Read PhaseLocation of newer scanners, believed only where EkgGatingType says that there was gating."""
    gating = private_text(attributes, GE_CARDIAC, 0x16, "EkgGatingType", "SH")
    if gating is None or gating[1].raw.upper() in _NOT_GATED:
        return
    _take_percent(attributes, candidates, (GE_CARDIAC, 0x23, "PhaseLocation", "CS"))


def _read_siemens(attributes: Attributes, candidates: Candidates) -> None:
    """Read ``TP55PC0842`` of ScanOptions: phase in percent, and four digits that are the mean R-R interval in ms."""
    reading = attributes.read(_SCAN_OPTIONS)
    if not isinstance(reading, Present):
        return
    for value in reading.values:
        match = _SIEMENS.fullmatch(str(value))
        if match is None:
            continue
        source = "ScanOptions (Siemens TP)"
        origin = _part(_SCAN_OPTIONS, match["percent"], "Siemens, TP of TPnnPCnnnn")
        percent = Stated(float(match["percent"]), source, origin)
        if not candidates.add_percent(candidates.vendor_percents, percent):
            continue
        candidates.proofs.append(source)
        derived = "derived: PC of Siemens TPnnPCnnnn taken as the mean R-R interval"
        origin = _part(_SCAN_OPTIONS, match["interval"], derived)
        interval = Stated(float(match["interval"]), "ScanOptions (Siemens PC, derived)", origin)
        candidates.intervals.append(interval)
        return


def _read_canon(attributes: Attributes, candidates: Candidates) -> None:
    """Read the mean R-R time and the gating phase in percent or ms; an ungated image may hold zeros.

    A percentage of zero is a phase only beside an interval and without a delay.
    """
    interval = _quantity(attributes, (CANON, 0x03, "CardiacRRMeanTime", "SH"), ("ms", ""))
    percent = _quantity(attributes, (CANON, 0x04, "CardiacReconstructionGatingPhaseInPercent", "SH"), ("%", ""))
    delay = _quantity(attributes, (CANON, 0x05, "CardiacReconstructionGatingPhaseInMs", "SH"), ("ms", ""))
    has_interval, has_delay = interval is not None and interval.value > 0, delay is not None and delay.value > 0
    if interval is not None and has_interval:
        candidates.intervals.append(interval)
    if percent is not None and (percent.value > 0 or (has_interval and not has_delay)):
        if candidates.add_percent(candidates.vendor_percents, percent):
            candidates.proofs.append(percent.source)
    elif delay is not None and has_delay:
        candidates.vendor_delays.append(delay)
        candidates.proofs.append(delay.source)


def _read_philips(attributes: Attributes, candidates: Candidates) -> None:
    """Read GatingDelay where it states its unit, and InitialHeartRate; neither proves gating by itself."""
    for unit, into in (("%", candidates.vendor_percents), ("ms", candidates.vendor_delays)):
        gating = _quantity(attributes, (PHILIPS, 0x41, "GatingDelay", "LO"), (unit,))
        if gating is not None and (unit == "ms" or gating.value <= 100):
            into.append(gating)
    rate = _quantity(attributes, (PHILIPS, 0x45, "InitialHeartRate", "IS"), ("",))
    if rate is not None and rate.value > 0:
        candidates.heart_rates.append(rate)


_Element = tuple[tuple[int, str], int, str, str]


def _take_percent(attributes: Attributes, candidates: Candidates, element: _Element) -> None:
    percent = _quantity(attributes, element, ("%", ""))
    if percent is not None and candidates.add_percent(candidates.vendor_percents, percent):
        candidates.proofs.append(percent.source)


def _quantity(attributes: Attributes, element: _Element, units: tuple[str, ...]) -> Stated | None:
    """Read a number with one of the units from a private text that no gated file was seen to hold."""
    creator, digits, keyword, vr = element
    found = private_text(attributes, creator, digits, keyword, vr)
    match = _QUANTITY.fullmatch(found[1].raw.strip()) if found is not None else None
    if found is None or match is None or match["unit"].lower() not in units:
        return None
    stated = _private(float(match["number"]), found, creator, _UNVERIFIED)
    return replace(stated, provenance=replace(stated.provenance, raw=match["number"]))


def _private(value: float, found: tuple[Attribute, Present], creator: tuple[int, str], mark: str = "") -> Stated:
    attribute, reading = found
    name = creator[1] + (f", {mark}" if mark else "")
    provenance = Provenance(attribute.keyword, attribute.tag_text, reading.raw, source=f"private, {name}")
    return Stated(value, f"{attribute.keyword} ({name})", provenance)


def _part(attribute: Attribute, raw: str, source: str) -> Provenance:
    return Provenance(attribute.keyword, attribute.tag_text, raw, source)


_READERS: tuple[Callable[[Attributes, Candidates], None], ...] = (
    _read_ge_image,
    _read_ge_cardiac,
    _read_siemens,
    _read_canon,
    _read_philips,
)
