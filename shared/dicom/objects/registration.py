"""Spatial registrations and fiducials: what is aligned, and how. Implements PS3.3 C.20.2, C.20.3 and C.21.2."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references

_REGISTRATIONS = ("RegistrationSequence", "DeformableRegistrationSequence")


class Registration(Struct, frozen=True, omit_defaults=True):
    """Registered frames of reference; ``matrix_types`` are RIGID, RIGID_SCALE or AFFINE, in order of appearance."""

    registration_count: int = 0
    is_deformable: bool = False
    matrix_types: tuple[str, ...] = ()
    fiducial_set_count: int = 0
    references: References | None = None


def read_registration(attributes: Attributes, ledger: Ledger) -> Registration:
    """Read a registration; the matrices and grids themselves are not given."""
    items = [item for keyword in _REGISTRATIONS for item in ledger.items(attributes, keyword)]
    types = (
        ledger.term(matrix, "FrameOfReferenceTransformationMatrixType")
        for item in items
        for place in ledger.items(item, "MatrixRegistrationSequence")
        for matrix in ledger.items(place, "MatrixSequence")
    )
    return Registration(
        registration_count=len(items),
        is_deformable=ledger.first(attributes, "DeformableRegistrationSequence") is not None,
        matrix_types=tuple(dict.fromkeys(kind for kind in types if kind is not None)),
        fiducial_set_count=ledger.count(attributes, "FiducialSetSequence"),
        references=read_references(attributes, ledger),
    )
