"""Consent."""

from fysicure.fhir.elements import Resource, coded, instant, label, local, reference, without_empty
from patients.models import Consent

_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
_STATUSES = {"given": "active", "refused": "rejected", "withdrawn": "inactive"}


def consent(row: Consent) -> Resource | None:
    """Return a choice about data beyond care; None for the notice, which is read and asks nothing."""
    status = _STATUSES.get(row.choice)
    if status is None:
        return None
    scope = "research" if row.kind == "research" else "patient-privacy"
    return without_empty(
        {
            "resourceType": "Consent",
            "id": str(row.pk),
            "status": status,
            "scope": coded("", system=_SCOPES, code=scope),
            "category": [local("consent", row.kind, label(row, "kind"))],
            "patient": reference("Patient", row.patient_id),
            "dateTime": instant(row.made_at),
            "policyRule": coded(f"{row.text.title}, versie {row.text.version}"),
            "provision": {"type": "permit" if row.choice == "given" else "deny"},
        }
    )
