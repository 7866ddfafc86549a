"""What the formats beside our own read of a result: its studies, series and instances as shapes alone.

A reader in the api decodes a stored result into these; what they do not name is passed over, and no parser is loaded.
Field for field they are those of ``shared.dicom.study`` and ``shared.dicom.series``.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from shared.dicom.series_parts import Cardiac, Equipment, Geometry, Image, InstanceRow, SopClass


class ListedPatient(Struct, frozen=True):
    """Direct identifiers, there only where the deployment includes identity."""

    patient_id: str | None = None
    patient_name: str | None = None


class ListedSeries(Struct, frozen=True):
    """A series with what a format says of it."""

    series_instance_uid: str
    modality: str
    sop_class: SopClass
    instance_count: int
    series_number: int | None = None
    description: str | None = None
    body_part: str | None = None
    laterality: str | None = None
    equipment: Equipment | None = None
    image: Image | None = None
    geometry: Geometry | None = None
    cardiac: Cardiac | None = None
    instances: tuple[InstanceRow, ...] = ()


class ListedStudy(Struct, frozen=True):
    """A study with what a format says of it."""

    study_instance_uid: str
    modalities: tuple[str, ...]
    series: tuple[ListedSeries, ...]
    date: str | None = None
    patient: ListedPatient | None = None
    description: str | None = None


class Listing(Struct, frozen=True):
    """The studies of a result, every series with all of its instances."""

    studies: tuple[ListedStudy, ...]


_listing_decoder = msgspec.json.Decoder(Listing)
_rows_decoder = msgspec.json.Decoder(dict[str, tuple[InstanceRow, ...]])


def read_listing(result: bytes, instances: bytes) -> Listing:
    """Decode a stored result.

    Parameters
    ----------
    instances
        The lists that long series leave out of the result, as JSON by series instance UID.
    """
    listing, rows = _listing_decoder.decode(result), _rows_decoder.decode(instances)
    return Listing(tuple(_completed(study, rows) for study in listing.studies)) if rows else listing


def _completed(study: ListedStudy, rows: Mapping[str, Sequence[InstanceRow]]) -> ListedStudy:
    series = tuple(
        msgspec.structs.replace(one, instances=one.instances or tuple(rows.get(one.series_instance_uid, ())))
        for one in study.series
    )
    return msgspec.structs.replace(study, series=series)
