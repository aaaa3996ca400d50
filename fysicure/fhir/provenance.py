"""Provenance: who decided or signed, when, why, and on what it rests."""

import datetime
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from fysicure.fhir.elements import (
    LOCAL,
    PRACTICE,
    Resource,
    coded,
    coding,
    concept,
    instant,
    label,
    local,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from pathways.models import Decision
from patients.models import IntakeResponse, SessionNote

_OPERATIONS = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_AGENTS = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_WORDS_AT_MOST = 2000


def provenance_of_decision(
    row: Decision, *, lookup: Lookup = NOTHING, known: Collection[str] | None = None
) -> Resource:
    """Return a therapist's decision about a plan: the reason in words, and as entities what was known then.

    `known` holds the ids of the findings that are at hand; only those are referred to (None: all that it rests on).
    """
    activity = local("decision", row.kind, label(row, "kind"))
    reasons = [concept(row.reason, *_reason_code(row))] if row.reason or row.reason_code else []
    return _provenance(
        row.pk,
        targets=[f"CarePlan/{row.plan_id}"],
        recorded=row.made_at,
        activity=activity,
        agent=_agent(row.made_by_id, "author", lookup),
        reason=reasons,
        entity=[*_proposal(row), *_findings(row.evidence, known)],
    )


def provenance_of_note(row: SessionNote, *, lookup: Lookup = NOTHING) -> Resource:
    """Return who wrote or signed the note of a contact, and when. The words of the note are not in it."""
    is_signed = row.status == SessionNote.Status.SIGNED
    user = row.signed_by_id if is_signed and row.signed_by_id else row.written_by_id
    return _provenance(
        row.pk,
        targets=[f"Encounter/{row.encounter_id}"],
        recorded=row.signed_at or row.updated_at,
        activity=local("note", row.status, label(row, "status")),
        agent=_agent(user, "attester" if is_signed else "author", lookup),
    )


def provenance_of_intake(row: IntakeResponse) -> Resource:
    """Return who answers for an intake: the therapist of its contact, or the practice when none is named.

    Reads the contact: fetch it along.
    """
    therapist = row.encounter.practitioner_id
    who = {"reference": f"Practitioner/{therapist}" if therapist else PRACTICE}
    return _provenance(
        row.pk,
        targets=[f"QuestionnaireResponse/{row.pk}", f"Encounter/{row.encounter_id}"],
        recorded=row.completed_at or row.updated_at,
        activity=concept("", coding(_OPERATIONS, "CREATE", "create")),
        agent={"type": coded("", system=_AGENTS, code="author"), "who": who},
    )


def _provenance(
    key: UUID,
    *,
    targets: list[str],
    recorded: datetime.datetime,
    activity: Resource,
    agent: Resource,
    reason: list[Resource] | None = None,
    entity: list[Resource] | None = None,
) -> Resource:
    return without_empty(
        {
            "resourceType": "Provenance",
            "id": str(key),
            "target": [{"reference": each} for each in targets],
            "recorded": instant(recorded),
            "reason": reason,
            "activity": activity,
            "agent": [agent],
            "entity": entity,
        }
    )


def _agent(user_id: UUID, kind: str, lookup: Lookup) -> Resource:
    return {"type": coded("", system=_AGENTS, code=kind), "who": lookup.person(user_id)}


def _reason_code(row: Decision) -> list[Resource]:
    return [coding(f"{LOCAL}/decision-reason", row.reason_code, label(row, "reason_code"))] if row.reason_code else []


def _proposal(row: Decision) -> Iterator[Resource]:
    """What the system had proposed and why, in words."""
    why = [str(each) for each in row.evidence.get("why", ())] if isinstance(row.evidence.get("why"), list) else []
    words = " ".join(part for part in (f"Voorstel: {row.proposal}." if row.proposal else "", *why) if part)
    if words:
        yield {"role": "source", "what": {"display": words[:_WORDS_AT_MOST]}}


def _findings(evidence: Mapping[str, Any], known: Collection[str] | None) -> Iterator[Resource]:
    """The observations and diary entries that the criteria looked at."""
    rows = evidence.get("criteria", ())
    criteria = [each for each in rows if isinstance(each, Mapping)] if isinstance(rows, list) else []
    used = dict.fromkeys(str(key) for row in criteria for key in row.get("used") or ())
    for key in used:
        if (known is None and _is_id(key)) or (known is not None and key in known):
            yield {"role": "source", "what": {"reference": f"Observation/{key}"}}


def _is_id(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False
