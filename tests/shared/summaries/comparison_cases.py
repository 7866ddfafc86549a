"""Comparisons for the tests of their facts and texts, made from two CT series that differ in three numbers."""

from shared.dicom.comparison import compare_studies
from shared.dicom.series import Geometry, Series, SopClass, Stack
from shared.dicom.study import Study
from shared.dicom.values import Value
from shared.privacy.facts import ModelFacts, build_comparison_model_facts

CT_IMAGE = SopClass("1.2.840.10008.5.1.4.1.1.2")
BEFORE: dict[str, Value] = {"kvp_kv": 120.0, "ctdi_vol_mgy": 8.0, "convolution_kernel": "Mrs Doe"}
AFTER: dict[str, Value] = {"kvp_kv": 100.0, "ctdi_vol_mgy": 12.5, "convolution_kernel": "Mr Doe"}


def make_study(
    acquisition: dict[str, Value], thickness_mm: float = 2.5, *, modality: str = "CT", extra: bool = False
) -> Study:
    """A study of one axial series of the heart, or of two where there is an extra planning image."""
    first = Series(
        series_instance_uid="1.2.3",
        modality=modality,
        sop_class=CT_IMAGE,
        instance_count=20,
        is_localizer=False,
        is_enhanced=False,
        body_part="HEART",
        description="Mrs Doe",
        acquisition=acquisition,
        geometry=Geometry((Stack("axial", 20, 20, slice_thickness_mm=thickness_mm),)),
    )
    planning = Series("1.2.4", modality, CT_IMAGE, 1, is_localizer=True, is_enhanced=False)
    return Study("1.2", (modality,), (first, planning) if extra else (first,), description="Mrs Doe")


def make_facts(baseline: Study, followup: Study) -> ModelFacts:
    """The facts of a comparison."""
    comparison = compare_studies([baseline], [followup])
    return build_comparison_model_facts([baseline], [followup], comparison)


CHANGED = make_facts(make_study(BEFORE), make_study(AFTER, 0.625))
"""Lower voltage, thinner slices, higher dose."""
