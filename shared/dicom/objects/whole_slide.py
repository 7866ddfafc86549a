"""Whole slide microscopy: the size of the slide's image and its optics. Implements PS3.3 C.8.12.4 and C.8.12.5."""

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.codes import Code, read_code
from shared.dicom.objects.ledger import Ledger


class WholeSlide(Struct, frozen=True, omit_defaults=True):
    """One level of a slide: the matrix of all tiles together, and how it was imaged."""

    optical_path_count: int
    total_rows: int | None = None
    total_columns: int | None = None
    focal_planes: int | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    depth_um: float | None = None
    objective_powers: tuple[float, ...] = ()
    illumination: Code | None = None
    focus_method: str | None = None
    extended_depth_of_field: str | None = None


def read_whole_slide(attributes: Attributes, ledger: Ledger) -> WholeSlide:
    """Read one level of a whole slide image."""
    paths = list(ledger.items(attributes, "OpticalPathSequence"))
    powers = [ledger.number(item, "ObjectiveLensPower", least=0) for item in paths]
    return WholeSlide(
        optical_path_count=len(paths),
        total_rows=ledger.integer(attributes, "TotalPixelMatrixRows", "whole_slide.total_rows"),
        total_columns=ledger.integer(attributes, "TotalPixelMatrixColumns", "whole_slide.total_columns"),
        focal_planes=ledger.integer(attributes, "TotalPixelMatrixFocalPlanes", "whole_slide.focal_planes"),
        width_mm=ledger.number(attributes, "ImagedVolumeWidth", "whole_slide.width_mm", least=0),
        height_mm=ledger.number(attributes, "ImagedVolumeHeight", "whole_slide.height_mm", least=0),
        depth_um=ledger.number(attributes, "ImagedVolumeDepth", "whole_slide.depth_um", least=0),
        objective_powers=tuple(dict.fromkeys(power for power in powers if power is not None)),
        illumination=read_code(paths[0], "IlluminationTypeCodeSequence", ledger) if paths else None,
        focus_method=ledger.term(attributes, "FocusMethod", "whole_slide.focus_method"),
        extended_depth_of_field=ledger.term(attributes, "ExtendedDepthOfField", "whole_slide.extended_depth_of_field"),
    )
