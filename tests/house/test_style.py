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


def test_a_file_is_short_and_named_for_what_it_is() -> None:
    long = [name_of(path) for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]
    assert long == []
    assert [name_of(path) for path in SOURCES if path.stem in BANNED_NAMES] == []


def test_functions_are_short_and_import_nothing_inside() -> None:
    long, importing = [], []
    for path in SOURCES:
        for function in functions(path):
            name = f"{name_of(path)}: {function.name}"
            long += [name] if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION else []
            imports = any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
            importing += [name] if imports else []
    assert long == []
    assert importing == []


@pytest.mark.parametrize("inline", [" style=", " onclick=", "|safe"])
def test_a_template_has_no_inline_style_or_script(inline: str) -> None:
    assert [name_of(path) for path in TEMPLATES if inline in path.read_text(encoding="utf-8")] == []


def test_a_template_is_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in TEMPLATES}
    assert [name for name, length in lengths.items() if length > LONGEST_TEMPLATE] == []


def test_no_rule_depends_on_the_name_of_a_condition() -> None:
    named = [name_of(path) for path in SOURCES if "itbs" in path.read_text(encoding="utf-8").lower()]
    assert named == []
