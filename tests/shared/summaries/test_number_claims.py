"""Numbers are found in prose with their unit, spelled or in digits."""

import pytest

from shared.summaries.number_claims import Comparison, agrees, find_fractions, find_numbers, find_vague_counts


def read(text: str) -> list[tuple[float, str | None]]:
    """Find numbers with the names of their units."""
    return [(number.value, number.unit.name if number.unit else None) for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 axial (cross-section) images", [(12, "images")]),
        ("68 to 76 beats per minute", [(68, "bpm"), (76, "bpm")]),
        ("68–76 bpm", [(68, "bpm"), (76, "bpm")]),
        ("512 by 512 pixels", [(512, "pixels"), (512, "pixels")]),
        ("4, 7 and 9 mm", [(4, "mm"), (7, "mm"), (9, "mm")]),
        ("a 2.5-mm slice", [(2.5, "mm")]),
        ("0.625mm", [(0.625, "mm")]),
        ("1,200 images", [(1200, "images")]),
        ("half a millimetre", [(0.5, "mm")]),
        ("two and a half millimetres", [(2.5, "mm")]),
        ("twenty-five slices", [(25, "slices")]),
        ("two hundred images", [(200, "images")]),
        ("a single axial image", [(1, "images")]),
        ("one of the images", []),
        ("from one beat to the next", []),
        ("3D T2 images and a four-chamber view", []),
        ("the value 7 stands alone", [(7, None)]),
        ("12 mm and then some words before 7", [(12, "mm"), (7, None)]),
        ("724.5 mGy·cm", [(724.5, "mGy·cm")]),
        ("724.5 mGy", [(724.5, "mGy")]),
        ("no number at all", []),
    ],
)
def test_numbers_are_found_with_their_unit(text: str, numbers: list[tuple[float, str | None]]) -> None:
    """A number takes the unit behind it, also across adjectives and in a list or range."""
    assert read(text) == numbers


@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("12 images", Comparison.EXACT),
        ("about 12 images", Comparison.ABOUT),
        ("more than 12 images", Comparison.MORE),
        ("under 12 images", Comparison.LESS),
    ],
)
def test_comparing_words_are_understood(text: str, comparison: Comparison) -> None:
    """ "About", "more than" and "under" widen what a number may stand for."""
    assert find_numbers(text)[0].comparison is comparison


@pytest.mark.parametrize(
    ("text", "fact", "fits"),
    [
        ("0.6 mm", 0.625, True),
        ("0.63 mm", 0.625, True),
        ("0.7 mm", 0.625, False),
        ("1 mm", 0.625, False),
        ("3 mm", 2.5, False),
        ("0.25 cm", 2.5, True),
        ("11 seconds", 11000, True),
        ("320 images", 320, True),
        ("319 images", 320, False),
        ("about 300 images", 320, True),
        ("about 500 images", 320, False),
        ("more than 300 images", 320, True),
        ("more than 100 images", 320, False),
        ("under 3 mm", 2.5, True),
        ("under 10 mm", 2.5, False),
        ("7", 7, True),
    ],
)
def test_rounding_is_allowed_and_changing_is_not(text: str, fact: float, *, fits: bool) -> None:
    """A number may lose digits, but not move to another value; counts are exact."""
    assert agrees(find_numbers(text)[0], fact) is fits


def test_fractions_and_vague_counts_are_found() -> None:
    """Fractions in words and "hundreds of" are claims too."""
    assert find_fractions("two thirds of it, a quarter of that") == ["two thirds", "a quarter of"]
    assert list(find_vague_counts("hundreds of images")) == [("hundreds of", (200, 2000))]
