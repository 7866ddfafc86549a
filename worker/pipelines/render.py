"""A preview: from a stored file, or a member of a stored archive, to a PNG."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import BinaryIO

from shared.archives.directory import list_members
from shared.archives.limits import MAX_READ_BYTES
from shared.archives.member import Allowance, open_member
from shared.dicom.attributes import Attributes, Present, standard_attribute
from shared.dicom.functional_groups import read_functional_groups
from shared.dicom.reading import Header, read_header
from shared.dicom.rendering import draw_placeholder, render_frame
from shared.dicom.sop_classes import ENHANCED
from shared.errors import DataError

PLACEHOLDERS = {
    "preview.no_pixels": "No image",
    "preview.too_large": "Too large for a preview",
    "preview.undecodable": "This compression\ncannot be shown here",
    "preview.too_costly": "Took too long to show",
}
"""What a placeholder says for each reason; anything else that is wrong with a file was said when it was read."""


def render_preview(stored: BinaryIO, length: int, member: Sequence[int], frame_index: int) -> bytes:
    """Render one frame of a stored object.

    Parameters
    ----------
    stored
        The stored bytes, seekable, ``length`` of them.
    member
        Numbers of the members that lead to the object inside of archives; empty for a file of its own.

    Raises
    ------
    DataError
        Where the object cannot be read or shown.
    """
    with ExitStack() as opened:
        source, size = stored, length
        for number in member:
            entry = next((one for one in list_members(source, size).members if one.number == number), None)
            if entry is None:
                raise DataError("preview.no_pixels", "The archive does not hold this member.")
            source = opened.enter_context(open_member(source, entry, Allowance(MAX_READ_BYTES)))
            size = entry.bytes
        header = read_header(source, length=size, sees_end=False, frames=frame_index + 1)
        source.seek(0)
        return render_frame(source, _view(header, frame_index), frame_index=frame_index)


def _view(header: Header, frame_index: int) -> Attributes:
    """Give the attributes of the frame: of an enhanced object its own view."""
    sop_class = header.attributes.read(standard_attribute("SOPClassUID"))
    if not isinstance(sop_class, Present) or sop_class.values[0] not in ENHANCED:
        return header.attributes
    groups = read_functional_groups(header.attributes)
    return groups.view(frame_index) if frame_index < len(groups.frames) else groups.common


def draw_reason(code: str) -> bytes:
    """Draw what stands in for a preview that cannot be made."""
    return draw_placeholder(PLACEHOLDERS.get(code, PLACEHOLDERS["preview.undecodable"]))
