"""The files of the comparison: all that the installed packages of test data hold."""

from importlib.util import find_spec
from pathlib import Path

FOLDERS = (("pydicom", "data"), ("data_store", "data"), ("pyskindose", "example_data/RDSR"))
"""Package and folder; found without importing, since one of the packages needs what we do not install."""


def every_file() -> list[Path]:
    """Give every file, DICOM or not, in a fixed order."""
    found = []
    for package, folder in FOLDERS:
        spec = find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations is not None
        root = Path(spec.submodule_search_locations[0]) / folder
        found += sorted(path for path in root.rglob("*") if path.is_file())
    return found
