"""One search from the request to the Bundle."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import Role
from accounts.policy import may, signed_in
from fysicure.fhir.bundle import references
from fysicure.fhir.elements import Resource
from fysicure.fhir.server.access import made_of_list, note_patients
from fysicure.fhir.server.asked import Asked, Pairs, read_asked
from fysicure.fhir.server.bundles import base_of, entry, link, only, searchset
from fysicure.fhir.server.clauses import NOTHING, Wanted
from fysicure.fhir.server.codes import lookup_for
from fysicure.fhir.server.finding import Mark, Page, Query, count, find, patients_of_all, stale_page
from fysicure.fhir.server.kinds import Found, Kind
from fysicure.fhir.server.outcomes import FhirRefusal, NotSupported
from fysicure.fhir.server.page_marks import seal, unseal
from fysicure.fhir.server.registry import KINDS
from fysicure.fhir.server.values import alternatives, read_reference, read_uuid

MOST_INCLUDED = 1000
# A count over more people than this tells of none of them.
FEW = 100


def search(request: Request, kind: Kind, pairs: Pairs, *, by_post: bool) -> Resource:
    """Return the Bundle of a search. Raises FhirRefusal, and ReasonWanted for care that is not one's own to read."""
    begun = _begin(request, kind, pairs, by_post=by_post)
    total = _total(request, begun) if begun.asked.total or begun.asked.only_count else None
    if begun.asked.only_count:
        return searchset([_self(begun)], [], total=total)
    page = _page(begun)
    lookup = lookup_for(kind.name, [each.row for each in page.found])
    made = made_of_list(request, kind, page.found, lookup, asked_about=_asked_about(begun))
    along = _along(request, begun, made)
    entries = [entry(begun.base, _part(each, begun.asked, kind), "match") for each in made]
    entries += [entry(begun.base, each, "include") for each in along]
    return searchset(_links(begun, page), entries, total=total)


def _begin(request: Request, kind: Kind, pairs: Pairs, *, by_post: bool) -> Query:
    user, base = signed_in(request._request), base_of(request._request)
    is_lenient = "handling=lenient" in request.headers.get("Prefer", "").replace(" ", "")
    token = dict(pairs).get("page")
    mark = None
    if token is not None:
        pairs, mark = unseal(kind.name, token, user=user)
        by_post = True
    asked = read_asked(kind, pairs, is_lenient=is_lenient, by_post=by_post)
    return Query(kind, asked, user, base, mark)


def _total(request: Request, begun: Query) -> int:
    kind = begun.kind
    if kind.listed is not None:
        return len(kind.listed(begun.asked, base=begun.base))
    whose = patients_of_all(begun, most=FEW) or set()
    note_patients(request, kind, whose | _asked_about(begun))
    return count(begun)


def _asked_about(begun: Query) -> set[UUID]:
    """The patients whom a therapist names in a search of care: that nothing is found tells of them too."""
    if not begun.kind.is_clinical or begun.user.role != Role.THERAPIST:
        return set()
    named = [(name, value) for name, _modifier, value in begun.asked.filters if name in {"patient", "subject"}]
    found = [
        read_reference(one, base=begun.base, parameter=name) for name, value in named for one in alternatives(value)
    ]
    return {pk for each in found if each is not None and (pk := read_uuid(each[1])) is not None}


def _page(begun: Query) -> Page:
    kind, asked = begun.kind, begun.asked
    if kind.listed is None:
        return find(begun)
    made = list(kind.listed(asked, base=begun.base))
    first = 0
    if begun.mark is not None:
        ids = [each["id"] for each in made]
        if begun.mark.key not in ids:
            raise stale_page()
        at = ids.index(begun.mark.key)
        first = max(0, at - asked.count) if begun.mark.is_back else at + 1
    shown = made[first : first + asked.count]
    next_mark = Mark(0, shown[-1]["id"]) if shown and first + asked.count < len(made) else None
    previous = Mark(0, shown[0]["id"], is_back=True) if shown and first > 0 else None
    return Page(tuple(Found(None, None, each) for each in shown), next_mark, previous)


def _part(resource: Resource, asked: Asked, kind: Kind) -> Resource:
    return only(resource, asked.elements, kind) if asked.elements else resource


def _links(begun: Query, page: Page) -> list[Resource]:
    links = [_self(begun)]
    for relation, mark in (("next", page.next), ("previous", page.previous)):
        if mark is not None:
            token = seal(begun.kind.name, list(begun.asked.used), mark, user=begun.user)
            links.append(link(relation, begun.base, begun.kind.name, [("page", token)]))
    return links


def _self(begun: Query) -> Resource:
    """The link that says what counted; a search by name says it closed, since a link is an address."""
    used = list(begun.asked.used)
    is_closed = any(name in begun.kind.private for name, _modifier, _value in begun.asked.filters)
    pairs: Pairs = [] if is_closed else used
    if is_closed or begun.mark is not None:
        pairs = [*pairs, ("page", seal(begun.kind.name, used, begun.mark, user=begun.user))]
    return link("self", begun.base, begun.kind.name, pairs)


def _along(request: Request, begun: Query, made: Sequence[Resource]) -> list[Resource]:
    """What comes along with what was found: `_include` what it refers to, `_revinclude` what refers to it."""
    wanted: dict[str, set[str]] = {}
    for text in begun.asked.include:
        for each in _referred(begun.kind, text, made):
            target, _slash, pk = each.partition("/")
            wanted.setdefault(target, set()).add(pk)
    here = {(each["resourceType"], each["id"]) for each in made}
    along = []
    for target, ids in sorted(wanted.items()):
        kind = KINDS.get(target)
        new = {pk for pk in ids if (target, pk) not in here}
        if kind is not None and new and may(begun.user, kind.action):
            along += _made(request, kind, kind.by_ids(begun.user, sorted(new)))
    for text in begun.asked.revinclude:
        along += _referring(request, begun, text, [each["id"] for each in made])
    return list({(each["resourceType"], each["id"]): each for each in along}.values())


def _made(request: Request, kind: Kind, found: list[Found]) -> list[Resource]:
    return made_of_list(request, kind, found, lookup_for(kind.name, [each.row for each in found]))


def _referred(kind: Kind, text: str, made: Sequence[Resource]) -> list[str]:
    source, _colon, rest = text.partition(":")
    name, _colon, target = rest.partition(":")
    if source != kind.name or name not in kind.includes:
        known = ", ".join(f"{kind.name}:{each}" for each in sorted(kind.includes)) or "-"
        raise NotSupported(_("Only these can come along: %(known)s.") % {"known": known}, parameter="_include")
    found = [each for resource in made for each in references(resource.get(kind.includes[name]))]
    wanted = target or ({"patient": "Patient", "practitioner": "Practitioner", "location": "Location"}.get(name) or "")
    return [each for each in found if not wanted or each.startswith(f"{wanted}/")]


def _referring(request: Request, begun: Query, text: str, ids: Sequence[str]) -> list[Resource]:
    name, _colon, parameter = text.partition(":")
    other = KINDS.get(name)
    if other is None or parameter not in other.includes or not any(parameter in s.clauses for s in other.sources):
        raise NotSupported(_("This cannot come along."), parameter="_revinclude")
    if not may(begun.user, other.action) or not ids:
        return []
    found: list[Found] = []
    for source in other.sources:
        clause = source.clauses.get(parameter)
        condition = Q()
        for each in ids if clause else ():
            condition |= clause.where(Wanted(parameter, "", f"{begun.kind.name}/{each}", begun.base))  # type: ignore[union-attr]
        rows = source.rows(begun.user).filter(condition or NOTHING).order_by("pk")[: MOST_INCLUDED + 1]
        found += [Found(source, row) for row in rows]
    if len(found) > MOST_INCLUDED:
        raise FhirRefusal(_("This asks for too much at once."), code="too-costly", parameter="_revinclude")
    return _made(request, other, found)
