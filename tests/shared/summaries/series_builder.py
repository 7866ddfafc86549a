"""Builders of series, studies and facts that state only what matters."""

from typing import Any

from shared.dicom.series import Series, SopClass
from shared.dicom.study import Study
from shared.privacy.facts import ModelFacts, build_model_facts

STORAGE = "1.2.840.10008.5.1.4.1.1."
"""Root of the storage SOP Classes."""


def make_series(modality: str = "CT", sop_class: str = "2", **stated: Any) -> Series:  # Any: fields as they come
    """Build a series of one instance."""
    fields: dict[str, Any] = {  # Any: fields as they come
        "series_instance_uid": "1.2.3.4",
        "instance_count": 1,
        "is_localizer": False,
        "is_enhanced": False,
    } | stated
    return Series(modality=modality, sop_class=SopClass(f"{STORAGE}{sop_class}"), **fields)


def make_study(*series: Series, description: str | None = None) -> Study:
    """Build a study."""
    return Study("1.2.3", tuple(one.modality for one in series), series, description=description)


def make_facts(*series: Series, description: str | None = None) -> ModelFacts:
    """Build the facts of one study."""
    return build_model_facts([make_study(*series, description=description)])
