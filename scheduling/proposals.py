"""Proposals: the patient asks for a moment, or the practice offers one. They hold nothing; agreeing really books.

Locks are taken in one order: what hangs on the proposal in other rooms (`proposal_accepting`), the proposal, the days,
the visit.
"""

import datetime
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.locking import locked
from accounts.models import Practitioner, Role, User
from patients.models import Encounter, Patient
from scheduling.booking import book, move
from scheduling.exceptions import AlreadyAsked, InThePast, ProposalClosed, RightNotGiven, StatusRefused, TooLate
from scheduling.models import Appointment, Proposal, WaitingListEntry, booking_policy
from scheduling.models.appointment import LONGEST_MINUTES
from scheduling.outbox import announce_offer
from scheduling.patient_rights import check_moment, rights_for
from scheduling.signals import proposal_accepted, proposal_accepting
from scheduling.waiting_list import close_with
from scheduling.writing import MOVABLE, locked_visit, retried

LONGEST_TEXT = 300
MOST_OPEN = 10
# A question in words names no moment: it keeps the first minute of the visit, shorter than any visit can be.
_IN_WORDS_MINUTES = 1
_STATUS, _ORIGIN = Proposal.Status, Proposal.Origin


def ask_to_move(
    appointment: Appointment,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    message: str = "",
) -> Proposal:
    """Ask another moment for a visit; its length and kind stay, and the visit itself stays until the desk agrees.

    With the visit's own moment and therapist it is a question in words: then `message` is needed. The same question
    asked twice is one proposal. Raises RightNotGiven, TooLate, StatusRefused, AlreadyAsked or InvalidInput.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = locked_visit(appointment)
        _own(visit.patient, by)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked and has not begun can be moved."))
        in_words = start == visit.start and practitioner == visit.practitioner
        if in_words and not message.strip():
            sentence = _("Choose a moment, or write when it suits you.")
            raise InvalidInput(sentence, errors={"message": [sentence]})
        _check_asking(visit, by, now, start=None if in_words else start)
        Proposal.objects.filter(appointment=visit, status=_STATUS.NEEDS_ACTION).filter(_too_old(now)).update(
            status=_STATUS.EXPIRED
        )
        waiting = Proposal.objects.filter(appointment=visit, status=_STATUS.NEEDS_ACTION).first()
        if waiting is not None:
            return _asked_before(waiting, practitioner, start)
        return _make(
            visit.patient, appointment=visit, practitioner=practitioner, start=start, type=visit.type,
            minutes=_IN_WORDS_MINUTES if in_words else visit.minutes, origin=_ORIGIN.PATIENT, by=by, now=now,
            message=message,
        )  # fmt: skip


def ask_for_visit(
    patient: Patient,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    minutes: int,
    type: str,
    by: User,
    now: datetime.datetime,
    message: str = "",
) -> Proposal:
    """Ask for a visit at a moment. The same question asked twice is one proposal.

    Raises RightNotGiven, TooLate or InvalidInput.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        _own(patient, by)
        _check_asking(None, by, now, start=start)
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        asked = Proposal.objects.open(now).filter(patient=patient, origin=_ORIGIN.PATIENT, appointment=None)
        same: Proposal | None = asked.filter(practitioner=practitioner, start=start, type=type).first()
        if same is not None and same.minutes == minutes:
            return same
        if asked.count() >= MOST_OPEN:
            raise AlreadyAsked(_("You already asked several moments. Wait for the answer, or call us."))
        return _make(
            patient, practitioner=practitioner, start=start, minutes=minutes, type=type, origin=_ORIGIN.PATIENT,
            by=by, now=now, message=message,
        )  # fmt: skip


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
    """Offer a patient a moment, until `expires_at` or until it begins. Offered twice, it is one proposal.

    `waiting_list_entry` closes when the patient agrees; `fills` is the cancelled visit whose time it would take.
    Raises RightNotGiven (a patient offers nothing), InThePast or InvalidInput.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        _staff(by)
        if start <= now or (expires_at is not None and expires_at <= now):
            raise InThePast(_("This moment is already over."))
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        offered = Proposal.objects.open(now).filter(patient=patient, origin=_ORIGIN.PRACTICE, start=start, type=type)
        same: Proposal | None = offered.filter(
            practitioner=practitioner, appointment=None, waiting_list_entry=waiting_list_entry
        ).first()
        if same is not None and same.minutes == minutes:
            return same
        made = _make(
            patient, practitioner=practitioner, start=start, minutes=minutes, type=type, origin=_ORIGIN.PRACTICE, by=by,
            now=now, message=message, waiting_list_entry=waiting_list_entry, fills=fills, expires_at=expires_at,
        )  # fmt: skip
        announce_offer(made, now=now)
        return made


def propose_instead(
    proposal: Proposal,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    message: str = "",
) -> Proposal:
    """Answer with another moment: the same proposal goes back to the other side, who may agree or refuse.

    The practice may do so with every open proposal, the patient with what the practice offers, within the rules for
    asking. What hangs on it stays; its history keeps what was there. Raises RightNotGiven, TooLate, ProposalClosed,
    InThePast or InvalidInput.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = _locked(proposal)
        is_patient = by.role == Role.PATIENT
        if row.made_by_id == by.pk and (row.practitioner_id, row.start) == (practitioner.pk, start):
            return row  # sent twice
        _require_open(row, now)
        _may_answer(row, by, now)
        _check_asking(row.appointment, by, now, start=start)
        length = row.end - row.start if row.appointment is None else row.appointment.end - row.appointment.start
        row.practitioner, row.start, row.end = practitioner, start, start + length
        row.origin = _ORIGIN.PATIENT if is_patient else _ORIGIN.PRACTICE
        row.made_by, row.made_at, row.message = by, now, _text(message, "message")
        row.fills = row.expires_at = None
        fields = ["practitioner", "start", "end", "origin", "made_by", "made_at", "message", "fills", "expires_at"]
        row.save(update_fields=fields)
        if not is_patient:
            announce_offer(row, now=now)
        return row


@retried
def accept(proposal: Proposal, *, by: User, now: datetime.datetime) -> Appointment:
    """Agree to a proposal: its moment is booked, or the visit moves there. Agreeing again gives the same visit.

    The patient answers what the practice offers, the desk what the patient asks (the desk also for a patient on the
    phone). Raises ProposalClosed, TooLate, RightNotGiven, what hangs on it refuses, or what `book` and `move` refuse;
    the proposal then stays open.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        proposal_accepting.send(Proposal, proposal=proposal)
        row = _locked(proposal)
        _may_answer(row, by, now)
        if row.status == _STATUS.ACCEPTED and row.booked is not None:
            before: Appointment = row.booked
            return before
        _require_open(row, now)
        if row.waiting_list_entry is not None:
            locked(WaitingListEntry.objects.all(), row.waiting_list_entry_id)  # before the days, as whoever books it
        visit = _book_or_move(row, by, now)
        row.status, row.booked, row.answered_by, row.answered_at = _STATUS.ACCEPTED, visit, by, now
        row.save(update_fields=["status", "booked", "answered_by", "answered_at"])
        if row.waiting_list_entry is not None:
            close_with(row.waiting_list_entry, visit, now=now)
        proposal_accepted.send(Proposal, proposal=row, appointment=visit)
        return visit


def decline(proposal: Proposal, *, by: User, now: datetime.datetime, answer: str = "") -> Proposal:
    """Refuse a proposal, with a short answer for the other side. Twice changes nothing. Raises ProposalClosed."""
    return _close(proposal, _STATUS.DECLINED, by, now, answer=answer)


def withdraw(proposal: Proposal, *, by: User, now: datetime.datetime) -> Proposal:
    """Take back a proposal that one's own side made. Twice changes nothing. Raises ProposalClosed."""
    return _close(proposal, _STATUS.WITHDRAWN, by, now)


def close_unneeded(proposal_id: UUID, *, by: User, now: datetime.datetime) -> None:
    """Close a proposal whose visit was booked another way. One query, in the transaction of the caller."""
    waiting = Proposal.objects.filter(pk=proposal_id, status=_STATUS.NEEDS_ACTION)
    waiting.update(status=_STATUS.EXPIRED, answered_by=by, answered_at=now)


def expire_old(*, now: datetime.datetime) -> int:
    """Close the proposals whose moment or last day passed, or whose visit can no longer move; return how many."""
    stale = Proposal.objects.filter(status=_STATUS.NEEDS_ACTION).filter(_too_old(now))
    count: int = stale.update(status=_STATUS.EXPIRED)
    return count


def asks_in_words(proposal: Proposal) -> bool:
    """Whether a patient asks to move a visit without naming a moment: the message says when it would suit."""
    return proposal.minutes == _IN_WORDS_MINUTES


def _too_old(now: datetime.datetime) -> Q:
    gone = Q(appointment__isnull=False) & ~Q(appointment__status__in=MOVABLE)
    return Q(start__lte=now) | Q(expires_at__lte=now) | gone


def _locked(proposal: Proposal) -> Proposal:
    """Return the proposal as it is now, locked. Read after the lock: a join beside it would show what was before."""
    related = ("patient", "practitioner", "appointment", "booked", "waiting_list_entry__episode", "fills")
    row: Proposal = locked(Proposal.objects.select_related(*related), proposal.pk)
    return row


def _require_open(row: Proposal, now: datetime.datetime) -> None:
    if row.status != _STATUS.NEEDS_ACTION:
        raise ProposalClosed(_("This proposal was already answered or taken back."))
    if row.start <= now or (row.expires_at is not None and row.expires_at <= now):
        raise TooLate(_("This moment has passed, or the time to answer is over."))


def _book_or_move(row: Proposal, by: User, now: datetime.datetime) -> Appointment:
    if row.appointment is not None:
        if asks_in_words(row):
            raise ProposalClosed(_("The patient names no moment: propose one."))
        return move(row.appointment, start=row.start, practitioner=row.practitioner, by=by, now=now)
    entry = row.waiting_list_entry
    return book(
        row.patient, practitioner=row.practitioner, start=row.start, minutes=row.minutes, type=row.type,
        episode=entry.episode if entry else None, by=by, now=now, fills=row.fills,
    )  # fmt: skip


def _close(
    proposal: Proposal, status: Proposal.Status, by: User, now: datetime.datetime, *, answer: str = ""
) -> Proposal:
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = _locked(proposal)
        if status == _STATUS.DECLINED:
            _may_answer(row, by, now)
        else:
            _may_take_back(row, by)
        if row.status == status:
            return row
        if row.status != _STATUS.NEEDS_ACTION:
            raise ProposalClosed(_("This proposal was already answered or taken back."))
        row.status, row.answer, row.answered_by, row.answered_at = status, _text(answer, "answer"), by, now
        row.save(update_fields=["status", "answer", "answered_by", "answered_at"])
        return row


def _make(patient: Patient, *, minutes: int, by: User, now: datetime.datetime, message: str, **values: Any) -> Proposal:
    errors: dict[str, list[str]] = {}
    if minutes != _IN_WORDS_MINUTES and not 5 <= minutes <= LONGEST_MINUTES:
        errors["minutes"] = [_("A visit lasts 5 to %(most)d minutes.") % {"most": LONGEST_MINUTES}]
    if values["type"] not in Encounter.Kind.values or values["type"] == Encounter.Kind.SELF_REPORT:
        errors["type"] = [_("This kind of contact cannot be booked.")]
    if patient.archived_at is not None:
        errors["patient"] = [_("This patient is archived.")]
    if not values["practitioner"].is_active:
        errors["practitioner"] = [_("This physiotherapist no longer works here.")]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors=errors)
    end = values["start"].astimezone(datetime.UTC) + datetime.timedelta(minutes=minutes)
    made: Proposal = Proposal.objects.create(
        patient=patient, end=end, made_by=by, made_at=now, message=_text(message, "message"), **values
    )
    return made


def _asked_before(waiting: Proposal, practitioner: Practitioner, start: datetime.datetime) -> Proposal:
    if waiting.origin == _ORIGIN.PATIENT and (waiting.practitioner_id, waiting.start) == (practitioner.pk, start):
        return waiting
    raise AlreadyAsked(_("There is already an open question about this appointment."))


def _check_asking(
    visit: Appointment | None, by: User, now: datetime.datetime, *, start: datetime.datetime | None
) -> None:
    """Hold a patient to the rules of the practice; staff who write a question down are not held to them."""
    if by.role == Role.PATIENT:
        policy = booking_policy()
        rights_for(visit, policy=policy, now=now).ask.require()
        if start is not None:
            check_moment(start, policy=policy, now=now)
    elif start is not None and start <= now:
        raise InThePast(_("This moment is already over."))


def _text(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        sentence = _("At most %(most)d characters.") % {"most": LONGEST_TEXT}
        raise InvalidInput(sentence, errors={field: [sentence]})
    return text


def _staff(by: User) -> None:
    if by.role == Role.PATIENT:
        raise RightNotGiven(_("Only the practice does this."))


def _own(patient: Patient, by: User) -> None:
    if by.role == Role.PATIENT and patient.user_id != by.pk:
        raise RightNotGiven(_("This is about another patient."))


def _may_answer(row: Proposal, by: User, now: datetime.datetime) -> None:
    _own(row.patient, by)
    if by.role == Role.PATIENT:
        if row.origin != _ORIGIN.PRACTICE:
            raise RightNotGiven(_("The practice answers your question."))
        rights_for(None, policy=booking_policy(), now=now).see.require()


def _may_take_back(row: Proposal, by: User) -> None:
    _own(row.patient, by)
    if by.role == Role.PATIENT and row.origin != _ORIGIN.PATIENT:
        raise RightNotGiven(_("You can refuse what the practice offers, not take it back."))
