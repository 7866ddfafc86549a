"""Header extraction: its time beside a bare pydicom header read of the same file, and its memory over many files."""

import gc
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psutil
import pydicom

from benchmarks.measure import Finding, percentile, resident_mb
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from tests.support.samples import CT, GATED_CT, MR, TEST_FILES
from tests.support.service import Service

COMMAND = "python -m benchmarks extraction"
REPEATS = 300
FILES = 10_000
WARM_UP = 3_000

_data = find_spec("data_store")
assert _data is not None
assert _data.submodule_search_locations is not None
ENHANCED_CT = Path(_data.submodule_search_locations[0]) / "data/eCT_Supplemental.dcm"

SAMPLES = {
    "CT": CT,
    "gated CT": GATED_CT[0],
    "MR": MR,
    "enhanced CT": ENHANCED_CT,
    "echo, 30 frames": TEST_FILES / "examples_ybr_color.dcm",
    "ECG": TEST_FILES / "waveform_ecg.dcm",
}


def measure(_: Service) -> list[Finding]:
    """Measure in this process; the service is left alone."""
    return [_time(), _large_file(), _memory()]


def extract(path: Path) -> None:
    """Open a file, read its header and state its facts."""
    with path.open("rb") as source:
        describe_instance(read_header(source, length=path.stat().st_size))


def parse(path: Path) -> None:
    """What a bare header read costs with pydicom."""
    with path.open("rb") as source:
        pydicom.dcmread(source, stop_before_pixels=True)


def _time() -> Finding:
    ratios, figures = [], []
    for name, path in SAMPLES.items():
        ours, theirs = _interleaved(path)
        ratios.append(ours / theirs)
        figures.append(f"{name} {ours * 1e6:.0f} us ({ours / theirs:.2f})")
    return Finding(
        f"open, read header, state facts; medians of {REPEATS} interleaved repeats",
        f"worst ratio {max(ratios):.2f}: {', '.join(figures)}",
        "pydicom.dcmread(stop_before_pixels=True) of the same file; goal: ratio 1.6",
        COMMAND,
    )


def _interleaved(path: Path) -> tuple[float, float]:
    ours, theirs = [], []
    for _ in range(REPEATS):
        ours.append(_seconds(extract, path))
        theirs.append(_seconds(parse, path))
    return percentile(ours, 0.5), percentile(theirs, 0.5)


def _seconds(work: Callable[[Path], None], path: Path) -> float:
    began = time.perf_counter()
    work(path)
    return time.perf_counter() - began


def _large_file() -> Finding:
    """A file of 1.2 GB, of which all but the header is a hole: the time is that of what is read."""
    content = CT.read_bytes()
    begin = content.index(b"\xe0\x7f\x10\x00OW\0\0") + 8
    length = 1_200_000_000
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "large.dcm"
        with place.open("wb") as file:
            file.write(content[:begin] + length.to_bytes(4, "little"))
            file.truncate(begin + 4 + length)
        small, large = [], []
        for _ in range(REPEATS):
            small.append(_seconds(extract, CT))
            large.append(_seconds(extract, place))
    figure = f"{percentile(large, 0.5) * 1e6:.0f} us"
    compared = f"the same header before 32 KB of pixels: {percentile(small, 0.5) * 1e6:.0f} us"
    return Finding("header of a file of 1.2 GB", figure, compared, COMMAND)


def _memory() -> Finding:
    process = psutil.Process()
    paths = list(SAMPLES.values())
    for number in range(WARM_UP):
        extract(paths[number % len(paths)])
    gc.collect()
    before = resident_mb(process)
    for number in range(FILES):
        extract(paths[number % len(paths)])
    gc.collect()
    grown = resident_mb(process) - before
    return Finding(f"memory over {FILES} files", f"{grown:+.1f} MB ({before:.0f} MB before)", "goal: flat", COMMAND)
