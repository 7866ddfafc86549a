"""Archives over the whole stack: what goes in as one ZIP comes out as its files, or with a defined refusal."""

import zlib
from collections import Counter

import pytest

from tests.support.archives import (
    DEFLATED,
    STORED,
    SYMLINK,
    Claimed,
    fifield_bomb,
    forge_zip,
    make_streamed_zip,
    make_zip,
    make_zip64,
    zip_tree,
)
from tests.support.samples import CT, GATED_CT, MR, PNG, TEST_FILES
from tests.support.service import Document, Service

pytestmark = pytest.mark.integration

PATIENTS = ("77654033", "98892001", "98892003")
"""The three patients of pydicom's dicomdirtests: 31 images; what lies beside them is another tree."""

ZIP = {"Content-Type": "application/zip", "Prefer": "wait=30"}
CONTENT = CT.read_bytes()


def analyze(service: Service, content: bytes) -> Document:
    """Send an archive as the body and give the finished job."""
    job: Document = service.client.post("/dicom/analyze", content=content, headers=ZIP).json()
    assert job["done"], job
    return job


def every_file(service: Service, job: Document) -> list[Document]:
    """Page through all files of a job."""
    files: list[Document] = []
    cursor: str | None = "0"
    while cursor:
        page = service.client.get(f"/jobs/{job['id']}/files", params={"limit": 40, "cursor": cursor}).json()
        files += page["files"]
        cursor = page["next_cursor"]
    return files


@pytest.fixture(scope="module")
def tree(service: Service) -> Document:
    """The job of the whole tree: its three patients, its directories and its text, as one archive."""
    return analyze(service, zip_tree(TEST_FILES / "dicomdirtests"))


def test_the_three_patients_come_out_as_31_images_in_6_studies_and_13_series(service: Service) -> None:
    """As counted with find and dcmdump in the tree that pydicom ships."""
    folder = TEST_FILES / "dicomdirtests"
    members = [
        (str(path.relative_to(folder)), path.read_bytes())
        for patient in PATIENTS
        for path in sorted((folder / patient).rglob("*"))
        if path.is_file()
    ]
    directory = ("DICOMDIR", (folder / "DICOMDIR").read_bytes())
    job = analyze(service, make_zip(directory, *members))
    studies = job["result"]["studies"]
    assert job["counts"] == {"received": 31, "accepted": 31, "duplicate": 0, "rejected": 0}
    assert (job["partial"], len(studies), sum(len(study["series"]) for study in studies)) == (False, 6, 13)
    assert sum(series["instance_count"] for study in studies for series in study["series"]) == 31
    assert job["stages"]["extract"] == {"status": "succeeded", "completed": 32, "total": 32}


def test_the_whole_tree_is_counted_by_content(service: Service, tree: Document) -> None:
    """By dcmdump 81 images and 8 media directories; of the 91 files that find counts two are texts."""
    files = every_file(service, tree)
    assert Counter(file["status"] for file in files) == {"accepted": 81, "skipped": 8, "rejected": 2}
    assert tree["counts"] == {"received": 83, "accepted": 81, "duplicate": 0, "rejected": 2}
    assert [file["index"] for file in files] == list(range(91))


def test_a_member_is_identified_by_its_checksum_and_never_by_its_name(service: Service, tree: Document) -> None:
    """The CRC-32 is the one that unzip -v prints; no name of the tree is anywhere in the job."""
    text = (TEST_FILES / "dicomdirtests/README.txt").read_bytes()
    [readme] = [file for file in every_file(service, tree) if file["bytes"] == len(text)]
    assert (readme["crc32"], readme["code"], "sha256" in readme) == (
        f"{zlib.crc32(text):08x}",
        "dicom.not_dicom",
        False,
    )
    assert "CT5N" not in str(tree)
    assert "TINY_ALPHA" not in str(tree)


def test_archives_and_files_of_one_request_are_one_job(service: Service) -> None:
    """Two archives around a file: places go through all of them, in the request's order."""
    first = make_zip(("a", CONTENT), ("b", PNG))
    second = make_zip(*((path.name, path.read_bytes()) for path in GATED_CT), method=STORED)
    parts = [("file", ("x", first)), ("file", ("y", MR.read_bytes())), ("file", ("z", second))]
    job = service.client.post("/dicom/analyze", files=parts, headers={"Prefer": "wait=30"}).json()
    assert job["counts"] == {"received": 8, "accepted": 7, "duplicate": 0, "rejected": 1}
    assert [(file["index"], "crc32" in file) for file in every_file(service, job)] == [
        (0, True),
        (1, True),
        (2, False),
        *((number, True) for number in range(3, 8)),
    ]


def test_a_file_beside_its_own_archive_counts_once(service: Service) -> None:
    """The same object as a member, again as a member, and as a file."""
    parts = [("file", ("x", make_zip(("a", CONTENT), ("b", CONTENT)))), ("file", ("y", CONTENT))]
    job = service.client.post("/dicom/analyze", files=parts, headers={"Prefer": "wait=30"}).json()
    assert job["counts"] == {"received": 3, "accepted": 1, "duplicate": 2, "rejected": 0}
    assert [file["code"] for file in job["files"]] == ["file.duplicate", "file.duplicate"]


@pytest.mark.parametrize(
    "content",
    [
        make_streamed_zip(("a", CONTENT)),
        make_zip64("a", CONTENT),
        make_zip(("a", CONTENT), comment=b"PK\x05\x06" + bytes(300)),
        make_zip(("../../../../tmp/traversal", CONTENT)),
        make_zip(("/etc/cron.d/absolute", CONTENT)),
        make_zip(("nested.zip", make_zip(("a", CONTENT)))),
        make_zip(("nested", make_zip(("a", CONTENT), method=STORED)), method=STORED),
    ],
    ids=["data-descriptor", "zip64", "comment", "traversal", "absolute", "nested", "nested-stored"],
)
def test_every_ordinary_archive_of_one_image_yields_that_image(service: Service, content: bytes) -> None:
    """Whatever form it has and whatever its member is called."""
    before = set(service.stored_files())
    job = analyze(service, content)
    assert (job["status"], job["counts"]["accepted"], job["result"]["metadata"]["rows"]) == ("succeeded", 1, 128)
    assert len(set(service.stored_files()) - before) <= 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_zip(), "upload.archive_empty"),
        (make_zip(("a", CONTENT))[:-100], "upload.archive_damaged"),
        (make_zip(("a", CONTENT))[:5000], "upload.archive_damaged"),
        (b"PK\x03\x04" + bytes(200), "upload.archive_damaged"),
    ],
    ids=["empty", "cut-in-directory", "cut-in-member", "no-archive"],
)
def test_an_archive_that_is_not_whole_is_refused_at_the_door(service: Service, content: bytes, code: str) -> None:
    """The sender learns it at once and nothing is stored."""
    before = set(service.stored_files())
    answer = service.client.post("/dicom/analyze", content=content, headers=ZIP)
    assert (answer.status_code, answer.json()["code"], set(service.stored_files())) == (422, code, before)


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (make_zip(("a", b"text"), ("b", PNG)), "dicom.none_readable", 422),
        (make_zip(("DICOMDIR", (TEST_FILES / "dicomdirtests/DICOMDIR").read_bytes())), "dicom.none_readable", 422),
        (make_zip(("a", bytes(100_000_000))), "upload.archive_expands_too_far", 413),
        (fifield_bomb(CONTENT, 1000), "upload.archive_overlapping", 422),
        (forge_zip(Claimed(data=CONTENT), disk=1), "upload.archive_split", 422),
        (forge_zip(Claimed(data=CONTENT), count=7), "upload.archive_damaged", 422),
        (forge_zip(*[Claimed(data=b"x")] * 10_001), "upload.too_many_files", 413),
    ],
    ids=["no-dicom", "only-a-directory", "bomb", "overlapping", "split", "wrong-count", "too-many"],
)
def test_an_archive_of_which_nothing_can_be_used_fails_its_job(
    service: Service, content: bytes, code: str, status: int
) -> None:
    """What only the worker sees becomes the job's error."""
    job = analyze(service, content)
    assert (job["status"], job["error"]["code"], job["error"]["status"]) == ("failed", code, status)


@pytest.mark.parametrize(
    ("member", "code"),
    [
        (Claimed(data=CONTENT, flags=1), "archive.member_encrypted"),
        (Claimed(data=CONTENT, method=12), "archive.member_method"),
        (Claimed(data=b"/etc/passwd", attributes=SYMLINK), "archive.member_special"),
        (Claimed(data=MR.read_bytes(), crc32=1), "archive.member_damaged"),
        (Claimed(data=b"\xff" * 500, method=DEFLATED, size=5000), "archive.member_damaged"),
        (Claimed(), "upload.empty"),
    ],
    ids=["encrypted", "method", "symlink", "checksum", "no-deflate", "empty"],
)
def test_a_member_that_cannot_be_used_is_rejected_beside_a_good_one(
    service: Service, member: Claimed, code: str
) -> None:
    """The good one is analyzed, the bad one is named by its place."""
    good = Claimed(data=CONTENT, crc32=zlib.crc32(CONTENT))
    job = analyze(service, forge_zip(member, good))
    assert (job["status"], job["partial"], job["counts"]["accepted"]) == ("succeeded", True, 1)
    assert [(file["index"], file["status"], file["code"]) for file in job["files"]] == [(0, "rejected", code)]


def test_an_archive_is_stored_once_and_goes_with_its_last_job(service: Service) -> None:
    """Two jobs with the same archive share its bytes."""
    content = make_zip(("a", CONTENT), ("b", MR.read_bytes()), comment=b"shared")
    before = set(service.stored_files())
    first, second = analyze(service, content), analyze(service, content)
    assert len(set(service.stored_files()) - before) == 1
    service.client.delete(f"/jobs/{first['id']}")
    assert len(set(service.stored_files()) - before) == 1
    service.client.delete(f"/jobs/{second['id']}")
    assert set(service.stored_files()) == before


def test_a_failed_job_of_an_archive_can_be_retried(service: Service) -> None:
    """It lists its archive again and comes to the same end."""
    job = analyze(service, make_zip(*((str(number), b"text") for number in range(150))))
    assert service.client.post(job["links"]["retry"]).status_code == 202
    again = service.client.get(f"/jobs/{job['id']}", headers={"Prefer": "wait=20"}).json()
    assert (again["error"]["code"], again["stages"]["extract"]["total"]) == ("dicom.none_readable", 150)
    assert len(every_file(service, again)) == 150
