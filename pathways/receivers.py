"""What pathways does when scheduling tells a fact; each receiver runs in the sender's transaction."""

from typing import Any

from django.utils.translation import gettext as _

from pathways.follow_ups import AlreadyBooked, NoLongerNeeded
from pathways.models import FollowUp
from pathways.querysets import FollowUpQuerySet
from scheduling.models import Appointment, Proposal
from scheduling.signals import proposal_accepted, proposal_accepting, visit_returned, visit_returning


def connect() -> None:
    """Connect the receivers, once."""
    visit_returning.connect(check_return, dispatch_uid="pathways.check_return")
    visit_returned.connect(take_back_visit, dispatch_uid="pathways.take_back_visit")
    proposal_accepting.connect(check_follow_up, dispatch_uid="pathways.check_follow_up")
    proposal_accepted.connect(link_follow_up, dispatch_uid="pathways.link_follow_up")


def check_return(sender: object, *, appointment: Appointment, **_more: Any) -> None:
    """Lock the follow-up that a returning visit was booked for; refuse when another visit was booked since."""
    for row in _once_for(appointment).select_for_update(no_key=True):
        booked = Appointment.objects.filter(pk=row.appointment_id).exclude(pk=appointment.pk).first()
        if booked is not None and booked.occupies:
            raise AlreadyBooked(_("Another appointment was booked for this follow-up meanwhile."))


def take_back_visit(sender: object, *, appointment: Appointment, **_more: Any) -> None:
    """Hang a visit that returned on its follow-up again."""
    for row in _once_for(appointment).exclude(appointment=appointment):
        row.appointment = appointment
        row.save(update_fields=["appointment"])


def _once_for(appointment: Appointment) -> FollowUpQuerySet:
    """The follow-ups that a visit was ever booked for: the history knows, a row points at its newest visit only."""
    was_for = FollowUp.objects.filter(events__appointment_id=appointment.pk).values("pk")
    found: FollowUpQuerySet = FollowUp.objects.filter(pk__in=was_for).order_by("pk")
    return found


def check_follow_up(sender: object, *, proposal: Proposal, **_more: Any) -> None:
    """Lock the follow-up that a proposal is for; refuse when it has another visit or the plan dropped it."""
    follow_up: FollowUp | None = FollowUp.objects.select_for_update().filter(proposal=proposal).first()
    if follow_up is None or Proposal.objects.filter(pk=proposal.pk, status=Proposal.Status.ACCEPTED).exists():
        return
    if follow_up.appointment is not None and follow_up.appointment.occupies:
        raise AlreadyBooked(_("This follow-up already has an appointment."))
    if not FollowUp.objects.of_running_plans().filter(pk=follow_up.pk).exists():
        raise NoLongerNeeded(_("The treatment plan no longer calls for this visit."))


def link_follow_up(sender: object, *, proposal: Proposal, appointment: Appointment, **_more: Any) -> None:
    """Hang the visit on the follow-up that the proposal was for, and on the episode of its plan."""
    follow_up: FollowUp | None = FollowUp.objects.select_related("plan").filter(proposal=proposal).first()
    if follow_up is None:
        return
    follow_up.appointment = appointment
    follow_up.save(update_fields=["appointment"])
    if appointment.episode_id != follow_up.plan.episode_id:
        appointment.episode_id = follow_up.plan.episode_id
        appointment.save(update_fields=["episode"])
