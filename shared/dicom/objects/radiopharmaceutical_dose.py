"""The radiopharmaceutical part of a dose report. Implements PS3.16 TID 10021 and 10022."""

from msgspec import Struct

from shared.dicom.objects.codes import Code
from shared.dicom.objects.content_items import ContentItem
from shared.dicom.objects.ledger import Ledger
from shared.dicom.objects.quantities import ACTIVITY_MBQ, TIME_S, Quantity, measure

MAX_ADMINISTRATIONS = 50
"""Administrations that are listed."""

_ADMINISTRATION = "113502"
_AGENT = ("349358000", "C-B1031", "F-61FDB")
_RADIONUCLIDE = ("89457008", "C-10072")
_ROUTE = ("410675002", "G-C340")
"""Concepts in SNOMED CT and in its codes of earlier editions."""

_ACTIVITY = Quantity("administered_activity_mbq", "113507", ACTIVITY_MBQ, most=100_000)
_HALF_LIFE = Quantity("half_life_s", "304283002", TIME_S, most=1e10)
_HALF_LIFE_EARLIER = Quantity("half_life_s", "R-42806", TIME_S, most=1e10)


class Administration(Struct, frozen=True, omit_defaults=True):
    """One administration of a radiopharmaceutical."""

    agent: Code | None = None
    radionuclide: Code | None = None
    route: Code | None = None
    half_life_s: float | None = None
    administered_activity_mbq: float | None = None


def read_administrations(root: ContentItem, ledger: Ledger) -> tuple[Administration, ...]:
    """Read what was administered."""
    found = list(root.outermost(_ADMINISTRATION))[:MAX_ADMINISTRATIONS]
    return tuple(_administration(item, number, ledger) for number, item in enumerate(found))


def _administration(item: ContentItem, number: int, ledger: Ledger) -> Administration:
    half_life = measure(item, _HALF_LIFE, ledger)
    key = f"dose_report.administrations.{number}.administered_activity_mbq"
    return Administration(
        agent=item.coded(ledger, *_AGENT),
        radionuclide=item.coded(ledger, *_RADIONUCLIDE),
        route=item.coded(ledger, *_ROUTE),
        half_life_s=measure(item, _HALF_LIFE_EARLIER, ledger) if half_life is None else half_life,
        administered_activity_mbq=measure(item, _ACTIVITY, ledger, key=key, path=f"{_ADMINISTRATION}/"),
    )
