"""Made instances with cardiac timing, so that a test states only what matters."""

from shared.dicom.gating import CardiacTiming
from tests.support.datasets import MR_IMAGE, Value, describe, private_block

MR: dict[str, Value] = {"Modality": "MR", "SOPClassUID": MR_IMAGE}
"""What makes an instance an MR image."""

GATED_MR: dict[str, Value] = {**MR, "ScanOptions": "CG"}
"""An MR image with cardiac gating in its scan options."""

RETROSPECTIVE: dict[str, Value] = {"CardiacSynchronizationTechnique": "RETROSPECTIVE"}
"""The standard's own word for a gated acquisition."""


def timing(attributes: dict[str, Value] | None = None, raw: dict[int, bytes] | None = None) -> CardiacTiming | None:
    """The cardiac timing of a made instance."""
    return describe(attributes, raw=raw).cardiac


def gated(attributes: dict[str, Value] | None = None, raw: dict[int, bytes] | None = None) -> CardiacTiming:
    """The cardiac timing of a made instance that is gated."""
    found = timing(attributes, raw)
    assert found is not None
    assert found.gated
    return found


def codes(found: CardiacTiming) -> list[str]:
    """The codes of a timing's warnings."""
    return [warning.code for warning in found.warnings]


def ge(rate: str = "76", percent: str = "70", *, block: int = 0x10, **more: Value) -> dict[int, bytes]:
    """GE's private cardiac elements of GEMS_HELIOS_01."""
    elements: dict[int, tuple[str, Value]] = {0x31: ("CS", rate), 0x33: ("CS", percent)}
    if "resolution" in more:
        elements[0x32] = ("FL", more["resolution"])
    if "delay" in more:
        elements[0x3F] = ("IS", more["delay"])
    return private_block(0x0045, "GEMS_HELIOS_01", elements, block)


def canon(**texts: str) -> dict[int, bytes]:
    """Canon's private cardiac elements of TOSHIBA_MEC_CT3."""
    places = {"interval": 0x03, "percent": 0x04, "delay": 0x05}
    return private_block(0x7005, "TOSHIBA_MEC_CT3", {places[name]: ("SH", text) for name, text in texts.items()})
