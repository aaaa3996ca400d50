"""The house's own rules, counted over the tree (see docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("fysicure", "accounts", "patients", "scheduling", "pathways")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BANNED_NAMES = {"services", "utils", "helpers", "common", "misc", "managers2"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 400, 45, 150


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_the_tree_is_there() -> None:
    assert len(SOURCES) > 60
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_is_short_and_named_for_what_it_is(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert path.stem not in BANNED_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_are_short_and_import_nothing_inside(path: Path) -> None:
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < LONGEST_FUNCTION, function.name
        imports = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
        assert not imports, function.name


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_is_short_and_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_TEMPLATE
    assert " style=" not in text
    assert " onclick=" not in text
    assert "|safe" not in text


def test_no_rule_depends_on_the_name_of_a_condition() -> None:
    named = [name_of(path) for path in SOURCES if "itbs" in path.read_text(encoding="utf-8").lower()]
    assert named == []
