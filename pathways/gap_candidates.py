"""Open visits of running plans that could take the time of a cancelled visit: the need, never the reason."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.locking import locked
from accounts.models import Practitioner, User
from pathways.follow_ups import AlreadyBooked, NoLongerNeeded
from pathways.models import FollowUp
from scheduling.free_time import wall_time
from scheduling.gaps import Gap, Need
from scheduling.models import Appointment, Proposal
from scheduling.proposals import offer
from scheduling.wishes import Wish


class AnswerFirst(DomainError):
    """The patient asks for a moment for this visit, and nobody answered yet."""


def follow_ups_that_fit(gap: Gap, user: User, now: datetime.datetime) -> Iterable[Need]:
    """Return the open follow-ups with the therapist of a gap whose window holds its day, or has passed. One query."""
    rows = FollowUp.objects.visible_to(user).open().filter(practitioner=gap.practitioner.pk)
    rows = rows.filter(window_start__lte=gap.day, minutes__lte=gap.minutes)
    for row in rows.select_related("plan__patient", "practitioner"):
        patient = row.plan.patient
        yield Need(
            pk=row.pk,
            source=_("Follow-up"),
            patient_id=patient.pk,
            patient=f"{patient.family_name} {patient.given_name}",
            phone=patient.phone,
            has_portal=patient.user_id is not None,
            type=row.type,
            minutes=row.minutes,
            wish=Wish(row.window_start, row.window_end, practitioners=frozenset({row.practitioner_id})),
            people=row.practitioner.name,
            priority="routine",
            since=wall_time(row.window_start, datetime.time()),
            note="",
            asked_again=False,
            book_url=reverse("pathways:fill-gap", args=[row.pk, gap.visit.pk]),
            offer_url=reverse("pathways:offer-gap", args=[row.pk, gap.visit.pk]),
        )


def offer_follow_up(
    follow_up: FollowUp,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    fills: Appointment | None = None,
) -> Proposal:
    """Offer the patient a moment for a visit that the plan calls for; agreeing fulfils the follow-up.

    A later offer takes the place of an earlier one that still waits. Raises AlreadyBooked, NoLongerNeeded, AnswerFirst
    when the patient asks for a moment, or what `scheduling.proposals.offer` refuses.
    """
    with transaction.atomic():
        row: FollowUp = locked(
            FollowUp.objects.select_related("plan__patient", "appointment", "proposal"), follow_up.pk
        )
        if row.appointment is not None and row.appointment.occupies:
            raise AlreadyBooked(_("This follow-up already has an appointment."))
        if not FollowUp.objects.of_running_plans().filter(pk=row.pk).exists():
            raise NoLongerNeeded(_("The treatment plan no longer calls for this visit."))
        _refuse_unanswered(row.proposal, now)
        made = offer(
            row.plan.patient, practitioner=practitioner, start=start, minutes=row.minutes, type=row.type, by=by,
            now=now, fills=fills,
        )  # fmt: skip
        if row.proposal is not None and row.proposal != made:
            waiting = Proposal.objects.filter(pk=row.proposal.pk, status=Proposal.Status.NEEDS_ACTION)
            waiting.update(status=Proposal.Status.EXPIRED, answered_by=by, answered_at=now)
        row.proposal = made
        row.save(update_fields=["proposal"])
        return made


def _refuse_unanswered(asked: Proposal | None, now: datetime.datetime) -> None:
    if asked is None or asked.origin != Proposal.Origin.PATIENT:
        return
    if Proposal.objects.open(now).filter(pk=asked.pk).exists():
        raise AnswerFirst(_("This patient asks for a moment for this visit: answer that first."))
