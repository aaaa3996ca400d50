"""The small elements that every resource is made of."""

import datetime
from typing import Any
from uuid import UUID

from django.db import models

Resource = dict[str, Any]

_BE = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem"
SSIN, NIHDI = f"{_BE}/ssin", f"{_BE}/nihdi"
LOINC = "http://loinc.org"
# Codes of the practice itself, until a certain code of a terminology stands beside them.
LOCAL = "https://fysicure.example/fhir/CodeSystem"


def without_empty(resource: Resource) -> Resource:
    """Return a resource without the elements that have no value: FHIR forbids empty ones."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}


def instant(moment: datetime.datetime | None) -> str | None:
    """Return a moment as FHIR writes it, in UTC to the second."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def day(value: datetime.date | None) -> str | None:
    """Return a day as FHIR writes it."""
    return value.isoformat() if value else None


def reference(kind: str, key: UUID | int | None, display: str = "") -> Resource | None:
    """Return a reference to a resource of the bundle; None when there is nothing to refer to."""
    return without_empty({"reference": f"{kind}/{key}", "display": display}) if key else None


def coded(text: str, *, system: str = "", code: str = "") -> Resource:
    """Return a CodeableConcept: always words, and a code where one is certain."""
    coding = [{"system": system, "code": code}] if system and code else []
    return without_empty({"coding": coding, "text": text})


def pain_score(code: str, text: str) -> Resource:
    """Return the code of a pain score from 0 to 10: LOINC 72514-3, and beside it when it was asked."""
    coding = [{"system": LOINC, "code": "72514-3"}, {"system": f"{LOCAL}/diary-pain", "code": code}]
    return {"coding": coding, "text": text}


def local(collection: str, code: str, text: str) -> Resource:
    """Return a CodeableConcept with a code of the practice's own."""
    return coded(text, system=f"{LOCAL}/{collection}", code=code)


def period(start: Any, end: Any) -> Resource:
    """Return a Period of days or moments; each end may be open."""
    write = instant if isinstance(start or end, datetime.datetime) else day
    return without_empty({"start": write(start), "end": write(end)})


def label(row: models.Model, name: str) -> str:
    """Return the words of a choice field's value."""
    return str(getattr(row, f"get_{name}_display")())
