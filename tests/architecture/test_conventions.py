"""The rules of docs/conventions.md that linters do not know."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = [path for room in ("api", "worker", "shared", "benchmarks") for path in sorted((ROOT / room).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
BROAD = {ROOT / "api/error_handlers.py", ROOT / "worker/leased_task.py"}


def name_of(path: Path) -> str:
    """A module's path as the test's name."""
    return str(path.relative_to(ROOT))


def claims_in(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The test functions of a module."""
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds) and node.name.startswith("test_")]


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_module_is_one_noun_of_at_most_300_lines(path: Path) -> None:
    """A module that grows is split by meaning."""
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """Every module begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", CODE + TESTS, ids=name_of)
def test_no_module_has_a_name_that_says_nothing(path: Path) -> None:
    """A function without a home has a noun that was not named yet."""
    assert NAMELESS.isdisjoint({*path.relative_to(ROOT).with_suffix("").parts})


@pytest.mark.parametrize("path", [path for path in CODE if path not in BROAD], ids=name_of)
def test_everything_is_caught_at_the_two_boundaries_only(path: Path) -> None:
    """Elsewhere the narrowest class is caught."""
    handlers = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler)]
    broad = [
        node.lineno
        for node in handlers
        if node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
    ]
    assert broad == []


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_log_event_is_a_constant_phrase(path: Path) -> None:
    """Facts are fields of an event, never part of its text."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"debug", "info", "warning", "error"}
        and ("logger" in ast.unparse(node.func.value))
    ]
    assert [ast.unparse(call) for call in calls if not isinstance(call.args[0], ast.Constant)] == []


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_every_test_has_a_claim_in_one_sentence(path: Path) -> None:
    """A radiographer could read what is tested."""
    assert [test.name for test in claims_in(path) if not (ast.get_docstring(test) or "").endswith(".")] == []


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_no_test_is_skipped_or_expected_to_fail_in_its_body(path: Path) -> None:
    """What cannot run says so at its head, with the reason."""
    text = path.read_text()
    assert [
        word for word in ("pytest.skip(", "pytest.xfail(", "mark.xfail") if word in text.replace(f'"{word}"', "")
    ] == []
