"""Who may do what: one table that the practice owner could read, used by pages, API, admin, feeds and tests alike.

`ACTIONS` says which roles may do a thing at all. `RELATIONS` says, of what concerns one patient, how near to that
patient one must stand: the patient's own account, a therapist who treats, or somebody else of the practice.
Why so: docs/decisions/0009-break-the-glass.md.
"""

import datetime
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models.security_event import SecurityEvent
from accounts.models.user import Role, User
from accounts.relations import STAFF, Relation, relation_of
from accounts.security_log import note_event

_CLINICAL = {Role.THERAPIST}
_EVERYONE = {*Role}

ACTIONS: dict[str, set[Role]] = {
    # the front door
    "home.view": _EVERYONE,
    "setup.view": {Role.ADMIN},
    # the record: who the person is
    "patients.search": STAFF,
    "patients.view": STAFF,
    "patients.register": STAFF,
    "patients.correct": STAFF,
    "patients.archive": STAFF,
    "prescriptions.edit": STAFF,
    # the record: what is the matter (never reception, never the owner as such)
    "clinical.view": _CLINICAL,
    "intake.edit": _CLINICAL,
    "classification.view": _CLINICAL,
    "plans.start": _CLINICAL,
    "plans.view": _CLINICAL,
    "plans.decide": _CLINICAL,
    "tasks.complete": _CLINICAL,
    "rules.try": _CLINICAL,
    "evidence.view": _CLINICAL | {Role.ADMIN},
    "evidence.review": _CLINICAL | {Role.ADMIN},
    "plans.adjust": _CLINICAL,
    "plans.pause": _CLINICAL,
    "plans.close": _CLINICAL,
    "plans.migrate": _CLINICAL,
    "notes.write": _CLINICAL,
    "notes.templates": _CLINICAL | {Role.ADMIN},
    "outcomes.record": _CLINICAL,
    "letters.write": _CLINICAL,
    "decisions.review": _CLINICAL | {Role.ADMIN},
    # the content of the practice: pathways, questionnaires
    "pathways.view": _CLINICAL | {Role.ADMIN},
    "pathways.edit": {Role.ADMIN},
    "pathways.publish": {Role.ADMIN},
    "instruments.manage": {Role.ADMIN},
    # time
    "agenda.view": STAFF,
    "appointments.book": STAFF,
    "appointments.change": STAFF,
    "follow_ups.view": STAFF,
    "waiting_list.manage": STAFF,
    "proposals.answer": STAFF,
    "communications.view": STAFF,
    "communications.resend": STAFF,
    "consents.edit": STAFF,
    "feeds.manage": {Role.THERAPIST, Role.PATIENT},
    "prescriptions.request": STAFF,
    "booking_policy.edit": {Role.ADMIN},
    "rooms.manage": {Role.ADMIN},
    "hours.manage": {Role.ADMIN},
    "numbers.view": {Role.ADMIN},
    # the patient's own record
    "portal.view": {Role.PATIENT},
    "portal.log": {Role.PATIENT},
    "portal.appointments": {Role.PATIENT},
    # accounts and access
    "portal.invite": STAFF,
    "sessions.view": _EVERYONE,
    "sessions.end": {Role.ADMIN},
    "second_factor.reset": {Role.ADMIN},
    "staff.invite": {Role.ADMIN},
    "access.explain": {Role.THERAPIST},
    "access.review": {Role.ADMIN},
    "audit.view": {Role.ADMIN},
    "audit.export": {Role.ADMIN},
    # privacy
    "privacy.manage": {Role.ADMIN},
    "privacy.consents": STAFF,
    "privacy.export": {Role.ADMIN},
    "privacy.correct": STAFF,
    "privacy.erase": {Role.ADMIN},
    "portal.privacy": {Role.PATIENT},
    # the API, where one address serves patient and staff, each their own rows
    "api.patients": _EVERYONE,
    "api.appointments": _EVERYONE,
    "api.clinical": {Role.THERAPIST, Role.PATIENT},
    "api.diary": {Role.THERAPIST, Role.PATIENT},
    "api.slots": STAFF,
    "api.reference": _EVERYONE,
    # other programs
    "fhir.definitions": _EVERYONE,
    "webhooks.manage": {Role.ADMIN},
    "data.import": {Role.ADMIN},
    "research.export": {Role.ADMIN},
    "codings.edit": _CLINICAL | {Role.ADMIN},
}


class Answer(StrEnum):
    """What the policy says of one action on one patient."""

    ALLOWED = "allowed"
    REASON_WANTED = "reason wanted"
    REFUSED = "refused"


type Rule = Mapping[Relation, Answer]

# Who somebody is, when they come, how to reach them: the whole staff needs it for its work.
_CONTACT: Rule = {
    Relation.OWN: Answer.ALLOWED,
    Relation.TREATING: Answer.ALLOWED,
    Relation.PRACTICE: Answer.ALLOWED,
}
# What is the matter: who treats; a colleague after saying why (break-the-glass). The desk and the owner as such never
# come here: ACTIONS leaves them out.
_CARE: Rule = {
    Relation.OWN: Answer.ALLOWED,
    Relation.TREATING: Answer.ALLOWED,
    Relation.PRACTICE: Answer.REASON_WANTED,
}
_OWN: Rule = {Relation.OWN: Answer.ALLOWED}

# Every action on one patient. An action that is not here concerns no single patient.
RELATIONS: dict[str, Rule] = {
    "patients.view": _CONTACT,
    "patients.correct": _CONTACT,
    "patients.archive": _CONTACT,
    "prescriptions.edit": _CONTACT,
    "prescriptions.request": _CONTACT,
    "clinical.view": _CARE,
    "intake.edit": _CARE,
    "classification.view": _CARE,
    "plans.start": _CARE,
    "plans.view": _CARE,
    "plans.decide": _CARE,
    "plans.adjust": _CARE,
    "plans.pause": _CARE,
    "plans.close": _CARE,
    "plans.migrate": _CARE,
    "tasks.complete": _CARE,
    "notes.write": _CARE,
    "outcomes.record": _CARE,
    "letters.write": _CARE,
    "appointments.book": _CONTACT,
    "appointments.change": _CONTACT,
    "waiting_list.manage": _CONTACT,
    "proposals.answer": _CONTACT,
    "communications.resend": _CONTACT,
    "consents.edit": _CONTACT,
    "portal.view": _OWN,
    "portal.log": _OWN,
    "portal.appointments": _OWN,
    "portal.privacy": _OWN,
    "portal.invite": _CONTACT,
    "privacy.manage": _CONTACT,
    "privacy.consents": _CONTACT,
    "privacy.export": _CONTACT,
    "privacy.correct": _CONTACT,
    "privacy.erase": _CONTACT,
    "api.patients": _CONTACT,
    "api.appointments": _CONTACT,
    "api.clinical": _CARE,
    "api.diary": _CARE,
}

# Parts of a record (accounts.audit.record_access) that hold no clinical word. Any other is care: closed by default.
CONTACT_PARTS = frozenset({
    "contact", "details", "episode of the desk", "prescription", "appointment", "series", "waiting list", "messages",
    "follow-ups", "admin", "record", "privacy", "erasure", "patient list", "episode list", "appointment list",
    "message list", "prescription list", "day sheet", "other program", "other program list",
})  # fmt: skip
# What is told of plans without telling whose they are.
NAMELESS_PARTS = frozenset({"trial", "research"})


def action_of(part: str) -> str:
    """Return the action that opening a part of a record is."""
    return "patients.view" if part in CONTACT_PARTS | NAMELESS_PARTS else "clinical.view"


def may(user: Any, action: str) -> bool:
    """Return whether a user's role allows an action. Raises KeyError for an action that the table does not know."""
    allowed = ACTIONS[action]
    return bool(user.is_authenticated and user.is_active and user.role in allowed)


def decide(user: Any, action: str, patient_id: UUID, *, now: datetime.datetime | None = None) -> Answer:
    """Return what the policy says of an action of a user on one patient. One query at most.

    Raises KeyError for an action that concerns no single patient. A reason that was given already is not looked at
    here: accounts.access_reasons does.
    """
    rule = RELATIONS[action]
    if not may(user, action):
        return Answer.REFUSED
    return rule.get(relation_of(user, patient_id, now=now or timezone.now()), Answer.REFUSED)


def requires[**P](
    action: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let a view run only for roles that may do the action; others get 403, which is noted.

    The action stays readable on the view. Raises KeyError for an action that the table does not know.
    """
    if action not in ACTIONS:
        raise KeyError(action)

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user, action):
                note_denied(request, request.user, action)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def note_denied(request: HttpRequest, user: Any, action: str) -> None:
    """Note that somebody who is signed in asked for what the role may not do (ASVS 16.3.2)."""
    if user.is_authenticated:
        note_event(SecurityEvent.Kind.DENIED, request=request, user_id=user.pk, action=action)


def signed_in(request: HttpRequest) -> User:
    """Return the user of a request that passed the sign-in gate. Raises PermissionDenied for an anonymous one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
