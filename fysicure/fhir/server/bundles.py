"""Bundles of type searchset: entries with their full address, and links to themselves and the next page."""

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from fysicure.fhir.elements import Resource
from fysicure.fhir.server.kinds import Kind

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def base_of(request: HttpRequest) -> str:
    """Return the address of this server as the world knows it: the public one, else the one that was asked."""
    root = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return f"{root}/fhir/R4"


def link(relation: str, base: str, path: str, pairs: Iterable[tuple[str, str]]) -> Resource:
    """Return a link of a Bundle."""
    query = urlencode(list(pairs))
    return {"relation": relation, "url": f"{base}/{path}{'?' if query else ''}{query}"}


def entry(base: str, resource: Resource, mode: str) -> Resource:
    """Return an entry; `mode` says why it is there: match, include or outcome."""
    made: Resource = {"resource": resource, "search": {"mode": mode}}
    has_address = "id" in resource and resource["resourceType"] != "OperationOutcome"
    return {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", **made} if has_address else made


def searchset(links: list[Resource], entries: list[Resource], *, total: int | None = None) -> Resource:
    """Return a Bundle of what was found. FHIR wants no empty lists, and no total that nobody counted."""
    made: Resource = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        made["total"] = total
    made["link"] = links
    if entries:
        made["entry"] = entries
    return made


def only(resource: Resource, elements: Collection[str], kind: Kind) -> Resource:
    """Return a resource with some of its elements and those that R4 requires, marked as a part of the whole."""
    kept = {"resourceType", "id", *elements, *kind.mandatory}
    meta: Mapping[str, object] = resource.get("meta", {})
    made = {name: value for name, value in resource.items() if name in kept}
    return {**made, "meta": {**meta, "tag": [SUBSETTED]}}
