"""The guides speak the words of the interface: what stands bold in a guide is a text that pages show in that language.

So a button that is renamed fails here until the guides name it as it is now.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation.trans_real import translation

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
ROLES = ("receptionist", "therapist", "patient", "owner")
PAGES = sorted(page for role in ROLES for page in (GUIDES / role).glob("*.md"))
BOLD = re.compile(r"\*\*([^*]+)\*\*")


def language_of(page: Path) -> str:
    found = re.search(r"^language: (\w\w)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def in_short(text: str) -> str:
    """A text without what a page puts around or into it: spaces that do not break, a colon or count at the end."""
    return re.sub(r"\s+", " ", text).strip().rstrip(":").strip()


@cache
def words_of(language: str) -> frozenset[str]:
    """Every text of the interface in a language. English has no catalogue: it is what the Dutch one translates."""
    texts: set[str] = set()
    for part in translation("nl" if language == "en" else language)._catalog._catalogs:
        for key, said in part.items():
            english = key[0] if isinstance(key, tuple) else key
            texts.add(in_short((english if language == "en" else said).rpartition("\x04")[2]))
    return frozenset(texts)


def test_each_role_has_its_guide() -> None:
    assert {role for role in ROLES if (GUIDES / role / "index.md").exists()} == set(ROLES)
    assert {"nl", "fr", "en"} == {language_of(page) for page in (GUIDES / "patient").glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_what_is_bold_is_a_text_of_the_interface(page: Path) -> None:
    words, text = words_of(language_of(page)), page.read_text(encoding="utf-8")
    assert [each for each in BOLD.findall(text) if in_short(each) not in words] == []
