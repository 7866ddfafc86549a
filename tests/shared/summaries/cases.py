"""Studies that texts are held against, each with only what matters stated."""

from shared.dicom.series import (
    Cardiac,
    CardiacPhase,
    Dose,
    Equipment,
    Geometry,
    Image,
    Stack,
    TransferSyntax,
)
from shared.dicom.values import Varying
from tests.shared.summaries.object_cases import OBJECTS
from tests.shared.summaries.series_builder import STORAGE, make_facts, make_series, make_study

__all__ = ["STORAGE", "make_facts", "make_series", "make_study"]

GATED_CT = make_series(
    instance_count=20,
    body_part="HEART",
    description="SmartScore 2.5mm",
    equipment=Equipment("GE MEDICAL SYSTEMS", "LightSpeed Ultra"),
    geometry=Geometry((Stack("axial", 20, 20, 1, 2.5, 2.5, is_uniform=True, missing_slices=0),)),
    image=Image(512, 512, pixel_spacing_mm=(0.488281, 0.488281)),
    cardiac=Cardiac(
        gated=True,
        signal_source="ECG",
        heart_rate_bpm=Varying(68, 76, (68, 76)),
        phase_percent=70,
        phase_label="mid-diastole",
        temporal_resolution_ms=326.8,
    ),
    acquisition={"kvp_kv": 120, "tube_current_ma": 150, "rotation_time_s": 0.5, "ctdi_vol_mgy": 4.62},
)
"""A gated calcium-score CT, as GE makes it at 70 % of R-R."""

CINE_MR = make_series(
    "MR",
    "4",
    instance_count=250,
    description="cine SAX",
    body_part="HEART",
    equipment=Equipment("SIEMENS", "MAGNETOM Avanto"),
    geometry=Geometry((Stack("double oblique", 250, 10, 25, 8.0, 10.0, is_uniform=True, missing_slices=0),)),
    image=Image(256, 208),
    cardiac=Cardiac(
        gated=True,
        technique="RETROSPECTIVE",
        heart_rate_bpm=62,
        rr_interval_ms=967.7,
        trigger_delay_ms=275.0,
        phase_percent=28.4,
        phase_label="late systole",
        phases=tuple(CardiacPhase(index, 10, phase_percent=index * 4.0) for index in range(25)),
    ),
    acquisition={"field_strength_t": 1.5, "repetition_time_ms": 38.4, "echo_time_ms": 1.16, "flip_angle_deg": 65},
)
"""A short-axis cine MR; its principal delay of 275 ms at 62 bpm is late systole."""

BRAIN_MR = make_series(
    "MR",
    "4",
    instance_count=24,
    body_part="BRAIN",
    description="AX T2 FLAIR",
    equipment=Equipment("Philips Medical Systems", "Ingenia"),
    geometry=Geometry((Stack("axial", 24, 24, 1, 5.0, 6.0, is_uniform=True, missing_slices=0),)),
    acquisition={"field_strength_t": 3, "repetition_time_ms": 11000, "echo_time_ms": 125, "inversion_time_ms": 2800},
)
"""A FLAIR series of the brain."""

CHEST_CT = make_series(
    instance_count=318,
    body_part="CHEST",
    patient_position="HFS",
    equipment=Equipment("SIEMENS", "SOMATOM Definition AS+"),
    geometry=Geometry((Stack("axial", 318, 318, 1, 1.0, 0.8, is_uniform=False, missing_slices=2),)),
    image=Image(512, 512, pixel_spacing_mm=(0.71, 0.71)),
    transfer_syntaxes=(TransferSyntax("1.2.840.10008.1.2.4.50", lossy=True),),
    acquisition={
        "kvp_kv": 100,
        "tube_current_ma": Varying(96, 243, tuple(range(96, 243))),
        "ctdi_vol_mgy": 6.31,
        "pitch": 1.2,
        "contrast_agent": "Ultravist 370",
        "convolution_kernel": "I30f",
    },
)
"""A chest CT with iodine, two missing slices and uneven spacing."""

DOSE_REPORT = make_series("SR", "88.67", dose=Dose(724.52, 4))
"""A radiation dose report."""

ECHO = make_series(
    "US",
    "3.1",
    frame_count=63,
    image=Image(600, 800),
    equipment=Equipment("GE Vingmed Ultrasound", "Vivid E95"),
    acquisition={"frame_rate_fps": 48.2},
)
"""A cardiac ultrasound loop whose header names no region."""

MAMMOGRAM = make_series(
    "MG",
    "1.2",
    body_part="BREAST",
    laterality="L",
    equipment=Equipment("HOLOGIC, Inc.", "Selenia Dimensions"),
    image=Image(3328, 2560),
    acquisition={"kvp_kv": 29, "compression_force_n": 98, "body_part_thickness_mm": 52},
)
"""A mammogram of the left breast."""

ECG = make_series("ECG", "9.1.1")
"""A 12-lead ECG."""

FACTS = {
    "gated_ct": make_facts(GATED_CT),
    "cine_mr": make_facts(CINE_MR),
    "brain_mr": make_facts(BRAIN_MR, description="MRT Schaedel"),
    "chest_ct": make_facts(CHEST_CT),
    "dose_report": make_facts(DOSE_REPORT),
    "echo": make_facts(ECHO),
    "mammogram": make_facts(MAMMOGRAM),
    "ecg": make_facts(ECG),
    "two_series": make_facts(BRAIN_MR, GATED_CT),
    **{name: make_facts(series) for name, series in OBJECTS.items()},
}
"""The facts that the texts of the corpus were written about."""
