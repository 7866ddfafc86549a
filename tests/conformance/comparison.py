"""The comparison: every typed fact, and every element that we can read, beside DCMTK's value of the same element."""

import struct
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from shared.dicom.attributes import Attribute, Attributes, Empty, Invalid, Present, format_tag, standard_attribute
from shared.dicom.general import PATIENT, STUDY
from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.reading import Header, read_header
from shared.dicom.values import Scalar, Value, Varying
from shared.errors import DataError
from tests.conformance.dcmtk import Node, View, read_view, values

_NUMERIC = {"DS", "FD", "FL", "IS", "SL", "SS", "SV", "UL", "US", "UV"}
_TEXTUAL = {"AE", "AS", "AT", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
_CHARACTER_SET = 0x00080005
"""Not compared: DCMTK shows the set to which it has converted the text."""

_IDENTITY = {
    "study_instance_uid": 0x0020000D,
    "series_instance_uid": 0x0020000E,
    "sop_instance_uid": 0x00080018,
    "sop_class_uid": 0x00080016,
    "modality": 0x00080060,
}


class Difference(Struct, frozen=True, order=True):
    """A place where the two readers do not agree: never a value, since reports are kept."""

    file: str
    tag: str
    place: str


class Compared(Struct, frozen=True):
    """One value beside DCMTK's; ``is_equal`` is None where DCMTK does not show it."""

    place: str
    tag: str
    is_equal: bool | None


class Comparison(Struct):
    """What was compared so far."""

    files: int = 0
    facts: int = 0
    elements: int = 0
    not_comparable: int = 0
    refused_by_us: tuple[str, ...] = ()
    refused_by_dcmtk: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


def compare_all(paths: list[Path]) -> Comparison:
    """Compare every file."""
    total = Comparison()
    for path in paths:
        compare_file(path, total)
    return total


def compare_file(path: Path, total: Comparison) -> None:
    """Compare one file and add what was found."""
    try:
        with path.open("rb") as source:
            header = read_header(source, length=path.stat().st_size)
    except DataError:
        total.refused_by_us += (path.name,)
        return
    view = read_view(path)
    if view is None:
        total.refused_by_dcmtk += (path.name,)
        return
    total.files += 1
    facts = list(compare_facts(header, view))
    elements = list(compare_elements(header.attributes, view.elements, view.is_text_known))
    total.facts += sum(one.is_equal is not None for one in facts)
    total.elements += sum(one.is_equal is not None for one in elements)
    total.not_comparable += sum(one.is_equal is None for one in facts + elements)
    total.differences += tuple(
        Difference(path.name, one.tag, one.place) for one in facts + elements if one.is_equal is False
    )


def compare_facts(header: Header, view: View) -> Iterator[Compared]:
    """Compare every fact whose provenance names one attribute."""
    facts = describe_instance(header, include_identity=True)
    for key, text, tag in _plain_texts(facts):
        yield Compared(key, format_tag(tag), _compare_fact((text,), text, tag, view))
    for key, provenance in facts.provenance.items():
        if provenance.raw is None:
            continue
        tag = int(provenance.tag[1:5] + provenance.tag[6:10], 16)
        raw: tuple[Scalar, ...] = tuple(provenance.raw.split("\\"))
        there = _view_of_place(view, provenance.source)
        value = facts.values.get(key)
        typed: tuple[float, ...] = (value.min, value.max) if isinstance(value, Varying) else ()
        if not typed and value is not None and provenance.source is None:
            yield Compared(key, provenance.tag, _compare_fact(_as_tuple(value), provenance.raw, tag, there))
        yield Compared(key, provenance.tag, _compare_fact(raw, provenance.raw, tag, there))
        for one in typed:
            yield Compared(key, provenance.tag, _compare_fact((one,), provenance.raw, tag, there))


def _view_of_place(view: View, source: str | None) -> View:
    """Give the view of the sequence's first item in which a value stands, by the path that its source names."""
    elements = view.elements
    for keyword in source.split("in ", 1)[1].split(".") if source is not None and "in " in source else ():
        node = next(find(standard_attribute(keyword).tag, elements), None)
        elements = node.items[0] if node is not None and node.items else {}
    return replace(view, elements=elements)


def _as_tuple(value: Value) -> tuple[Scalar, ...]:
    assert not isinstance(value, Varying)
    return value if isinstance(value, tuple) else (value,)


def _plain_texts(facts: InstanceFacts) -> Iterator[tuple[str, str, int]]:
    for key, tag in _IDENTITY.items():
        yield key, getattr(facts, key), tag
    for parameters, found in ((STUDY, facts.study), (PATIENT, facts.patient)):
        for parameter in parameters:
            if parameter.key in found:
                yield parameter.key, found[parameter.key], parameter.attribute.tag


def _compare_fact(mine: tuple[Scalar, ...], raw: str, tag: int, view: View) -> bool | None:
    nodes = list(find(tag, view.elements))
    shown = [node for node in nodes if node.text is not None]
    if (nodes and not shown) or not (view.is_text_known or raw.isascii()):
        return None
    return any(_same(mine, values(node), node.vr) for node in shown)


def find(tag: int, elements: dict[int, Node]) -> Iterator[Node]:
    """Find an element at the top of a data set or, only where it is not there, everywhere below."""
    return iter([elements[tag]]) if tag in elements else _find_below(tag, elements)


def _find_below(tag: int, elements: dict[int, Node]) -> Iterator[Node]:
    for node in elements.values():
        for item in node.items or ():
            if tag in item:
                yield item[tag]
            yield from _find_below(tag, item)


def _same(mine: tuple[Scalar, ...], theirs: tuple[Scalar, ...], vr: str) -> bool:
    if len(mine) != len(theirs):
        return False
    if vr in _NUMERIC:
        return all(_same_number(one, other, vr) for one, other in zip(mine, theirs, strict=True))
    return all(_normal(one, vr) == _normal(other, vr) for one, other in zip(mine, theirs, strict=True))


def _normal(value: Scalar, vr: str) -> str:
    return str(value).upper() if vr == "AT" else str(value).strip()


def _same_number(mine: Scalar, theirs: Scalar, vr: str) -> bool:
    """Tell whether two texts mean the same number to the last bit: of four bytes where the element has four."""
    try:
        one, other = float(mine), float(theirs)
    except ValueError:
        return str(mine) == str(theirs)
    return one == other or (vr == "FL" and struct.pack("<f", one) == struct.pack("<f", other))


def compare_elements(
    attributes: Attributes, elements: dict[int, Node], is_text_known: bool, place: str = ""
) -> Iterator[Compared]:
    """Compare every element that DCMTK sees in a data set and in its items."""
    for tag, node in elements.items():
        here = f"{place}{format_tag(tag)}"
        attribute = Attribute("", tag, node.vr)
        if tag >> 16 >= 0x7FE0 or tag & 0xFFFF == 0 or tag == _CHARACTER_SET:
            continue
        if node.items is not None:
            items = list(attributes.items(attribute))
            yield Compared(here, format_tag(tag), len(items) == len(node.items))
            for number, (mine, theirs) in enumerate(zip(items, node.items, strict=False), start=1):
                yield from compare_elements(mine, theirs, is_text_known, f"{here}[{number}].")
        elif node.vr in _NUMERIC or node.vr in _TEXTUAL:
            yield Compared(here, format_tag(tag), _compare_element(attributes, attribute, node, is_text_known))


def _compare_element(attributes: Attributes, attribute: Attribute, node: Node, is_text_known: bool) -> bool | None:
    if node.text is None or not (is_text_known or node.text.isascii()):
        return None
    match attributes.read(attribute):
        case Present(raw):
            if not (is_text_known or raw.isascii()):
                return None
            return _same(_split(raw, node.vr), values(node), node.vr)
        case Empty():
            return not node.text.strip()
        case Invalid(reason):
            return None if reason in {"value.date", "value.time", "value.age"} else False
        case _:
            return False


def _split(raw: str, vr: str) -> tuple[str, ...]:
    return (raw,) if vr in {"LT", "ST", "UT", "UR"} else tuple(part.strip() for part in raw.split("\\"))
