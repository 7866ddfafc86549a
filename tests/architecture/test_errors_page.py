"""``docs/errors.md`` tells of every error code, and of none that is gone."""

from pathlib import Path

from api.schemas.problem import PROBLEMS, RETRY_AFTER_SECONDS

PAGE = Path(__file__).parents[2] / "docs/errors.md"


def rows() -> list[list[str]]:
    """The cells of each row of the table."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_code_is_listed_once_with_its_status_and_title() -> None:
    """A client's author finds each code of the table, and nothing stale."""
    listed = [(code.strip("`"), int(status), title) for code, status, title, *_ in rows()]
    assert sorted(listed) == sorted((code, status, title) for code, (status, title) in PROBLEMS.items())


def test_every_code_says_when_it_comes_and_what_to_do() -> None:
    """No row is left for later."""
    assert [row[0] for row in rows() if len(row) != 5 or not all(row)] == []


def test_the_statuses_with_retry_after_are_named() -> None:
    """The page promises the header for the statuses that have it."""
    text = PAGE.read_text()
    assert [status for status in RETRY_AFTER_SECONDS if f"`{status}`" not in text] == []
