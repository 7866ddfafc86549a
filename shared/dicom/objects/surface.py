"""Surfaces: segmented or scanned. Implements PS3.3 C.27.1 (Surface Mesh)."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.references import References, read_references


class Surface(Struct, frozen=True, omit_defaults=True):
    """Meshes or point clouds of one object; ``points`` is the sum over its surfaces where each says it."""

    surface_count: int
    points: int | None = None
    references: References | None = None


def read_surface(attributes: Attributes, ledger: Ledger) -> Surface:
    """Count surfaces and points; coordinates are not read."""
    surfaces = list(ledger.items(attributes, "SurfaceSequence"))
    points = [
        ledger.integer(item, "NumberOfSurfacePoints")
        for surface in surfaces
        for item in ledger.items(surface, "SurfacePointsSequence")
    ]
    known = [count for count in points if count is not None]
    return Surface(
        len(surfaces), sum(known) if known and len(known) == len(points) else None, read_references(attributes, ledger)
    )
