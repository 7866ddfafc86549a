"""Header extraction: its time beside a bare pydicom header read of the same file, and its memory over many files."""

import gc
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psutil
import pydicom

from benchmarks.measure import Finding, at_most, percentile, resident_mb, spread
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from tests.support.enhanced import make_enhanced
from tests.support.samples import CT, GATED_CT, MR, TEST_FILES
from tests.support.service import Service

COMMAND = "python -m benchmarks extraction"
REPEATS = 300
FILES = 10_000
WARM_UP = 3_000
ROUNDS = 5

FRAMES = 2400
PIXEL_BYTES = FRAMES * 512 * 512 * 2

Work = Callable[[Path], None]
"""What is done with a file."""

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
    return [_time(), _large_file(), _memory(), *_enhanced()]


def extract(path: Path) -> None:
    """Open a file, read its header and state its facts."""
    with path.open("rb") as source:
        describe_instance(read_header(source, length=path.stat().st_size))


def extract_first_frame(path: Path) -> None:
    """Open a file, read its header as far as the first frame and state the facts, as for a preview of that frame."""
    with path.open("rb") as source:
        describe_instance(read_header(source, length=path.stat().st_size, frames=1))


def parse(path: Path) -> None:
    """What a bare header read costs with pydicom."""
    with path.open("rb") as source:
        pydicom.dcmread(source, stop_before_pixels=True)


def _time() -> Finding:
    ratios, figures = [], []
    for name, path in SAMPLES.items():
        rounds = [interleaved(extract, path, parse, path, REPEATS // ROUNDS) for _ in range(ROUNDS)]
        shares = [ours / theirs for ours, theirs in rounds]
        ratios.append(percentile(shares, 0.5))
        figures.append(f"{name} {percentile([ours for ours, _ in rounds], 0.5) * 1e6:.0f} us, {spread(shares)}")
    return Finding(
        f"open, read header, state facts; {REPEATS} interleaved repeats in {ROUNDS} rounds",
        f"worst ratio {max(ratios):.2f}: {', '.join(figures)}",
        "pydicom.dcmread(stop_before_pixels=True) of the same file",
        COMMAND,
        (at_most(max(ratios), 1.6),),
    )


def interleaved(work: Work, path: Path, other_work: Work, other: Path, repeats: int) -> tuple[float, float]:
    """Give the median seconds of two pieces of work that take turns."""
    times, others = [], []
    for _ in range(repeats):
        times.append(_seconds(work, path))
        others.append(_seconds(other_work, other))
    return percentile(times, 0.5), percentile(others, 0.5)


def _seconds(work: Work, path: Path) -> float:
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


def enhanced_file(count: int) -> bytes:
    """Give an enhanced CT of so many frames with sequences and items of undefined length, before its pixels."""
    frames = [
        {
            "FrameContentSequence": {
                "FrameAcquisitionNumber": number,
                "FrameReferenceDateTime": "20260101120000.000000",
                "FrameAcquisitionDateTime": "20260101120000.000000",
                "FrameAcquisitionDuration": 0.5,
                "DimensionIndexValues": [1, number],
                "StackID": "1",
                "InStackPositionNumber": number,
                "TemporalPositionIndex": 1,
            },
            "PlanePositionSequence": {"ImagePositionPatient": [0, 0, number / 2]},
            "PlaneOrientationSequence": {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
            "CTExposureSequence": {"ExposureTimeInms": 300.0, "XRayTubeCurrentInmA": 400.0, "CTDIvol": 10.0},
            "CTPositionSequence": {"TablePosition": float(number)},
            "FrameVOILUTSequence": {"WindowCenter": 40, "WindowWidth": 400},
        }
        for number in range(1, count + 1)
    ]
    shared = {
        "PixelMeasuresSequence": {"PixelSpacing": [0.4, 0.4], "SliceThickness": 0.6},
        "CTXRayDetailsSequence": {"KVP": 120.0},
        "CTReconstructionSequence": {"ConvolutionKernel": "B26f"},
        "PixelValueTransformationSequence": {"RescaleIntercept": -1024, "RescaleSlope": 1, "RescaleType": "HU"},
    }
    return make_enhanced(shared=shared, frames=frames, undefined=True)


def _enhanced() -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "enhanced.dcm"
        with place.open("wb") as file:
            file.write(enhanced_file(FRAMES) + b"\xe0\x7f\x10\x00OW\0\0" + PIXEL_BYTES.to_bytes(4, "little"))
            file.truncate(file.tell() + PIXEL_BYTES)
        rounds = [interleaved(extract, CT, extract_first_frame, place, REPEATS // ROUNDS) for _ in range(ROUNDS)]
        parsed = [interleaved(extract, place, parse, place, 2) for _ in range(ROUNDS)]
    ratios = [enhanced / single for single, enhanced in rounds]
    shares = [ours / theirs for ours, theirs in parsed]
    single, first = (percentile(side, 0.5) * 1e3 for side in zip(*rounds, strict=True))
    ours, theirs = (percentile(side, 0.5) * 1e3 for side in zip(*parsed, strict=True))
    name = f"header of an enhanced CT of {FRAMES} frames with undefined lengths"
    return [
        Finding(
            f"{name}: card, shared groups and the first frame, as a preview of that frame reads them",
            f"{first:.2f} ms = {spread(ratios, '.1f')}",
            f"the header of a single CT slice: {single:.2f} ms",
            COMMAND,
            (at_most(percentile(ratios, 0.5), 4, " times"),),
        ),
        Finding(
            f"{name}: facts of every frame, as extraction reads them",
            f"{ours:.0f} ms = {spread(shares)}",
            f"pydicom, header of the same file: {theirs:.0f} ms",
            COMMAND,
            (at_most(percentile(shares, 0.5), 1.6),),
        ),
    ]


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
    goal = at_most(grown, 5, " MB")
    return Finding(f"memory over {FILES} files", f"{grown:+.1f} MB ({before:.0f} MB before)", "-", COMMAND, (goal,))
