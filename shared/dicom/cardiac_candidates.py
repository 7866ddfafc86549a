"""What a file says about the heart's cycle, before anything of it is believed.

Readers put every quantity they find here, in the order in which sources are believed; ``gating``, ``rr_interval`` and
``cardiac_phase`` choose. A value that lies is kept out by its reader and leaves a warning instead.
"""

from collections.abc import Iterable

from msgspec import Struct

from shared.dicom.attributes import Absent, Attribute, Attributes, Present, Reading
from shared.dicom.findings import Finding
from shared.dicom.parameters import Extract, Kind, Parameter, typed_reading
from shared.dicom.values import Provenance, Unreadable

WARNINGS = {
    "cardiac.heart_rate_implausible": "The stated heart rate lies outside 20 to 250 bpm and is not used.",
    "cardiac.heart_rate_default": "A heart rate of 60 without gating is what devices write when they measured nothing; "
    "it is not used.",
    "cardiac.rr_implausible": "A stated R-R interval lies outside 240 to 3000 ms and is not used.",
    "cardiac.rate_interval_conflict": "Heart rate and R-R interval of the file differ by more than 10 %; "
    "both are shown as given.",
    "cardiac.trigger_time_untrusted": "TriggerTime is no delay after the R wave here: nothing that belongs to it says "
    "that the acquisition was timed to the heart. Devices write times of dynamic series there.",
    "cardiac.delay_negative": "A trigger delay is negative; it is not used.",
    "cardiac.delay_beyond_rr": "The trigger delay does not lie inside the R-R interval; no phase is given.",
    "cardiac.prior_to_r_sign": "A time prior to the R peak is positive where the standard asks for a negative one; "
    "it is not used.",
    "cardiac.phase_implausible": "A stated percentage of the cardiac phase lies outside 0 to 100; it is not used.",
    "cardiac.phase_conflict": "Sources of the cardiac phase differ by more than 3 points; the first is shown, "
    "phase_candidates lists all.",
    "cardiac.r_waves_unordered": "The R waves of the file do not follow each other in time; no interval is taken "
    "from them.",
}
"""Every warning about cardiac timing: its stable code and its sentence, which never holds a value."""


class Stated(Struct, frozen=True):
    """A number that the file states or that follows from one; ``source`` is how the result names where it was read."""

    value: float
    source: str
    provenance: Provenance


class Candidates:
    """Gathers quantities, each list with its most believed source first.

    ``delays`` and ``percents`` are those of the standard's attributes, the ``vendor_`` lists those of private elements
    and text. ``proofs`` are sources that prove gating by themselves.
    """

    def __init__(self) -> None:
        self.facts = Extract()
        self.heart_rates: list[Stated] = []
        self.intervals: list[Stated] = []
        self.percents: list[Stated] = []
        self.delays: list[Stated] = []
        self.times_prior: list[Stated] = []
        self.trigger_times: list[Stated] = []
        self.vendor_percents: list[Stated] = []
        self.vendor_delays: list[Stated] = []
        self.resolutions: list[Stated] = []
        self.proofs: list[str] = []
        self.warnings: list[Finding] = []

    @property
    def unreadable(self) -> list[Unreadable]:
        """The attributes that were there and could not be used."""
        return self.facts.unreadable

    def text(self, keyword: str) -> str | None:
        """Give a text read by its keyword."""
        value = self.facts.values.get(keyword)
        return value if isinstance(value, str) else None

    def texts(self, keyword: str) -> tuple[str, ...]:
        """Give the texts of a multi-valued attribute; empty where it is absent."""
        value = self.facts.values.get(keyword)
        return tuple(str(part) for part in value) if isinstance(value, tuple) else ()

    def number(self, keyword: str) -> float | None:
        """Give a number read by its keyword."""
        value = self.facts.values.get(keyword)
        return value if isinstance(value, int | float) else None

    def provenance(self, keyword: str) -> Provenance:
        """Tell where a value that was read came from."""
        return self.facts.provenance[keyword]

    def take(self, attributes: Attributes, parameters: Iterable[Parameter]) -> None:
        """Read rows whose key is their keyword; what a file does not have costs one look-up."""
        for parameter in parameters:
            attribute = parameter.attribute
            reading = attributes.read(attribute)
            if not isinstance(reading, Absent):
                self.record(parameter, attribute, reading)

    def record(self, parameter: Parameter, attribute: Attribute, reading: Reading) -> None:
        """Keep a typed answer under the parameter's key."""
        self.facts.record(parameter, attribute, typed_reading(reading, parameter))

    def stated(self, keyword: str) -> Stated | None:
        """Give a number that was read, with its provenance."""
        value = self.number(keyword)
        return None if value is None else Stated(value, keyword, self.provenance(keyword))

    def add_percent(self, percents: list[Stated], stated: Stated) -> bool:
        """Keep a percentage of the cycle where it is one; tells whether it was."""
        if 0 <= stated.value <= 100:
            percents.append(stated)
            return True
        self.warn("cardiac.phase_implausible")
        return False

    def warn(self, code: str) -> None:
        """Report that something of the file is not believed."""
        finding = Finding(code, WARNINGS[code])
        if finding not in self.warnings:
            self.warnings.append(finding)


def number_row(keyword: str) -> Parameter:
    """Make the row of one number, kept under its keyword."""
    return Parameter(keyword, keyword, Kind.NUMBER)


def text_row(keyword: str) -> Parameter:
    """Make the row of one text, kept under its keyword."""
    return Parameter(keyword, keyword, Kind.TEXT)


def texts_row(keyword: str) -> Parameter:
    """Make the row of a multi-valued text, kept under its keyword."""
    return Parameter(keyword, keyword, Kind.TEXTS)


def private_text(
    attributes: Attributes, creator: tuple[int, str], element: int, keyword: str, vr: str
) -> tuple[Attribute, Present] | None:
    """Read a private element through its creator's block; None where it says nothing.

    Parameters
    ----------
    creator
        The group and the private creator's name.
    element
        The last two hexadecimal digits of the tag.
    """
    attribute = attributes.private(*creator, element, keyword, vr)
    reading = attributes.read(attribute) if attribute is not None else None
    return (attribute, reading) if attribute is not None and isinstance(reading, Present) else None
