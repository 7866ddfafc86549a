"""The page names every key that a result can have, and none that it cannot."""

from pathlib import Path

import pytest
from msgspec import to_builtins

from shared.dicom.assembly import ReadInstance, assemble_studies
from shared.dicom.instance import describe_instance
from shared.dicom.reading import read_header
from shared.errors import DataError
from tests.conformance.files import every_file
from tests.conformance.keys import PAGE, all_keys, describe, is_listed, unit_of
from tests.support.full_tree import full_study, keys_of

LISTED = all_keys()
POSSIBLE = set(keys_of(to_builtins(full_study(lambda: "text"))))
UNKNOWN = "series[].acquisition.text"
"""The key that the built study has beside those of the tables."""


def keys_of_file(path: Path) -> set[str]:
    """Give the keys of a real file's result; none where the file is refused."""
    try:
        with path.open("rb") as source:
            header = read_header(source, length=path.stat().st_size)
    except DataError:
        return set()
    facts = describe_instance(header, include_identity=True)
    studies = assemble_studies([ReadInstance(0, "", facts)]).studies
    return {key for study in studies for key in keys_of(to_builtins(study))}


def test_the_page_is_what_the_command_writes_today() -> None:
    """Whoever changes a table writes the page anew."""
    assert describe() in PAGE.read_text()


def test_every_key_that_the_types_allow_is_on_the_page() -> None:
    """A field that is added to the result, or a row to a table, is told where it comes from."""
    assert {key for key in POSSIBLE if not is_listed(key, LISTED)} == {UNKNOWN}


def test_every_key_of_every_real_file_is_on_the_page() -> None:
    """No file of the packages gives a value that the page does not explain."""
    found = set().union(*map(keys_of_file, every_file()))
    assert len(found) > 200
    assert {key for key in found if not is_listed(key, LISTED)} == set()


@pytest.mark.parametrize("key", sorted(LISTED))
def test_the_page_names_no_key_that_no_result_has(key: str) -> None:
    """A key that was renamed or dropped leaves the page too."""
    assert any(one == key or one.startswith(key.removesuffix("*")) for one in POSSIBLE)


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("series[].acquisition.table_speed_mm_per_s", "mm/s"),
        ("series[].acquisition.dlp_mgy_cm", "mGy·cm"),
        ("series[].acquisition.field_strength_t", "T"),
        ("series[].acquisition.pitch", ""),
        ("series[].acquisition.grid", ""),
    ],
)
def test_units_are_those_in_the_names_of_keys(key: str, unit: str) -> None:
    """The unit of the page is the end of the key, as the conventions say."""
    assert unit_of(key) == unit
