"""The small elements that every resource is made of."""

import datetime
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

Resource = dict[str, Any]

_BE = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem"
SSIN, NIHDI = f"{_BE}/ssin", f"{_BE}/nihdi"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
# Codes of the practice itself, until a certain code of a terminology stands beside them.
LOCAL = "https://fysicure.example/fhir/CodeSystem"
EXTENSION = "https://fysicure.example/fhir/StructureDefinition"
PRACTICE = "Organization/practice"
_NOWHERE = "https://fysicure.example"
# Our unit, and the UCUM code that certainly means the same. A unit that is not here is sent in words only.
_UCUM = {
    "kg": "kg", "cm": "cm", "m": "m", "N": "N", "km": "km", "min": "min", "s": "s", "u": "h", "%": "%", "°": "deg",
    "km/u": "km/h", "dagen": "d", "weken": "wk",
}  # fmt: skip
_FREQUENCY = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")


def without_empty(resource: Resource) -> Resource:
    """Return a resource without the elements that have no value: FHIR forbids empty ones."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}


def address() -> str:
    """Return the address under which the practice's resources live."""
    return f"{settings.PUBLIC_URL or _NOWHERE}/fhir/R4"


def fhir_id(key: str) -> str:
    """Return a slug as a FHIR id, which knows no underscore. No slug holds a point, so that it can be read back."""
    return key.replace("_", ".")


def key_of(resource_id: str) -> str:
    """Return the slug that a FHIR id was made of."""
    return resource_id.replace(".", "_")


def canonical(kind: str, resource_id: str, version: int | str = "") -> str:
    """Return the canonical address of a definition, with its version after a bar when one is meant."""
    bare = f"{address()}/{kind}/{resource_id}"
    return f"{bare}|{version}" if version else bare


def instant(moment: datetime.datetime | None) -> str | None:
    """Return a moment as FHIR writes it, in UTC to the second."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def day(value: datetime.date | None) -> str | None:
    """Return a day as FHIR writes it."""
    return value.isoformat() if value else None


def reference(kind: str, key: UUID | int | str | None, display: str = "") -> Resource | None:
    """Return a reference to a resource of the bundle; None when there is nothing to refer to."""
    return without_empty({"reference": f"{kind}/{key}", "display": display}) if key else None


def present(*elements: Resource | None) -> list[Resource]:
    """Return the elements that are there."""
    return [each for each in elements if each]


def coding(system: str, code: str, display: str = "") -> Resource:
    """Return a Coding."""
    return without_empty({"system": system, "code": code, "display": display})


def concept(text: str, *codings: Resource) -> Resource:
    """Return a CodeableConcept: words, and the codings that are certain."""
    return without_empty({"coding": list(codings), "text": " ".join(str(text).split())})


def coded(text: str, *, system: str = "", code: str = "") -> Resource:
    """Return a CodeableConcept: always words, and a code where one is certain."""
    return concept(text, *([coding(system, code)] if system and code else []))


def local(collection: str, code: str, text: str) -> Resource:
    """Return a CodeableConcept with a code of the practice's own."""
    return coded(text, system=f"{LOCAL}/{collection}", code=code)


def quantity(value: float, unit: str = "", comparator: str = "") -> Resource:
    """Return a Quantity; a unit gets its UCUM code where that is certain, and stands in words otherwise."""
    code = _UCUM.get(unit, "")
    return without_empty(
        {"value": value, "comparator": comparator, "unit": unit, "system": UCUM if code else "", "code": code}
    )


def ucum(unit: str) -> str:
    """Return the UCUM code of a unit, empty when none is certain."""
    return _UCUM.get(unit, "")


def per_week(times: str) -> Resource | None:
    """Return "3" or "3-5" times a week as a Timing; None for words such as "free"."""
    found = _FREQUENCY.fullmatch(times.strip())
    if not found or not int(found[1]):
        return None
    most = int(found[2]) if found[2] else None
    repeat = {"frequency": int(found[1]), "frequencyMax": most, "period": 1, "periodUnit": "wk"}
    return {"repeat": without_empty(repeat)}


def period(start: Any, end: Any) -> Resource:
    """Return a Period of days or moments; each end may be open."""
    write = instant if isinstance(start or end, datetime.datetime) else day
    return without_empty({"start": write(start), "end": write(end)})


def meta(*, version: int | str = "", updated: datetime.datetime | None = None) -> Resource:
    """Return what is known of the state of a row: the number of its version, and when it was last written."""
    return without_empty({"versionId": str(version) if version else "", "lastUpdated": instant(updated)})


def label(row: models.Model, name: str) -> str:
    """Return the words of a choice field's value."""
    return str(getattr(row, f"get_{name}_display")())
