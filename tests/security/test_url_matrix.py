"""Every address × everyone who might open it: what happens is what the policy table says (ASVS 8.2.1)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template.backends.django import Template
from django.test import Client

from accounts.models import User
from tests.security.addresses import Address, addresses, ask, expected, outcome
from tests.security.practice import ROLES, Practice

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

THERAPISTS, PATIENTS = ("treating therapist", "other therapist"), ("patient", "another patient")
CALENDAR, FEED = ("calendar", "stop-calendar"), ("feed", "stop-feed")
# Where the outcome is another than the action and the relation alone say, and why.
OTHERWISE: dict[tuple[str, str], str] = {
    # The desk notes what a patient asks and never reads the words.
    ("privacy:request", "receptionist"): "forbidden",
    # Asked of one therapist alone: nobody else learns that the question exists.
    ("patients:explain-access", "other therapist"): "hidden",
    # A list for programs: in a browser it asks for a reason as soon as it holds a colleague's patient.
    **dict.fromkeys(
        [(f"GET {name}-list", "other therapist") for name in ("encounter", "observation", "plan", "diary")], "reason"
    ),
    **dict.fromkeys(
        [
            (f"GET fhir:search-{kind}", "other therapist")
            for kind in ("Encounter", "Condition", "Observation", "QuestionnaireResponse", "CarePlan", "Goal",
                         "ServiceRequest", "Provenance")
        ],
        "reason",
    ),
    # A template of a colleague is not shown; the owner's are those of everyone.
    **dict.fromkeys([("patients:edit-note-template", role) for role in ("other therapist", "owner")], "hidden"),
    # One action, two doors: a therapist's calendar hangs on the agenda, a patient's on the portal.
    **dict.fromkeys([(f"portal:{name}", role) for name in CALENDAR for role in THERAPISTS], "forbidden"),
    **dict.fromkeys([(f"scheduling:{name}", role) for name in FEED for role in PATIENTS], "hidden"),
}  # fmt: skip
# Pages that answer 404 to an empty request by whoever may open them: what they need is not sent.
NEEDS_MORE = {
    "scheduling:mark", "scheduling:consents", "scheduling:drop", "scheduling:undo", "pathways:start-intake",
    "pathways:restart", "pathways:move-plan", "pathways:edit-phases", "pathways:edit-criteria", "pathways:start-draft",
    "accounts:end-device", "portal:privacy-choose", "privacy:note-consent", "portal:check-in",
    "portal:it-is-back", "portal:messages", "fhir:read-Consent",
}  # fmt: skip


def asked(practice: Practice) -> Iterator[tuple[Address, str]]:
    for address in addresses(practice, practice.record):
        for method in address.methods():
            yield address, method


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no page be drawn: who may open it is decided before. That each can be drawn, test_stored_xss.py shows."""
    monkeypatch.setattr(Template, "render", lambda page, context=None, request=None: "")


@pytest.mark.parametrize("role", ROLES)
def test_each_address_answers_as_the_policy_says(
    role: str, practice: Practice, client_of: ClientOf, rolled_back: Callable[[Callable[[], object]], Any],
    undrawn: None,
) -> None:  # fmt: skip
    user = practice.user(role)
    client = client_of(user) if user else Client()
    client.raise_request_exception = False
    wrong, count = [], 0
    for address, method in asked(practice):
        response = rolled_back(lambda address=address, method=method: ask(client, address, method))
        if response.status_code == 405:
            continue
        count += 1
        wanted = OTHERWISE.get((address.name, role)) or OTHERWISE.get((f"{method} {address.name}", role))
        wanted = wanted or expected(address, role, method)
        came = outcome(response)
        if came != wanted and not (came == "hidden" and wanted == "open" and address.name in NEEDS_MORE):
            wrong.append(f"{method} {address.name}: {came}, should be {wanted} ({response.status_code})")
    assert count > 150
    assert not wrong, "\n".join(wrong)
