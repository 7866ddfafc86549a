"""The facts of real objects in the installed packages."""

import io
from pathlib import Path

from shared.dicom.instance import InstanceFacts, describe_instance
from shared.dicom.reading import read_header


def facts_of(path: Path) -> InstanceFacts:
    """The facts of a stored object."""
    content = path.read_bytes()
    return describe_instance(read_header(io.BytesIO(content), length=len(content)))
