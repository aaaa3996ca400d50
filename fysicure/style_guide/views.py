"""The page /styleguide/: routed only while DEBUG is on, so it asks nobody who they are."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine, Template
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from fysicure.style_guide.examples import EXAMPLES, SMALL_PARTS, Example
from fysicure.style_guide.tokens import Contrast, Token, contrasts, tokens

_NAMES = re.compile(r'\b(id|for|name|aria-labelledby|aria-describedby|data-dialog|data-copy)="([^"]+)"')
_SCRIPT = re.compile(r"<script.*?</script>| autofocus\b| data-focus\b", re.DOTALL)
_ICON = re.compile(r"""{% icon ["']([\w-]+)["']""")
_SIZES = ("text-", "weight-", "space-", "radius-", "motion-", "layer-")


@require_GET
@login_not_required
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every token and every component, light beside dark."""
    every = tokens()
    values = {
        "sizes": {each.rstrip("-"): [token for token in every if token.name.startswith(each)] for each in _SIZES},
        "colours": [token for token in every if is_colour(token)],
        "contrasts": by_theme(),
        "icons": icons(),
        "components": shown(EXAMPLES),
        "small_parts": shown(SMALL_PARTS),
    }
    return render(request, "style_guide/page.html", values)


def by_theme() -> list[tuple[Contrast, Contrast]]:
    """Return each pair of colours by day and by night."""
    every = contrasts()
    return list(zip(every[: len(every) // 2], every[len(every) // 2 :], strict=True))


def is_colour(token: Token) -> bool:
    """Whether a token is a colour, and not a size, a shadow or a picture."""
    return token.value.startswith(("#", "rgb("))


def icons() -> list[str]:
    """Return the name of every icon that a template draws by name."""
    folders = [Path(each) for each in Engine.get_default().dirs]
    texts = (path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.html"))
    return sorted({name for text in texts for name in _ICON.findall(text)})


def shown(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Return each example with its lines and how it is drawn, twice: names in the second are its own."""
    return [
        {"example": example, "lines": "\n".join(example.lines), "light": drawn, "dark": _renamed(drawn)}
        for example in examples
        for drawn in [drawn_of(example)]
    ]


def drawn_of(example: Example) -> SafeString:
    """Draw the lines of an example with its values. Left out: scripts, which the page has, and what takes the focus."""
    context = Context({"csrf_token": "", **example.values()})
    context.request = HttpRequest()  # type: ignore[attr-defined]
    drawn = "\n".join(Template(line).render(context) for line in example.lines)
    return mark_safe(_SCRIPT.sub("", drawn))  # noqa: S308 our own templates and invented values


def _renamed(drawn: str) -> SafeString:
    return mark_safe(_NAMES.sub(r'\1="\2-dark"', drawn))  # noqa: S308 what drawn_of returned
