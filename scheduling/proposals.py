"""Proposals: the practice offers a moment. It holds nothing."""

import datetime

import pghistory
from django.db import transaction

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.models import Appointment, Proposal, WaitingListEntry


def offer(
    patient: Patient,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    minutes: int,
    type: str,
    by: User,
    now: datetime.datetime,
    waiting_list_entry: WaitingListEntry | None = None,
    fills: Appointment | None = None,
    expires_at: datetime.datetime | None = None,
    message: str = "",
) -> Proposal:
    """Offer a patient a moment, until `expires_at` or until it begins. Offered twice, it is one proposal."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        offered = Proposal.objects.open(now).filter(patient=patient, origin=Proposal.Origin.PRACTICE, start=start)
        same: Proposal | None = offered.filter(practitioner=practitioner, waiting_list_entry=waiting_list_entry).first()
        if same is not None:
            return same
        made: Proposal = Proposal.objects.create(
            patient=patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=minutes),
            type=type, origin=Proposal.Origin.PRACTICE, waiting_list_entry=waiting_list_entry, fills=fills,
            expires_at=expires_at, message=message, made_by=by, made_at=now,
        )  # fmt: skip
        return made


def withdraw(proposal: Proposal, *, by: User, now: datetime.datetime) -> Proposal:
    """Take back a proposal that one's own side made. Twice changes nothing."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row: Proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if row.status == Proposal.Status.NEEDS_ACTION:
            row.status, row.answered_by, row.answered_at = Proposal.Status.WITHDRAWN, by, now
            row.save(update_fields=["status", "answered_by", "answered_at"])
        return row
