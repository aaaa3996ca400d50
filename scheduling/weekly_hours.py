"""The week of a physiotherapist: on which days from when until when, from a day on (FHIR: Schedule)."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pghistory
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.locking import locked
from accounts.models import Practitioner, User
from scheduling.models import WorkingHours

type Stretch = tuple[datetime.time, datetime.time]
type Week = Mapping[int, Sequence[Stretch]]  # by ISO weekday, 1 is Monday

_MORNING = (datetime.time(8), datetime.time(12))
_AFTERNOON = (datetime.time(13), datetime.time(18))
# What most practices in Flanders work; only a proposal, which the page shows before anything is kept.
USUAL_WEEK: Week = {weekday: (_MORNING, _AFTERNOON) for weekday in range(1, 6)}


class HoursChanged(DomainError):
    """Somebody else wrote other hours of this physiotherapist since the page was opened; nothing was saved."""

    title = "Edit conflict"

    def __init__(self) -> None:
        super().__init__(_("Someone else changed these hours in the meantime. Nothing was saved yet."))


def rows_from(day: datetime.date) -> QuerySet[WorkingHours]:
    """Return the hours that hold on a day or later."""
    return WorkingHours.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day))


def week_of(practitioner: Practitioner, *, on: datetime.date) -> Week:
    """Return the week that holds on a day; when none holds yet, the first that will. One query."""
    rows = list(rows_from(on).filter(practitioner=practitioner).order_by("valid_from", "starts_at", "id"))
    begun = [row for row in rows if row.valid_from <= on]
    first = min((row.valid_from for row in rows), default=on)
    found: dict[int, list[Stretch]] = defaultdict(list)
    for row in begun or [row for row in rows if row.valid_from == first]:
        found[row.weekday].append((row.starts_at, row.ends_at))
    return {weekday: sorted(stretches) for weekday, stretches in sorted(found.items())}


def mark_of(practitioner: Practitioner, *, on: datetime.date) -> str:
    """Return a mark that is another one as soon as the hours from a day on are others. One query."""
    names = ("weekday", "starts_at", "ends_at", "valid_from", "valid_until")
    rows = rows_from(on).filter(practitioner=practitioner).order_by(*names)
    return hashlib.sha256(repr(list(rows.values_list(*names))).encode()).hexdigest()[:16]


def without_hours(*, on: datetime.date) -> QuerySet[Practitioner]:
    """Return who works here and has no hours on a day or later, by name."""
    hours = rows_from(on).filter(practitioner=OuterRef("pk"))
    return Practitioner.objects.filter(~Exists(hours), is_active=True)


def keep_week(
    practitioner: Practitioner,
    week: Week,
    *,
    since: datetime.date,
    seen: str,
    everybody: bool,
    by: User,
    today: datetime.date,
) -> list[Practitioner]:
    """Keep a week from a day on, in the place of what was to hold then; days before keep the hours that they had.

    `seen` is the mark of what the page showed. `everybody` gives the same week to colleagues who have no hours; hours
    that somebody has are never replaced so. Returns whose hours were written. Raises HoursChanged, or InvalidInput
    that names the field: since, or `until_<weekday>_<number>` of a stretch.
    """
    check_week(week)
    if since < today:
        sentence = _("Hours hold from today on at the earliest: days that are over keep theirs.")
        raise InvalidInput(sentence, errors={"since": [sentence]})
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        person: Practitioner = locked(Practitioner.objects.all(), practitioner.pk)
        if mark_of(person, on=today) != seen and not _is_kept(person, week, since):
            raise HoursChanged
        _write(person, week, since)
        others = _locked_without_hours(person, today) if everybody else []
        for other in others:
            _write(other, week, since)
        return [person, *others]


def _locked_without_hours(person: Practitioner, today: datetime.date) -> list[Practitioner]:
    """Return the colleagues who have no hours, locked and looked at again: one of them may just have got some."""
    others = without_hours(on=today).exclude(pk=person.pk)
    keys = list(others.order_by("pk").select_for_update().values_list("pk", flat=True))
    return list(others.filter(pk__in=keys))


def check_week(week: Week) -> None:
    """Refuse a stretch that ends before it begins, and two of a day that overlap. Raises InvalidInput."""
    errors: dict[str, list[str]] = {}
    for weekday, stretches in week.items():
        before: datetime.time | None = None
        for number, (start, end) in enumerate(stretches, 1):
            if end <= start:
                errors[f"until_{weekday}_{number}"] = [_("The end must come after the start.")]
            elif before is not None and start < before:
                errors[f"until_{weekday}_{number}"] = [_("This begins before the one above it ends.")]
            before = end
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors=errors)


def _is_kept(person: Practitioner, week: Week, since: datetime.date) -> bool:
    """Whether these hours stand there already: a form that is sent twice does no harm."""
    return _pairs(week) == _pairs(week_of(person, on=since))


def _write(person: Practitioner, week: Week, since: datetime.date) -> None:
    """End what held until then, take away what was to hold later, and write what is new; what stays is left alone."""
    wanted = _pairs(week)
    rows = list(rows_from(since).filter(practitioner=person))
    kept = {
        (row.weekday, row.starts_at, row.ends_at): row.pk
        for row in rows
        if row.valid_from <= since and row.valid_until is None
    }
    stays = {kept[pair] for pair in wanted if pair in kept}
    for row in rows:
        if row.pk in stays:
            continue
        if row.valid_from >= since:
            row.delete()
        else:
            row.valid_until = since - datetime.timedelta(days=1)
            row.save(update_fields=["valid_until"])
    WorkingHours.objects.bulk_create(
        WorkingHours(practitioner=person, weekday=weekday, starts_at=start, ends_at=end, valid_from=since)
        for weekday, start, end in sorted(wanted)
        if (weekday, start, end) not in kept
    )


def _pairs(week: Week) -> set[tuple[int, datetime.time, datetime.time]]:
    rows: Iterable[tuple[int, Sequence[Stretch]]] = week.items()
    return {(weekday, start, end) for weekday, stretches in rows for start, end in stretches}
