"""The studies of a result: shapes alone, so that who only reads results loads no parser.

Implements the reader's view of PS3.3 C.7.2.1 (General Study).
"""

from msgspec import Struct

from shared.dicom.findings import Finding
from shared.dicom.phase_sets import PhaseSet
from shared.dicom.series import Series


class Patient(Struct, frozen=True, omit_defaults=True):
    """Direct identifiers; built only where the deployment includes patient identity."""

    patient_id: str | None = None
    patient_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None


class Study(Struct, frozen=True, omit_defaults=True):
    """One study; ``date`` and ``time`` are the file's own DA and TM text in ISO form.

    ``multi_phase_sets`` joins series that are phases of one acquisition.
    """

    study_instance_uid: str
    modalities: tuple[str, ...]
    series: tuple[Series, ...]
    date: str | None = None
    time: str | None = None
    description: str | None = None
    patient: Patient | None = None
    multi_phase_sets: tuple[PhaseSet, ...] = ()
    warnings: tuple[Finding, ...] = ()
