"""The readable part of an export: the record as a document in the patient's language, made as letters are."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Role, User
from fysicure.address_line import address_line
from pathways.letter_parts import Part, day, heading, items, paragraph, short_day, small, table
from patients.chart import value_text
from patients.contact_details import shown_phone
from patients.content_words import spoken
from patients.models import NoteAddendum, Patient, Prescription
from patients.national_number import shown

NOTHING = "-"


def dossier(patient: Patient, *, looked: list[dict[str, Any]], now: datetime.datetime) -> dict[str, Any]:
    """Return the content of the document (see pathways.letter_pdf). In the patient's language, whoever takes it out.

    `looked` holds the openings of the record (fysicure.privacy.rows.who_looked). What was typed stays as it was typed.
    """
    with override(patient.language):
        lines = [settings.PRACTICE_ADDRESS, settings.PRACTICE_TOWN, settings.PRACTICE_PHONE]
        today = timezone.localdate(now)
        return {
            "language": patient.language,
            "title": _("Copy of your record"),
            "urgent": None,
            "place_and_date": f"{settings.PRACTICE_TOWN}, {day(today)}",
            "practice": {"name": settings.PRACTICE_NAME, "lines": [line for line in lines if line]},
            "patient": {"name": str(patient), "birth_date": short_day(patient.birth_date)},
            "recipient": None,
            "salutation": None,
            "parts": _parts(patient, looked),
            "closing": None,
            "author": {"name": settings.PRACTICE_NAME, "lines": []},
            "words": {"born": _("born on"), "page": _("page"), "of": _("of")},
        }


def _parts(patient: Patient, looked: list[dict[str, Any]]) -> list[Part]:
    intro = _(
        "This is everything that stands in your record, in words. The folders beside this document hold the same as"
        " data, with every earlier version."
    )
    return [
        paragraph(intro),
        *_identity(patient),
        *_episodes(patient),
        *_contacts(patient),
        *_findings(patient),
        *_plans(patient),
        *_diary(patient),
        *_visits(patient),
        *_choices(patient),
        *_looked(looked),
    ]


def _identity(row: Patient) -> list[Part]:
    facts = [
        (_("Name"), str(row)),
        (_("Date of birth"), short_day(row.birth_date)),
        (_("Sex"), row.get_gender_display()),
        (_("National number"), shown(row.national_number)),
        (_("Phone"), shown_phone(row.phone)),
        (_("E-mail address"), row.email),
        (_("Address"), address_line(row)),
        (_("General practitioner"), str(row.general_practitioner or "")),
    ]
    return [heading(_("Who you are")), _table((_("What"), ""), facts, (1, 3))]


def _episodes(patient: Patient) -> list[Part]:
    orders = Prescription.objects.filter(episode__patient=patient).select_related("prescriber")
    rows = [
        (short_day(each.started_on), short_day(each.ended_on), f"{each.reason} {each.get_side_display()}".strip())
        for each in patient.episodes.all()
    ]
    ordered = [
        (short_day(each.prescribed_on), str(each.prescriber), str(each.sessions_ordered or NOTHING), each.diagnosis)
        for each in orders
    ]
    parts = [heading(_("Your complaints")), _table((_("From"), _("until"), _("Complaint")), rows, (1, 1, 4))]
    head = (_("Date"), _("Doctor"), _("Sessions"), _("Diagnosis"))
    return [*parts, heading(_("Prescriptions")), _table(head, ordered, (1, 2, 1, 3))]


def _contacts(patient: Patient) -> list[Part]:
    parts = [heading(_("Contacts and notes"))]
    addenda: dict[Any, list[str]] = {}
    for each in NoteAddendum.objects.filter(note__patient=patient):
        addenda.setdefault(each.note_id, []).append(each.text)
    for row in patient.encounters.select_related("practitioner", "session_note").order_by("started_at", "pk"):
        title = f"{_moment(row.started_at)} · {row.get_kind_display()}"
        parts.append(paragraph(f"{title} · {row.practitioner}" if row.practitioner else title))
        note = getattr(row, "session_note", None)
        texts = [note.subjective, note.objective, note.assessment, note.plan, *addenda.get(note.pk, [])] if note else []
        told = [text for text in (row.note, *texts) if text]
        parts += [items(told)] if told else []
    return parts


def _findings(patient: Patient) -> list[Part]:
    found = patient.observations.current().select_related("measure").order_by("effective_at", "pk")
    rows = [
        (
            short_day(timezone.localdate(each.effective_at)),
            spoken(each.measure.label),
            {"L": _("left"), "R": _("right")}.get(each.side, ""),
            f"{value_text(each)} {spoken(each.unit or each.measure.unit)}".strip(),
        )
        for each in found
    ]
    head = (_("Date"), _("Measured"), _("side"), _("Value"))
    return [heading(_("What was measured and asked")), _table(head, rows, (1, 4, 1, 2))]


def _plans(patient: Patient) -> list[Part]:
    parts = []
    plans = patient.care_plans.select_related("pathway_version__pathway", "practitioner")
    for plan in plans.prefetch_related("phases", "goals", "decisions", "exercise_prescriptions__exercise"):
        parts.append(heading(_("Plan of %(day)s") % {"day": day(plan.started_on)}))
        parts.append(paragraph(f"{spoken(str(plan.pathway_version.pathway))} · {plan.get_status_display()}"))
        phases = [
            (spoken(row.title), short_day(row.started_on), short_day(row.completed_on)) for row in plan.phases.all()
        ]
        parts.append(_table((_("Phase"), _("from"), _("until")), phases, (3, 1, 1)))
        goals = [f"{spoken(row.description)}: {row.get_lifecycle_status_display()}" for row in plan.goals.all()]
        exercises = [f"{spoken(str(row.exercise))}: {spoken(row.dosage)}" for row in plan.exercise_prescriptions.all()]
        parts += [items(goals)] if goals else []
        parts += [paragraph(_("Your exercises")), items(exercises)] if exercises else []
        made = [(_moment(row.made_at), row.get_kind_display(), row.reason) for row in plan.decisions.all()]
        parts.append(_table((_("Date"), _("Decision"), _("Reason")), made, (1, 2, 3)))
    return parts


def _diary(patient: Patient) -> list[Part]:
    rows = [
        (
            short_day(timezone.localdate(each.started_at)),
            each.get_kind_display(),
            " / ".join(_score(score) for score in (each.pre, each.during, each.after, each.next)),
            each.note,
        )
        for each in patient.diary.order_by("started_at", "pk")
    ]
    head = (_("Date"), _("What"), _("Pain"), _("Note"))
    why = small(_("Pain from 0 to 10: before / during / after / the morning after."))
    return [heading(_("Your diary")), why, _table(head, rows, (1, 1, 1, 3))]


def _visits(patient: Patient) -> list[Part]:
    visits = patient.appointments.select_related("practitioner").order_by("start", "pk")
    rows = [
        (_moment(row.start), row.get_type_display(), str(row.practitioner), row.get_status_display()) for row in visits
    ]
    head = (_("When"), _("kind"), _("physiotherapist"), _("status"))
    return [heading(_("Your appointments")), _table(head, rows, (2, 2, 2, 2))]


def _choices(patient: Patient) -> list[Part]:
    chosen = [
        (_moment(row.made_at), f"{row.text.title_in(patient.language)} ({row.text.version})", row.get_choice_display())
        for row in patient.consents.select_related("text").order_by("made_at", "pk")
    ]
    asked = [
        (_moment(row.received_at), f"{row.get_kind_display()}: {row.statement}", row.answer or row.get_status_display())
        for row in patient.privacy_requests.order_by("received_at", "pk")
    ]
    parts = [heading(_("Your choices")), _table((_("When"), _("Text"), _("Choice")), chosen, (1, 3, 1))]
    return [*parts, heading(_("Your requests")), _table((_("When"), _("Asked"), _("Answer")), asked, (1, 3, 2))]


def _looked(looked: list[dict[str, Any]]) -> list[Part]:
    names = dict(User.objects.filter(pk__in={row["user_id"] for row in looked}).values_list("pk", "name"))
    roles = dict(Role.choices)
    counted: dict[tuple[str, str, str], int] = {}
    for row in looked:
        key = (
            short_day(timezone.localdate(row["at"])),
            names.get(row["user_id"], NOTHING),
            str(roles.get(row["role"], row["role"])),
        )
        counted[key] = counted.get(key, 0) + 1
    rows = [(*key, str(times)) for key, times in counted.items()]
    head = (_("Date"), _("Name"), _("Role"), _("Times"))
    return [heading(_("Who opened your record")), _table(head, rows, (1, 2, 1, 1))]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> Part:
    written = [tuple(str(cell) or NOTHING for cell in row) for row in rows]
    return table(head, written, widths) if written else paragraph(_("Nothing."))


def _moment(value: datetime.datetime) -> str:
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"


def _score(value: int | None) -> str:
    return NOTHING if value is None else str(value)
