"""What a search asks: its parameters, how many rows, in which order, and what comes along."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fysicure.fhir.server.clauses import NOTHING, Wanted
from fysicure.fhir.server.kinds import Kind, Source
from fysicure.fhir.server.outcomes import FhirRefusal, NotSupported
from fysicure.fhir.server.values import alternatives, plain

type Pairs = list[tuple[str, str]]

USUAL, MOST = 20, 100
MOST_VALUES = 500
# Parameters about the answer rather than about rows.
ABOUT_ANSWER = {"_count", "_sort", "_elements", "_summary", "_total", "_include", "_revinclude", "_format", "_pretty"}


@dataclass(frozen=True)
class Asked:
    """A search as this server understood it. `used` is what of it counted, for the self link."""

    filters: tuple[tuple[str, str, str], ...] = ()
    count: int = USUAL
    sort: tuple[tuple[str, bool], ...] = ()
    elements: frozenset[str] = frozenset()
    only_count: bool = False
    total: bool = False
    include: tuple[str, ...] = ()
    revinclude: tuple[str, ...] = ()
    used: tuple[tuple[str, str], ...] = field(default=())

    def condition(self, source: Source, base: str) -> Q:
        """Return the condition of the rows of one table."""
        found = Q()
        for name, modifier, value in self.filters:
            found &= _condition(source, name, modifier, value, base)
        return found


def _condition(source: Source, name: str, modifier: str, value: str, base: str) -> Q:
    each = alternatives(value)
    if name == "_id":
        return reduce(or_, (source.by_id(plain(one)) for one in each), NOTHING)
    clause = source.clauses.get(name)
    if clause is None:  # a parameter of another table of the type
        return NOTHING
    found = [clause.where(Wanted(name, modifier, one, base)) for one in each]
    return reduce(and_ if modifier == "not" else or_, found) if found else Q()


def read_asked(kind: Kind, pairs: Iterable[tuple[str, str]], *, is_lenient: bool, by_post: bool) -> Asked:
    """Return what is asked of a type. Raises FhirRefusal for what it cannot be asked, unless that may be left out.

    What tells who somebody is (a name, a birth date, a number) comes by POST only: addresses stand in logs.
    """
    known = kind.parameters()
    filters: list[tuple[str, str, str]] = []
    about: dict[str, list[str]] = {}
    used: Pairs = []
    for full, value in pairs:
        name, _colon, modifier = full.partition(":")
        if name in ABOUT_ANSWER and (not modifier or name not in {"_include", "_revinclude"}):
            about.setdefault(name, []).append(value)
        elif name in known and _takes(kind, name, modifier):
            _refuse_in_address(kind, name, by_post)
            if value:
                filters.append((name, modifier, value))
        elif is_lenient:
            continue
        else:
            raise _unknown(kind, name, modifier, known)
        used.append((full, value))
    if sum(len(alternatives(value)) for _name, _modifier, value in filters) > MOST_VALUES:
        raise FhirRefusal(_("This asks for too much at once."), code="too-costly")
    return Asked(filters=tuple(filters), used=tuple(used), **_about(kind, about))


def _takes(kind: Kind, name: str, modifier: str) -> bool:
    if not modifier:
        return True
    modifiers = {each for source in kind.sources if name in source.clauses for each in source.clauses[name].modifiers}
    return modifier in modifiers


def _refuse_in_address(kind: Kind, name: str, by_post: bool) -> None:
    if name in kind.private and not by_post:
        sentence = _("This tells who somebody is, and addresses stand in logs: send it by POST to %(place)s.")
        raise NotSupported(sentence % {"place": f"{kind.name}/_search"}, parameter=name)


def _unknown(kind: Kind, name: str, modifier: str, known: Mapping[str, str]) -> FhirRefusal:
    if name in known:
        values = {"name": name, "modifier": modifier[:40]}
        return NotSupported(_("%(name)s does not take :%(modifier)s.") % values, parameter=name)
    values = {"name": name[:60], "kind": kind.name, "known": ", ".join(sorted(known))}
    sentence = _("%(kind)s cannot be searched by %(name)s, only by: %(known)s.") % values
    return NotSupported(sentence, parameter=name[:60])


def _about(kind: Kind, given: Mapping[str, list[str]]) -> dict[str, Any]:
    last = {name: values[-1] for name, values in given.items() if values[-1]}
    summary, total = last.get("_summary", "false"), last.get("_total", "none")
    if summary not in {"count", "false"}:
        raise NotSupported(_("Only count and false can be asked."), parameter="_summary")
    if total not in {"none", "accurate", "estimate"}:
        raise FhirRefusal(_("Only none, estimate and accurate can be asked."), parameter="_total")
    count = _count(last.get("_count", str(USUAL)))
    return {
        "count": count,
        "sort": tuple(_sort(kind, last.get("_sort", ""))),
        "elements": frozenset(each.strip() for each in last.get("_elements", "").split(",") if each.strip()),
        "only_count": summary == "count" or count == 0,
        "total": total != "none",
        "include": tuple(given.get("_include", ())),
        "revinclude": tuple(given.get("_revinclude", ())),
    }


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise FhirRefusal(_("This is no number of resources."), parameter="_count")
    return min(int(text), MOST)


def _sort(kind: Kind, text: str) -> Iterable[tuple[str, bool]]:
    for each in (part.strip() for part in text.split(",") if part.strip()):
        name = each.removeprefix("-")
        if name not in kind.sorts():
            values = {"name": name[:60], "known": ", ".join(sorted(kind.sorts())) or "-"}
            raise NotSupported(
                _("It cannot be put in order by %(name)s, only by: %(known)s.") % values, parameter="_sort"
            )
        yield name, each.startswith("-")


def format_asked(values: Collection[str]) -> bool:
    """Return whether the format that a request names, if it names one, is ours: JSON."""
    known = {"", "json", "text/json", "application/json", "application/fhir+json", "application/json+fhir"}
    return all(each.replace(" ", "+").partition(";")[0].strip() in known for each in values)
