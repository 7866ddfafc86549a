"""Jobs that show what the pages can show: a beating heart, a study with a bad file, a failure, and one that waits."""

import io
import zipfile
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from pydicom import dcmread

from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.samples import GATED_CT, PNG
from tests.support.service import Service

HEART = CardiacStudy(positions=12, phases=20, side=128, missing=(3, 4))
"""Twenty phases, every 5 % of an R-R interval of 968 ms; phase 3 (15 %) lacks a slice."""


class Scenes(Struct, frozen=True):
    """Ids of the jobs."""

    heart: str
    partial: str
    failed: str
    waiting: str


def pack(*contents: bytes) -> bytes:
    """Make a ZIP of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.dcm", content)
    return packed.getvalue()


def send(service: Service, contents: list[bytes], reference: str, kind: str = "summarize", wait: int = 25) -> str:
    """Send files as one job, wait for its end and give its id."""
    response = service.client.post(
        f"/dicom/{kind}",
        files=[("file", ("file", content)) for content in contents],
        data={"client_reference": reference},
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


def set_the_scene(service: Service) -> Scenes:
    """Make the jobs; afterwards the extract worker stands still."""
    gated = [path.read_bytes() for path in GATED_CT]
    heart = send(service, [pack(*beating(HEART))], "Order 2041")
    partial = send(service, [*gated, b"not an image"], "Order 2042")
    failed = send(service, [pack(PNG, b"nothing")], "Order 2043")
    for phase in range(HEART.phases):  # pictures are made by the worker that stands still afterwards
        assert service.client.get(f"/jobs/{heart}/preview.png", params={"phase": phase}).status_code == 200
    service.suspend_workers()
    waiting = send(service, gated, "Order 2044", wait=0)
    return Scenes(heart, partial, failed, waiting)
