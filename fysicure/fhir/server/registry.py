"""Every type that is served, by name."""

from fysicure.fhir.server.definition_kinds import PLAN_DEFINITION, QUESTIONNAIRE
from fysicure.fhir.server.kinds import Kind
from fysicure.fhir.server.plan_kinds import ANSWERS, CARE_PLAN, GOAL, OBSERVATION, PROVENANCE
from fysicure.fhir.server.record_kinds import (
    CONDITION,
    CONSENT,
    ENCOUNTER,
    EPISODE,
    PATIENT,
    PRACTITIONER,
    SERVICE_REQUEST,
)
from fysicure.fhir.server.time_kinds import APPOINTMENT, LOCATION, ORGANIZATION, SCHEDULE, SLOT

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        PATIENT, PRACTITIONER, ORGANIZATION, LOCATION, EPISODE, ENCOUNTER, CONDITION, OBSERVATION, QUESTIONNAIRE,
        ANSWERS, PLAN_DEFINITION, CARE_PLAN, GOAL, SERVICE_REQUEST, APPOINTMENT, SCHEDULE, SLOT, PROVENANCE, CONSENT,
    )
}  # fmt: skip
