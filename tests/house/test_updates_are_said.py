"""Whatever htmx puts on a page without loading it anew is said to screen readers, or takes the focus (WCAG 4.1.3)."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
ASKS = re.compile(r"hx-(get|post|put|patch|delete|boost)=")
# Each template that asks for a piece of a page: the template of what says it, and how.
SAID = {
    "patients/search.html": ("patients/search.html", "data-announce="),
    "pathways/editor/criterion.html": ("pathways/editor/criterion.html", 'id="sentence" aria-live="polite"'),
    "scheduling/booking_rules.html": ("scheduling/booking_rules.html", '<div aria-live="polite">'),
    "scheduling/_session_budget.html": ("scheduling/_prescription_asked.html", 'tabindex="-1" data-focus'),
    # The dialog that opens takes the focus (agenda.js).
    "scheduling/_grid.html": ("scheduling/agenda.html", '<dialog class="dialog visit-dialog" id="visit-dialog"'),
    # A progress bar each second: its value is read when asked; the page that follows says how it ended.
    "imports/_progress.html": ("imports/_progress.html", 'role="progressbar"'),
}


def asking() -> set[str]:
    return {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if ASKS.search(path.read_text(encoding="utf-8"))
    }


def test_every_template_that_asks_for_a_piece_is_known() -> None:
    assert asking() == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_what_comes_is_said(name: str) -> None:
    place, how = SAID[name]
    assert how in (TEMPLATES / place).read_text(encoding="utf-8")


def test_the_two_voices_stand_on_every_page() -> None:
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert "components/announcer.html" in base
    for name in ("announcer", "messages"):
        assert 'aria-live="polite"' in (TEMPLATES / f"components/{name}.html").read_text(encoding="utf-8")
