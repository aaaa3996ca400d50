"""Organization: the practice itself. There is one."""

from django.conf import settings

from fysicure.fhir.elements import PRACTICE, Resource, coded, without_empty

_TYPES = "http://terminology.hl7.org/CodeSystem/organization-type"


def organization() -> Resource:
    """Return the practice as its settings name it. Its enterprise number is not known to the program."""
    address = {"text": settings.PRACTICE_ADDRESS, "city": settings.PRACTICE_TOWN, "country": "BE"}
    phone = settings.PRACTICE_PHONE
    return without_empty(
        {
            "resourceType": "Organization",
            "id": PRACTICE.partition("/")[2],
            "active": True,
            "type": [coded("", system=_TYPES, code="prov")],
            "name": settings.PRACTICE_NAME,
            "telecom": [{"system": "phone", "value": phone}] if phone else [],
            "address": [without_empty(address)],
        }
    )
