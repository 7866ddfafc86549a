"""Everything that we read beside what DCMTK reads of the same files."""

import shutil

import pytest

from tests.conformance.comparison import Comparison, compare_all
from tests.conformance.dcmtk import COMMAND
from tests.conformance.explained import DIFFERENCES, NOT_READ_BY_DCMTK
from tests.conformance.files import every_file

pytestmark = pytest.mark.skipif(shutil.which(COMMAND) is None, reason="DCMTK is not installed: apt install dcmtk")


@pytest.fixture(scope="module")
def found() -> Comparison:
    """The comparison of all files."""
    return compare_all(every_file())


def test_every_value_is_the_one_that_another_reader_gives(found: Comparison) -> None:
    """Each difference is explained, and each explanation is still needed."""
    assert {(one.file, one.tag) for one in found.differences} == set(DIFFERENCES)


def test_every_file_is_read_by_both_or_it_is_known_why_not(found: Comparison) -> None:
    """Where DCMTK gives nothing, we say why we give something."""
    assert set(found.refused_by_dcmtk) == set(NOT_READ_BY_DCMTK)


def test_enough_was_compared_to_mean_something(found: Comparison) -> None:
    """A comparison that silently compared nothing would pass; this one has the size of the packages."""
    assert (found.files >= 220, found.facts >= 7_000, found.elements >= 70_000) == (True, True, True)
