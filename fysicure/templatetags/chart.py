"""Tags of a patient's chart: its rows as text, and its cards filled in.

A template would ask a dozen things of each of sixty rows; here each row is one f-string. All words pass `escape`;
times, addresses and what other tags made hold nothing to escape. What is the same for all patients is a `part`.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.db.models import TextChoices
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.addresses import url_of
from fysicure.templatetags.fysicure import age, badge, icon, local_day, local_time, phone
from fysicure.templatetags.parts import part
from patients.chart import Contact, EpisodeRow, Finding, VisitLine
from patients.models import Encounter, EpisodeOfCare, Patient
from patients.notes import NoteLine
from patients.prescriptions import Order
from scheduling.models import Appointment

register = template.Library()

_SHORT = 160  # letters of a note's assessment that the chart shows


@register.simple_tag
def chart_head(patient: Patient, may_book: bool) -> SafeString:
    """Return who the patient is and what can be done, as the head of the page."""
    born = patient.birth_date
    about = [_date(born), _("%(years)s years") % {"years": age(born)}, patient.get_gender_display()]
    return part(
        "patients/_head.html",
        who=patient,
        about=" · ".join(about),
        archived=badge(_("archived"), "", "archive") if patient.archived_at else "",
        edit_url=url_of("patients:edit", patient.pk),
        booking=part("patients/_head_booking.html", patient=patient.pk) if may_book else "",
    )


@register.simple_tag
def chart_identity(patient: Patient, national_number: str, csrf_token: str) -> SafeString:
    """Return the card with who the patient is, how to reach, and the archive."""
    way = "take_out" if patient.archived_at else "put_in"
    country = f" ({escape(patient.country)})" if patient.country != "BE" else ""
    town = f"{escape(patient.postal_code)} {escape(patient.city)}{country}"
    return part(
        "patients/_identity.html",
        phone=_link("tel", patient.phone, phone(patient.phone)),
        email=_link("mailto", patient.email, patient.email),
        address=mark_safe(f"{escape(patient.street or '–')}<br>{town}"),  # noqa: S308 escaped just now
        national_number=national_number or "–",
        language=patient.get_language_display(),
        doctor=patient.general_practitioner or "–",
        edit_url=url_of("patients:edit", patient.pk),
        consents_url=url_of("scheduling:consents", patient.pk),
        privacy_url=url_of("privacy:patient", patient.pk),
        archive=part(
            f"patients/_archive_{way}.html", url=url_of("patients:archive", patient.pk), csrf_token=csrf_token
        ),
    )


@register.simple_tag
def chart_coming(visits: Iterable[VisitLine]) -> SafeString:
    """Return the visits that are to come, as items of a list."""
    types, statuses = _labels(Appointment.Type), _labels(Appointment.Status)
    return _joined(
        f"<li>\n<span><strong>{escape(local_day(visit.start))} {local_time(visit.start)}</strong><br>"
        f"{types[visit.type]} · {escape(visit.practitioner)}</span>"
        f"{'' if visit.status == 'booked' else ' ' + badge(statuses[visit.status])}</li>"
        for visit in visits
    )


@register.simple_tag
def chart_past(visits: Iterable[VisitLine]) -> SafeString:
    """Return the visits that are over, as items of a list."""
    types, statuses = _labels(Appointment.Type), _labels(Appointment.Status)
    return _joined(
        f"<li><span>{_date(visit.start)} {local_time(visit.start)} · {types[visit.type]}</span>"
        f'<span class="muted">{statuses[visit.status]}</span></li>'
        for visit in visits
    )


@register.simple_tag
def chart_findings(findings: Iterable[Finding]) -> SafeString:
    """Return findings as rows of a table: the measure, its value of each side, the day."""
    return _joined(
        f'<tr><th scope="row">{escape(str(finding.label))}</th><td>{_values(finding)}</td>'
        f"<td>{_date(finding.on)}</td></tr>"
        for finding in findings
    )


@register.simple_tag
def chart_contacts(contacts: Iterable[Contact]) -> SafeString:
    """Return contacts as items of a list: what, when, with whom, and the note of that time."""
    kinds, statuses = _labels(Encounter.Kind), _labels(Encounter.Status)
    return _joined(
        f'<li>\n<p class="row-wrap"><strong>{capfirst(kinds[contact.kind])}</strong> <span class="muted">'
        f"{_date(contact.started_at)} {local_time(contact.started_at)} · {escape(contact.practitioner or '')}</span>"
        f"{'' if contact.status == 'finished' else ' ' + badge(statuses[contact.status])}</p>\n"
        f"{linebreaks(contact.note, autoescape=True) if contact.note else ''}</li>"
        for contact in contacts
    )


@register.simple_tag
def chart_notes(notes: Iterable[NoteLine]) -> SafeString:
    """Return session notes as items of a list: each with its state and its assessment."""
    kinds = _labels(Encounter.Kind)
    signed, unsigned = badge(_("signed"), "", "lock"), badge(_("not signed yet"), "amber", "pencil-line")
    return _joined(
        f'<li><p class="row-wrap"><a href="{url_of("pathways:session-note", note.encounter_id)}">'
        f"{capfirst(kinds[note.kind])} {_date(note.started_at)}</a> "
        f'<span class="muted">{escape(note.written_by)}</span>\n'
        f"{signed if note.status == 'final' else unsigned}</p>\n{_assessment(note.assessment)}</li>"
        for note in notes
    )


@register.simple_tag
def chart_episodes(rows: Iterable[EpisodeRow]) -> SafeString:
    """Return episodes as items of a list, as the desk sees them: never what is the matter."""
    return _joined(_episode(row, _since(row.episode), clinical=False) for row in rows)


@register.simple_tag
def chart_episodes_clinical(rows: Iterable[EpisodeRow], csrf_token: str) -> SafeString:
    """Return episodes as items of a list, as those who treat see them: with the complaint and the way to the intake."""
    return _joined(
        _episode(row, _complaint(row.episode), clinical=True, intake=_intake(row.episode, csrf_token)) for row in rows
    )


def _joined(rows: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(rows))  # noqa: S308 each row escapes its words


def _date(day: Any) -> str:
    return local_day(day, "d/m/Y")


def _name(somebody: object | None) -> str:
    return escape(str(somebody)) if somebody else ""


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    """What choices are called in the language of the page, escaped, by value."""
    return _labels_in(choices, get_language())


@lru_cache(maxsize=64)
def _labels_in(choices: type[TextChoices], _language: str | None) -> dict[str, str]:
    return {str(value): escape(str(label)) for value, label in choices.choices}


def _link(scheme: str, target: str, text: str) -> str:
    return mark_safe(f'<a href="{scheme}:{escape(target)}">{escape(text)}</a>') if target else "–"  # noqa: S308


def _values(finding: Finding) -> str:
    unit = f" {escape(finding.unit)}" if finding.unit else ""
    return "; ".join(
        f"{f'{escape(side)}: ' if side else ''}{escape(str(value))}{unit}" for side, value in finding.values
    )


def _assessment(text: str) -> str:
    if not text:
        return ""
    return f'<p class="muted">{escape(text if len(text) <= _SHORT else Truncator(text).chars(_SHORT))}</p>'


def _episode(row: EpisodeRow, title: str, *, clinical: bool, intake: str = "") -> str:
    key = row.episode.pk
    links = part(
        "patients/_episode_links.html",
        order_url=url_of("patients:add-prescription", key),
        edit_url=url_of("patients:edit-episode", key),
    )
    return (
        f'<li class="stack">\n<p class="row-wrap">{title}</p>\n{_orders(row, clinical=clinical)}\n{intake}{links}</li>'
    )


def _since(episode: EpisodeOfCare) -> str:
    """An episode without its complaint."""
    since = _("Episode since %(day)s") % {"day": _date(episode.started_on)}
    return (
        f"<strong>{escape(since)}</strong> {badge(_status(episode))}"
        f' <span class="muted">{_name(episode.practitioner)}</span>'
    )


def _complaint(episode: EpisodeOfCare) -> str:
    side = f" {badge(episode.get_side_display(), 'petrol')}" if episode.side else ""
    referred = ""
    if episode.referrer:
        words = _("referred by %(doctor)s") % {"doctor": episode.referrer}
        referred = f" · {escape(words)}"
    return (
        f"<strong>{escape(episode.reason)}</strong>{side} {badge(_status(episode))}"
        f' <span class="muted">{_date(episode.started_on)} · {_name(episode.practitioner)}{referred}</span>'
    )


def _status(episode: EpisodeOfCare) -> SafeString:
    return mark_safe(_labels(EpisodeOfCare.Status)[episode.status])  # noqa: S308 escaped there


def _intake(episode: EpisodeOfCare, csrf_token: str) -> str:
    if episode.ended_on:
        return ""
    return part("patients/_start_intake.html", episode=episode.pk, csrf_token=csrf_token)


def _orders(row: EpisodeRow, *, clinical: bool) -> SafeString:
    """The doctors' orders of an episode, counted, and its sessions of the year."""
    warning = f" {_warned(row.budget.warning)}" if row.budget.warning else ""
    return part(
        "patients/_orders.html",
        orders=_joined(_order(order, clinical=clinical) for order in row.orders) or part("patients/_no_orders.html"),
        budget=mark_safe(f"{badge(row.budget, 'neutral', 'calendar')}{warning}"),  # noqa: S308
    )


def _order(order: Order, *, clinical: bool) -> str:
    ordered = order.prescription
    diagnosis = f"<br>{escape(ordered.diagnosis)}" if clinical and ordered.diagnosis else ""
    used = _("%(used)s of %(ordered)s sessions") if order.left is not None else _("%(used)s sessions used")
    return part(
        "patients/_order.html",
        who=f"{ordered.prescriber}, {_date(ordered.prescribed_on)}",
        diagnosis=mark_safe(diagnosis),  # noqa: S308
        warnings=mark_safe("".join(f" {_warned(warning)}" for warning in order.warnings)),  # noqa: S308
        used=used % {"used": order.used, "ordered": ordered.sessions_ordered},
        url=url_of("patients:edit-prescription", ordered.pk),
    )


def _warned(warning: str) -> str:
    return f'<span class="order-warning">{icon("triangle-alert", 16)} {escape(warning)}</span>'
