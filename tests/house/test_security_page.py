"""The page about security names tests that exist, and answers each requirement once."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
LEVELS_ONE_AND_TWO = 217


def test_each_requirement_has_one_row_with_an_answer() -> None:
    ids = [row[0] for row in ROWS]
    assert len(ids) == len(set(ids)) >= LEVELS_ONE_AND_TWO
    assert all(answer.strip() for _id, _words, answer in ROWS)


def test_every_test_that_is_named_is_there() -> None:
    missing = []
    for _id, _words, answer in ROWS:
        file = ""
        for path, name in re.findall(r"(tests/[\w/]+\.py|tests/[\w/]+/)?(?:::(test_\w+))?", answer):
            file = path or file
            if path and not (ROOT / path).exists():
                missing.append(path)
            elif name and f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8"):
                missing.append(f"{file}::{name}")
    assert missing == []


def test_an_answer_says_nothing_twice() -> None:
    twice = [id_ for id_, _words, answer in ROWS if len(set(answer.split("; "))) < len(answer.split("; "))]
    assert twice == []
