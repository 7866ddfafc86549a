"""What an object refers to: which series, and how many instances. Implements PS3.3 C.12.1.1 and C.17.2.

The same facts stand in three forms: Common Instance Reference, Presentation Series Relationship and the evidence
sequences of structured reports.
"""

from collections.abc import Iterator

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.objects.ledger import Ledger

MAX_LISTED_SERIES = 20
"""Series Instance UIDs that are listed; all are counted."""

_STUDIES = (
    "StudiesContainingOtherReferencedInstancesSequence",
    "CurrentRequestedProcedureEvidenceSequence",
    "PertinentOtherEvidenceSequence",
)
_INSTANCES = ("ReferencedInstanceSequence", "ReferencedImageSequence", "ReferencedSOPSequence")


class References(Struct, frozen=True, omit_defaults=True):
    """Distinct series and instances that an object refers to."""

    series_count: int
    instance_count: int
    series_instance_uids: tuple[str, ...] = ()


def read_references(attributes: Attributes, ledger: Ledger) -> References | None:
    """Count what an object refers to; None where it refers to nothing in these forms."""
    series: dict[str, None] = {}
    instances: set[str] = set()
    for one in _series(attributes, ledger):
        uid = ledger.text(one, "SeriesInstanceUID")
        if uid is not None:
            series[uid] = None
        for keyword in _INSTANCES:
            for item in ledger.items(one, keyword):
                instance = ledger.text(item, "ReferencedSOPInstanceUID")
                if instance is not None:
                    instances.add(instance)
    if not series and not instances:
        return None
    return References(len(series), len(instances), tuple(series)[:MAX_LISTED_SERIES])


def _series(attributes: Attributes, ledger: Ledger) -> Iterator[Attributes]:
    yield from ledger.items(attributes, "ReferencedSeriesSequence")
    for keyword in _STUDIES:
        for study in ledger.items(attributes, keyword):
            yield from ledger.items(study, "ReferencedSeriesSequence")
