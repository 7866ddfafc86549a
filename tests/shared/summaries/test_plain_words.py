"""A summary is made of plain words; a word for a finding is not among them."""

import pytest

from shared.summaries.plain_words import is_plain


@pytest.mark.parametrize(
    "word",
    [
        "image",
        "images",
        "planned",
        "imaging",
        "evenly",
        "thinner",
        "cross-sectional",
        "studies",
        "taken",
        "iodine-based",
    ],
)
def test_plain_words_pass_in_all_their_forms(word: str) -> None:
    """Words about making images pass, inflected or joined by a hyphen."""
    assert is_plain(word)


@pytest.mark.parametrize("word", ["sclerosis", "lump", "aerated", "billing", "tumour-like", "dense", "smith"])
def test_other_words_do_not_pass(word: str) -> None:
    """Words for what an image may show, or for anything else, do not."""
    assert not is_plain(word)
