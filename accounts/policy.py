"""Who may do what: one table that the practice owner could read, used by pages, API, feeds and tests alike."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models.user import Role, User

_STAFF = {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}
_CLINICAL = {Role.THERAPIST}
_EVERYONE = {*Role}

ACTIONS: dict[str, set[Role]] = {
    # the front door
    "home.view": _EVERYONE,
    "api.describe": _EVERYONE,
    # the record: who the person is
    "patients.search": _STAFF,
    "patients.view": _STAFF,
    "patients.register": _STAFF,
    "patients.correct": _STAFF,
    "patients.archive": _STAFF,
    "prescriptions.edit": _STAFF,
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
    "agenda.view": _STAFF,
    "appointments.book": _STAFF,
    "appointments.change": _STAFF,
    "follow_ups.view": _STAFF,
    "waiting_list.manage": _STAFF,
    "proposals.answer": _STAFF,
    "communications.view": _STAFF,
    "communications.resend": _STAFF,
    "consents.edit": _STAFF,
    "feeds.manage": {Role.THERAPIST, Role.PATIENT},
    "prescriptions.request": _STAFF,
    "booking_policy.edit": {Role.ADMIN},
    "numbers.view": {Role.ADMIN},
    # the patient's own record
    "portal.view": {Role.PATIENT},
    "portal.log": {Role.PATIENT},
    "portal.appointments": {Role.PATIENT},
    # accounts and access
    "portal.invite": _STAFF,
    "sessions.view": _EVERYONE,
    "sessions.end": {Role.ADMIN},
    "second_factor.reset": {Role.ADMIN},
    "access.explain": {Role.THERAPIST},
    "access.review": {Role.ADMIN},
    "audit.view": {Role.ADMIN},
    "audit.export": {Role.ADMIN},
    # privacy
    "privacy.manage": {Role.ADMIN},
    "privacy.consents": _STAFF,
    "privacy.export": {Role.ADMIN},
    "privacy.correct": _STAFF,
    "privacy.erase": {Role.ADMIN},
    "portal.privacy": {Role.PATIENT},
    # the API, where one address serves patient and staff, each their own rows
    "api.patients": _EVERYONE,
    "api.appointments": _EVERYONE,
    "api.clinical": {Role.THERAPIST, Role.PATIENT},
    "api.diary": {Role.THERAPIST, Role.PATIENT},
    "api.slots": _STAFF,
    "tokens.manage": _STAFF,
}


def may(user: Any, action: str) -> bool:
    """Return whether a user's role allows an action. Raises KeyError for an action that the table does not know."""
    allowed = ACTIONS[action]
    return bool(user.is_authenticated and user.is_active and user.role in allowed)


def requires[**P](
    action: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let a view run only for roles that may do the action; others get 403. The action stays readable on the view."""
    if action not in ACTIONS:
        raise KeyError(action)

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user, action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in(request: HttpRequest) -> User:
    """Return the user of a request that passed the sign-in gate. Raises PermissionDenied for an anonymous one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
