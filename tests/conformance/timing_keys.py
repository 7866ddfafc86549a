"""Keys of cardiac and respiratory timing: which sources are believed, in which order, by which rule."""

from tests.conformance.rows import Row, named, ours

_CARDIAC_PLACE = "CardiacSynchronizationSequence, Cardiac Synchronization Module, FrameContentSequence"


def _cardiac(key: str, keywords: tuple[str, ...], rule: str, section: str, unit: str = "") -> Row:
    return Row(f"series[].cardiac.{key}", named(*keywords), "top level", _CARDIAC_PLACE, unit, rule, section)


_SYNC = "C.7.6.18.1, C.7.6.16.2.7"
CARDIAC = (
    _cardiac(
        "gated",
        (
            "CardiacSynchronizationTechnique",
            "CardiacSignalSource",
            "ScanOptions",
            "CardiacNumberOfImages",
            "SeriesType",
            "ImageType",
            "NominalPercentageOfCardiacPhase",
            "ImageComments",
        ),
        "ScanOptions CG or PPG on MR; more than one cardiac image with NominalInterval; SeriesType GATED; ImageType "
        "of NM; percentage in 0 to 100; a vendor's CT phase; NONE and REALTIME win",
        "C.7.6.18.1, C.8.3.1.1.1, C.8.9.1, C.8.4.9",
    ),
    _cardiac("evidence", (), "the attributes that prove gating", ""),
    _cardiac("technique", ("CardiacSynchronizationTechnique",), "as stated", "C.7.6.18.1"),
    _cardiac("signal_source", ("CardiacSignalSource", "TriggerSourceOrType"), "the second on NM and PT", "C.7.6.18.1"),
    _cardiac(
        "heart_rate_bpm",
        ("HeartRate",),
        "20 to 250; 60 without gating is a default; else GE (0045,xx31), "
        "ImageComments, Philips (01F1,xx45) unverified vendor note, 60000 / R-R",
        _SYNC,
        "1/min",
    ),
    _cardiac(
        "rr_interval_ms",
        ("RRIntervalTimeNominal", "CardiacRRIntervalSpecified", "NominalInterval", "RWaveTimeVector", "RWavePointer"),
        "240 to 3000; median of R waves; Siemens PCnnnn; Canon (7005,xx03) unverified vendor note; 60000 / heart rate",
        "C.7.6.18.1, C.8.5.6, C.8.7.1",
        "ms",
    ),
    _cardiac(
        "trigger_delay_ms",
        (
            "NominalCardiacTriggerDelayTime",
            "ActualCardiacTriggerDelayTime",
            "NominalCardiacTriggerTimePriorToRPeak",
            "ActualCardiacTriggerTimePriorToRPeak",
            "TriggerTime",
        ),
        "not negative; TriggerTime only where gated, on CT only with a technique, on NM never; GE (0045,xx3F); "
        "Canon (7005,xx05), Philips (01F1,xx41): unverified vendor notes",
        "C.7.6.16.2.7",
        "ms",
    ),
    _cardiac(
        "phase_percent",
        ("NominalPercentageOfCardiacPhase", "ImageComments", "SeriesDescription"),
        "0 to 100, never wrapped; delay / R-R; GE (0045,xx33), (0049,xx23) unverified; Siemens TPnn; "
        "Canon (7005,xx04), Philips (01F1,xx41): unverified vendor notes",
        "C.7.6.16.2.7",
        "%",
    ),
    _cardiac("phase_candidates[].*", (), "every source of the phase where there are several", "", "%"),
    _cardiac("phase_label", ("CardiacCyclePosition",), "as stated, else rule v1 for 35 to 150 bpm", "C.7.6.16.2.2"),
    _cardiac("phase_label_source", (), "attribute or rule", ""),
    _cardiac("phase_rule", (), "version of the rule", ""),
    _cardiac("phase_note", (), "what is said beside a label of the rule", ""),
    *(
        _cardiac(f"{name}_source", (), "which source was believed", "")
        for name in ("heart_rate", "rr", "trigger_delay", "phase")
    ),
    _cardiac("aortic_valve_closure_ms", (), "estimated from the heart rate (Weissler 1968)", "", "ms"),
    _cardiac("temporal_resolution_ms", ("ImageComments",), "GE (0045,xx32) in s; comments of scanners", "vendor", "ms"),
    _cardiac("framing_type", ("CardiacFramingType",), "gated only", _SYNC),
    _cardiac("beat_rejection", ("CardiacBeatRejectionTechnique",), "gated only", "C.7.6.18.1"),
    _cardiac("intervals_acquired", ("IntervalsAcquired",), "gated only", "C.8.3.1, C.8.4.12"),
    _cardiac("intervals_rejected", ("IntervalsRejected",), "gated only", "C.8.3.1, C.8.4.12"),
    _cardiac("low_rr_value_ms", ("LowRRValue",), "gated only; 0 / 0 is no limit", "C.8.3.1, C.8.4.12", "ms"),
    _cardiac("high_rr_value_ms", ("HighRRValue",), "gated only; 0 / 0 is no limit", "C.8.3.1, C.8.4.12", "ms"),
    _cardiac("skip_beats", ("SkipBeats",), "gated only", "C.8.3.1"),
    _cardiac("trigger_window_percent", ("TriggerWindow",), "gated only", "C.8.3.1", "%"),
    _cardiac(
        "phases[].*",
        (),
        "of the images; NM: slot k of N at (k - 1/2) / N; within 0.5 points or 1 ms one phase",
        "C.8.4.12",
    ),
)

_RESPIRATORY_PLACE = "RespiratorySynchronizationSequence, Respiratory Synchronization Module, FrameContentSequence"


def _breath(key: str, keyword: str, rule: str, section: str, unit: str = "") -> Row:
    return Row(f"series[].respiratory.{key}", named(keyword), "top level", _RESPIRATORY_PLACE, unit, rule, section)


RESPIRATORY = (
    ours("series[].respiratory.evidence", "the attributes that prove it; ScanOptions RG on MR", "C.8.3.1.1.1"),
    _breath("technique", "RespiratoryMotionCompensationTechnique", "absent where NONE or UNKNOWN", "C.7.6.18.2"),
    _breath("signal_source", "RespiratorySignalSource", "as stated", "C.7.6.18.2"),
    _breath("trigger_type", "RespiratoryTriggerType", "as stated", "C.7.6.18.2"),
    _breath("trigger_delay_threshold_percent", "RespiratoryTriggerDelayThreshold", "", "C.7.6.18.2", "%"),
    _breath("interval_time_ms", "RespiratoryIntervalTime", "at least 0", "C.7.6.16.2.17", "ms"),
    _breath("trigger_delay_ms", "NominalRespiratoryTriggerDelayTime", "", "C.7.6.16.2.17", "ms"),
    _breath("phase_percent", "NominalPercentageOfRespiratoryPhase", "0 to 100", "C.7.6.16.2.17", "%"),
    _breath("cycle_position", "RespiratoryCyclePosition", "as stated", "C.7.6.16.2.2"),
    _breath("starting_amplitude_percent", "StartingRespiratoryAmplitude", "", "C.7.6.16.2.17", "%"),
    _breath("starting_phase", "StartingRespiratoryPhase", "as stated", "C.7.6.16.2.17"),
    _breath("ending_amplitude_percent", "EndingRespiratoryAmplitude", "", "C.7.6.16.2.17", "%"),
    _breath("ending_phase", "EndingRespiratoryPhase", "as stated", "C.7.6.16.2.17"),
)
