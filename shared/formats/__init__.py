"""Ways to write a result for readers with a convention of their own, and the table of what there is.

A format turns the stored result into bytes of its media type. The api can write each from the result alone, so nothing
of this table imports a parser. A new format is a new line here: negotiation, links and the API page follow.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec
from msgspec import Struct

from shared.formats.fhir import write_fhir
from shared.formats.listing import read_listing
from shared.formats.table import write_csv


class FormatName(StrEnum):
    """What ``?format=`` may ask for."""

    JSON = "json"
    CSV = "csv"
    FHIR = "fhir"


Write = Callable[[bytes, bytes], Iterator[bytes]]
"""Writes the stored result, given with the instance lists that it leaves out, piece by piece."""


class Format(Struct, frozen=True):
    """One format: its name, media type and file ending, and how it is written.

    ``content_type`` is what the answer states, where that is more than the media type.
    """

    name: FormatName
    media_type: str
    ending: str
    write: Write
    description: str
    content_type: str = ""

    @property
    def stated_type(self) -> str:
        """The Content-Type of an answer."""
        return self.content_type or self.media_type


def _as_it_is(result: bytes, instances: bytes) -> Iterator[bytes]:
    del instances  # the contract leaves long lists out unless they are asked for
    yield result


def _as_csv(result: bytes, instances: bytes) -> Iterator[bytes]:
    return (piece.encode() for piece in write_csv(read_listing(result, instances).studies))


def _as_fhir(result: bytes, instances: bytes) -> Iterator[bytes]:
    yield msgspec.json.encode(write_fhir(read_listing(result, instances).studies))


FORMATS: dict[FormatName, Format] = {
    one.name: one
    for one in (
        Format(FormatName.JSON, "application/json", "json", _as_it_is, "The result as this service shapes it"),
        Format(
            FormatName.CSV,
            "text/csv",
            "csv",
            _as_csv,
            "One row per instance (RFC 4180)",
            "text/csv; charset=utf-8; header=present",
        ),
        Format(
            FormatName.FHIR,
            "application/fhir+json",
            "fhir.json",
            _as_fhir,
            "ImagingStudy (FHIR R4B), a Bundle of them for several studies",
            "application/fhir+json; fhirVersion=4.3",
        ),
    )
}
"""Every format that there is, by name; who accepts several equally gets the job's own, else the first."""
