"""The encoded data set: elements and sequences walked in bytes, within limits and without recursion.

pydicom gives this room its dictionary and character sets; its parser makes objects of every nested item, recurses and
passes damage in silence, so that a small file can take a worker down. Here one pass finds where each element of the
data set lies and how deep and how full its sequences are; items become attributes when somebody asks for them.

Implements PS3.5 sections 6.2.2 (UN), 7.1 (elements) and 7.5 (sequences, items and their delimitation).
"""

from collections.abc import Iterator
from struct import Struct as Layout
from typing import Protocol

from msgspec import Struct

from shared.dicom.limits import DEFAULT_LIMITS, ReadingLimits, refuse
from shared.dicom.representations import REPRESENTATIONS, is_representation

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
"""The three tags without a value representation, PS3.5 section 7.5."""

UNDEFINED_LENGTH = 0xFFFFFFFF
"""A value whose end is a delimitation item, PS3.5 section 7.1."""

_FRAGMENTED = {"OB", "OW"}
_GROWTH_BYTES = 4 * 1024 * 1024
_DELIMITERS = 0xFFFE
_LAYOUTS = {code: Layout(code) for code in ("<HHL", ">HHL", "<HH2sH", ">HH2sH", "<L", ">L")}


class Element(Struct, frozen=True, gc=False):
    """One element as it is encoded.

    ``vr`` is None where the encoding is implicit. ``content`` is None where the value is longer than what is held,
    with its ``length`` in bytes; of a sequence it is the items, without the delimiter of an undefined length.
    """

    vr: str | None
    content: bytes | None
    length: int = 0


class Forward(Protocol):
    """Bytes that are read once, from their beginning."""

    def read(self, size: int, /) -> bytes:
        """Give up to so many bytes; none at the end."""

    def skip(self, size: int, /) -> bool:
        """Pass over so many bytes; False where there are fewer."""


class Broken(Exception):
    """The bytes break the rules of PS3.5 section 7.5, or end too early; what stands before can still be used."""

    is_cut = False


class CutShort(Broken):
    """The bytes end before the element does."""

    is_cut = True


class _Level(Struct, gc=False):
    """A sequence or item that a walk is inside of; nothing of it lies behind ``bound``, None without a bound."""

    bound: int | None
    is_item: bool
    vr: str | None
    is_explicit: bool = False


class Encoded:
    """Encoded bytes in one byte order, read from a source as far as a walk needs them.

    Parameters
    ----------
    held
        What is already in memory.
    source
        Where more comes from; None where everything is held.
    """

    def __init__(
        self,
        held: bytes,
        *,
        is_little_endian: bool = True,
        source: Forward | None = None,
        limits: ReadingLimits = DEFAULT_LIMITS,
    ) -> None:
        self.held = held
        self.passed_over = 0
        self.is_broken = False
        self._source = source
        self._limits = limits
        self._elements_left = limits.elements
        self._items_left = limits.items
        self.set_byte_order(is_little_endian=is_little_endian)

    def set_byte_order(self, *, is_little_endian: bool) -> None:
        """Read what follows in this byte order."""
        order = "<" if is_little_endian else ">"
        self._tag_and_length = _LAYOUTS[order + "HHL"].unpack_from
        self._head = _LAYOUTS[order + "HH2sH"].unpack_from
        self._long_length = _LAYOUTS[order + "L"].unpack_from

    def reaches(self, position: int) -> bool:
        """Tell whether there are bytes up to a position, reading those that are not held yet."""
        while len(self.held) < position:
            if self._source is None:
                return False
            if len(self.held) >= self._limits.header_bytes:
                raise refuse("dicom.header_too_large")
            missing = min(position - len(self.held), _GROWTH_BYTES)
            more = self._source.read(max(missing, min(len(self.held), _GROWTH_BYTES)))
            if not more:
                self._source = None
                return False
            self.held += more
        return True

    def pass_over(self, position: int, length: int) -> bool:
        """Leave a value out, so that the walk goes on at its position; False where the bytes end inside it."""
        held_of_it = min(length, len(self.held) - position)
        self.held = self.held[:position] + self.held[position + held_of_it :]
        self.passed_over += length
        return length == held_of_it or (self._source is not None and self._source.skip(length - held_of_it))

    def is_explicit_at(self, position: int) -> bool:
        """Tell whether the element there states its value representation."""
        return self.reaches(position + 6) and is_representation(self.held[position + 4 : position + 6])

    def head(self, position: int, *, is_explicit: bool) -> tuple[int, str | None, int, int]:
        """Give tag, representation and length of an element, and where its value begins.

        An element without a representation in an explicit data set is read as implicit: some writers switch inside
        of private sequences. A representation that PS3.5 does not know has the long form of section 7.1.2 where the
        two bytes that would be reserved are zero.
        """
        if len(self.held) < position + 12 and not self.reaches(position + 12) and not self.reaches(position + 8):
            raise CutShort
        self._elements_left -= 1
        if self._elements_left < 0:
            raise refuse("dicom.too_many_elements")
        group, number, stated, length = self._head(self.held, position)
        tag = group << 16 | number
        if is_explicit and group != _DELIMITERS:
            known = REPRESENTATIONS.get(stated)
            if known is None and is_representation(stated):
                known = "UN", length == 0
            if known is not None and not known[1]:
                return tag, known[0], length, position + 8
            if known is not None:
                if len(self.held) < position + 12:
                    raise CutShort
                return tag, known[0], self._long_length(self.held, position + 8)[0], position + 12
        return tag, None, self._long_length(self.held, position + 4)[0], position + 8

    def holds_items(self, vr: str | None, begin: int, length: int) -> bool:
        """Tell whether a value is a sequence: by its representation or, where that says nothing, by its first tag."""
        if vr == "SQ":
            return True
        if vr not in {None, "UN"} or length < 8 or not self.reaches(begin + 8):
            return False
        group, number, _ = self._tag_and_length(self.held, begin)
        return bool((group << 16 | number) == ITEM)

    def walk(self, vr: str | None, begin: int, length: int) -> int:
        """Walk through a sequence and all that is inside of it, counting; gives the position behind it.

        Every byte is passed at most once: nothing inside of a defined length is followed beyond it.

        Raises
        ------
        Broken
            Where an undefined length has no end.
        DataError
            ``dicom.too_many_items``, ``dicom.too_many_elements``, ``dicom.too_deep`` or ``dicom.header_too_large``.
        """
        return self._follow([_outermost(vr, begin, length)], begin, depth=0)

    def walk_items(self, vr: str | None, begin: int, length: int, count: int) -> int:
        """Walk through so many items of a sequence; gives the position behind them, or behind the last there is.

        What is raised is the same as for all of it.
        """
        outermost = _outermost(vr, begin, length)
        levels, position = [outermost], begin
        for _ in range(count):
            if outermost.bound is not None and position >= outermost.bound:
                break
            inside = self._step_in_sequence(levels, outermost, position)
            if not levels:  # what stood there is its end
                break
            position = self._follow(levels, inside, depth=1)
        return position

    def _follow(self, levels: list[_Level], position: int, *, depth: int) -> int:
        """Walk until so many levels are left."""
        while len(levels) > depth:
            level = levels[-1]
            if level.bound is not None and position >= level.bound:
                levels.pop()
                continue
            try:
                step = self._step_in_item if level.is_item else self._step_in_sequence
                position = step(levels, level, position)
            except Broken:
                if level.bound is None:
                    raise
                position = level.bound  # what else a defined length holds is left out
        return position

    def _step_in_sequence(self, levels: list[_Level], level: _Level, position: int) -> int:
        tag, _, length, begin = self.head(position, is_explicit=False)
        if tag == SEQUENCE_END:
            levels.pop()
            return begin
        if tag != ITEM:
            raise Broken
        self._items_left -= 1
        if self._items_left < 0:
            raise refuse("dicom.too_many_items")
        if level.vr in _FRAGMENTED:
            return begin + length
        is_explicit = level.vr is not None and self.is_explicit_at(begin)
        levels.append(_Level(_nearer(level.bound, begin, length), is_item=True, vr=None, is_explicit=is_explicit))
        return begin

    def _step_in_item(self, levels: list[_Level], level: _Level, position: int) -> int:
        tag, vr, length, begin = self.head(position, is_explicit=level.is_explicit)
        if tag == ITEM_END:
            levels.pop()
            return begin
        if tag == SEQUENCE_END:  # the item's own delimiter is missing
            levels.pop()
            return position
        if length == UNDEFINED_LENGTH or self.holds_items(vr, begin, length):
            if len(levels) >= 2 * self._limits.depth:
                raise refuse("dicom.too_deep")
            levels.append(_Level(_nearer(level.bound, begin, length), is_item=False, vr=vr))
            return begin
        return begin + length

    def items(self, vr: str | None) -> Iterator[dict[int, Element]]:
        """Give the elements of each item of a sequence that is held from its first byte.

        The bytes were walked before; what is broken ends what is given, an item that is cut is left out, and
        ``is_broken`` says so.
        """
        position = 0
        while self.reaches(position + 8):
            tag, _, length, begin = self.head(position, is_explicit=False)
            if tag != ITEM or (length != UNDEFINED_LENGTH and begin + length > len(self.held)):
                self.is_broken = True
                return
            is_explicit = vr is not None and self.is_explicit_at(begin)
            elements, position = self._item(begin, length, is_explicit=is_explicit)
            if self.is_broken and length == UNDEFINED_LENGTH:
                return
            yield elements

    def _item(self, begin: int, length: int, *, is_explicit: bool) -> tuple[dict[int, Element], int]:
        elements: dict[int, Element] = {}
        position = begin
        end = len(self.held) if length == UNDEFINED_LENGTH else begin + length
        try:
            while position < end:
                tag, vr, size, value = self.head(position, is_explicit=is_explicit)
                if tag == ITEM_END:
                    return elements, value
                if size == UNDEFINED_LENGTH:
                    position = self.walk(vr, value, size)
                    elements[tag] = Element(vr or "SQ", self.held[value : position - 8])
                    continue
                position = value + size
                if position > end:
                    break
                elements[tag] = Element(vr, self.held[value:position])
            else:
                return elements, end
        except Broken:
            pass
        self.is_broken = True
        return elements, end


def _outermost(vr: str | None, begin: int, length: int) -> _Level:
    return _Level(None if length == UNDEFINED_LENGTH else begin + length, is_item=False, vr=vr)


def _nearer(bound: int | None, begin: int, length: int) -> int | None:
    if length == UNDEFINED_LENGTH:
        return bound
    return begin + length if bound is None else min(bound, begin + length)
