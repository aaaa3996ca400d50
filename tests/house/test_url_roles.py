"""Every address says who may open it: the resolver is walked, and one that is not in the table fails."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Role, User
from accounts.policy import ACTIONS

# Addresses of libraries, with the gate that each brings itself.
LIBRARIES = ("admin:", "account_", "mfa_", "socialaccount_", "usersessions_")
PUBLIC = {"healthz", "readyz", "metrics", "csp-report", "favicon", "schema", "docs", "calendar-feed", "stop-messages"}
# Ways in, and the clock of the session: for who is not signed in yet.
PUBLIC |= {"fhir:metadata"}  # describes the program, and holds no data of a practice
PUBLIC |= {"choose-language"}  # before signing in the browser keeps it, after that the account
PUBLIC |= {"accounts:ask-code", "accounts:enter-code", "accounts:link", "accounts:session", "accept-invitation"}


def patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str, Any]]:
    """Yield for each address its name, its route and its view."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from patterns(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or "?"]), prefix + str(entry.pattern), entry.callback


def is_library(name: str) -> bool:
    return name.startswith(LIBRARIES) or name in {"?", "admin:?"}


def actions_of(view: Any) -> set[str]:
    """Return the actions of the policy table that guard a view."""
    cls = getattr(view, "cls", None)
    if cls is None:
        action = getattr(view, "required_action", None)
        return {action} if action else set()
    by_method = getattr(cls, "required_actions", {})
    single = getattr(cls, "required_action", None)
    return {*by_method.values(), *([single] if single else [])}


OURS = [row for row in patterns(get_resolver()) if not is_library(row[0]) and row[0] not in PUBLIC]


def test_there_are_addresses() -> None:
    assert len(OURS) > 40


def test_an_address_names_its_action() -> None:
    named = {route: actions_of(view) for name, route, view in OURS if not name.startswith("api-root")}
    assert [route for route, actions in named.items() if not actions] == []
    assert {route: actions for route, actions in named.items() if not actions <= set(ACTIONS)} == {}


# Who may open what, beyond the action: the whole table of pages that need no object, by role. The rest (pages of one
# object) is tested with the object in the room that it belongs to.
STAFF = {"therapist", "receptionist", "owner"}
OPEN_TO = {
    "/": {*STAFF, "patient_user"},
    "/agenda/": STAFF,
    "/agenda/book/": STAFF,
    "/patients/": STAFF,
    "/patients/all/": STAFF,
    "/patients/register/": STAFF,
    "/patients/note-templates/": {"therapist", "owner"},
    "/plans/follow-ups/": STAFF,
    "/plans/instruments/": {"owner"},
    "/plans/evidence/": {"therapist", "owner"},
    "/plans/versions/": {"therapist", "owner"},
    "/plans/versions/import/": {"owner"},
    "/portal/": {"patient_user"},
    "/portal/plan/": {"patient_user"},
    "/portal/diary/": {"patient_user"},
    "/portal/visits/": {"patient_user"},
    "/portal/record/": {"patient_user"},
    "/portal/record/who-looked/": {"patient_user"},
    "/audit/": {"owner"},
    "/audit/events/": {"owner"},
    "/audit/changes/": {"owner"},
    "/admin/": {"owner"},
    "/api/v1/patients/": {*STAFF, "patient_user"},
    "/api/v1/episodes/": {*STAFF, "patient_user"},
    "/api/v1/encounters/": {"therapist", "patient_user"},
    "/api/v1/observations/": {"therapist", "patient_user"},
    "/api/v1/plans/": {"therapist", "patient_user"},
    "/api/v1/diary/": {"therapist", "patient_user"},
    "/api/v1/appointments/": {*STAFF, "patient_user"},
    "/api/v1/prescriptions/": {*STAFF, "patient_user"},
    "/api/v1/waiting-list/": STAFF,
    "/api/v1/follow-ups/": STAFF,
    "/api/v1/practitioners/": {*STAFF, "patient_user"},
    "/api/v1/rooms/": {*STAFF, "patient_user"},
    "/api/v1/measures/": {*STAFF, "patient_user"},
    "/api/v1/pathways/": {*STAFF, "patient_user"},
    "/api/v1/me/": {*STAFF, "patient_user"},
    # the agenda as a whole
    "/agenda/changes/": STAFF,
    "/agenda/print/": STAFF,
    "/agenda/requests/": STAFF,
    "/agenda/rules/": {"owner"},
    "/agenda/waiting-list/": STAFF,
    "/agenda/waiting-list/join/": STAFF,
    "/agenda/series/plan/": STAFF,
    "/agenda/feed/": {"therapist"},
    "/portal/calendar/": {"patient_user"},
    "/agenda/numbers/": {"owner"},
    "/agenda/numbers/weeks.csv": {"owner"},
    "/agenda/messages/": STAFF,
    "/portal/messages/": {"patient_user"},
    # signing in and its devices
    "/account/prove/": {*STAFF, "patient_user"},
    "/account/devices/": {*STAFF, "patient_user"},
    "/account/second-factor/": {*STAFF, "patient_user"},
    "/account/session/back/": {*STAFF, "patient_user"},
    "/account/people/": {"owner"},
    # privacy
    "/import/": {"owner"},
    "/import/new/": {"owner"},
    "/import/example/patients.csv": {"owner"},
    "/privacy/": STAFF,
    "/privacy/texts/": {"owner"},
    "/privacy/texts/notice/edit/": {"owner"},
    "/privacy/retention/": {"owner"},
    "/privacy/erasures/": {"owner"},
    "/portal/privacy/": {"patient_user"},
    "/patients/access/": {"owner"},
    # other programs
    "/connections/": {"owner"},
    "/connections/keys/add/": {"owner"},
    "/connections/webhooks/add/": {"owner"},
    "/api/v1/webhooks/": {"owner"},
    "/research/": {"owner"},
    # FHIR: who, when and where for the staff, care for therapists and the patient, what the practice knows for all
    **dict.fromkeys(
        [f"/fhir/R4/{kind}" for kind in ("Patient", "Practitioner", "Organization", "Location", "EpisodeOfCare")],
        {*STAFF, "patient_user"},
    ),
    **dict.fromkeys(
        [f"/fhir/R4/{kind}" for kind in ("Appointment", "PlanDefinition", "Questionnaire")], {*STAFF, "patient_user"}
    ),
    **dict.fromkeys(["/fhir/R4/Slot", "/fhir/R4/Schedule"], STAFF),
    **dict.fromkeys(
        [
            f"/fhir/R4/{kind}"
            for kind in (
                "Encounter", "Condition", "Observation", "QuestionnaireResponse", "CarePlan", "Goal", "ServiceRequest",
                "Provenance", "Consent",
            )
        ],
        {"therapist", "patient_user"},
    ),
}  # fmt: skip
ROLES = ("therapist", "receptionist", "owner", "patient_user")


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_its_roles_only(
    role: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client], patient: object
) -> None:
    client = client_of(request.getfixturevalue(role))
    came = {path: client.get(path, follow=path == "/").status_code for path in OPEN_TO}
    wrong = {
        path: status
        for path, status in came.items()
        if status not in ({200} if role in OPEN_TO[path] else {302, 403, 404})
    }
    assert wrong == {}


@pytest.mark.django_db
def test_nothing_opens_without_signing_in(client: Client) -> None:
    came = {path: client.get(path).status_code for path in OPEN_TO}
    assert {path: status for path, status in came.items() if status not in {302, 401, 403}} == {}


def test_every_role_has_a_page_of_its_own() -> None:
    assert {role for roles in ACTIONS.values() for role in roles} == set(Role)
