"""DCMTK's view of a file, through its tool dcm2xml: every element with its value as text."""

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from msgspec import Struct

from shared.dicom.values import Scalar

COMMAND = "dcm2xml"

_FORBIDDEN_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#[0-8];|&#1[124-9];|&#2[0-9];|&#3[01];")
_AS_UTF8 = ("+U8",)
_AS_LATIN_1 = ("+U8", "+Ca", "latin-1")


class Node(Struct):
    """One element: its value as text, or None where DCMTK hides it; its items where it is a sequence."""

    vr: str
    text: str | None = None
    items: tuple[dict[int, "Node"], ...] | None = None


class View(Struct):
    """A data set as DCMTK reads it; ``is_text_known`` is false where it could not convert the character set."""

    elements: dict[int, Node]
    is_text_known: bool = True


def read_view(path: Path) -> View | None:
    """Read a file with DCMTK; None where it cannot."""
    for options in (_AS_UTF8, _AS_LATIN_1):
        content = _convert(path, options)
        if content is not None:
            return View(_elements(_parse(content.decode())))
    content = _convert(path, ())
    return None if content is None else View(_elements(_parse(content.decode("latin-1"))), is_text_known=False)


def values(node: Node) -> tuple[Scalar, ...]:
    """Split a value as PS3.5 section 6.4 says; long texts have no separator."""
    text = node.text or ""
    return (text.rstrip(),) if node.vr in {"LT", "ST", "UT", "UR"} else tuple(part.strip() for part in text.split("\\"))


def _convert(path: Path, options: tuple[str, ...]) -> bytes | None:
    done = subprocess.run([COMMAND, "-q", *options, str(path)], capture_output=True, check=False, timeout=60)
    return done.stdout if done.returncode == 0 and done.stdout else None


def _parse(text: str) -> ET.Element:
    # DCMTK writes control characters that XML does not allow; they are no part of any value that is compared.
    without_declaration = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    root = ET.fromstring(_FORBIDDEN_IN_XML.sub("", without_declaration))
    return root if root.tag == "data-set" else next(child for child in root if child.tag == "data-set")


def _elements(parent: ET.Element) -> dict[int, Node]:
    found = {}
    for child in parent:
        tag = int(child.attrib["tag"].replace(",", ""), 16)
        if child.tag == "element":
            hidden = child.get("binary") == "hidden" or child.get("loaded") == "no"
            found[tag] = Node(child.attrib["vr"], None if hidden else child.text or "")
        elif child.tag == "sequence":
            items = tuple(_elements(item) for item in child if item.tag == "item")
            found[tag] = Node(child.attrib["vr"], items=items)
    return found
