"""The few tags every page uses: icons, local days and times, lights, form controls, small charts."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

import phonenumbers
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from accounts.day_words import day_in_words
from accounts.notices import Action, actions_of
from fysicure import charts
from pathways import page_language
from patients import content_words

register = template.Library()

LIGHTS: dict[str, tuple[str, str]] = {
    "GREEN": ("circle-check", gettext_noop("Green")),
    "AMBER": ("triangle-alert", gettext_noop("Amber")),
    "RED": ("octagon-alert", gettext_noop("Red")),
    "PENDING": ("hourglass", gettext_noop("Waiting for the next morning")),
    "UNRESOLVED": ("circle-question-mark", gettext_noop("Next morning not filled in")),
    "NEUTRAL": ("circle-minus", gettext_noop("Too little to say")),
    "NONE": ("circle-dashed", gettext_noop("Nothing logged")),
}
VERDICTS: dict[str, tuple[str, str]] = {
    "met": ("circle-check", gettext_noop("Met")),
    "not_met": ("square-x", gettext_noop("Not met")),
    "unknown": ("circle-question-mark", gettext_noop("Unknown")),
}
STRENGTHS: dict[str, str] = {
    "strong": gettext_noop("Strong evidence"),
    "moderate": gettext_noop("Moderate evidence"),
    "weak": gettext_noop("Weak evidence"),
    "expert": gettext_noop("Expert opinion"),
    "contradicts": gettext_noop("Contradicting evidence"),
}
_PEN = ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
_BETWEEN_TAGS = re.compile(r">\s+<")
MESSAGE_ICONS = {"success": "circle-check", "warning": "triangle-alert", "error": "octagon-alert"}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 20, css: str = "") -> SafeString:
    """Return a lucide icon as inline SVG that screen readers skip: the text beside it carries the meaning.

    How its lines are drawn stands in the style sheet (`.icon`): a page has dozens of icons.
    """
    attributes = {"class": f"icon {css}".strip(), "aria_hidden": "true", "focusable": "false"}
    drawn = lucide(str(name), size=size, **attributes).replace(_PEN, "").replace(" />", "/>")
    return mark_safe(_BETWEEN_TAGS.sub("><", drawn))  # noqa: S308 a file of the package, no user text


@register.filter
def spoken(text: object) -> str:
    """Return a text of the content (a phase, an exercise, a finding) in the language of the page."""
    return content_words.spoken(str(text or ""))


@register.filter
def told(text: object) -> str:
    """Return a sentence of the engine (why something is proposed) in the language of the page."""
    return page_language.told(str(text or ""))


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@lru_cache(maxsize=4096)
def _day_text(day: date, _language: str | None, pattern: str) -> str:
    """Format a day once for each language: lists of rows ask the same few days again and again."""
    return day_in_words(day, pattern)


@register.filter
def local_day(value: date | datetime | None, pattern: str = "D j N") -> str:
    """Return a day in the practice's time zone, like "ma 23 nov."; "long" gives "maandag 23 november 2026"."""
    if not value:
        return ""
    local = _local(value)
    day = local.date() if isinstance(local, datetime) else local
    return _day_text(day, get_language(), "l j F Y" if pattern == "long" else pattern)


@register.filter
def local_time(value: datetime | None) -> str:
    """Return a time in the practice's time zone, like "14:30"."""
    return _local(value).strftime("%H:%M") if value else ""


@register.filter
def age(born: date | None, on: date | None = None) -> int | str:
    """Return the age in whole years, today or on another day."""
    if not born:
        return ""
    day = on or timezone.localdate()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@register.filter
@lru_cache(maxsize=4096)
def phone(number: str | None) -> str:
    """Return a phone number as it is written at home ("0471 12 34 56"); foreign ones keep their country code."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(str(number), "BE")
    except phonenumbers.NumberParseException:
        return str(number)
    is_belgian = parsed.country_code == 32
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_belgian else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


@register.filter
def initials(name: object) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _light(value: object) -> tuple[str, str, str]:
    key = str(value or "NONE").upper()
    return (key, *LIGHTS[key]) if key in LIGHTS else ("NONE", *LIGHTS["NONE"])


@register.filter
def light_label(value: object) -> str:
    """Return the words of a traffic light."""
    return _(_light(value)[2])


@register.filter
def light_icon(value: object) -> str:
    """Return the name of a light's icon: each light has its own shape."""
    return _light(value)[1]


@register.filter
def light_class(value: object) -> str:
    """Return the CSS class of a light, like "light-green"."""
    return f"light-{_light(value)[0].lower()}"


@register.simple_tag
def light(value: object, label: str = "", size: str = "", bare: bool = False) -> SafeString:
    """Return a traffic light as components/light.html says: what each row of a list needs, without a template each."""
    is_large = size == "lg"
    return format_html(
        '<span class="light {}{}{}"><span class="light-dot">{}</span> <span class="{}">{}</span></span>',
        light_class(value),
        " light-lg" if is_large else "",
        " light-bare" if bare else "",
        icon(light_icon(value), 24 if is_large else 16),
        "visually-hidden" if bare else "light-label",
        label or light_label(value),
    )


@register.simple_tag
def badge(label: object, tone: str = "", shape: str = "") -> SafeString:
    """Return a short mark as components/badge.html says; `shape` is the name of an icon."""
    drawn = format_html("{} ", icon(shape, 14)) if shape else ""
    return format_html('<span class="tag tag-{}">{}{}</span>', tone or "neutral", drawn, label)


@register.filter
def verdict_label(value: object) -> str:
    """Return the words of a three-valued verdict; what is not a verdict counts as unknown."""
    return _(VERDICTS.get(str(value), VERDICTS["unknown"])[1])


@register.filter
def verdict_icon(value: object) -> str:
    """Return the name of a verdict's icon."""
    return VERDICTS.get(str(value), VERDICTS["unknown"])[0]


@register.filter
def strength_label(value: object) -> str:
    """Return how strong a publication's evidence is, in words."""
    return _(STRENGTHS[str(value)]) if str(value) in STRENGTHS else str(value)


@register.filter
def message_icon(level_tag: str) -> str:
    """Return the icon of a message's level."""
    return MESSAGE_ICONS.get(level_tag, "info")


@register.filter
def message_actions(message: Any) -> list[Action]:
    """Return what can be done after a message: the buttons that it carries."""
    return actions_of(message.extra_tags)


@register.filter
def control(bound: BoundField) -> SafeString:
    """Render a form field with the class of its kind. Placeholders are dropped: the label and the help say it all."""
    widget = bound.field.widget
    kind = "form-control"
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        kind = "form-check-input"
    elif isinstance(widget, Select):
        kind = "form-select"
    classes = f"{widget.attrs.get('class', '')} {kind}{' is-invalid' if bound.errors else ''}".strip()
    return bound.as_widget(attrs={"class": classes, "placeholder": False})


@register.filter
def field_kind(bound: BoundField) -> str:
    """Return how a field is laid out: "check" (box before label), "choices" (radio buttons or boxes) or "input"."""
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "input"


@register.filter
def is_one_of(value: object, chosen: Any) -> bool:
    """Return whether a choice's value is the chosen one, or among the chosen ones; compares as text, as forms do."""
    if chosen is None:
        return False
    many = chosen if isinstance(chosen, list | tuple | set | frozenset) else [chosen]
    return str(value) in {str(each) for each in many}


@register.simple_tag
@cache
def nprs_scores() -> tuple[tuple[int, str], ...]:
    """Return the scores 0 to 10 of the pain scale with the tone of each: low (0-3), middle (4-5), high (6-10)."""
    return tuple((score, "low" if score <= 3 else "middle" if score <= 5 else "high") for score in range(11))


@register.inclusion_tag("components/sparkline.html")
def sparkline(values: Sequence[float | None], label: str = "") -> dict[str, Any]:
    """Draw values, oldest first, as a line the size of a word; None keeps its place. The label names the measure."""
    path, last = charts.sparkline_path(list(values or []))
    return {"path": path, "last": last, "label": label}


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    series: Sequence[dict[str, Any]],
    *,
    title: str,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    limit: float | None = None,
    limit_label: str = "",
    band: tuple[float, float, str] | None = None,
    timeline: Mapping[str, Any] | None = None,
    empty: str = "",
) -> dict[str, Any]:
    """Draw series of ``{"label", "points": [(day or moment, number or None)]}`` with their table behind it.

    ``band`` is (lowest, highest, what it means): shaded behind the lines. ``timeline`` adds the phases and the
    decisions of a plan. ``empty`` says what is missing when there is no value.
    """
    low_high = None if band is None else (band[0], band[1])
    shared = charts.Timeline.of(timeline) if timeline else None
    chart = charts.line_chart(
        series or [], minimum=minimum, maximum=maximum, limit=limit, band=low_high, timeline=shared
    )
    return {
        "chart": chart,
        "title": title,
        "unit": unit,
        "limit_label": limit_label,
        "band_label": "" if band is None else band[2],
        "empty": empty or _("No values yet"),
        "summary": _summary(chart) if chart else "",
        "rows": _rows(chart) if chart else "",
    }


def _rows(chart: charts.Chart) -> SafeString:
    """The rows of the table behind a chart: when, and a value of each line or a dash."""
    language = get_language()
    return format_html_join(
        "\n",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (local_day(when), format_html_join("", "<td>{}</td>", ((_number(value, language),) for value in values)))
            for when, values in chart.rows
        ),
    )


@lru_cache(maxsize=1024)
def _number(value: float | None, _language: str | None) -> str:
    return "–" if value is None else str(floatformat(value))


def _summary(chart: charts.Chart) -> str:
    """Say in a sentence for each line how many values it has and how it went, for who does not see the drawing."""
    sentences = []
    for line in chart.lines:
        if not line.dots:
            sentences.append(_("%(label)s: no values.") % {"label": line.label})
            continue
        values = [dot.value for dot in line.dots]
        facts = {
            "label": line.label,
            "count": len(values),
            "first": floatformat(values[0]),
            "first_on": local_day(line.dots[0].when, "j N"),
            "latest": floatformat(values[-1]),
            "latest_on": local_day(line.dots[-1].when, "j N"),
            "low": floatformat(min(values)),
            "high": floatformat(max(values)),
        }
        text = ngettext(
            "%(label)s: one value, %(first)s on %(first_on)s.",
            "%(label)s: %(count)s values, from %(first)s on %(first_on)s to %(latest)s on %(latest_on)s, between"
            " %(low)s and %(high)s.",
            len(values),
        )
        sentences.append(text % facts)
    return " ".join(sentences)
