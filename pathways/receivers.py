"""What pathways does when scheduling tells a fact; each receiver runs in the sender's transaction."""

from typing import Any

from django.utils.translation import gettext as _

from pathways.follow_ups import AlreadyBooked, NoLongerNeeded
from pathways.models import FollowUp
from scheduling.models import Appointment, Proposal
from scheduling.signals import proposal_accepted, proposal_accepting, visit_returns


def connect() -> None:
    """Connect the receivers, once."""
    visit_returns.connect(take_back_visit, dispatch_uid="pathways.take_back_visit")
    proposal_accepting.connect(check_follow_up, dispatch_uid="pathways.check_follow_up")
    proposal_accepted.connect(link_follow_up, dispatch_uid="pathways.link_follow_up")


def take_back_visit(sender: object, *, appointment: Appointment, **_more: Any) -> None:
    """Hang a returning visit on its follow-up again; refuse when another visit was booked for that one meanwhile.

    Which follow-up it was booked for, the history knows: the row itself points at the newest visit only.
    """
    was_for = FollowUp.objects.filter(events__appointment_id=appointment.pk).values("pk")
    for row in FollowUp.objects.select_for_update(no_key=True).filter(pk__in=was_for).order_by("pk"):
        booked = Appointment.objects.filter(pk=row.appointment_id).first()
        if booked is not None and booked.pk == appointment.pk:
            continue
        if booked is not None and booked.occupies:
            raise AlreadyBooked(_("Another appointment was booked for this follow-up meanwhile."))
        row.appointment = appointment
        row.save(update_fields=["appointment"])


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
