"""What a search parameter means for a table: a value of FHIR becomes a condition on rows.

Each clause is one parameter of one table. `kind` is the type of the parameter in R4, `modifiers` what may follow its
name. `where` returns the condition for one value; a value that nothing can have gives `NOTHING`.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db.models import F, Q
from django.db.models.lookups import Contains, StartsWith
from django.utils import timezone

from fysicure.fhir.server.values import Span, plain, read_date, read_reference, read_token, read_uuid
from patients.models.patient import Folded
from patients.search_text import fold
from scheduling.free_time import BRUSSELS

NOTHING, ALL = Q(pk__in=[]), Q(pk__isnull=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value as it came: of which parameter, with which modifier; `base` is this server's own address."""

    parameter: str
    modifier: str
    text: str
    base: str


class Clause(Protocol):
    """A parameter of a table."""

    @property
    def kind(self) -> str: ...
    @property
    def modifiers(self) -> tuple[str, ...]: ...
    def where(self, wanted: Wanted) -> Q: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Words: the value begins one of the columns, in whatever case and accents; `:contains`, `:exact`.

    `prefix` names columns that are kept folded and indexed and begin as `columns` do, one for each.
    """

    columns: tuple[str, ...]
    prefix: tuple[str, ...] = ()
    kind: ClassVar[str] = "string"
    modifiers: ClassVar[tuple[str, ...]] = ("exact", "contains")

    def where(self, wanted: Wanted) -> Q:
        value = plain(wanted.text)
        if wanted.modifier == "exact":
            return _any(Q(**{column: value}) for column in self.columns)
        folded = fold(value).strip()
        if not folded:
            return NOTHING
        if wanted.modifier == "contains":
            return _any(Q(Contains(Folded(F(column)), folded)) for column in self.columns)
        begins = [Q(StartsWith(Folded(F(column)), folded)) for column in self.columns]
        for number, name in enumerate(self.prefix):
            begins[number] &= Q(**{f"{name}__startswith": folded})
        return _any(begins)


@dataclass(frozen=True, slots=True)
class Code:
    """A code in a column, of one system; `codes` gives for each code of FHIR the column's value, where it differs."""

    column: str
    system: str
    codes: Mapping[str, str] | None = None
    kind: ClassVar[str] = "token"
    modifiers: ClassVar[tuple[str, ...]] = ("not",)

    def where(self, wanted: Wanted) -> Q:
        token = read_token(wanted.text)
        condition = self._of(token.system, token.code)
        return ~condition if wanted.modifier == "not" else condition

    def _of(self, system: str | None, code: str) -> Q:
        if system is not None and system != self.system:
            return NOTHING
        if not code:
            return ~Q(**{self.column: ""}) & Q(**{f"{self.column}__isnull": False}) if system else NOTHING
        value = code if self.codes is None else self.codes.get(code)
        return NOTHING if value is None else Q(**{self.column: value})


@dataclass(frozen=True, slots=True)
class Choice:
    """A code that stands in no column: for each code the condition of its rows. Codes are of `system`."""

    codes: Mapping[str, Q]
    system: str = ""
    kind: ClassVar[str] = "token"
    modifiers: ClassVar[tuple[str, ...]] = ("not",)

    def where(self, wanted: Wanted) -> Q:
        token = read_token(wanted.text)
        if token.system not in (None, self.system):
            condition = NOTHING
        elif not token.code:
            condition = _any(self.codes.values()) if token.system else NOTHING
        else:
            condition = self.codes.get(token.code, NOTHING)
        return ~condition if wanted.modifier == "not" else condition


@dataclass(frozen=True, slots=True)
class Coded:
    """A code that must be looked up: `find` gets system (None: any) and code, and returns the condition."""

    find: Callable[[str | None, str], Q]
    kind: ClassVar[str] = "token"
    modifiers: ClassVar[tuple[str, ...]] = ()

    def where(self, wanted: Wanted) -> Q:
        token = read_token(wanted.text)
        return self.find(token.system, token.code)


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another resource, whose id stands in a column (or behind a foreign key)."""

    column: str
    target: str
    is_number: bool = False
    kind: ClassVar[str] = "reference"

    @property
    def modifiers(self) -> tuple[str, ...]:
        return (self.target,)

    def where(self, wanted: Wanted) -> Q:
        found = read_reference(wanted.text, base=wanted.base, parameter=wanted.parameter)
        if found is None or (found[0] or self.target) != self.target:
            return NOTHING
        key = self._key(found[1])
        return NOTHING if key is None else Q(**{self.column: key})

    def _key(self, text: str) -> UUID | int | None:
        if self.is_number:
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
        return read_uuid(text)

    def value(self, row: Any) -> Any:
        """Return the id to which a row refers, or None."""
        for name in self.column.split("__"):
            row = getattr(row, name, None)
        return row


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A reference to one of several types."""

    refs: tuple[Ref, ...]
    kind: ClassVar[str] = "reference"

    @property
    def modifiers(self) -> tuple[str, ...]:
        return tuple(each.target for each in self.refs)

    def where(self, wanted: Wanted) -> Q:
        chosen = [each for each in self.refs if wanted.modifier in ("", each.target)]
        return _any(each.where(wanted) for each in chosen)


@dataclass(frozen=True, slots=True)
class When:
    """A day, a moment or a period against a date of R4, by its rules of precision; an open end never ends."""

    start: str
    end: str = ""
    in_days: bool = False
    kind: ClassVar[str] = "date"
    modifiers: ClassVar[tuple[str, ...]] = ()

    def where(self, wanted: Wanted) -> Q:
        return self.condition(read_date(wanted.text, parameter=wanted.parameter))

    def condition(self, span: Span) -> Q:
        """Return the condition of a stretch of time (R4, search.html#date)."""
        within = self._begins_from(span.start) & self._ends_by(span.end)
        by_prefix: Mapping[str, Callable[[], Q]] = {
            "eq": lambda: within,
            "ne": lambda: ~within,
            "gt": lambda: self._ends_after(span.end),
            "lt": lambda: self._begins_before(span.start),
            "ge": lambda: self._ends_after(span.end) | within,
            "le": lambda: self._begins_before(span.start) | within,
            "sa": lambda: self._begins_from(span.end),
            "eb": lambda: self._ends_by(span.start),
            "ap": lambda: self._about(span),
        }
        return by_prefix[span.prefix]()

    def _about(self, span: Span) -> Q:
        """Within a tenth of how long ago it is, as R4 proposes."""
        slack = abs(timezone.now() - span.start) / 10
        try:
            return self._ends_after(span.start - slack) & self._begins_before(span.end + slack)
        except OverflowError:
            return Q()

    def _begins_from(self, moment: datetime.datetime) -> Q:
        return Q(**{f"{self.start}__gte": self._ceiling(moment)})

    def _begins_before(self, moment: datetime.datetime) -> Q:
        return Q(**{f"{self.start}__lt": self._ceiling(moment)})

    def _ends_after(self, moment: datetime.datetime) -> Q:
        name = self.end or self.start
        later = Q(**{f"{name}__gte": self._floor(moment)})
        return later | Q(**{f"{name}__isnull": True, f"{self.start}__isnull": False}) if self.end else later

    def _ends_by(self, moment: datetime.datetime) -> Q:
        return Q(**{f"{self.end or self.start}__lt": self._floor(moment)})

    def _floor(self, moment: datetime.datetime) -> Any:
        return moment.astimezone(BRUSSELS).date() if self.in_days else moment

    def _ceiling(self, moment: datetime.datetime) -> Any:
        if not self.in_days:
            return moment
        local = moment.astimezone(BRUSSELS)
        is_midnight = local.time() == datetime.time()
        return local.date() if is_midnight else local.date() + datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Written:
    """When a row was written that never changes afterwards: its key tells (UUID version 7, RFC 9562)."""

    columns: tuple[str, ...] = ("pk",)
    kind: ClassVar[str] = "date"
    modifiers: ClassVar[tuple[str, ...]] = ()

    def where(self, wanted: Wanted) -> Q:
        span = read_date(wanted.text, parameter=wanted.parameter)
        return _any(_of_key(column, span) for column in self.columns)


def _of_key(column: str, span: Span) -> Q:
    first, last = _key_at(span.start), _key_at(span.end)
    within = Q(**{f"{column}__gte": first, f"{column}__lt": last})
    after, before = Q(**{f"{column}__gte": last}), Q(**{f"{column}__lt": first})
    return {
        "eq": within, "ne": after | before, "gt": after, "sa": after, "lt": before, "eb": before,
        "ge": after | within, "le": before | within, "ap": within,
    }[span.prefix]  # fmt: skip


def _key_at(moment: datetime.datetime) -> UUID:
    """The first key that could be made at a moment."""
    milliseconds = max(0, min(int(moment.timestamp() * 1000), (1 << 48) - 1))
    return UUID(int=milliseconds << 80)


@dataclass(frozen=True, slots=True)
class Uri:
    """An address that must be the same: `find` returns the condition of its rows."""

    find: Callable[[str], Q]
    kind: ClassVar[str] = "uri"
    modifiers: ClassVar[tuple[str, ...]] = ()

    def where(self, wanted: Wanted) -> Q:
        return self.find(plain(wanted.text))


def _any(conditions: Any) -> Q:
    found = Q()
    for each in conditions:
        found |= each
    return found or NOTHING


@dataclass(frozen=True, slots=True)
class Canonical:
    """A reference to a definition by its address, `address|version`, or by `Type/id`; `find` gets id and version."""

    target: str
    find: Callable[[str, str], Q]
    kind: ClassVar[str] = "reference"
    modifiers: ClassVar[tuple[str, ...]] = ()

    def where(self, wanted: Wanted) -> Q:
        value, _bar, version = plain(wanted.text).partition("|")
        before, _slash, name = value.rpartition("/")
        is_ours = not before or before == self.target or before.endswith(f"/fhir/R4/{self.target}")
        return self.find(name, version) if is_ours and name else NOTHING
