"""The strip of slice positions."""

from xml.etree import ElementTree as ET

from msgspec import structs

from api.dashboard.views.geometry_strip import Gap, Part, Strip, describe_strip, draw_strip, plan_strip
from api.dashboard.views.results import ShownRow, ShownSeries
from shared.dicom.series_parts import Geometry, Segment, Stack

SVG = "{http://www.w3.org/2000/svg}"


def series(missing: int, *stacks: Stack) -> ShownSeries:
    """A CT series with slices every 2 mm."""
    main = Stack("axial", 4, 4, slice_spacing_mm=2.0, missing_slices=missing)
    return ShownSeries("1.2", "CT", 4, is_localizer=False, geometry=Geometry((main, *stacks)))


def rows(*places: float | None) -> list[ShownRow]:
    """Instances at these positions."""
    return [ShownRow(place) for place in places]


def test_a_missing_slice_is_a_gap() -> None:
    """Between 2 mm and 6 mm one slice of 2 mm is missing."""
    strip = plan_strip(series(1), rows(0.0, 2.0, 6.0, 8.0))
    assert strip == Strip((0.0, 2.0, 6.0, 8.0), (Gap(2.0, 6.0, 1),))


def test_phases_of_one_place_are_one_position() -> None:
    """Ten images of one place are one line."""
    strip = plan_strip(series(0), rows(0.0, 0.0, 2.0, 2.004, None))
    assert strip == Strip((0.0, 2.0), ())


def test_a_wide_step_is_no_gap_where_the_result_counts_none() -> None:
    """The strip never says more than the geometry of the result."""
    strip = plan_strip(series(0), rows(0.0, 2.0, 6.0))
    assert strip is not None
    assert strip.gaps == ()


def test_several_stacks_have_no_common_strip() -> None:
    """Positions along different directions do not compare."""
    assert plan_strip(series(0, Stack("coronal", 1, 1)), rows(0.0, 2.0)) is None


def test_a_single_position_is_no_strip() -> None:
    """One slice has no distance to another."""
    assert plan_strip(series(0), rows(3.0)) is None


def test_the_gap_is_said_in_words_and_marked_with_a_cross() -> None:
    """Colour is never the only sign."""
    strip = Strip((0.0, 2.0, 6.0, 8.0), (Gap(2.0, 6.0, 1),))
    assert describe_strip(strip) == "4 slice positions over 8 mm; 1 slice is missing, marked with a cross."
    drawn = ET.tostring(ET.fromstring(draw_strip(strip, "one")), encoding="unicode")
    assert "1 missing" in drawn


OSIRIX_HEAD = Stack(
    "axial", 28, 28, slice_spacing_mm=5.5, missing_slices=0, segments=(Segment(14, 4.0, 4.0), Segment(14, 7.0, 7.0))
)
"""The GE head of the OsiriX collection: 14 slices of 4 mm, then 14 of 7 mm, under one UID."""

HEAD_PLACES = [4.0 * number for number in range(14)] + [57.5 + 7.0 * number for number in range(14)]


def head(stack: Stack) -> ShownSeries:
    """A series of one stack."""
    return ShownSeries("1.2", "CT", stack.images, is_localizer=False, geometry=Geometry((stack,)))


def test_segments_are_told_by_letter_and_in_words() -> None:
    """Thin slices at the base of the skull, thick ones above: two brackets, and a sentence for whoever sees none."""
    strip = plan_strip(head(OSIRIX_HEAD), rows(*HEAD_PLACES))
    assert strip is not None
    assert strip.parts == (Part("A", 0.0, 52.0, 14, 4.0, 4.0), Part("B", 57.5, 148.5, 14, 7.0, 7.0))
    assert describe_strip(strip) == (
        "28 slice positions over 148.5 mm, none missing. The slices change along the stack: A is 14 slices, 4 mm "
        "thick, every 4 mm; B is 14 slices, 7 mm thick, every 7 mm."
    )
    drawn = ET.fromstring(draw_strip(strip, "one"))
    assert [group.findtext(f"{SVG}text") for group in drawn.iter(f"{SVG}g")] == ["A", "B"]


def test_a_gap_is_judged_by_the_segment_it_lies_in() -> None:
    """8 mm among slices of 4 mm lack one, though the stack's median spacing is 5.5 mm; 7 mm among those of 7 none."""
    stack = structs.replace(
        OSIRIX_HEAD,
        images=27,
        positions=27,
        missing_slices=1,
        segments=(Segment(13, 4.0, 4.0), OSIRIX_HEAD.segments[1]),
    )
    strip = plan_strip(head(stack), rows(*(place for place in HEAD_PLACES if place != 20.0)))
    assert strip is not None
    assert strip.gaps == (Gap(16.0, 24.0, 1),)


def test_phases_are_counted_into_their_segment() -> None:
    """A segment counts images; of two phases each position has two."""
    stack = Stack("axial", 8, 4, slice_spacing_mm=2.0, segments=(Segment(4, 1.0, 2.0), Segment(4, 3.0, 2.0)))
    strip = plan_strip(head(stack), rows(*[0.0, 2.0, 4.0, 6.0] * 2))
    assert strip is not None
    assert [(part.begins_mm, part.ends_mm, part.positions) for part in strip.parts] == [(0.0, 2.0, 2), (4.0, 6.0, 2)]


def test_segments_that_do_not_add_up_are_not_marked() -> None:
    """Where positions of some images are not known, nobody can say where a segment ends."""
    strip = plan_strip(head(OSIRIX_HEAD), rows(*HEAD_PLACES[:-1]))
    assert strip is not None
    assert strip.parts == ()
