"""Every code that can reach a client stands in the one table, and no message quotes the input."""

import ast
from pathlib import Path

import pytest

from api.schemas.problem import PROBLEMS
from api.uploads.reception import REFUSALS
from shared.archives import refusals as archives

ROOT = Path(__file__).parents[2]
ERRORS = {"DataError", "TransientError", "RequestRefused", "StateConflict", "WebhookConflict"}
MODULES = [
    *sorted((ROOT / "api").rglob("*.py")),
    *sorted((ROOT / "shared/jobs").rglob("*.py")),
    *sorted((ROOT / "shared/webhooks").rglob("*.py")),
]


def codes_in(path: Path) -> set[str]:
    """The codes of the errors that a module raises."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ERRORS and call.args]
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_raised_code_is_in_the_table(path: Path) -> None:
    """A client can look every code up."""
    assert codes_in(path) - set(PROBLEMS) == set()


def test_a_code_is_lower_case_and_dotted() -> None:
    """Codes are stable names: room, dot, what happened."""
    assert [code for code in PROBLEMS if not code.replace("_", "").replace(".", "").islower() or "." not in code] == []


def test_every_refusal_at_the_door_is_in_the_table() -> None:
    """What is said of a single unusable file becomes the answer of the request."""
    assert set(REFUSALS) <= set(PROBLEMS)


def test_every_refusal_of_an_archive_is_in_the_table() -> None:
    """What is said of an archive as a whole may become the error of its job."""
    assert {code for code in archives.REFUSALS if code.startswith("upload.")} <= set(PROBLEMS)
