"""The rows of a therapist's day as HTML: visits, notes to write, what needs attention.

A template would ask a dozen things of each of a hundred rows; here each row is one f-string. All words pass `escape`;
times and paths are made by us and hold nothing to escape. Marks and lights are the components, drawn once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.addresses import url_of
from fysicure.attention import Attention
from fysicure.day_visits import DayVisit
from fysicure.templatetags.fysicure import icon, local_day, local_time
from fysicure.worklist import TherapistDay, Visit
from scheduling.models import Appointment

_AT_ONCE = 3  # notes to write that are shown before one asks for all


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """The rows of a day, of which only the frames are left to the template."""

    visits: SafeString
    first_unwritten: SafeString
    other_unwritten: SafeString
    attention: SafeString


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that rows share, looked up once for a page."""

    session_note: str
    no_note: str
    types: Mapping[str, str]

    @classmethod
    def now(cls) -> "_Words":
        """Return them in the language of the page."""
        return cls(
            session_note=f"{icon('pencil-line', 16)} {escape(_('Session note'))}",
            no_note=_mark(_("no note yet"), "amber", ""),
            types={str(value): escape(str(label)) for value, label in Appointment.Type.choices},
        )


def draw(day: TherapistDay) -> DrawnDay:
    """Return a day's rows as HTML, in the language of the page. No query."""
    words = _Words.now()
    unwritten = [_unwritten(visit, words, is_all=day.is_all) for visit in day.unwritten.visits]
    return DrawnDay(
        visits=_joined(_visit(visit, words, is_all=day.is_all) for visit in day.visits),
        first_unwritten=_joined(unwritten[:_AT_ONCE]),
        other_unwritten=_joined(unwritten[_AT_ONCE:]),
        attention=_joined(_attention(row) for row in day.attention),
    )


def _joined(rows: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(rows))  # noqa: S308 each row escapes its words


def _visit(visit: Visit, words: _Words, *, is_all: bool) -> str:
    booked, seen = visit.appointment, visit.seen
    patient = escape(booked.patient)
    with_whom = f' <span class="muted">{escape(booked.practitioner)}</span>' if is_all else ""
    change = f'\n<br><span class="muted">{escape(visit.change)}</span>' if visit.change else ""
    plan = words.types[booked.type]
    if seen:
        plan = f"{escape(seen.standing.phase)} {escape(seen.phase_title)}<br>{_light(seen.standing.light)}"
    return (
        f'<tr><td>{local_time(booked.start)}</td><th scope="row"><a href="{escape(visit.url)}">{patient}</a>'
        f"{with_whom}{change}{_note(visit, patient, words)}</th><td>{plan}</td></tr>"
    )


def _note(visit: Visit, patient: str, words: _Words) -> str:
    """The way to the note of a visit that has begun, and whether it is still to be written."""
    contact = visit.appointment.encounter_id
    if not contact:
        return f"\n<br> {words.no_note}" if visit.is_unwritten else ""
    about = f'<span class="visually-hidden">: {patient}</span>'
    link = f'\n<br><a href="{url_of("pathways:session-note", contact)}">{words.session_note}{about}</a>'
    return f"{link} {words.no_note}" if visit.is_unwritten else link


def _unwritten(visit: DayVisit, words: _Words, *, is_all: bool) -> str:
    url = url_of("scheduling:appointment", visit.pk)
    if visit.encounter_id:
        url = url_of("pathways:session-note", visit.encounter_id)
    with_whom = f" · {escape(visit.practitioner)}" if is_all else ""
    return (
        f'<li class="row-wrap"><a href="{url}">{escape(visit.patient)}</a> <span class="muted">'
        f"{words.types[visit.type]} · {escape(local_day(visit.start))} {local_time(visit.start)}{with_whom}</span></li>"
    )


def _attention(row: Attention) -> str:
    mark = _mark(row.label, row.tone, row.icon)
    text = f'\n<p class="muted">{escape(row.text)}</p>' if row.text else ""
    name = escape(str(row.patient))
    return f'<li><p class="row-wrap">{mark} <a href="{escape(row.url)}">{name}</a></p>{text}</li>'


@lru_cache(maxsize=256)
def _mark(label: str, tone: str, icon_name: str) -> str:
    values = {"label": label, "tone": tone, "icon": icon_name}
    return render_to_string("components/badge.html", values).strip()


def _light(light: str) -> str:
    return _drawn_light(light, get_language())


@lru_cache(maxsize=64)
def _drawn_light(light: str, _language: str | None) -> str:
    return render_to_string("components/light.html", {"light": light}).strip()
