"""CapabilityStatement: what this server can, made of what it does."""

from fysicure.fhir.elements import Resource, without_empty
from fysicure.fhir.server.kinds import Kind
from fysicure.fhir.server.registry import KINDS

# When what is said here last changed.
DATE = "2026-11-30"
_OPERATIONS = {
    "Patient": [("everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything")],
    "PlanDefinition": [("apply", "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply")],
}
# The types whose rows count their versions (of observations those of the diary), and that tell of no other rows: the
# version of an episode does not change when an order or a classification is added.
_VERSIONED = {"Patient", "Appointment", "Observation", "PlanDefinition", "Questionnaire", "QuestionnaireResponse"}
_SECURITY = (
    "Authorization: Bearer with a token of a user (manage.py api_token), over TLS. The token carries the role of its "
    "user; each reading of a record is logged. Without a token only this statement is answered."
)
_ABOUT = (
    "Read and search of a physiotherapy practice's records. Parameters that tell who somebody is (name, birthdate, "
    "identifier, phone, email) are taken by POST to _search only. No write, no history, no conformance claim beyond "
    "the structure of R4 with Belgian identifier systems."
)


def capability(base: str) -> Resource:
    """Return the statement of the server at an address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "Fysicure"},
        "implementation": {"description": _ABOUT, "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": False, "description": _SECURITY},
                "resource": [_resource(kind) for kind in KINDS.values()],
            }
        ],
    }


def _resource(kind: Kind) -> Resource:
    makes_versions = kind.name in _VERSIONED
    return without_empty(
        {
            "type": kind.name,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "versioned" if makes_versions else "no-version",
            "conditionalRead": _conditional(kind),
            "searchInclude": [f"{kind.name}:{name}" for name in sorted(kind.includes)],
            "searchRevInclude": sorted(_referring(kind)),
            "searchParam": [_parameter(kind, name, type_) for name, type_ in sorted(kind.parameters().items())],
            "operation": [{"name": name, "definition": url} for name, url in _OPERATIONS.get(kind.name, [])],
        }
    )


def _conditional(kind: Kind) -> str:
    if kind.name in _VERSIONED:
        return "full-support"
    return "modified-since" if "_lastUpdated" in kind.parameters() else "not-supported"


def _parameter(kind: Kind, name: str, type_: str) -> Resource:
    made = {"name": name, "definition": kind.definition(name), "type": type_}
    return {**made, "documentation": "By POST to _search only."} if name in kind.private else made


def _referring(kind: Kind) -> set[str]:
    """What can come along because it refers to a type."""
    found = set()
    for other in KINDS.values():
        for source in other.sources:
            for name in other.includes:
                targets = getattr(source.clauses.get(name), "modifiers", ())
                if kind.name in targets:
                    found.add(f"{other.name}:{name}")
    return found
