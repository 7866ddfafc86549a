"""Jobs that show what the pages can show.

A beating heart, a study with a bad file, a failure, a comparison, one of which other systems were told, one that waits.
"""

import base64
import io
import time
import zipfile
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from pydicom import dcmread

from shared.jobs.parameters import SIDES
from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.receiver import Receiver, Reply
from tests.support.samples import GATED_CT, PNG
from tests.support.service import Service

HEART = CardiacStudy(positions=12, phases=20, side=128, missing=(3, 4))
"""Twenty phases, every 5 % of an R-R interval of 968 ms; phase 3 (15 %) lacks a slice."""


SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()

HOOKS = {"WEBHOOK_SECRET": SECRET, "WEBHOOK_ALLOW": "127.0.0.0/8"}
"""Settings with which a service may send messages to receivers of this machine."""


class Scenes(Struct, frozen=True):
    """Ids of the jobs."""

    heart: str
    partial: str
    failed: str
    compared: str
    told: str
    waiting: str


def pack(*contents: bytes) -> bytes:
    """Make a ZIP of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.dcm", content)
    return packed.getvalue()


def send(
    service: Service, contents: list[bytes], reference: str, kind: str = "summarize", wait: int = 25, **fields: str
) -> str:
    """Send files as one job, wait for its end and give its id."""
    response = service.client.post(
        f"/dicom/{kind}",
        files=[("file", ("file", content)) for content in contents],
        data={"client_reference": reference, **fields},
        headers={"Prefer": f"wait={wait}"},
    )
    return str(response.json()["id"])


def beating(study: CardiacStudy) -> Iterator[bytes]:
    """Give the files of a study with a chamber drawn in, wide in diastole and narrow about a third into the cycle."""
    rows, columns = np.mgrid[0 : study.side, 0 : study.side] - study.side / 2
    distance = np.hypot(rows, columns * 0.8)
    for content in write_study(study):
        dataset = dcmread(io.BytesIO(content))
        percent = int(dataset.ScanOptions[0].removeprefix("TP").split("PC")[0])
        radius = study.side * (0.24 - 0.08 * np.exp(-(((percent - 35) / 18) ** 2)))
        pixels = np.where(distance < study.side * 0.42, 1060, 60) + np.where(distance < radius + 8, 40, 0)
        dataset.PixelData = np.where(distance < radius, 1250, pixels).astype("<u2").tobytes()
        written = io.BytesIO()
        dataset.save_as(written)
        yield written.getvalue()


def head() -> bytes:
    """Make a CT of thin slices below and thick ones above, one of them missing: 8 of 2 mm, then 7 of 8 of 5 mm."""
    places = [(2.0 * number, 2.0) for number in range(8)] + [(19.0 + 5.0 * number, 5.0) for number in range(8)]
    del places[11]
    slices = write_study(CardiacStudy(positions=len(places), phases=1, side=64))
    return pack(*(_place(content, *place) for content, place in zip(slices, places, strict=True)))


def _place(content: bytes, position_mm: float, thickness_mm: float) -> bytes:
    dataset = dcmread(io.BytesIO(content))
    del dataset.ScanOptions
    dataset.BodyPartExamined, dataset.SeriesDescription = "HEAD", "Head, thin and thick"
    rows, columns = np.mgrid[0 : dataset.Rows, 0 : dataset.Columns] - dataset.Rows / 2
    distance = np.hypot(rows, columns * 1.25)
    skull = np.where(distance < 28, 1060, 60) + np.where(abs(distance - 27) < 1.5, 700, 0)
    dataset.PixelData = skull.astype("<u2").tobytes()
    dataset.ImagePositionPatient = ["-100", "-100", f"{position_mm:g}"]
    dataset.SliceThickness = f"{thickness_mm:g}"
    written = io.BytesIO()
    dataset.save_as(written)
    return written.getvalue()


def compare(service: Service, before: bytes, after: bytes, reference: str) -> str:
    """Compare two uploads and give the job's id."""
    response = service.client.post(
        "/dicom/compare",
        files=[("baseline", ("file", before)), ("followup", ("file", after))],
        data={"client_reference": reference},
        headers={"Prefer": "wait=25"},
    )
    return str(response.json()["id"])


def tell(service: Service, reference: str) -> str:
    """Make a job of whose end one receiver is told and another, which wants no more messages, is not."""
    with Receiver(lambda path, _: Reply(410 if path == "/old-system" else 204)) as receiver:
        order = {"url": receiver.url("/ris"), "events": ["job.succeeded"]}
        endpoint = service.client.post("/webhooks/endpoints", json=order).json()["id"]
        job = send(service, [head()], reference, callback_url=receiver.url("/old-system"))
        receiver.await_requests(2)
        await_ended(service, job)
        assert service.client.delete(f"/webhooks/endpoints/{endpoint}").status_code == 204
    return job


def await_ended(service: Service, job: str) -> None:
    """Wait until every message about a job has ended."""
    ends = time.monotonic() + 20
    while True:
        found = service.client.get("/webhooks/deliveries", params={"job_id": job}).json()["deliveries"]
        if all(delivery["status"] in {"delivered", "failed"} for delivery in found):
            return
        assert time.monotonic() < ends, found
        time.sleep(0.05)


def set_the_scene(service: Service) -> Scenes:
    """Make the jobs; afterwards the extract worker stands still."""
    gated = [path.read_bytes() for path in GATED_CT]
    heart = send(service, [pack(*beating(HEART))], "Order 2041")
    partial = send(service, [*gated, b"not an image"], "Order 2042")
    failed = send(service, [pack(PNG, b"nothing")], "Order 2043")
    thin, thick = (CardiacStudy(positions=8, phases=2, side=128, spacing_mm=spacing) for spacing in (0.5, 1.0))
    compared = compare(service, pack(*beating(thin)), pack(*beating(thick)), "Order 2045")
    told = tell(service, "Order 2046")
    for side in SIDES:
        picture = service.client.get(f"/jobs/{compared}/preview.png", params={"side": side, "phase": 0})
        assert picture.status_code == 200
    for job in (partial, told):
        assert service.client.get(f"/jobs/{job}/preview.png").status_code == 200
    for phase in range(HEART.phases):  # pictures are made by the worker that stands still afterwards
        assert service.client.get(f"/jobs/{heart}/preview.png", params={"phase": phase}).status_code == 200
    service.suspend_workers()
    waiting = send(service, gated, "Order 2044", wait=0)
    return Scenes(heart, partial, failed, compared, told, waiting)
