"""Studies of further kinds that texts are held against: doses, recordings, plans, tracers, diffusion, breathing."""

from shared.dicom.objects.codes import Code
from shared.dicom.objects.ct_dose import CtDose, CtEvent
from shared.dicom.objects.document import Document
from shared.dicom.objects.dose_report import DoseReport
from shared.dicom.objects.key_objects import KeyObjects
from shared.dicom.objects.measurements import Measurement, MeasurementGroup
from shared.dicom.objects.projection_dose import BreastDose, PlaneDose, ProjectionDose
from shared.dicom.objects.radiopharmaceutical_dose import Administration
from shared.dicom.objects.radiotherapy import (
    Beam,
    FractionGroup,
    Plan,
    PlannedDose,
    Prescription,
    Radiotherapy,
    Record,
    StructureSet,
)
from shared.dicom.objects.segmentation import Segmentation, SegmentDescription
from shared.dicom.objects.structured_report import StructuredReport
from shared.dicom.objects.waveform import MultiplexGroup, Waveform
from shared.dicom.series import Dose, Equipment, Geometry, Image, Respiratory, Stack
from shared.dicom.values import Varying
from tests.shared.summaries.series_builder import make_series

CT_DOSE = make_series(
    "SR",
    "88.67",
    equipment=Equipment("SIEMENS", "SOMATOM Force"),
    dose=Dose(dlp_mgy_cm=512.3, events=3),
    dose_report=DoseReport(
        procedure=Code("77477000", "SCT"),
        ct=CtDose(
            3,
            512.3,
            3,
            (
                CtEvent(Code("113805", "DCM"), ctdi_vol_mgy=0.12, dlp_mgy_cm=4.3),
                CtEvent(Code("116152004", "SCT"), ctdi_vol_mgy=7.8, dlp_mgy_cm=254.0),
                CtEvent(Code("116152004", "SCT"), ctdi_vol_mgy=7.8, dlp_mgy_cm=254.0),
            ),
        ),
    ),
)
"""The dose report of a chest CT: a planning image and two spiral scans."""

XRAY_DOSE = make_series(
    "SR",
    "88.67",
    equipment=Equipment("Philips", "Azurion"),
    dose=Dose(events=24),
    dose_report=DoseReport(
        procedure=Code("113704", "DCM"),
        projection=ProjectionDose(
            24, (PlaneDose(dose_area_product_gy_m2=0.00279, dose_rp_gy=0.1406, fluoro_time_s=74.0),)
        ),
    ),
)
"""The dose report of an angiography: 27.9 Gy·cm², 140.6 mGy, 74 s of fluoroscopy."""

BREAST_DOSE = make_series(
    "SR",
    "88.67",
    dose=Dose(events=4),
    dose_report=DoseReport(
        projection=ProjectionDose(
            4, breasts=(BreastDose(Code("7771000", "SCT"), 2.9), BreastDose(Code("24028007", "SCT"), 3.1))
        )
    ),
)
"""The dose report of a mammography of both sides."""

TRACER_DOSE = make_series(
    "SR",
    "88.68",
    dose_report=DoseReport(
        administrations=(Administration(radionuclide=Code("C-111A1", "SRT"), administered_activity_mbq=370.0),)
    ),
)
"""The report of an injection of 370 MBq of fluorine-18."""

RHYTHM_ECG = make_series(
    "ECG",
    "9.1.1",
    waveform=Waveform(
        (
            MultiplexGroup("RHYTHM", "ORIGINAL", 12, 500.0, 5000, 10.0),
            MultiplexGroup("MEDIAN", "DERIVED", 12, 500, 600, 1.2),
        )
    ),
)
"""An ECG of ten seconds, with an averaged beat."""

PET = make_series(
    "PT",
    "128",
    instance_count=267,
    body_part="WHOLEBODY",
    equipment=Equipment("SIEMENS", "Biograph mCT"),
    image=Image(200, 200, pixel_spacing_mm=(4.07, 4.07)),
    geometry=Geometry((Stack("axial", 267, 267, 1, 3.0, 3.0, is_uniform=True, missing_slices=0),)),
    acquisition={
        "radionuclide": "^18^Fluorine",
        "injected_dose_mbq": 312.0,
        "half_life_s": 6586.2,
        "frame_duration_ms": 120000.0,
        "corrections": ("DECY", "ATTN", "SCAT"),
        "decay_correction": "START",
    },
)
"""A whole body PET with 312 MBq of fluorine-18, two minutes per bed position."""

DIFFUSION_MR = make_series(
    "MR",
    "4.1",
    frame_count=66,
    is_enhanced=True,
    body_part="BRAIN",
    equipment=Equipment("Philips", "Ingenia"),
    geometry=Geometry((Stack("axial", 66, 22, 3, 4.0, 5.0, is_uniform=True, missing_slices=0),)),
    acquisition={
        "field_strength_t": 3.0,
        "repetition_time_ms": 4200.0,
        "echo_time_ms": 85.0,
        "b_values_s_mm2": Varying(0, 1000, (0, 500, 1000)),
        "acquisition_contrast": "DIFFUSION",
        "parallel_reduction_factor": 2.0,
    },
)
"""A diffusion MR with three b-values."""

BREATHING_MR = make_series(
    "MR",
    "4",
    instance_count=30,
    body_part="LIVER",
    geometry=Geometry((Stack("axial", 30, 30, 1, 5.0, 6.0, is_uniform=True, missing_slices=0),)),
    acquisition={"field_strength_t": 1.5},
    respiratory=Respiratory(("RespiratoryMotionCompensationTechnique",), "GATING", "BELT", interval_time_ms=4200.0),
)
"""A liver MR that was timed to breathing with a belt, one breath lasting 4.2 s."""

FLOW_MR = make_series(
    "MR",
    "4",
    instance_count=40,
    body_part="HEART",
    acquisition={"field_strength_t": 1.5, "velocity_encoding_cm_per_s": 150.0, "flip_angle_deg": 20.0},
)
"""A flow measurement up to 150 cm/s."""

ULTRASOUND = make_series(
    "US",
    "6.1",
    equipment=Equipment("Canon", "Aplio"),
    image=Image(720, 960),
    acquisition={
        "transducer_frequency_mhz": 5.0,
        "mechanical_index": 0.9,
        "thermal_index": 0.4,
        "regions": ("tissue", "color flow"),
        "depth_of_scan_field_mm": 150,
    },
)
"""An ultrasound still with tissue and color flow."""

TOMO_CT = make_series(
    instance_count=80,
    body_part="ABDOMEN",
    geometry=Geometry((Stack("axial", 80, 80, 1, 2.0, 2.0, is_uniform=True, missing_slices=0),)),
    acquisition={
        "kvp_kv": 100.0,
        "contrast_agent": "Iohexol",
        "contrast_volume_ml": 90.0,
        "contrast_flow_rate_ml_per_s": 3.5,
        "contrast_concentration_mg_per_ml": 350.0,
        "contrast_phase": "PORTAL_VENOUS",
        "dlp_mgy_cm": 640.0,
    },
)
"""An abdominal CT with 90 ml of iodine at 3.5 ml/s."""

PLAN = make_series(
    "RTPLAN",
    "481.5",
    rt=Radiotherapy(
        approval="APPROVED",
        plan=Plan(
            3,
            beams=(Beam(1, radiation_type="PHOTON"),) * 3,
            fraction_groups=(FractionGroup(1, 30, 3, 2.0),),
            prescriptions=(Prescription("TARGET", target_prescription_dose_gy=60.0),),
        ),
    ),
)
"""A plan of three photon beams, 60 Gy in 30 fractions."""

STRUCTURES = make_series(
    "RTSTRUCT", "481.3", rt=Radiotherapy(structure_set=StructureSet(7, 420, {"EXTERNAL": 1, "ORGAN": 5, "PTV": 1}))
)
"""A set of seven structures."""

DOSE_MAP = make_series("RTDOSE", "481.2", rt=Radiotherapy(dose=PlannedDose("GY", "PHYSICAL", "PLAN", 0.001, 90)))
"""A dose map of a plan in 90 planes."""

RECORD = make_series("RTRECORD", "481.4", rt=Radiotherapy(record=Record(3, 12, "NONE", {"NORMAL": 3})))
"""A record of three beams, twelve fractions in."""

LIVER_SEGMENTATION = make_series(
    "SEG",
    "66.4",
    segmentation=Segmentation(
        2,
        "BINARY",
        frames=46,
        segments=(
            SegmentDescription(1, Code("T-D0050", "SRT"), Code("T-62000", "SRT"), None, "AUTOMATIC"),
            SegmentDescription(2, None, Code("10", "99LOCAL"), None, "MANUAL"),
        ),
    ),
)
"""A segmentation of the liver and of something else."""

LETTER = make_series("DOC", "104.1", document=Document("application/pdf", 245_000, verification="UNVERIFIED"))
"""A PDF of 245 kB."""

MEASUREMENTS = make_series(
    "SR",
    "88.33",
    structured_report=StructuredReport(
        title=Code("126000", "DCM"),
        completion="COMPLETE",
        verification="VERIFIED",
        content_items={"CONTAINER": 5, "NUM": 12, "TEXT": 8},
        measurement_groups=(MeasurementGroup(measurements=(Measurement(),) * 12),),
    ),
)
"""A complete, verified report of 12 measurements."""

SELECTION = make_series("KO", "88.59", key_objects=KeyObjects(Code("113004", "DCM"), None, 5))
"""Five images marked for teaching."""

OBJECTS = {
    "ct_dose": CT_DOSE,
    "xray_dose": XRAY_DOSE,
    "breast_dose": BREAST_DOSE,
    "tracer_dose": TRACER_DOSE,
    "rhythm_ecg": RHYTHM_ECG,
    "pet": PET,
    "diffusion_mr": DIFFUSION_MR,
    "breathing_mr": BREATHING_MR,
    "flow_mr": FLOW_MR,
    "ultrasound": ULTRASOUND,
    "tomo_ct": TOMO_CT,
    "plan": PLAN,
    "structures": STRUCTURES,
    "dose_map": DOSE_MAP,
    "record": RECORD,
    "liver_segmentation": LIVER_SEGMENTATION,
    "letter": LETTER,
    "measurements": MEASUREMENTS,
    "selection": SELECTION,
}
"""Name in the corpus to the series."""
