"""The style guide shows every component, and its colours can be read in both themes."""

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from fysicure.style_guide.examples import EXAMPLES
from fysicure.style_guide.tokens import contrast, contrasts, tokens
from fysicure.style_guide.views import drawn_of, style_guide

COMPONENTS = Path(__file__).resolve().parent.parent.parent / "templates" / "components"


def test_every_component_is_shown() -> None:
    """A new file of templates/components needs an entry in fysicure/style_guide/examples.py."""
    named = [example.component for example in EXAMPLES]
    assert sorted(named) == sorted(path.stem for path in COMPONENTS.glob("*.html"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.component for example in EXAMPLES])
def test_an_example_draws_its_component(example: object) -> None:
    lines = "".join(example.lines)  # type: ignore[attr-defined]
    name = example.component  # type: ignore[attr-defined]
    if not example.lines:  # type: ignore[attr-defined]
        # Nothing of it shows where it stands: links and scripts.
        assert set(re.findall(r"<(\w+)", (COMPONENTS / f"{name}.html").read_text())) <= {"link", "meta", "script"}
        assert example.about  # type: ignore[attr-defined]
        return
    assert f"components/{name}.html" in lines or f"% {name} " in lines
    assert len(drawn_of(example).strip()) > 20  # type: ignore[arg-type]


def test_the_page_shows_all_light_and_dark() -> None:
    page = style_guide(RequestFactory().get("/styleguide/")).content.decode()
    assert page.count('data-bs-theme="dark">') >= len(EXAMPLES)
    assert "too little" not in page
    for token in tokens():
        if not token.name.startswith(("shade", "lanes", "ease")):
            assert f"--{token.name}</code>" in page, token.name


def test_outside_debug_nobody_finds_it(client: Client) -> None:
    assert client.get("/styleguide/").status_code in {302, 404}


def test_every_colour_can_be_read_on_its_ground() -> None:
    assert len(contrasts()) > 70
    assert [each for each in contrasts() if not each.is_enough] == []


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0f5b62", "#0f5b62", 1.0)],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)
    assert contrast(second, first) == contrast(first, second)
