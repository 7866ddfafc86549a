"""Waveforms: what was recorded on which channels, and what the device measured. Implements PS3.3 C.10.9 and C.10.10.

The samples are not looked at and nothing is interpreted: a QT interval is given as the device wrote it.
"""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.ledger import Ledger

MAX_GROUPS = 64
MAX_CHANNELS = 512
MAX_ANNOTATIONS = 500
"""What is listed of each; annotations are counted in all."""


class Channel(Struct, frozen=True, omit_defaults=True):
    """One channel; ``sensitivity`` is the value of one step in ``sensitivity_unit``."""

    source: Code | None = None
    sensitivity: float | None = None
    sensitivity_unit: Code | None = None
    filter_low_hz: float | None = None
    filter_high_hz: float | None = None
    notch_filter_hz: float | None = None
    bits_stored: int | None = None


class MultiplexGroup(Struct, frozen=True, omit_defaults=True):
    """Channels that were sampled together; ``duration_s`` is samples divided by frequency."""

    label: str | None = None
    originality: str | None = None
    channel_count: int | None = None
    sampling_frequency_hz: float | None = None
    samples: int | None = None
    duration_s: float | None = None
    time_offset_ms: float | None = None
    trigger_time_offset_ms: float | None = None
    trigger_sample_position: int | None = None
    channels: tuple[Channel, ...] = ()


class Annotation(Struct, frozen=True, omit_defaults=True):
    """One number that the device measured, with its concept and unit."""

    concept: Code | None
    value: float
    unit: Code | None = None


class Waveform(Struct, frozen=True, omit_defaults=True):
    """A recording; ``annotation_count`` counts all annotations, also texts and marks that are not given."""

    groups: tuple[MultiplexGroup, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    annotation_count: int = 0


def read_waveform(attributes: Attributes, ledger: Ledger) -> Waveform:
    """Read a recording's multiplex groups and numeric annotations."""
    groups = ledger.items(attributes, "WaveformSequence", most=MAX_GROUPS)
    notes = [_annotation(item, ledger) for item in ledger.items(attributes, "WaveformAnnotationSequence")]
    numbers = [note for note in notes if note is not None]
    if len(numbers) > MAX_ANNOTATIONS:
        text = f"The recording has more than {MAX_ANNOTATIONS} measured values; the rest is not given."
        ledger.find("object.more_than_listed", text)
    return Waveform(
        tuple(_group(item, number, ledger) for number, item in enumerate(groups)),
        tuple(numbers[:MAX_ANNOTATIONS]),
        len(notes),
    )


def _group(item: Attributes, number: int, ledger: Ledger) -> MultiplexGroup:
    key = f"waveform.groups.{number}"
    frequency = ledger.number(item, "SamplingFrequency", f"{key}.sampling_frequency_hz", least=0)
    samples = ledger.integer(item, "NumberOfWaveformSamples", f"{key}.samples")
    channels = ledger.items(item, "ChannelDefinitionSequence", most=MAX_CHANNELS)
    return MultiplexGroup(
        label=ledger.text(item, "MultiplexGroupLabel", f"{key}.label"),
        originality=ledger.term(item, "WaveformOriginality", f"{key}.originality"),
        channel_count=ledger.integer(item, "NumberOfWaveformChannels", f"{key}.channel_count"),
        sampling_frequency_hz=frequency,
        samples=samples,
        duration_s=round(samples / frequency, 6) if samples is not None and frequency else None,
        time_offset_ms=ledger.number(item, "MultiplexGroupTimeOffset", f"{key}.time_offset_ms"),
        trigger_time_offset_ms=ledger.number(item, "TriggerTimeOffset", f"{key}.trigger_time_offset_ms"),
        trigger_sample_position=ledger.integer(item, "TriggerSamplePosition", f"{key}.trigger_sample_position"),
        channels=tuple(_channel(channel, ledger) for channel in channels),
    )


def _channel(item: Attributes, ledger: Ledger) -> Channel:
    return Channel(
        source=read_code(item, "ChannelSourceSequence", ledger),
        sensitivity=ledger.number(item, "ChannelSensitivity"),
        sensitivity_unit=read_code(item, "ChannelSensitivityUnitsSequence", ledger),
        filter_low_hz=ledger.number(item, "FilterLowFrequency", least=0),
        filter_high_hz=ledger.number(item, "FilterHighFrequency", least=0),
        notch_filter_hz=ledger.number(item, "NotchFilterFrequency", least=0),
        bits_stored=ledger.integer(item, "WaveformBitsStored"),
    )


def _annotation(item: Attributes, ledger: Ledger) -> Annotation | None:
    value = ledger.number(item, "NumericValue")
    if value is None:
        return None
    concept = read_code(item, "ConceptNameCodeSequence", ledger)
    return Annotation(concept, value, read_code(item, "MeasurementUnitsCodeSequence", ledger))
