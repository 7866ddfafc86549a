"""Free text becomes words of a closed table, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy.vocabulary import ContrastKind, Token, generalize_age, name_contrast, read_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("SmartScore 2.5mm", (Token.CALCIUM_SCORE,)),
        ("CCTA 0.6 B26f", (Token.CORONARY, Token.ANGIOGRAPHY)),
        ("cine SAX retro", (Token.CINE, Token.SHORT_AXIS)),
        ("AX T2 FLAIR FS", (Token.T2, Token.FLAIR, Token.FAT_SUPPRESSION)),
        ("t2* map", (Token.T2_STAR,)),
        ("Thorax ohne KM", (Token.CONTRAST, Token.CHEST)),
        ("Abdomen w/o contrast", (Token.CONTRAST, Token.NATIVE, Token.ABDOMEN)),
        ("Abdomen without contrast", (Token.NATIVE, Token.ABDOMEN)),
        ("IRM du cerveau", (Token.BRAIN,)),
        ("Schädel nativ", (Token.NATIVE,)),
        ("4CH LGE", (Token.FOUR_CHAMBER, Token.LATE_ENHANCEMENT)),
        ("John Smith 12.03.1961", ()),
        ("", ()),
    ],
)
def test_descriptions_become_their_known_words(text: str, tokens: tuple[Token, ...]) -> None:
    """A description is reduced to the words of our table, in English, and names or dates in it disappear."""
    assert read_tokens(text) == tokens


@given(st.text())
def test_any_text_gives_words_of_the_table_only(text: str) -> None:
    """Whatever somebody typed, only words that we chose ourselves come out."""
    assert set(read_tokens(text)) <= set(Token)


@pytest.mark.parametrize("token", list(Token))
def test_a_known_word_is_its_own_reading(token: Token) -> None:
    """Reading our own word again gives the same word."""
    assert token in read_tokens(token.value)


def test_text_beyond_the_limit_is_not_looked_at() -> None:
    """A word after more than a thousand characters is not found, so that huge texts cost nothing."""
    assert read_tokens("x " * 600 + "brain") == ()


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Ultravist 370", ContrastKind.IODINE),
        ("OMNIPAQUE 350 for J. Doe", ContrastKind.IODINE),
        ("Gadavist", ContrastKind.GADOLINIUM),
        ("dotarem 15 ml", ContrastKind.GADOLINIUM),
        ("none", ContrastKind.NONE),
        ("barium", ContrastKind.OTHER),
        ("Smith", ContrastKind.OTHER),
    ],
)
def test_contrast_agents_become_their_kind(agent: str, kind: ContrastKind) -> None:
    """A product name becomes iodine, gadolinium, other or none; the text itself is not kept."""
    assert name_contrast(agent) is kind


@pytest.mark.parametrize(
    ("age", "told"),
    [
        ("045Y", "45"),
        ("089Y", "89"),
        ("090Y", "90 or older"),
        ("104Y", "90 or older"),
        ("018M", "1"),
        ("006M", "under 1"),
        ("010W", "under 1"),
        ("020D", "under 1"),
        ("45", None),
        ("Smith", None),
    ],
)
def test_high_ages_become_one_band(age: str, told: str | None) -> None:
    """Nobody aged 90 or more can be told from another by the age."""
    assert generalize_age(age) == told
