"""The ZIP of a whole study, deflated as archives are: from stored to assembled beside ``unzip`` of the same bytes."""

import shutil
import struct
import subprocess
import time
import zlib
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.archives import run_job, seconds_of_work
from benchmarks.measure import Finding, at_most, memory_folder, spread
from benchmarks.peers import ABSENT
from tests.support.archives import DEFLATED, incompressible
from tests.support.cardiac_study import CardiacStudy, write_study
from tests.support.service import Service

COMMAND = "python -m benchmarks study_archive"
STUDY = CardiacStudy(positions=300, phases=10)
ROUNDS = 3
PIECE_BYTES = 1 << 20
PIXEL_BYTES = 2 * STUDY.side * STUDY.side


def measure(_: Service) -> list[Finding]:
    """Analyze the archive and unpack it in turns, everything in memory."""
    with memory_folder() as folder:
        archive = folder / "study.zip"
        write_archive(archive)
        service = Service(STORAGE_URL=f"file://{folder / 'storage'}")
        try:
            service.await_ready()
            rounds = [(_unpack(archive, folder), _analyze(service, archive)) for _ in range(ROUNDS)]
        finally:
            service.close()
        size = archive.stat().st_size
    ours = [mine for _, mine in rounds]
    theirs = [one for one, _ in rounds if one is not None]
    ratios = [mine / one for one, mine in rounds if one is not None]
    name = f"ZIP of {STUDY.files} slices, deflated to {size / 1e9:.1f} of 1.6 GB, stored to assembled"
    if not ratios:
        return [Finding(name, f"{spread(ours)} s", f"unzip: {ABSENT}", COMMAND)]
    goal = at_most(median(ratios), 0.25)
    compared = f"unzip of the same archive: {spread(theirs)} s"
    return [Finding(name, f"{spread(ours)} s = {spread(ratios)}", compared, COMMAND, (goal,))]


def write_archive(place: Path) -> None:
    """Write the study as a ZIP whose pixels shrink by nearly half, as a CT's do.

    All slices have the same pixels, so these are deflated once and stand behind each slice's own deflated head.
    """
    noise = incompressible(PIXEL_BYTES // 2)
    pixels = b"".join(byte.to_bytes(2, "little") for byte in noise)
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed_pixels = packer.compress(pixels) + packer.flush()
    directory, at, count = b"", 0, 0
    with place.open("wb") as archive:
        for count, content in enumerate(write_study(STUDY), 1):
            head = content[:-PIXEL_BYTES]
            packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            data = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH) + packed_pixels
            name = f"{count:04}".encode()
            sizes = (zlib.crc32(pixels, zlib.crc32(head)), len(data), len(content), len(name), 0)
            local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, DEFLATED, 0, 0, *sizes) + name
            directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, DEFLATED, 0, 0, *sizes, 0, 0, 0, 0, at)
            directory += name
            archive.write(local + data)
            at += len(local) + len(data)
        archive.write(directory)
        archive.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0))


def _analyze(service: Service, archive: Path) -> float:
    with archive.open("rb") as content:
        job, _, _ = run_job(service, "application/zip", iter(partial(content.read, PIECE_BYTES), b""))
    assert job["counts"] == {"received": STUDY.files, "accepted": STUDY.files, "duplicate": 0, "rejected": 0}, job
    assert service.client.delete(f"/jobs/{job['id']}").status_code == 204
    return seconds_of_work(job)


def _unpack(archive: Path, folder: Path) -> float | None:
    program = shutil.which("unzip")
    if program is None:
        return None
    target = folder / "unpacked"
    began = time.perf_counter()
    subprocess.run([program, "-q", str(archive), "-d", str(target)], check=True)
    took = time.perf_counter() - began
    assert len(list(target.iterdir())) == STUDY.files
    shutil.rmtree(target)
    return took
