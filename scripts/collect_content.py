"""Collect what seeds/ and the engine say into locale/*/LC_MESSAGES/content.po: `make messages`.

Of the seeds the values of keys that are words for people, of the engine the texts in `Sentence("…")`, `say("…")` and
`noted("…")` (pathways/engine/sentences.py). Known translations are kept, new sentences stand empty, what nobody says
any more leaves. `--check` only tells, with exit code 1, what is missing or doubtful.
"""

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "en")
FILES = ("exercises.yaml", "instruments.yaml", "measures.yaml", "references.yaml", "pathways/*.yaml")
# Keys whose values are words for people; `options` maps codes to such words. Published titles stay as they are.
TEXTS = frozenset(
    {
        "accuracy",
        "action",
        "again",
        "alarm_signs",
        "correction",
        "design",
        "ends",
        "equipment",
        "finding",
        "goal",
        "how",
        "instruction",
        "intro",
        "items",
        "label",
        "message",
        "metronome",
        "name",
        "note",
        "options",
        "patient_text",
        "pointing",
        "positive_when",
        "progression",
        "question",
        "sets",
        "short",
        "summary",
        "text",
        "texts",
        "title",
        "unit",
        "why",
    }
)
MARKS = frozenset({"Sentence", "noted", "say"})
NOT_READ = frozenset({"cases", "authors", "journal"})
_WORDS = re.compile(r"[^\W\d_]{3}")
_HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def sentences() -> list[str]:
    """Return every text of the seeds and of the engine that people read, each once, in the order of the files."""
    found: dict[str, None] = {}
    for pattern in FILES:
        for path in sorted((ROOT / "seeds").glob(pattern)):
            found |= dict.fromkeys(_texts(yaml.safe_load(path.read_text(encoding="utf-8")), key=""))
    for path in sorted((ROOT / "pathways" / "engine").glob("*.py")):
        found |= dict.fromkeys(_said(ast.parse(path.read_text(encoding="utf-8"))))
    return list(found)


def _said(code: ast.Module) -> Iterator[str]:
    """Yield the texts that a module of the engine marks, in no order that matters."""
    for call in (node for node in ast.walk(code) if isinstance(node, ast.Call) and node.args):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        text = call.args[0]
        if name in MARKS and isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


def _texts(value: Any, *, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in NOT_READ:
                yield from _texts(inner, key=key if key == "options" else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key=key)
    elif isinstance(value, str) and key in TEXTS and _WORDS.search(value):
        yield value


def collect(language: str) -> None:
    """Write the catalogue of one language anew."""
    path = _catalogue(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".pot", encoding="utf-8") as template:
        template.write(_HEADER + "".join(f'msgid {_quoted(text)}\nmsgstr ""\n\n' for text in sentences()))
        template.flush()
        if not path.exists():
            path.write_text(_HEADER.replace('\\n"\n\n', f'\\n"\n"Language: {language}\\n"\n\n'), encoding="utf-8")
        _run("msgmerge", "--quiet", "--no-fuzzy-matching", "--update", "--backup=none", str(path), template.name)
        _run("msgattrib", "--no-obsolete", "--output-file", str(path), str(path))


def faults(language: str) -> list[str]:
    """Return the sentences that a language does not have, or that nobody says any more."""
    known = _run("msgattrib", "--translated", "--no-fuzzy", "--no-obsolete", "--no-wrap", str(_catalogue(language)))
    have = {_unquoted(line) for line in re.findall(r'^msgid ((?:".*"\n?)+)', known, re.MULTILINE)} - {""}
    said = set(sentences())
    return [
        *(f"{language}: no translation of {text!r}" for text in sorted(said - have)),
        *(f"{language}: no seed says {text!r}" for text in sorted(have - said)),
    ]


def _catalogue(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "content.po"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(lines: str) -> str:
    joined = "".join(re.findall(r'"(.*)"', lines))
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], joined)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def main() -> int:
    """Collect, or check with --check."""
    if "--check" not in sys.argv:
        for language in LANGUAGES:
            collect(language)
        return 0
    found = [fault for language in LANGUAGES for fault in faults(language)]
    sys.stderr.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
