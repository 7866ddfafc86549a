"""What reading headers costs beside pydicom in the same process: guards, looser than the goals of ``make bench``."""

from pathlib import Path
from statistics import median

import pytest

from benchmarks.extraction import SAMPLES, enhanced_file, extract, interleaved, parse

ROUNDS, REPEATS, FRAMES = 3, 20, 400


@pytest.mark.parametrize("path", SAMPLES.values(), ids=SAMPLES)
def test_extraction_costs_little_more_than_parsing(path: Path) -> None:
    """Stating a file's facts takes at most twice as long as pydicom takes to read its header."""
    rounds = [interleaved(extract, path, parse, path, REPEATS) for _ in range(ROUNDS)]
    assert median(ours / theirs for ours, theirs in rounds) < 2


def test_many_frames_cost_no_more_than_pydicom_takes(tmp_path: Path) -> None:
    """The header of 400 frames of undefined lengths is read no slower than by pydicom, which reads every frame."""
    place = tmp_path / "enhanced.dcm"
    place.write_bytes(enhanced_file(FRAMES))
    rounds = [interleaved(extract, place, parse, place, 1) for _ in range(ROUNDS)]
    assert median(ours / theirs for ours, theirs in rounds) < 1.25
