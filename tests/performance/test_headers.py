"""What reading headers costs beside pydicom in the same process: guards, looser than the goals of ``make bench``."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import pytest

from benchmarks.extraction import SAMPLES, enhanced_file, extract, interleaved, parse

ROUNDS, REPEATS, FRAMES = 3, 20, 400


@pytest.mark.parametrize("path", SAMPLES.values(), ids=SAMPLES)
def test_extraction_costs_little_more_than_parsing(path: Path) -> None:
    """Stating a file's facts takes at most twice as long as pydicom takes to read its header."""
    assert time_ratio(path, REPEATS) < 2


def test_many_frames_cost_no_more_than_pydicom_takes(tmp_path: Path) -> None:
    """The header of 400 frames of undefined lengths is read no slower than by pydicom, which reads every frame."""
    place = tmp_path / "enhanced.dcm"
    place.write_bytes(enhanced_file(FRAMES))
    assert time_ratio(place, 1) < 1.25


def time_ratio(path: Path, repeats: int) -> float:
    """Give our time for a file over pydicom's, from a process of its own: coverage would slow our lines alone."""
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        rounds = [fresh.submit(interleaved, extract, path, parse, path, repeats).result() for _ in range(ROUNDS)]
    return median(ours / theirs for ours, theirs in rounds)
