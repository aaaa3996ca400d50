"""Pictures of exercises, drawn by scripts/draw_exercises.py: one file for each code, or none."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from patients.content_words import spoken

register = template.Library()
FOLDER = "fysicure/img/exercises"
WIDTH, HEIGHT = 320, 240


@cache
def pictured() -> frozenset[str]:
    """The codes of the exercises that we have a picture of. An exercise that a practice adds may have none."""
    return frozenset(path.stem for path in (settings.BASE_DIR / "static" / FOLDER).glob("*.svg"))


@register.simple_tag
def exercise_picture(code: str, how: Iterable[str] = (), css: str = "exercise-picture") -> SafeString:
    """Return the picture of an exercise, or nothing when there is none: never a broken image.

    `how` are the sentences that say how it is done: a screen reader says the first two, where one begins and what one
    does, in the language of the page. Without them the picture only stands beside text that says it already.
    The size is that of the file, so that nothing on the page jumps; it is fetched when it comes into view.
    """
    if code not in pictured():
        return mark_safe("")
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        css,
        static(f"{FOLDER}/{code}.svg"),
        " ".join(spoken(sentence) for sentence in list(how or ())[:2]),
        WIDTH,
        HEIGHT,
    )
