"""Headers as DICOM JSON are what an independent writer makes of the same files."""

import shutil

import pytest

from tests.conformance.dicom_json import COMMAND, JsonComparison, compare_json
from tests.conformance.explained import JSON_DIFFERENCES
from tests.conformance.files import every_file

pytestmark = pytest.mark.skipif(shutil.which(COMMAND) is None, reason="DCMTK is not installed: apt install dcmtk")


@pytest.fixture(scope="module")
def found() -> JsonComparison:
    """The comparison of all files."""
    return compare_json(every_file())


def test_every_attribute_is_written_as_another_writer_does(found: JsonComparison) -> None:
    """Each difference is explained, and each explanation is still needed."""
    assert set(found.differences) == set(JSON_DIFFERENCES)


def test_enough_was_compared_to_mean_something(found: JsonComparison) -> None:
    """A comparison that silently compared nothing would pass; this one has the size of the packages."""
    assert (found.files >= 170, found.values >= 50_000) == (True, True)
