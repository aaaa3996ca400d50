"""Inviting a patient to the portal: a link by mail, answered with the birth date; then the account exists.

The link proves the mail box, the birth date that the mail reached the right person: the desk typed the address.
"""

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.kept_query import SOMEBODY, KeptObjects
from accounts.models import Role, User
from patients.models import Invitation, Patient

LIFETIME = datetime.timedelta(hours=72)
Status = Invitation.Status


class InvitationRefused(DomainError):
    """This patient cannot be invited, or not like this."""

    title = "Invitation refused"


class InvitationEnded(DomainError):
    """The link is unknown, used, withdrawn or too old: one answer for all, which tells nothing."""

    def __init__(self) -> None:
        super().__init__(_("This invitation is no longer valid. Ask the practice for a new one."))


class WrongBirthDate(DomainError):
    """The birth date is not the patient's; after three the invitation ends and the desk sees it."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("This is not the date of birth that we know. After three attempts the invitation ends."))


@dataclass(frozen=True, slots=True)
class PortalAccess:
    """Where a patient stands with the portal, for the chart: one of `state`'s words, and the last invitation."""

    state: str  # "account", "no_mail", "not_invited", "open", "expired", "failed", "withdrawn"
    invitation: Invitation | None = None


def portal_access(patient: Patient, *, now: datetime.datetime) -> PortalAccess:
    """Return where a patient stands with the portal. One query, none with an account."""
    if patient.user_id is not None:
        return PortalAccess("account")
    last = next(iter(_last_invitation().ask({SOMEBODY: patient.pk})), None)
    if not patient.email:
        return PortalAccess("no_mail", last)
    if last is None or last.status == Status.USED:
        return PortalAccess("not_invited")
    if last.status == Status.OPEN:
        is_open = last.expires_at > now and last.email == patient.email
        return PortalAccess("open" if is_open else "expired", last)
    return PortalAccess(str(last.status), last)


@cache
def _last_invitation() -> KeptObjects[Invitation]:
    return KeptObjects.of(Patient(id=SOMEBODY).invitations.all()[:1])


@transaction.atomic
def invite(patient: Patient, *, by: User, now: datetime.datetime) -> str:
    """Invite a patient and return the secret of the link; an earlier invitation ends. Raises InvitationRefused."""
    locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if locked.user_id is not None:
        raise InvitationRefused(_("This patient already has an account."))
    if locked.archived_at is not None:
        raise InvitationRefused(_("This patient is in the archive."))
    if not locked.email:
        raise InvitationRefused(_("This patient has no e-mail address. Add it first."))
    if User.objects.filter(email__iexact=locked.email).exists():
        raise InvitationRefused(_("Another account already signs in with this e-mail address. Ask for another one."))
    _end_open(locked.pk, Status.WITHDRAWN, now)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        patient=locked,
        email=locked.email,
        digest=_digest(secret),
        invited_by=by,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return secret


def withdraw(patient: Patient, *, now: datetime.datetime) -> bool:
    """End a patient's open invitation. Return whether there was one."""
    return bool(_end_open(patient.pk, Status.WITHDRAWN, now))


def is_open(secret: str, *, now: datetime.datetime) -> bool:
    """Return whether a link still works. Looking changes nothing."""
    return Invitation.objects.filter(digest=_digest(secret), status=Status.OPEN, expires_at__gt=now).exists()


def accept(secret: str, *, birth_date: datetime.date, now: datetime.datetime) -> User:
    """Make the patient's account and return it. Raises InvitationEnded, WrongBirthDate.

    An attempt is counted before the answer, under a lock: tries at the same time are counted one by one.
    """
    with transaction.atomic():
        found = Invitation.objects.select_for_update().filter(digest=_digest(secret), status=Status.OPEN).first()
        if found is None or found.expires_at <= now:
            raise InvitationEnded
        patient = Patient.objects.select_for_update(of=("self",)).get(pk=found.patient_id)
        if patient.user_id is not None or patient.archived_at is not None or patient.email != found.email:
            raise InvitationEnded
        found.attempts += 1
        is_right = patient.birth_date == birth_date
        if is_right:
            user = _make_account(patient)
            found.status, found.ended_at = Status.USED, now
        elif found.attempts >= Invitation.MOST_ATTEMPTS:
            found.status, found.ended_at = Status.FAILED, now
        found.save(update_fields=["attempts", "status", "ended_at"])
    if not is_right:
        raise WrongBirthDate if found.status == Status.OPEN else InvitationEnded
    return user


def _make_account(patient: Patient) -> User:
    if User.objects.filter(email__iexact=patient.email).exists():
        raise InvitationEnded
    own = {"name": str(patient), "language": patient.language}
    user = User.objects.create_user(patient.email, None, role=Role.PATIENT, **own)
    patient.user = user
    patient.save(update_fields=["user"])
    return user


def _end_open(patient_id: UUID, status: Invitation.Status, now: datetime.datetime) -> int:
    return Invitation.objects.filter(patient_id=patient_id, status=Status.OPEN).update(status=status, ended_at=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
