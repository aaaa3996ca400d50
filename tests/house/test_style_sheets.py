"""The house's rules for style sheets: values stand in tokens.css, a rule stands once, a sheet is short."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.staticfiles import finders

from fysicure.static_files import with_parts

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "static" / "fysicure" / "css"
SHEETS = sorted(FOLDER.rglob("*.css"))
TOKENS = FOLDER / "tokens.css"
LONGEST_SHEET, LARGEST_LAYER, WORTH_SHARING = 400, 9, 6
# What stands in for Inter is measured, and Swagger's page has a look of its own.
MEASURED = ("site/letters.css", "api_docs.css")


class Block(NamedTuple):
    """A rule: the file, the queries it stands in, its selectors, and what it says."""

    sheet: str
    within: str
    selectors: str
    says: tuple[str, ...]


def text_of(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def blocks(path: Path) -> list[Block]:
    """Every rule of a sheet; `@media` and `@container` may stand around rules, not around each other."""
    found, within = [], []
    for opened, said, closed in re.findall(r"([^{};]*)\{|([^{}]*)(\})", text_of(path)):
        if not closed:
            within.append(" ".join(opened.split()))
            continue
        says = tuple(sorted(" ".join(each.split()) for each in said.split(";") if each.strip()))
        around, selectors = " ".join(within[:-1]), within.pop()
        if says:
            found.append(Block(name_of(path), around, selectors, says))
    return found


def said_outside_tokens(pattern: str) -> list[str]:
    return [
        f"{name_of(path)}: {said}"
        for path in SHEETS
        if path != TOKENS and name_of(path) not in MEASURED
        for said in re.findall(pattern, text_of(path))
    ]


def test_the_sheets_are_there() -> None:
    assert len(SHEETS) > 40
    assert len(blocks(TOKENS)) == 4


def test_a_colour_is_a_token() -> None:
    assert said_outside_tokens(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])") == []
    assert said_outside_tokens(r"(?:rgba?|hsla?|oklch)\([^)]*\)") == []


@pytest.mark.parametrize(
    "literal",
    [
        r"font-size: [\d.]+rem",
        r"font-weight: \d+",
        r"z-index: \d{2,}",
        r"(?:transition|animation)[a-z-]*: [^;]*[ ][\d.]+m?s",
        r"(?:^|\s)(?:gap|padding|margin): (?:0?\.5|0?\.75|1|1\.25|1\.5)rem",
    ],
)
def test_a_value_that_has_a_token_is_said_by_it(literal: str) -> None:
    assert said_outside_tokens(literal) == []


def test_each_token_is_defined_and_used() -> None:
    whole = "".join(text_of(path) for path in SHEETS)
    used, defined = set(re.findall(r"var\((--[\w-]+)", whole)), set(re.findall(r"(--[\w-]+):", whole))
    assert used - defined == set()
    assert {each for each in defined - used if not each.startswith("--tblr-")} == set()


def test_what_is_dark_is_said_for_each_colour() -> None:
    _unchanging, light, dark, _tabler = blocks(TOKENS)
    colours, dark_colours = ({each.partition(":")[0] for each in block.says} for block in (light, dark))
    # The rail, the entrance and paper look the same by night.
    same = {"--rail-hover", "--on-rail-strong", "--on-rail-focus", "--entrance"}
    same |= {"--paper", "--on-paper", "--print-ink", "--print-line"}
    assert colours - dark_colours == same


def test_no_rule_stands_twice() -> None:
    every = [block for path in SHEETS for block in blocks(path)]
    named = [block for block in every if block.selectors != "@font-face"]
    twice = Counter((block.sheet, block.within, block.selectors) for block in named)
    assert [each for each, times in twice.items() if times > 1] == []
    alike = Counter(block.says for block in every if len(block.says) >= WORTH_SHARING)
    assert [(block.sheet, block.selectors) for block in every if alike[block.says] > 1] == []


def test_motion_stops_in_one_place() -> None:
    assert [name_of(path) for path in SHEETS if "prefers-reduced-motion" in text_of(path)] == ["site/motion.css"]


def test_a_sheet_is_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SHEETS}
    assert [name for name, length in lengths.items() if length > LONGEST_SHEET] == []


def test_each_sheet_is_loaded() -> None:
    named = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    named += "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.css"))
    assert [name_of(path) for path in SHEETS if f"{name_of(path)}" not in named] == []


def test_a_page_asks_for_one_file_of_its_parts() -> None:
    found = finders.find("fysicure/css/fysicure.css")
    assert found
    sheet = Path(found).read_text(encoding="utf-8")
    assert "@import" not in sheet
    for said in ("--petrol: #", ".btn-primary", ".chart-line", "@media print"):
        assert sheet.count(said) >= 1, said


def test_a_sheet_without_parts_is_found_where_it_is() -> None:
    assert finders.find("fysicure/css/waiting.css") == str(FOLDER / "waiting.css")


def test_a_part_names_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "one.css").write_text("a { background: url(b.svg) }")
    (tmp_path / "sheet.css").write_text('@import url("parts/one.css");')
    with pytest.raises(ValueError, match="names no other file"):
        with_parts(tmp_path / "sheet.css")
