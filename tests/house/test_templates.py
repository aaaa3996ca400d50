"""Templates: a form goes once, and a block of a page makes the names that it prints."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
BUTTON = re.compile(r"<button\b(?:{%.*?%}|{{.*?}}|[^<>])*>", re.DOTALL)
BLOCK = re.compile(r"{% block (\w+) %}(.*?){% endblock \1 %}", re.DOTALL)
ADDRESS = re.compile(r"{% url [^%]* as (\w+) %}")


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def borrowed(text: str) -> set[str]:
    """Addresses that a block prints and only another block makes: Django forgets them at the end of a block."""
    blocks = [body for _name, body in BLOCK.findall(text)]
    made = [set(ADDRESS.findall(body)) for body in blocks]
    return {
        name
        for body, own in zip(blocks, made, strict=True)
        for name in set().union(*made) - own
        if re.search(rf"{{{{ {name}\b|={name}\b", body)
    }


def test_once_is_said_by_the_form_that_is_sent() -> None:
    """fysicure.js looks at the form; on a button the word does nothing."""
    found = [name_of(path) for path in PAGES for each in BUTTON.findall(path.read_text()) if "data-once" in each]
    assert found == []


@pytest.mark.parametrize("wrong", ['{% url "a" as back %}{% endblock x %}{% block y %}<a href="{{ back }}">'])
def test_an_address_of_another_block_is_found(wrong: str) -> None:
    assert borrowed("{% block x %}" + wrong + "{% endblock y %}") == {"back"}


def test_no_block_prints_an_address_that_another_made() -> None:
    """It would be empty there: a link to cancel that leads to the same page."""
    assert {name_of(path): found for path in PAGES if (found := borrowed(path.read_text()))} == {}
