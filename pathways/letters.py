"""Letters to doctors and the plan on paper: composed from the record, kept as they were sent."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from pathways.exceptions import LetterRefused
from pathways.letter_content import discharge_parts, patient_plan_parts, report_parts, rule_out_parts
from pathways.letter_parts import day, paragraph, short_day
from pathways.models import CarePlan, Classification, Letter, Task
from pathways.order_letter import order_parts
from pathways.prescription_requests import answer_request, usual_sessions
from patients.models import EpisodeOfCare, ExternalPractitioner

Kind = Letter.Kind


def kinds_for(episode: EpisodeOfCare, plan: CarePlan | None) -> tuple[Letter.Kind, ...]:
    """Return the letters that make sense now: without a plan only a referral or a request for a prescription."""
    blocked = Classification.objects.filter(episode=episode, outcome=Classification.Outcome.BLOCKED).exists()
    waiting = Task.objects.filter(episode=episode, kind=Task.Kind.REFERRAL).open().exists()
    always: tuple[Letter.Kind, ...] = (Kind.RULE_OUT,) if blocked or waiting else ()
    if episode.status not in {EpisodeOfCare.Status.FINISHED, EpisodeOfCare.Status.CANCELLED}:
        always = (*always, Kind.ORDER)
    if plan is None:
        return always
    ended = plan.status in {CarePlan.Status.COMPLETED, CarePlan.Status.REVOKED}
    return (*always, Kind.REPORT, Kind.DISCHARGE) if ended else (*always, Kind.REPORT, Kind.PLAN, Kind.DISCHARGE)


def plan_of(episode: EpisodeOfCare) -> CarePlan | None:
    """Return the newest plan of an episode."""
    plan: CarePlan | None = episode.care_plans.select_related("pathway_version").order_by("-started_on", "-id").first()
    return plan


def language_for(episode: EpisodeOfCare, kind: str) -> str:
    """Return the language in which a letter is proposed: the patient's own for a plan, Dutch for a doctor."""
    return str(episode.patient.language) if kind == Kind.PLAN else settings.LANGUAGE_CODE


def compose(
    episode: EpisodeOfCare,
    kind: str,
    *,
    recipient: ExternalPractitioner | None,
    remark: str,
    by: User,
    now: datetime.datetime,
    sessions: int | None = None,
    language: str = "",
) -> dict[str, Any]:
    """Return the content of a letter: who, to whom, and parts drawn from the record. Nothing is kept.

    `language` is that of who reads it; by default `language_for`, whatever the language of the page.

    `remark` is what the therapist adds by hand; it stands before the closing. `sessions` is how many a request for a
    prescription asks for. Raises LetterRefused for a letter that makes no sense now.
    """
    plan = plan_of(episode)
    if kind not in kinds_for(episode, plan):
        raise LetterRefused(_("This letter cannot be made for this episode now."))
    with override(language or language_for(episode, kind)):
        urgent, parts = _parts(episode, plan, kind, now, usual_sessions(sessions))
        if remark.strip():
            parts.append(paragraph(remark.strip()))
        return _sheet(episode, kind, recipient, parts, urgent=urgent, by=by, now=now)


@transaction.atomic
def write_letter(
    episode: EpisodeOfCare,
    kind: str,
    *,
    recipient: ExternalPractitioner | None = None,
    remark: str = "",
    by: User,
    now: datetime.datetime,
    sessions: int | None = None,
    language: str = "",
) -> Letter:
    """Make a letter and keep its content: what was sent can always be shown again. Raises LetterRefused.

    A request for a prescription ticks off the task that asked for it; the same request made twice on a day is one.
    """
    document = compose(
        episode, kind, recipient=recipient, remark=remark, by=by, now=now, sessions=sessions, language=language
    )
    if kind == Kind.ORDER:
        EpisodeOfCare.objects.select_for_update(of=("self",)).get(pk=episode.pk)
        same: Letter | None = episode.letters.filter(kind=kind, created_by=by, document=document).first()
        if same is not None:
            return same
    letter: Letter = Letter.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        plan=plan_of(episode),
        kind=kind,
        recipient=recipient,
        document=document,
        created_by=by,
        created_at=now,
    )
    answer_request(letter, by=by, now=now)
    return letter


def _parts(
    episode: EpisodeOfCare, plan: CarePlan | None, kind: str, now: datetime.datetime, sessions: int
) -> tuple[str | None, list[dict[str, Any]]]:
    if kind == Kind.ORDER:
        return None, order_parts(episode, plan, sessions=sessions, now=now)
    if kind == Kind.RULE_OUT or plan is None:
        urgent, parts = rule_out_parts(episode)
        return urgent or None, parts
    if kind == Kind.PLAN:
        return None, patient_plan_parts(plan, now=now)
    if kind == Kind.DISCHARGE:
        return None, discharge_parts(plan, now=now)
    return None, report_parts(episode, plan, now=now)


def _sheet(
    episode: EpisodeOfCare,
    kind: str,
    recipient: ExternalPractitioner | None,
    parts: list[dict[str, Any]],
    *,
    urgent: str | None,
    by: User,
    now: datetime.datetime,
) -> dict[str, Any]:
    today = timezone.localtime(now).date()
    patient = episode.patient
    titles = {
        Kind.REPORT: _("Report of physiotherapy"),
        Kind.RULE_OUT: _("Referral because of an alarm sign"),
        Kind.DISCHARGE: _("End of the treatment"),
        Kind.PLAN: _("Your plan"),
        Kind.ORDER: _("Request for a new prescription"),
    }
    for_doctor = kind != Kind.PLAN
    return {
        "language": get_language(),
        "title": titles[Kind(kind)],
        "urgent": urgent,
        "place_and_date": f"{settings.PRACTICE_TOWN}, {day(today)}",
        "practice": {"name": settings.PRACTICE_NAME, "lines": _practice_lines()},
        "patient": {"name": str(patient), "birth_date": short_day(patient.birth_date)},
        "recipient": _recipient(recipient) if for_doctor else None,
        "salutation": _("Dear doctor,") if for_doctor else _("Dear %(name)s,") % {"name": patient.given_name},
        "parts": parts,
        "closing": _("Kind regards,"),
        "author": _author(by),
        "words": {"born": _("born on"), "page": _("page"), "of": _("of")},
    }


def _practice_lines() -> list[str]:
    return [line for line in (settings.PRACTICE_ADDRESS, settings.PRACTICE_TOWN, settings.PRACTICE_PHONE) if line]


def _recipient(doctor: ExternalPractitioner | None) -> dict[str, Any] | None:
    if doctor is None:
        return None
    number = _("RIZIV number %(number)s") % {"number": doctor.nihdi_number} if doctor.nihdi_number else ""
    return {"name": doctor.name, "lines": [line for line in (doctor.city, number) if line]}


def _author(by: User) -> Mapping[str, Any]:
    practitioner = Practitioner.objects.filter(user=by).first()
    if practitioner is None:
        return {"name": by.name or by.email, "lines": []}
    number = practitioner.nihdi_number
    lines = [_("physiotherapist"), _("RIZIV number %(number)s") % {"number": number} if number else ""]
    return {"name": practitioner.name, "lines": [line for line in lines if line]}
