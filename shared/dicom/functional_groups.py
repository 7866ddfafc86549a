"""Every frame of an enhanced object as if it were a classic data set: one interface for both.

The SOP Class decides that an object is enhanced, never the presence of a sequence: classic files carry empty ones.
A frame's attribute is looked for in its per-frame functional groups, then in the shared ones, then at the top level.
Implements the reader's view of PS3.3 C.7.6.16.
"""

from collections.abc import Mapping
from typing import BinaryIO, TypeAlias, cast

from msgspec import Struct
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as PydicomSequence
from pydicom.tag import BaseTag

from shared.dicom.attributes import PARSER_ERRORS, Attributes
from shared.dicom.findings import Finding
from shared.dicom.grammar import (
    ITEM,
    SEQUENCE_END,
    UNDEFINED_LENGTH,
    BrokenGrammarError,
    BufferEndsError,
    Grammar,
    Span,
)
from shared.dicom.macros import LEGACY_TAGS, MACRO_TAGS

SHARED_GROUPS, PER_FRAME_GROUPS = 0x52009229, 0x52009230
"""SharedFunctionalGroupsSequence and PerFrameFunctionalGroupsSequence."""

MAX_FRAMES = 10_000
"""Frames of one object whose functional groups are read; the first ones stand for all where there are more."""

MAX_GROUPS_BYTES = 64 * 1024 * 1024
"""Bytes of per-frame functional groups that are read; some thousand frames take one to two thousand bytes each."""

_FIRST_READ_BYTES = 1 << 20

Elements: TypeAlias = Mapping[int, DataElement | RawDataElement]
"""Elements by tag, still raw."""

Frame: TypeAlias = tuple[Elements, ...]
"""The elements of each macro of a frame, those that win over others first; equal macros of frames are one mapping."""


class FunctionalGroups(Struct, frozen=True):
    """The functional groups of an enhanced object.

    ``common`` answers for what holds for every frame: shared functional groups before the top level. ``frames`` has
    each frame's own groups, in the order of the file.
    """

    common: Attributes
    frames: tuple[Frame, ...]

    def view(self, frame_index: int) -> Attributes:
        """Give a frame as one flat data set; ``frame_index`` is zero-based."""
        flat: dict[int, DataElement | RawDataElement] = {}
        for macro in reversed(self.frames[frame_index]):
            flat.update(macro)
        return self.common.overlaid(flat)


class PerFrame(Struct, frozen=True):
    """What was read of the per-frame sequence; ``ends_at`` is the place behind it where it was read to its end."""

    frames: tuple[Frame, ...]
    findings: tuple[Finding, ...] = ()
    ends_at: int | None = None


def read_per_frame(source: BinaryIO, *, implicit: bool, little_endian: bool) -> PerFrame:
    """Read the per-frame functional groups that begin where the source stands.

    Parameters
    ----------
    source
        At the element (5200,9230); where it stands at another, there are no frames.

    Returns
    -------
    PerFrame
        What could be read up to the limits or the first damage, either of which is a finding.
    """
    grammar = Grammar(implicit=implicit, little_endian=little_endian)
    start = source.tell()
    head = source.read(12)
    try:
        tag, _, length, begin = grammar.element(head, 0)
    except (BufferEndsError, BrokenGrammarError):
        return PerFrame(())
    if tag != PER_FRAME_GROUPS:
        return PerFrame((), ends_at=start)
    source.seek(start + begin)
    walk = _Walk(grammar, None if length == UNDEFINED_LENGTH else length)
    findings = walk.run(source)
    known = start + begin + (walk.at if length == UNDEFINED_LENGTH else length)
    return PerFrame(tuple(walk.frames), findings, known if walk.at_end or length != UNDEFINED_LENGTH else None)


class _Walk:
    """Goes through the items of the sequence, reading more of the file when an item is not complete."""

    def __init__(self, grammar: Grammar, length: int | None) -> None:
        self.grammar = grammar
        self.length = length
        self.frames: list[Frame] = []
        self.at = 0
        self.at_end = False
        self._known: dict[tuple[int, bytes], Elements] = {}

    def run(self, source: BinaryIO) -> tuple[Finding, ...]:
        buffer, step = b"", _FIRST_READ_BYTES
        allowed = MAX_GROUPS_BYTES if self.length is None else min(self.length, MAX_GROUPS_BYTES)
        while True:
            chunk = source.read(min(step, allowed - len(buffer)))
            buffer, step = buffer + chunk, step * 2
            try:
                while not self._is_finished(buffer) and len(self.frames) < MAX_FRAMES:
                    self.at = self._read_frame(buffer, self.at)
            except BrokenGrammarError:
                return (_DAMAGED,)
            except BufferEndsError:
                if not chunk:
                    return (_SAMPLED if len(buffer) == MAX_GROUPS_BYTES else _DAMAGED,)
                continue
            return () if self.at_end else (_SAMPLED,)

    def _is_finished(self, buffer: bytes) -> bool:
        if self.length is not None:
            self.at_end = self.at == self.length
        else:
            tag, _, _, begin = self.grammar.element(buffer, self.at)
            if tag == SEQUENCE_END:
                self.at, self.at_end = begin, True
        return self.at_end

    def _read_frame(self, buffer: bytes, at: int) -> int:
        tag, _, length, begin = self.grammar.element(buffer, at)
        if tag != ITEM:
            raise BrokenGrammarError
        groups, behind = self.grammar.item(buffer, begin, None if length == UNDEFINED_LENGTH else begin + length)
        wanted = [(tag, span) for tag, span in groups.items() if tag in MACRO_TAGS]
        wanted += [(tag, span) for tag, span in groups.items() if tag in LEGACY_TAGS]
        self.frames.append(tuple(self._flatten(buffer, tag, span) for tag, span in wanted))
        return behind

    def _flatten(self, buffer: bytes, tag: int, span: Span) -> Elements:
        """Bring the elements of a macro to one level; of several items the first counts."""
        key = tag, buffer[span.begin : span.end]
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _flatten(buffer, tag, span)
        return known


def _flatten(buffer: bytes, tag: int, span: Span) -> Elements:
    flat: dict[int, DataElement | RawDataElement] = {}
    deeper = MACRO_TAGS.get(tag, frozenset())
    for inner_tag, inner in span.grammar.first_item(buffer, span).items():
        if inner_tag in deeper:
            item = inner.grammar.first_item(buffer, inner)
            flat.update((deep_tag, _raw(buffer, deep_tag, deep)) for deep_tag, deep in item.items())
        else:
            flat[inner_tag] = _raw(buffer, inner_tag, inner)
    return flat


def _raw(buffer: bytes, tag: int, span: Span) -> RawDataElement:
    value = buffer[span.begin : span.end]
    grammar = span.grammar
    return RawDataElement(BaseTag(tag), span.vr, len(value), value, 0, grammar.implicit, grammar.little_endian)


def flatten_shared(dataset: Dataset) -> Elements:
    """Bring the elements of the shared functional groups, as pydicom parsed them, to one level."""
    flat: dict[int, DataElement | RawDataElement] = {}
    legacy: Elements = {}
    for tag, item in _macros(_first_item(dataset, SHARED_GROUPS)):
        elements = cast("Elements", dict(item.items()))
        if tag in LEGACY_TAGS:
            legacy = elements
            continue
        for inner in MACRO_TAGS[tag] & elements.keys():
            flat.update(cast("Elements", dict(_first_item(item, inner).items())))
        flat.update((inner, element) for inner, element in elements.items() if inner not in MACRO_TAGS[tag])
    return {**legacy, **flat}


def _macros(group: Dataset) -> list[tuple[int, Dataset]]:
    wanted = (MACRO_TAGS.keys() | LEGACY_TAGS) & set(map(int, group.keys()))
    return [(tag, _first_item(group, tag)) for tag in sorted(wanted)]


def _first_item(dataset: Dataset, tag: int) -> Dataset:
    """Give the first item of a sequence that may be raw; an empty one where there is none or it cannot be parsed."""
    try:
        value = dataset[tag].value
    except (*PARSER_ERRORS, OSError):
        return Dataset()
    return value[0] if isinstance(value, PydicomSequence) and len(value) else Dataset()


def count_mismatch(stated: object, found: int) -> Finding | None:
    """Say where NumberOfFrames (0028,0008) and the items of the per-frame sequence differ."""
    if stated is None or stated == found:
        return None
    if not found:
        text = "The object has frames but describes none of them; what it says of all frames is used."
        return Finding("frames.undescribed", text)
    text = "The object states another number of frames than it describes; only those described are placed."
    return Finding("frames.count_mismatch", text)


_DAMAGED = Finding("frames.damaged", "The descriptions of the frames are damaged; those before the damage are used.")
_SAMPLED = Finding("frames.sampled", "The object has more frames than are read; the first ones stand for all.")
