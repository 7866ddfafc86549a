"""Saying how far a command is."""

import io

import pytest

from api.cli.progress import Progress, bar, size


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (526_846, "527 kB"), (1_600_000_000, "1.6 GB"), (2e15, "2000 TB")],
)
def test_sizes_are_written_in_powers_of_1000(count: float, text: str) -> None:
    """As IEC 80000-13 has it for kB, MB and GB."""
    assert size(count) == text


@pytest.mark.parametrize(("share", "filled"), [(0, 0), (0.5, 12), (1, 24), (1.7, 24)])
def test_a_bar_is_as_full_as_its_share(share: float, filled: int) -> None:
    """24 cells stand for the whole."""
    assert bar(share).count("#") == filled


def test_on_a_terminal_one_line_is_rewritten_and_taken_away() -> None:
    """What was shown leaves no trace in the scrollback."""
    stream = Terminal()
    progress = Progress(stream)
    progress.show("1/2 files", 0.5)
    progress.clear()
    first, second, rest = stream.getvalue().split("\r")[1:]
    assert (first.endswith("1/2 files"), second.strip(), rest) == (True, "", "")


def test_a_shorter_line_covers_a_longer_one() -> None:
    """No remains of the line before are left standing."""
    stream = Terminal()
    progress = Progress(stream)
    progress.show("a long line of text")
    progress.show("short", important=True)
    assert stream.getvalue().split("\r")[-1] == "short".ljust(len("a long line of text"))


def test_without_a_terminal_lines_are_whole_and_few() -> None:
    """The log of a script gets no control characters and not every step."""
    stream = io.StringIO()
    progress = Progress(stream)
    progress.show("1/3 files", 0.3)
    progress.show("2/3 files", 0.6)
    progress.show("3/3 files", 1.0, important=True)
    assert stream.getvalue() == "3/3 files\n"
