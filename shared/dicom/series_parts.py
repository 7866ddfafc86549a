"""The parts of a series in a result, as shapes alone: who reads only these loads no parser.

Shapes follow the wire contract; a field left at its default is absent from the JSON.
Implements the reader's view of PS3.3 C.7.5.1, C.7.6.1, C.7.6.2 and C.7.6.18.
"""

from msgspec import Struct

from shared.dicom.values import Varying


class SopClass(Struct, frozen=True, omit_defaults=True):
    """SOP Class UID (0008,0016) with its name from PS3.6 Table A-1, absent for a private one."""

    uid: str
    name: str | None = None


class TransferSyntax(Struct, frozen=True, omit_defaults=True):
    """Transfer Syntax UID (0002,0010); ``lossy`` is the syntax's own property, not the image's history."""

    uid: str
    lossy: bool
    name: str | None = None


class Equipment(Struct, frozen=True, omit_defaults=True):
    """General Equipment, PS3.3 C.7.5.1."""

    manufacturer: str | None = None
    model: str | None = None
    software_versions: tuple[str, ...] = ()
    institution: str | None = None


class Image(Struct, frozen=True, omit_defaults=True):
    """Image Pixel facts, PS3.3 C.7.6.3; ``pixel_spacing_mm`` is (row spacing, column spacing)."""

    rows: int | None = None
    columns: int | None = None
    bits_stored: int | None = None
    photometric_interpretation: str | None = None
    pixel_spacing_mm: tuple[float, float] | None = None
    burned_in_annotation: str | None = None


class Segment(Struct, frozen=True, omit_defaults=True):
    """A run of slices with one thickness and spacing inside a stack where they change."""

    images: int
    slice_thickness_mm: float | None = None
    slice_spacing_mm: float | None = None


class Stack(Struct, frozen=True, omit_defaults=True):
    """Parallel slices of one series: ``images`` = instances or frames, ``positions`` = distinct slice places.

    ``axis`` names what tells images of one position apart, as in ``temporal.AXES``; ``missing_images`` counts those
    that would make it the same at every position. ``slice_gap_mm`` and ``slice_overlap_mm`` say by how much spacing and
    thickness differ, where they do.
    """

    plane: str
    images: int
    positions: int
    time_points: int = 1
    slice_thickness_mm: float | None = None
    slice_spacing_mm: float | None = None
    slice_gap_mm: float | None = None
    slice_overlap_mm: float | None = None
    is_uniform: bool | None = None
    missing_slices: int | None = None
    gantry_tilt_deg: float | None = None
    segments: tuple[Segment, ...] = ()
    axis: str | None = None
    axis_is_inferred: bool = False
    missing_images: int = 0


class Geometry(Struct, frozen=True, omit_defaults=True):
    """The stacks of a series, largest first."""

    stacks: tuple[Stack, ...] = ()


class CardiacPhase(Struct, frozen=True, omit_defaults=True):
    """One reconstructed phase: its place in the cycle and how many slice positions carry it."""

    index: int
    positions: int
    phase_percent: float | None = None
    trigger_delay_ms: float | None = None
    label: str | None = None


class StatedPhase(Struct, frozen=True, omit_defaults=True):
    """What one source says about the phase of a series whose sources are several."""

    phase_percent: float | Varying
    source: str


class Cardiac(Struct, frozen=True, omit_defaults=True):
    """Cardiac timing with its evidence; ``gated: false`` when attributes are there but the rules say no.

    Each quantity has its source: an attribute, a private element, a formula. ``phase_candidates`` lists all sources of
    the phase where there are several. A label of our own rule comes with ``phase_rule`` and ``phase_note``.
    ``low_rr_value_ms`` to ``high_rr_value_ms`` are the beats that were accepted.
    """

    gated: bool
    evidence: tuple[str, ...] = ()
    technique: str | None = None
    signal_source: str | None = None
    heart_rate_bpm: float | Varying | None = None
    heart_rate_source: str | None = None
    rr_interval_ms: float | Varying | None = None
    rr_source: str | None = None
    trigger_delay_ms: float | Varying | None = None
    trigger_delay_source: str | None = None
    phase_percent: float | Varying | None = None
    phase_source: str | None = None
    phase_candidates: tuple[StatedPhase, ...] = ()
    phase_label: str | None = None
    phase_label_source: str | None = None
    phase_rule: str | None = None
    phase_note: str | None = None
    aortic_valve_closure_ms: float | Varying | None = None
    temporal_resolution_ms: float | Varying | None = None
    framing_type: str | None = None
    beat_rejection: str | None = None
    intervals_acquired: int | Varying | None = None
    intervals_rejected: int | Varying | None = None
    low_rr_value_ms: int | Varying | None = None
    high_rr_value_ms: int | Varying | None = None
    skip_beats: int | Varying | None = None
    trigger_window_percent: float | Varying | None = None
    phases: tuple[CardiacPhase, ...] = ()


class Respiratory(Struct, frozen=True, omit_defaults=True):
    """What was done about breathing; absent where nothing was. Amplitudes and thresholds in percent of the range."""

    evidence: tuple[str, ...]
    technique: str | None = None
    signal_source: str | None = None
    trigger_type: str | None = None
    trigger_delay_threshold_percent: float | Varying | None = None
    interval_time_ms: float | Varying | None = None
    trigger_delay_ms: float | Varying | None = None
    phase_percent: float | Varying | None = None
    cycle_position: str | None = None
    starting_amplitude_percent: float | Varying | None = None
    starting_phase: str | None = None
    ending_amplitude_percent: float | Varying | None = None
    ending_phase: str | None = None


class Dose(Struct, frozen=True, omit_defaults=True):
    """Dose of a series where an object of the study states it; ``dlp_mgy_cm`` is the total."""

    dlp_mgy_cm: float | None = None
    events: int | None = None


class InstanceRow(Struct, frozen=True, omit_defaults=True):
    """One instance in the series' own order; ``position_mm`` is along the stack's normal."""

    sop_instance_uid: str
    instance_number: int | None = None
    position_mm: float | None = None
    phase_index: int | None = None
