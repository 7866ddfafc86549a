"""The grammar of encoded elements, sequences and items, read from a buffer that may end too early.

Knows no attribute and no value: it tells where values begin and end. Implements PS3.5 sections 7.1 and 7.5.
"""

import struct
from typing import TypeAlias

UNDEFINED_LENGTH = 0xFFFFFFFF
"""The length of what ends with a delimiter."""

MAX_DEPTH = 16
"""Sequences inside sequences that are followed; the standard's own nest about six deep."""

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD

_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))


class BufferEndsError(Exception):
    """The buffer ends before the element does; more of the file may complete it."""


class BrokenGrammarError(Exception):
    """What stands here is no element, item or delimiter."""


class Span:
    """Where the value of one element stands: ``buffer[begin:end]``, a sequence's without its delimiter."""

    __slots__ = ("begin", "end", "grammar", "vr")

    def __init__(self, vr: str | None, begin: int, end: int, grammar: "Grammar") -> None:
        self.vr = vr
        self.begin = begin
        self.end = end
        self.grammar = grammar


Item: TypeAlias = dict[int, Span]
"""The elements of one item by tag."""


class Grammar:
    """One encoding: implicit or explicit value representation, little or big endian."""

    def __init__(self, *, implicit: bool, little_endian: bool) -> None:
        self.implicit = implicit
        self.little_endian = little_endian
        order = "<" if little_endian else ">"
        self._tag = struct.Struct(f"{order}HH").unpack_from
        self._short = struct.Struct(f"{order}H").unpack_from
        self._long = struct.Struct(f"{order}I").unpack_from

    def element(self, buffer: bytes, at: int) -> tuple[int, str | None, int, int]:
        """Read the head of an element: its tag, stated value representation, length and where its value begins."""
        try:
            group, number = self._tag(buffer, at)
            if self.implicit or group == 0xFFFE:
                return group << 16 | number, None, self._long(buffer, at + 4)[0], at + 8
            vr = buffer[at + 4 : at + 6]
            if vr in _LONG:
                return group << 16 | number, vr.decode(), self._long(buffer, at + 8)[0], at + 12
            length = self._short(buffer, at + 6)[0]
        except struct.error as error:
            raise BufferEndsError from error
        if not (vr.isalpha() and vr.isupper()):
            raise BrokenGrammarError
        return group << 16 | number, vr.decode(), length, at + 8

    def item(self, buffer: bytes, at: int, end: int | None, depth: int = 0) -> tuple[Item, int]:
        """Read the elements of an item.

        Parameters
        ----------
        end
            Where the item ends; None where a delimiter says so.

        Returns
        -------
        tuple
            The elements, and the place behind the item.
        """
        elements: Item = {}
        while end is None or at < end:
            tag, vr, length, begin = self.element(buffer, at)
            if tag == ITEM_END and end is None:
                return elements, begin
            if tag >> 16 == 0xFFFE:
                raise BrokenGrammarError
            # PS3.5 section 6.2.2: what is UN is encoded implicitly, in little endian.
            inner = IMPLICIT_LITTLE if vr == "UN" else self
            if length == UNDEFINED_LENGTH:
                value_end, at = inner.skip_items(buffer, begin, depth + 1)
            else:
                value_end = at = begin + length
            elements[tag] = Span(vr, begin, value_end, inner)
        _require_end(buffer, at, end)
        return elements, at

    def skip_items(self, buffer: bytes, at: int, depth: int) -> tuple[int, int]:
        """Find the end of a sequence of undefined length: where its delimiter begins, and where it ends."""
        if depth > MAX_DEPTH:
            raise BrokenGrammarError
        while True:
            tag, _, length, begin = self.element(buffer, at)
            if tag == SEQUENCE_END:
                return at, begin
            if tag != ITEM:
                raise BrokenGrammarError
            at = begin + length if length != UNDEFINED_LENGTH else self.item(buffer, begin, None, depth)[1]

    def first_item(self, buffer: bytes, span: Span) -> Item:
        """Read the first item of a sequence; nothing where it has none."""
        if span.begin == span.end:
            return {}
        tag, _, length, begin = self.element(buffer, span.begin)
        if tag != ITEM:
            raise BrokenGrammarError
        return self.item(buffer, begin, None if length == UNDEFINED_LENGTH else begin + length)[0]


IMPLICIT_LITTLE = Grammar(implicit=True, little_endian=True)


def _require_end(buffer: bytes, at: int, end: int | None) -> None:
    if at != end:
        raise BrokenGrammarError
    if at > len(buffer):
        raise BufferEndsError
