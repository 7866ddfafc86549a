"""Every frame of an enhanced object as if it were a classic data set: one interface for both.

The SOP Class decides that an object is enhanced, never the presence of a sequence: classic files carry empty ones.
A frame's attribute is looked for in its per-frame functional groups, then in the shared ones, then at the top level.
Implements the reader's view of PS3.3 C.7.6.16.
"""

from collections.abc import Mapping
from itertools import islice
from typing import TypeAlias

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.encoding import Element
from shared.dicom.findings import Finding
from shared.dicom.macros import LEGACY_TAGS, MACRO_TAGS

SHARED_GROUPS, PER_FRAME_GROUPS = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"
"""The sequences (5200,9229) and (5200,9230)."""

MAX_FRAMES = 10_000
"""Frames of one object whose functional groups are read; the first ones stand for all where there are more."""

Elements: TypeAlias = Mapping[int, Element]
"""Elements by tag, as they are encoded."""

Frame: TypeAlias = tuple[Elements, ...]
"""The elements of each macro of a frame, those that win over others first; equal macros of frames are one mapping."""

_DAMAGED = Finding("frames.damaged", "The descriptions of the frames are damaged; what is whole of them is used.")
_SAMPLED = Finding("frames.sampled", "The object has more frames than are read; the first ones stand for all.")
_UNDESCRIBED = Finding(
    "frames.undescribed", "The object has frames but describes none of them; what it says of all frames is used."
)
_MISMATCH = Finding(
    "frames.count_mismatch",
    "The object states another number of frames than it describes; only those described are placed.",
)


class FunctionalGroups(Struct, frozen=True):
    """The functional groups of an enhanced object.

    ``common`` answers for what holds for every frame: shared functional groups before the top level. ``frames`` has
    each frame's own groups, in the order of the file.
    """

    common: Attributes
    frames: tuple[Frame, ...]
    findings: tuple[Finding, ...] = ()

    def view(self, frame_index: int) -> Attributes:
        """Give a frame as one flat data set; ``frame_index`` is zero-based."""
        return self.common.overlaid(_merge(self.frames[frame_index]))


def read_functional_groups(attributes: Attributes) -> FunctionalGroups:
    """Read the functional groups of an object whose SOP Class has them.

    Returns
    -------
    FunctionalGroups
        With the frames up to the limit; of a sequence that the file ends inside of, the whole ones.
    """
    flattening = _Flattening(attributes)
    shared = next(attributes.item_elements(SHARED_GROUPS), {})
    common = attributes.overlaid(_merge(flattening.flatten(shared)))
    encoded, items = attributes.encoded_items(PER_FRAME_GROUPS)
    frames = [flattening.flatten(item) for item in islice(items, MAX_FRAMES)]
    is_sampled = len(frames) == MAX_FRAMES and next(items, None) is not None
    is_cut = attributes.is_cut(PER_FRAME_GROUPS) or encoded.is_broken
    flattening.is_damaged = flattening.is_damaged or is_cut
    findings = ((_DAMAGED,) if flattening.is_damaged else ()) + ((_SAMPLED,) if is_sampled else ())
    return FunctionalGroups(common, tuple(frames), findings)


class _Flattening:
    """Brings the macros of frames to one level, equal ones once."""

    def __init__(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._known: dict[tuple[int, bytes], Elements] = {}
        self.is_damaged = False

    def flatten(self, groups: Elements) -> Frame:
        """Give the elements of each macro of a frame, converted attributes last, since macros win over them."""
        tags = [tag for tag in groups if tag in MACRO_TAGS] + [tag for tag in groups if tag in LEGACY_TAGS]
        return tuple(self._macro(groups, tag) for tag in tags)

    def _macro(self, groups: Elements, tag: int) -> Elements:
        key = tag, groups[tag].content or b""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._read_macro(groups, tag)
        return known

    def _read_macro(self, groups: Elements, tag: int) -> Elements:
        """Read the first item of a macro, and of those inside it whose attributes are the frame's own too."""
        item = self._first_item(groups, tag)
        flat: dict[int, Element] = {}
        deeper = MACRO_TAGS.get(tag, frozenset())
        for inner_tag, element in item.items():
            if inner_tag in deeper:
                flat.update(self._first_item(item, inner_tag))
            else:
                flat[inner_tag] = element
        return flat

    def _first_item(self, elements: Elements, tag: int) -> Elements:
        encoded, items = self._attributes.replaced(elements).encoded_items(tag)
        item = next(items, None)
        self.is_damaged = self.is_damaged or encoded.is_broken or (item is None and bool(elements[tag].content))
        return item or {}


def _merge(frame: Frame) -> Elements:
    flat: dict[int, Element] = {}
    for macro in reversed(frame):
        flat.update(macro)
    return flat


def count_mismatch(stated: object, groups: FunctionalGroups) -> tuple[Finding, ...]:
    """Say where NumberOfFrames (0028,0008) and the items of the per-frame sequence differ, if nothing else says it."""
    if stated is None or groups.findings or stated == len(groups.frames):
        return ()
    return (_MISMATCH if groups.frames else _UNDESCRIBED,)
