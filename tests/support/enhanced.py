"""Objects with sequences built with pydicom from the standard's definitions, classic and enhanced.

A group is written as its macro sequence's keyword with the attributes of its one item, PS3.3 C.7.6.16.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence as PydicomSequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.reading import Header, read_header
from shared.dicom.values import Value

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
LEGACY_CT = "1.2.840.10008.5.1.4.1.1.2.2"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
ENHANCED_XA = "1.2.840.10008.5.1.4.1.1.12.1.1"
ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
ENHANCED_US = "1.2.840.10008.5.1.4.1.1.6.2"

EXPLICIT_LITTLE, EXPLICIT_BIG, IMPLICIT = ExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

Attributes: TypeAlias = Mapping[str, object]
"""Values by keyword; a mapping or a list of mappings is a sequence's items."""

Groups: TypeAlias = Mapping[str, object]
"""Functional groups by their macro's keyword."""


def make_dataset(attributes: Attributes | Dataset, *, undefined: bool = False) -> Dataset:
    """Make a data set; sequences get items of defined or undefined length."""
    if isinstance(attributes, Dataset):
        return attributes
    dataset = Dataset()
    for keyword, value in attributes.items():
        parts = value if isinstance(value, list) else [value]
        items = [make_dataset(part, undefined=undefined) for part in parts if isinstance(part, Mapping | Dataset)]
        if items:
            sequence = PydicomSequence(items)
            setattr(dataset, keyword, sequence)
            dataset[keyword].is_undefined_length = undefined
            for item in sequence:
                item.is_undefined_length_sequence_item = undefined
        else:
            setattr(dataset, keyword, value)
    return dataset


def make_enhanced(
    sop_class: str = ENHANCED_CT,
    *,
    modality: str = "CT",
    top: Attributes | None = None,
    shared: Groups | None = None,
    frames: Sequence[Groups] = (),
    syntax: UID = EXPLICIT_LITTLE,
    undefined: bool = False,
) -> bytes:
    """Make a Part 10 file of an enhanced object, with NumberOfFrames as many as frames are given."""
    attributes = {
        "Rows": 2,
        "Columns": 2,
        "NumberOfFrames": len(frames),
        "SharedFunctionalGroupsSequence": shared or {},
        **({"PerFrameFunctionalGroupsSequence": list(frames)} if frames else {}),
        **(top or {}),
    }
    return make_object(attributes, sop_class, modality=modality, syntax=syntax, undefined=undefined)


def make_object(
    attributes: Attributes,
    sop_class: str,
    *,
    modality: str,
    syntax: UID = EXPLICIT_LITTLE,
    undefined: bool = False,
) -> bytes:
    """Make a Part 10 file with an identity and the attributes given."""
    identity = {
        "SOPClassUID": sop_class,
        "SOPInstanceUID": "1.2.3.4",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.1",
        "Modality": modality,
    }
    dataset = make_dataset({**identity, **attributes}, undefined=undefined)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    target = io.BytesIO()
    dcmwrite(target, dataset, enforce_file_format=True)
    return target.getvalue()


def deflate(path: Path) -> bytes:
    """Write a real file again with its data set deflated."""
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    target = io.BytesIO()
    dcmwrite(target, dataset)
    return target.getvalue()


def read(content: bytes, frames: int | None = None) -> Header:
    """Read a made file, as far as so many frames."""
    return read_header(io.BytesIO(content), length=len(content), frames=frames)


def describe(content: bytes) -> InstanceFacts:
    """State the facts of a made file."""
    return describe_instance(read(content))


def acquisition_of(content: bytes) -> dict[str, Value]:
    """The acquisition block of a made file, its keys without the block's name."""
    values = describe(content).values
    return {key.removeprefix("acquisition."): value for key, value in values.items() if key.startswith("acquisition.")}
