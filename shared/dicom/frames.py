"""The frames of an enhanced object: what they have in common once, what varies as a range, and where each one lies.

Only what a frame's own groups say is read for it, and equal groups are read once, so that thousands of frames cost
little. Implements the reader's view of PS3.3 C.7.6.16.2.2 to .4 (Frame Content, Plane Position and Orientation).
"""

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from shared.dicom.attributes import Attributes
from shared.dicom.functional_groups import Elements, Frame, FunctionalGroups
from shared.dicom.gating import CardiacTiming, read_cardiac_timing
from shared.dicom.macros import CARDIAC_TAGS, RESPIRATORY_TAGS, is_private
from shared.dicom.parameters import Extract, Kind, Parameter, Row, Table
from shared.dicom.respiration import RespiratoryTiming, read_respiratory_timing
from shared.dicom.values import Value, merge_values

FRAME: tuple[Parameter, ...] = (
    Parameter("frame.stack_id", "StackID", Kind.TEXT, macro="FrameContentSequence"),
    Parameter("frame.in_stack_position", "InStackPositionNumber", Kind.INTEGER, macro="FrameContentSequence"),
    Parameter("frame.temporal_position_index", "TemporalPositionIndex", Kind.INTEGER, macro="FrameContentSequence"),
    Parameter("frame.temporal_offset_s", "TemporalPositionTimeOffset", Kind.NUMBER, macro="TemporalPositionSequence"),
)
"""What orders frames in space and time; it is kept frame by frame and is no fact of the instance."""

_POSITION, _ORIENTATION = "geometry.position_mm", "geometry.orientation"
_THICKNESS, _TILT = "geometry.slice_thickness_mm", "geometry.gantry_tilt_deg"
_ECHO_TIME, _B_VALUE = "acquisition.echo_time_ms", "acquisition.b_values_s_mm2"


class Plane(Struct, frozen=True, omit_defaults=True):
    """How frames lie: direction cosines of row and column, thickness and tilt."""

    orientation: tuple[float, ...]
    thickness_mm: float | None = None
    tilt_deg: float | None = None


class FrameFacts(Struct, frozen=True, array_like=True):
    """One frame; ``plane``, ``timing`` and ``breath`` are indices into the lists of ``Frames``.

    ``position_mm`` is in the patient coordinate system. Stored as a list without names, since there are thousands.
    """

    position_mm: tuple[float, float, float] | None = None
    plane: int | None = None
    timing: int | None = None
    stack_id: str | None = None
    in_stack_position: int | None = None
    temporal_position_index: int | None = None
    temporal_offset_s: float | None = None
    echo_time_ms: float | None = None
    b_value_s_mm2: float | None = None
    breath: int | None = None


class Frames(Struct, frozen=True):
    """The frames of an instance in the order of the file, with the planes and timings that they share."""

    frames: tuple[FrameFacts, ...]
    planes: tuple[Plane, ...] = ()
    timings: tuple[CardiacTiming, ...] = ()
    breaths: tuple[RespiratoryTiming, ...] = ()


class FrameTable:
    """The rows that frames are read by, looked up by the tags that a frame's groups may hold."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._by_tag = Table((*table.rows, *FRAME), enhanced=True).by_tag()

    def rows_for(self, elements: Elements) -> tuple[Row, ...]:
        """Give the rows that may find their attribute among the elements."""
        return tuple({row[0]: row for tag in elements for row in self._by_tag.get(tag, ())}.values())


Timing = TypeVar("Timing")


class _Timings(Generic[Timing]):
    """Timings of frames, read once for all that say the same about what a timing is read from."""

    def __init__(
        self,
        groups: FunctionalGroups,
        tags: frozenset[int],
        read: Callable[[Attributes, str, Extract], Timing | None],
    ) -> None:
        self.timings: list[Timing] = []
        self._groups = groups
        self._tags = tags
        self._read = read
        self._index_of: dict[tuple[tuple[int, bytes | None], ...], int | None] = {}
        self._parts_of: dict[int, tuple[tuple[int, bytes | None], ...]] = {}

    def index(self, frame_index: int, modality: str, extract: Extract) -> int | None:
        """Give the place of a frame's timing in the list; None where it has none."""
        key = tuple(part for macro in self._groups.frames[frame_index] for part in self._parts(macro))
        if key not in self._index_of:
            timing = self._read(self._groups.view(frame_index), modality, extract)
            self._index_of[key] = None if timing is None else len(self.timings)
            self.timings += [timing] if timing is not None else []
        return self._index_of[key]

    def _parts(self, macro: Elements) -> tuple[tuple[int, bytes | None], ...]:
        parts = self._parts_of.get(id(macro))
        if parts is None:
            tags = sorted(tag for tag in macro if tag in self._tags or is_private(tag))
            parts = self._parts_of[id(macro)] = tuple((tag, macro[tag].content) for tag in tags)
        return parts


class FrameReader:
    """Reads the frames of one object.

    Parameters
    ----------
    common
        What was read of the data set without the frames; it receives what the frames say, once or as a range.
    """

    def __init__(self, groups: FunctionalGroups, table: FrameTable, modality: str, common: Extract) -> None:
        self._groups = groups
        self._table = table
        self._modality = modality
        self._common = common
        self._planes: dict[Plane, int] = {}
        self._cardiac = _Timings(groups, CARDIAC_TAGS, read_cardiac_timing)
        self._respiratory = _Timings(groups, RESPIRATORY_TAGS, read_respiratory_timing)
        # The groups keep their mappings, so that an id stays one mapping's.
        self._macros: dict[int, dict[str, Value]] = {}

    def read(self) -> Frames:
        """Read every frame, of which there is at least one, and hand what they say to the instance.

        Sequences inside of macros, such as codes, are read of the first frame alone.
        """
        own = [self._own_values(frame) for frame in self._groups.frames]
        described = tuple(self._describe(index, values) for index, values in enumerate(own))
        self._hand_over(own)
        self._common.take_sequences(self._groups.view(0), self._table.table)
        timings, breaths = self._cardiac.timings, self._respiratory.timings
        return Frames(described, tuple(self._planes), tuple(timings), tuple(breaths))

    def _own_values(self, frame: Frame) -> dict[str, Value]:
        """Give what a frame's macros say, the first of those that say the same."""
        values: dict[str, Value] = {}
        for macro in reversed(frame):
            if id(macro) not in self._macros:
                self._macros[id(macro)] = self._read_macro(macro)
            values.update(self._macros[id(macro)])
        return values

    def _read_macro(self, macro: Elements) -> dict[str, Value]:
        own = Extract()
        own.take_rows(self._groups.common.replaced(macro), self._table.rows_for(macro))
        for key, provenance in own.provenance.items():
            if not key.startswith("frame."):
                self._common.provenance.setdefault(key, provenance)
        self._common.unreadable += (one for one in own.unreadable if one not in self._common.unreadable)
        return own.values

    def _describe(self, index: int, own: dict[str, Value]) -> FrameFacts:
        values = ChainMap(own, self._common.values)
        position, stack_id = values.get(_POSITION), values.get("frame.stack_id")
        return FrameFacts(
            position_mm=_triple(position),
            plane=self._plane_of(values),
            timing=self._cardiac.index(index, self._modality, self._common),
            breath=self._respiratory.index(index, self._modality, self._common),
            stack_id=stack_id if isinstance(stack_id, str) else None,
            in_stack_position=_whole(values.get("frame.in_stack_position")),
            temporal_position_index=_whole(values.get("frame.temporal_position_index")),
            temporal_offset_s=_number(values.get("frame.temporal_offset_s")),
            echo_time_ms=_number(values.get(_ECHO_TIME)),
            b_value_s_mm2=_number(values.get(_B_VALUE)),
        )

    def _plane_of(self, values: Mapping[str, Value]) -> int | None:
        orientation = values.get(_ORIENTATION)
        if not isinstance(orientation, tuple):
            return None
        cosines = tuple(float(cosine) for cosine in orientation)
        plane = Plane(cosines, _number(values.get(_THICKNESS)), _number(values.get(_TILT)))
        return self._planes.setdefault(plane, len(self._planes))

    def _hand_over(self, frames: list[dict[str, Value]]) -> None:
        """Merge what the frames say; where only some say it, what holds for all frames stands for the others."""
        gathered: dict[str, list[Value]] = {}
        for frame in frames:
            for key, value in frame.items():
                if not key.startswith("frame."):
                    gathered.setdefault(key, []).append(value)
        common = self._common.values
        for key, values in gathered.items():
            if len(values) < len(frames) and key in common:
                values.append(common[key])
            common[key] = merge_values(values)


def _triple(value: Value | None) -> tuple[float, float, float] | None:
    if not isinstance(value, tuple):
        return None
    x, y, z = (float(component) for component in value)
    return x, y, z


def _whole(value: Value | None) -> int | None:
    return value if isinstance(value, int) else None


def _number(value: Value | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None
