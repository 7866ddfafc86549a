"""All headers of a job as one DICOM JSON array, each instance once, from files and archives alike."""

import io
import json
import zipfile
from contextlib import nullcontext
from typing import BinaryIO

import pytest

from shared.archives.limits import ArchiveLimits
from shared.dicom.content import Content
from shared.jobs.parameters import Upload
from tests.support.datasets import make_file
from worker.pipelines.headers import write_headers

SOP_INSTANCE, PATIENT_NAME = "00080018", "00100010"


def stored() -> dict[str, bytes]:
    """A file, an archive with that file and two more of which one is none, and a text."""
    files = [make_file({"SOPInstanceUID": f"1.2.{number}", "PatientName": "Doe^Jane"}) for number in range(2)]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, content in enumerate([*files, b"no DICOM" * 30]):
            packed.writestr(str(number), content)
    return {"file": files[0], "archive": archive.getvalue(), "text": b"no DICOM" * 30}


def write(*, include_identity: bool) -> tuple[int, list[dict[str, object]]]:
    """Write the headers of all of them."""
    contents, pieces = stored(), list[bytes]()
    kinds = {"archive": Content.ZIP}
    uploads = [
        Upload(index, str(index), len(content), name, content=kinds.get(name, Content.DICOM))
        for index, (name, content) in enumerate(contents.items())
    ]

    def open_upload(location: str) -> BinaryIO:
        return io.BytesIO(contents[location])

    count = write_headers(
        uploads,
        pieces.append,
        open_upload=open_upload,
        include_identity=include_identity,
        limits=nullcontext,
        archive_limits=ArchiveLimits(),
    )
    return count, json.loads(b"".join(pieces))


def test_each_instance_is_written_once_whatever_it_came_in() -> None:
    """The file that is also a member of the archive counts once; what is no DICOM is passed over."""
    count, headers = write(include_identity=False)
    assert (count, [header[SOP_INSTANCE] for header in headers]) == (
        2,
        [{"vr": "UI", "Value": ["1.2.0"]}, {"vr": "UI", "Value": ["1.2.1"]}],
    )


@pytest.mark.parametrize("include_identity", [True, False])
def test_identity_is_written_only_on_order(*, include_identity: bool) -> None:
    """PS3.18 F.2.2: a person name is an object of its groups."""
    _, headers = write(include_identity=include_identity)
    expected = {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]} if include_identity else None
    assert headers[0].get(PATIENT_NAME) == expected
