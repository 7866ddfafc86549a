"""Which of several media types a client prefers, by its Accept header (RFC 9110 section 12.5.1)."""

from collections.abc import Sequence

from msgspec import Struct

MAX_RANGES = 64
"""Media ranges of one header that are looked at."""


class _Range(Struct, frozen=True):
    """One media range: what it names and how much it is wanted; a longer name is more specific."""

    main: str
    sub: str
    quality: float

    def specificity(self, media_type: str) -> int | None:
        """Tell how closely the range names a media type, None where it does not."""
        main, _, sub = media_type.partition("/")
        if (self.main, self.sub) == (main, sub):
            return 2
        if (self.main, self.sub) == (main, "*"):
            return 1
        return 0 if (self.main, self.sub) == ("*", "*") else None


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """Choose what to answer with.

    Parameters
    ----------
    accept
        The header, None or empty where the client has no preference. Parameters other than ``q`` are passed over, and
        so is what is no media range.
    offered
        Media types in the order in which they are given to a client that takes several equally.

    Returns
    -------
    str or None
        None where the client takes none of them.
    """
    ranges = [one for part in (accept or "*/*").split(",")[:MAX_RANGES] if (one := _read_range(part)) is not None]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))  # the first of the greatest
    return best if _quality(best, ranges) > 0 else None


def _quality(media_type: str, ranges: Sequence[_Range]) -> float:
    """Give the quality of the most specific range that names a media type; the last of equal ones counts."""
    fitting = [(specificity, one.quality) for one in ranges if (specificity := one.specificity(media_type)) is not None]
    closest = max((specificity for specificity, _ in fitting), default=None)
    return next((quality for specificity, quality in reversed(fitting) if specificity == closest), 0.0)


def _read_range(text: str) -> _Range | None:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    main, slash, sub = name.partition("/")
    if not (main and slash and sub):
        return None
    quality = next((part[2:].strip() for part in parameters if part.startswith("q=")), "1")
    try:
        stated = float(quality)
    except ValueError:
        return None
    return _Range(main, sub, stated) if 0 <= stated <= 1 else None
