"""What can be done with the patient whose page is open behind the palette."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_noop

from accounts.models import AccessReason, User
from accounts.policy import may
from accounts.relations import is_own
from fysicure.palette.commands import Command, Row, row_of
from pathways.models import CarePlan
from patients.models import EpisodeOfCare, Patient

# Pages of one patient: the name of the address, and how its one id leads to the patient.
_PAGES = {
    **dict.fromkeys(("patients:chart", "patients:edit", "patients:add-episode"), "pk"),
    **dict.fromkeys(("scheduling:consents", "privacy:patient"), "pk"),
    **dict.fromkeys(("patients:edit-episode", "patients:add-prescription", "pathways:letters"), "episodes"),
    **dict.fromkeys(("scheduling:appointment", "scheduling:move"), "appointments"),
    **dict.fromkeys(("pathways:plan", "pathways:retest", "pathways:charts", "pathways:analysis"), "care_plans"),
    **dict.fromkeys(("pathways:outcomes", "pathways:pause", "pathways:discharge"), "care_plans"),
    "pathways:session-note": "encounters",
}
_OPEN = (EpisodeOfCare.Status.PLANNED, EpisodeOfCare.Status.ACTIVE, EpisodeOfCare.Status.ON_HOLD)
_RUNNING = (CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD)

_RECORD = Command("patients:chart", "patients.view", "user", gettext_noop("Open the record"), "dossier fiche chart")
_PLAN = Command("pathways:plan", "plans.view", "route", gettext_noop("Open the plan"), "behandelplan traitement")
_ASKED_WITH = (
    Command("scheduling:book", "appointments.book", "calendar-plus", gettext_noop("Book a visit"),
            "afspraak maken inplannen rendez-vous rdv new appointment"),
    Command("scheduling:plan-series", "appointments.book", "repeat", gettext_noop("Plan a series"),
            "reeks afspraken serie rendez-vous"),
    Command("scheduling:join-waiting-list", "waiting_list.manage", "hourglass", gettext_noop("On the waiting list"),
            "wachtlijst zetten liste attente"),
)  # fmt: skip
_INTAKE = Command("pathways:start-intake", "intake.edit", "clipboard-list", gettext_noop("Start the intake"),
                  "anamnese onderzoek bilan examen")  # fmt: skip
_OF_EPISODE = (
    Command("patients:add-prescription", "prescriptions.edit", "file-plus", gettext_noop("Add a prescription"),
            "voorschrift toevoegen prescription ordonnance"),
    Command("pathways:letters", "letters.write", "mail", gettext_noop("Letters to the doctor"),
            "brief verslag arts lettre rapport medecin report"),
)  # fmt: skip
_OF_PATIENT = (
    Command("patients:add-episode", "patients.correct", "folder-plus", gettext_noop("New episode"),
            "klacht zorgperiode nouvel episode plainte"),
    Command("patients:edit", "patients.correct", "pencil", gettext_noop("Correct data"),
            "adres telefoon gegevens wijzigen adresse donnees address phone details"),
    Command("privacy:patient", "privacy.consents", "shield-user", gettext_noop("Privacy and consents"),
            "toestemming consentement"),
)  # fmt: skip
# Acts that say, by being there, that somebody is in care.
_CARE = {"plans.view", "intake.edit", "letters.write"}


@dataclass(frozen=True, slots=True)
class OpenPatient:
    """The patient of the page behind the palette, and the acts on that record that the user may do."""

    pk: Any
    name: str
    acts: list[Row]


def open_patient(user: User, path: str, *, now: datetime.datetime) -> OpenPatient | None:
    """Return the patient of one of our pages, with what the user may do there; None for a page of nobody. One query.

    A plan, an intake and letters are offered only to who treats, or said why: as on the chart itself.
    """
    rows = _patient_at(user, path)
    found: Any = None if rows is None else _with_ties(rows, user, now).first()
    if found is None:
        return None
    acts = [
        row
        for command, row in _acts(found)
        if may(user, command.action) and row.url != path and (found.sees_care or command.action not in _CARE)
    ]
    return OpenPatient(found.pk, str(found), acts)


def _patient_at(user: User, path: str) -> QuerySet[Any] | None:
    """The patient of a page, among those whom the user may know of."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    column = _PAGES.get(match.view_name)
    return Patient.objects.visible_to(user).filter(**{column: next(iter(match.kwargs.values()))}) if column else None


def _with_ties(rows: QuerySet[Any], user: User, now: datetime.datetime) -> QuerySet[Any]:
    """Add what the acts need to know: open episodes, the running plan, and whether the user sees what is the matter."""
    episodes = EpisodeOfCare.objects.filter(patient=OuterRef("pk"), status__in=_OPEN).order_by("-started_on", "-id")
    plans = CarePlan.objects.filter(patient=OuterRef("pk"), status__in=_RUNNING).order_by("-started_on", "-id")
    reasons = AccessReason.objects.filter(user_id=user.pk, patient_id=OuterRef("pk"), valid_until__gt=now)
    sees_care = Q(is_own(user, "pk", now=now)) | Q(Exists(reasons.exclude(code=AccessReason.Code.NONE)))
    return rows.order_by().annotate(
        open_episodes=ArraySubquery(episodes.values("pk")[:2]),
        running_plans=ArraySubquery(plans.values("pk")[:1]),
        sees_care=ExpressionWrapper(sees_care, BooleanField()),
    )


def _acts(patient: Any) -> Iterator[tuple[Command, Row]]:
    """Everything that can be done with a patient. What needs an episode is there when it can be but one."""
    yield _RECORD, row_of(_RECORD, patient.pk)
    for plan in patient.running_plans:
        yield _PLAN, row_of(_PLAN, plan)
    for command in _ASKED_WITH:
        yield command, row_of(replace(command, query=f"patient={patient.pk}"))
    if len(patient.open_episodes) == 1:
        episode = patient.open_episodes[0]
        yield _INTAKE, row_of(_INTAKE, send=f"episode={episode}")
        for command in _OF_EPISODE:
            yield command, row_of(command, episode)
    for command in _OF_PATIENT:
        yield command, row_of(command, patient.pk)
