"""Every address of the site with ids from the planted practice, and what the policy says of each caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Role
from accounts.policy import ACTIONS, RELATIONS, Answer
from accounts.relations import Relation
from tests.house.test_url_roles import PUBLIC, is_library, patterns
from tests.people import NOW
from tests.security.practice import Practice, Record

NO_DEVICE = "0196a000-0000-7000-8000-000000000000"
# How the ids of an address are filled, by its name: arguments from one patient's record ...
OF_PATIENT: dict[str, Any] = {
    "patients:give-reason": lambda r: [r.patient.pk],
    "patients:chart": lambda r: [r.patient.pk],
    "patients:edit": lambda r: [r.patient.pk],
    "patients:archive": lambda r: [r.patient.pk],
    "patients:invite": lambda r: [r.patient.pk],
    "patients:withdraw-invitation": lambda r: [r.patient.pk],
    "patients:add-episode": lambda r: [r.patient.pk],
    "patients:edit-episode": lambda r: [r.episode.pk],
    "patients:add-prescription": lambda r: [r.episode.pk],
    "patients:edit-prescription": lambda r: [r.prescription.pk],
    "scheduling:appointment": lambda r: [r.visit.pk],
    "scheduling:move": lambda r: [r.visit.pk],
    "scheduling:cancel": lambda r: [r.visit.pk],
    "scheduling:mark": lambda r: [r.visit.pk],
    "scheduling:drop": lambda r: [r.visit.pk],
    "scheduling:undo": lambda r: [r.visit.pk],
    "scheduling:agree-proposal": lambda r: [r.request.pk],
    "scheduling:refuse-proposal": lambda r: [r.request.pk],
    "scheduling:propose-other": lambda r: [r.request.pk],
    "scheduling:waiting-entry": lambda r: [r.entry.pk],
    "scheduling:change-waiting-entry": lambda r: [r.entry.pk],
    "scheduling:withdraw-waiting-entry": lambda r: [r.entry.pk],
    "scheduling:put-back-waiting-entry": lambda r: [r.entry.pk],
    "scheduling:gap": lambda r: [r.gap.pk],
    "scheduling:fill-gap": lambda r: [r.gap.pk, r.entry.pk],
    "scheduling:offer-gap": lambda r: [r.gap.pk, r.entry.pk],
    "scheduling:withdraw-offer": lambda r: [r.offer.pk],
    "scheduling:series": lambda r: [r.series.pk],
    "scheduling:cancel-series": lambda r: [r.series.pk],
    "scheduling:undo-cancel-series": lambda r: [r.series.pk],
    "scheduling:resend-message": lambda r: [r.message.pk],
    "scheduling:settle-message": lambda r: [r.message.pk],
    "scheduling:consents": lambda r: [r.patient.pk],
    "pathways:tick-education": lambda r: [r.plan.pk, r.plan.education.first().pk],
    "pathways:adjust-exercise": lambda r: [r.plan.pk, active_exercise(r).pk],
    "pathways:undo-stop": lambda r: [r.plan.pk, active_exercise(r).pk],
    "pathways:complete-task": lambda r: [r.task.pk],
    "pathways:intake": lambda r: [r.draft.pk],
    "pathways:save-intake": lambda r: [r.draft.pk],
    "pathways:finish-intake": lambda r: [r.draft.pk],
    "pathways:classification": lambda r: [r.intake.pk],
    "pathways:start": lambda r: [r.plan.classification_id],
    "pathways:book-follow-up": lambda r: [r.follow_up.pk],
    "pathways:fill-gap": lambda r: [r.follow_up.pk, r.gap.pk],
    "pathways:offer-gap": lambda r: [r.follow_up.pk, r.gap.pk],
    "pathways:outcome": lambda r: [r.plan.pk, "psfs"],
    "pathways:letters": lambda r: [r.episode.pk],
    "pathways:write-letter": lambda r: [r.episode.pk, "report"],
    "pathways:letter": lambda r: [r.letter.pk],
    "pathways:letter-pdf": lambda r: [r.letter.pk],
    "pathways:session-note": lambda r: [r.encounter.pk],
    "pathways:sign-note": lambda r: [r.encounter.pk],
    "pathways:amend-note": lambda r: [r.encounter.pk],
    "pathways:take-over-note": lambda r: [r.encounter.pk],
    "pathways:book-follow-ups-of": lambda r: [r.episode.pk],
    "pathways:request-prescription": lambda r: [r.episode.pk],
    **dict.fromkeys(
        (
            "pathways:plan", "pathways:decide", "pathways:unblock", "pathways:retest", "pathways:charts",
            "pathways:analysis", "pathways:add-exercise", "pathways:pause", "pathways:resume", "pathways:discharge",
            "pathways:restart", "pathways:outcomes", "pathways:write-note", "pathways:move-plan",
            "pathways:book-follow-ups", "plan-detail", "plan-decisions", "plan-progress",
        ),
        lambda r: [r.plan.pk],
    ),
    "portal:entry": lambda r: [r.diary.pk],
    "portal:answer-next": lambda r: [r.diary.pk],
    "portal:edit-entry": lambda r: [r.diary.pk],
    "portal:ask-move": lambda r: [r.visit.pk],
    "portal:cancel-visit": lambda r: [r.visit.pk],
    "portal:plan-visit": lambda r: [r.follow_up.pk],
    "portal:proposal": lambda r: [r.offer.pk],
    "portal:accept-proposal": lambda r: [r.offer.pk],
    "portal:decline-proposal": lambda r: [r.offer.pk],
    "portal:other-moment": lambda r: [r.offer.pk],
    "portal:withdraw-proposal": lambda r: [r.request.pk],
    "privacy:request": lambda r: [r.wish.pk],
    **dict.fromkeys(
        (
            "privacy:patient", "privacy:note-consent", "privacy:note-request", "privacy:freeze", "privacy:keep",
            "privacy:export", "privacy:erase-account", "privacy:erase",
        ),
        lambda r: [r.patient.pk],
    ),
    "patient-detail": lambda r: [r.patient.pk],
    "episode-detail": lambda r: [r.episode.pk],
    "encounter-detail": lambda r: [r.encounter.pk],
    "observation-detail": lambda r: [r.observation.pk],
    "diary-detail": lambda r: [r.diary.pk],
    "appointment-detail": lambda r: [r.visit.pk],
    "fhir:everything": lambda r: [r.patient.pk],
    "fhir:read-Patient": lambda r: [r.patient.pk],
    "fhir:read-EpisodeOfCare": lambda r: [r.episode.pk],
    "fhir:read-Condition": lambda r: [r.episode.pk],
    "fhir:read-Encounter": lambda r: [r.encounter.pk],
    "fhir:read-Observation": lambda r: [r.diary.pk],
    "fhir:read-QuestionnaireResponse": lambda r: [r.intake.pk],
    "fhir:read-CarePlan": lambda r: [r.plan.pk],
    "fhir:read-Goal": lambda r: [r.plan.goals.first().pk],
    "fhir:read-ServiceRequest": lambda r: [r.prescription.pk],
    "fhir:read-Appointment": lambda r: [r.visit.pk],
    "fhir:read-Provenance": lambda r: [r.plan.decisions.first().pk],
    "prescription-detail": lambda r: [r.prescription.pk],
    "waiting-list-detail": lambda r: [r.entry.pk],
    "follow-up-detail": lambda r: [r.follow_up.pk],
}  # fmt: skip
# ... or from what belongs to no patient, by the name of the address or of the argument.
OF_PRACTICE: dict[str, Any] = {
    "patients:edit-note-template": lambda p: [p.template.pk],
    "patients:review-access": lambda p: [p.reason.pk],
    "patients:explain-access": lambda p: [p.reason.pk],
    "accounts:end-device": lambda p: [NO_DEVICE],
    "accounts:reset-factor": lambda p: [p.colleague.user_id],
    "accounts:end-sessions": lambda p: [p.colleague.user_id],
    "accounts:invite-again": lambda p: [p.colleague.user_id],
    "scheduling:edit-room": lambda p: [p.room.pk],
    "scheduling:use-room": lambda p: [p.room.pk],
    "scheduling:edit-hours": lambda p: [p.colleague.pk],
    "privacy:edit-text": lambda p: ["notice"],
    "privacy:text": lambda p: [p.text.pk],
    "privacy:certificate": lambda p: [p.certificate.pk],
    "audit:export": lambda p: ["reads"],
    "pathways:review-reference": lambda p: [p.reference],
    "pathways:instrument": lambda p: ["psfs"],
    "pathways:edit-criterion": lambda p: [p.draft.pk, "P1", 0],
    "portal:questionnaire": lambda p: ["psfs"],
    "practitioner-detail": lambda p: [p.treating.pk],
    "room-detail": lambda p: [p.room.pk],
    "measure-detail": lambda p: ["nprs_worst"],
    "pathway-detail": lambda p: ["itbs"],
    "imports:example": lambda p: ["patients"],
    **dict.fromkeys(
        (
            "imports:show",
            "imports:columns",
            "imports:progress",
            "imports:run",
            "imports:undo",
            "imports:continue",
            "imports:clear",
            "imports:errors",
        ),
        lambda p: [p.data_import.pk],
    ),
    "rules-classify": lambda p: ["itbs"],
    "fhir:apply": lambda p: ["itbs"],
    "fhir:read-PlanDefinition": lambda p: ["itbs"],
    "fhir:read-Questionnaire": lambda p: ["psfs"],
    "fhir:read-Practitioner": lambda p: [p.colleague.pk],
    "fhir:read-Organization": lambda p: ["practice"],
    "fhir:read-Location": lambda p: [p.room.pk],
    "fhir:read-Schedule": lambda p: [p.colleague.pk],
    "fhir:read-Slot": lambda p: [f"{p.colleague.pk}.20261124T080000Z.30"],
    "fhir:read-Consent": lambda p: [NO_DEVICE],
    "rules-light": lambda p: ["itbs"],
    "rules-progress": lambda p: ["itbs"],
    "connections:revoke-key": lambda p: [p.key.pk],
    **dict.fromkeys(
        (
            "connections:webhook",
            "connections:edit-webhook",
            "connections:renew-secret",
            "connections:switch-webhook",
            "connections:test-webhook",
            "connections:replay-webhook",
            "connections:remove-webhook",
            "webhook-detail",
            "webhook-deliveries",
            "webhook-replay",
            "webhook-test",
            "webhook-secret",
        ),
        lambda p: [p.webhook.pk],
    ),
    "connections:replay-delivery": lambda p: [p.webhook.pk, p.delivery.pk],
}


def active_exercise(record: Record) -> Any:
    """An exercise of the phase that the patient is in."""
    return record.plan.exercise_prescriptions.filter(phase__status="active").first()


@dataclass(frozen=True)
class Address:
    """One address with ids filled in: of the first patient's record, or of nobody's."""

    name: str
    path: str
    view: Any
    is_about_patient: bool

    @property
    def is_api(self) -> bool:
        return self.path.startswith(("/api/", "/fhir/"))

    def action(self, method: str) -> str:
        """The action of the policy table that guards this address."""
        cls = getattr(self.view, "cls", None)
        if cls is None:
            return str(self.view.required_action)
        by_method = {**getattr(cls, "required_actions", {}), **self.view.initkwargs.get("required_actions", {})}
        return str(by_method.get(method, getattr(cls, "required_action", "")))

    def methods(self) -> list[str]:
        """What the address answers to, by what Django and the API framework say themselves."""
        allowed = getattr(self.view, "actions", None)
        if allowed:
            return [each.upper() for each in allowed if each in {"get", "post", "patch"}]
        cls = getattr(self.view, "cls", None)
        if cls is not None:
            return [each.upper() for each in ("get", "post") if hasattr(cls, each)]
        return ["GET", "POST"]


def addresses(practice: Practice, record: Record) -> Iterator[Address]:
    """Yield each address of ours with ids of a record. An address whose ids nobody can fill raises LookupError."""
    for name, route, view in patterns(get_resolver()):
        if is_library(name) or name in PUBLIC or "format" in route or name == "api-root":
            continue
        yield Address(name, reverse(name, args=_ids(name, route, practice, record)), view, name in OF_PATIENT)


def _ids(name: str, route: str, practice: Practice, record: Record) -> list[Any]:
    if "<" not in route:
        return []
    if name in OF_PATIENT:
        return list(OF_PATIENT[name](record))
    if name in OF_PRACTICE:
        return list(OF_PRACTICE[name](practice))
    if route.startswith("plans/versions/<int:pk>/"):
        return [practice.draft.pk, *(["P1"] if "<slug:key>" in route else [])]
    raise LookupError(f"Say in tests/security/addresses.py with which ids {name} opens ({route}).")


def expected(address: Address, role: str, method: str) -> str:
    """What the policy says: open, sign in, forbidden, hidden (another's: 404) or reason (say first why)."""
    if role == "nobody":
        return "sign in"
    action = address.action(method)
    if _ROLE[role] not in ACTIONS[action]:
        return "forbidden"
    if not address.is_about_patient:
        return "open"
    if role == "another patient":
        return "hidden"
    relation = _RELATION[role]
    rule = RELATIONS.get(action)
    answer = rule.get(relation, Answer.REFUSED) if rule else Answer.ALLOWED
    return {Answer.ALLOWED: "open", Answer.REASON_WANTED: "reason", Answer.REFUSED: "forbidden"}[answer]


_ROLE = {
    "patient": Role.PATIENT,
    "another patient": Role.PATIENT,
    "receptionist": Role.RECEPTIONIST,
    "treating therapist": Role.THERAPIST,
    "other therapist": Role.THERAPIST,
    "owner": Role.ADMIN,
}
_RELATION = {
    "patient": Relation.OWN,
    "receptionist": Relation.PRACTICE,
    "treating therapist": Relation.TREATING,
    "other therapist": Relation.PRACTICE,
    "owner": Relation.PRACTICE,
}


def outcome(response: Any) -> str:
    """What came of a request, in the words of `expected`; "broken" for what no policy ever means."""
    status, where = response.status_code, response.headers.get("Location", "")
    if status == 401 or (status == 302 and where.startswith("/account/login/")):
        return "sign in"
    if status == 302 and "/reason/?next=" in where:
        return "reason"
    if status == 403:
        return "reason" if b"reason-wanted" in response.content else "forbidden"
    if status == 404:
        return "hidden"
    return "broken" if status >= 500 else "open"


def body_of(response: Any) -> bytes:
    """The whole answer, that of a file too."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def ask(client: Client, address: Address, method: str, **more: Any) -> Any:
    """Send an empty request to an address."""
    kind = {"content_type": "application/json"} if address.is_api and method != "GET" else {}
    return (
        client.generic(method, address.path, b"{}" if kind else b"", **kind, **more)
        if kind
        else getattr(client, method.lower())(address.path, **more)
    )


def admin_addresses(rows: dict[type[Model], Any]) -> Iterator[tuple[str, type[Model] | None]]:
    """Yield each page of the admin site with the model that it shows; `rows` gives the object to open of a model."""
    for model in admin.site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{label}_changelist"), model
        yield reverse(f"{label}_add"), model
        if rows.get(model) is not None:
            for page in ("change", "history", "delete"):
                yield reverse(f"{label}_{page}", args=[rows[model].pk]), model


__all__ = ["NOW", "Address", "addresses", "admin_addresses", "ask", "body_of", "expected", "outcome"]
