"""Sessions against what the doctor ordered and what the year holds: used, booked ahead, and planned now.

It warns before booking and never blocks: who pays is between patient and fund (nomenclature article 7, see
`patients.prescriptions`).
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import EpisodeOfCare, Prescription
from patients.prescriptions import SESSION_KINDS, SESSIONS_A_YEAR, WARN_FROM, Order, counts_as_session, orders
from scheduling.models import Appointment

# Rooms above this one know which visits a plan still calls for, and whether a new order was asked for. The front door
# names the functions that say it in settings.SESSIONS_WANTED (an episode in, the days of those visits out) and
# settings.PRESCRIPTION_ASKED (an episode in, yes or no out).
Wanted = Callable[[EpisodeOfCare], Sequence[datetime.date]]
IsAsked = Callable[[EpisodeOfCare], bool]


@cache
def _wanted() -> tuple[Wanted, ...]:
    return tuple(import_string(path) for path in settings.SESSIONS_WANTED)


@cache
def _asked() -> tuple[IsAsked, ...]:
    return tuple(import_string(path) for path in settings.PRESCRIPTION_ASKED)


def wanted_days(episode: EpisodeOfCare) -> list[datetime.date]:
    """Return the days of the visits that a running plan of this episode still calls for and nobody booked."""
    return [day for ask in _wanted() for day in ask(episode)]


def is_prescription_asked(episode: EpisodeOfCare) -> bool:
    """Return whether somebody was already asked to request a new prescription."""
    return any(ask(episode) for ask in _asked())


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the bar: its CSS class, where it begins and how wide it is, in hundredths."""

    name: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Use:
    """Sessions counted against an `allowed` number (None: no bound)."""

    used: int
    booked: int
    planned: int
    wanted: int
    allowed: int | None

    @property
    def total(self) -> int:
        """All of them together."""
        return self.used + self.booked + self.planned + self.wanted

    @property
    def left(self) -> int | None:
        """How many of the allowed sessions are not used yet, booked or not."""
        return None if self.allowed is None else max(self.allowed - self.used, 0)

    @property
    def short(self) -> int:
        """How many sessions come on top of what is allowed."""
        return 0 if self.allowed is None else max(self.total - max(self.allowed, self.used), 0)

    @property
    def bar(self) -> tuple[Part, ...]:
        """The parts of a bar that is as long as the larger of allowed and total."""
        whole = max(self.total, self.allowed or 0, 1)
        parts, x = [], 0.0
        counts = {"used": self.used, "booked": self.booked, "planned": self.planned, "wanted": self.wanted}
        for name, count in counts.items():
            width = round(100 * count / whole, 2)
            parts.append(Part(name, round(x, 2), width))
            x += width
        return tuple(part for part in parts if part.width)

    @property
    def limit(self) -> float | None:
        """Where the allowed number lies on the bar, in hundredths; None when nothing goes beyond it."""
        if self.allowed is None or self.total <= self.allowed:
            return None
        return round(100 * self.allowed / self.total, 2)


@dataclass(frozen=True, slots=True)
class YearUse:
    """The sessions of one pathology in one calendar year, against those at the normal rate."""

    year: int
    use: Use

    @property
    def warning(self) -> str:
        """What to tell the patient before booking, or nothing; from the 16th session on."""
        facts = {"year": self.year, "short": self.use.short}
        if self.use.short:
            return (
                ngettext(
                    "%(short)d session of %(year)d falls under the reduced rate.",
                    "%(short)d sessions of %(year)d fall under the reduced rate.",
                    self.use.short,
                )
                % facts
            )
        return _("The 18 sessions of %(year)d are nearly used.") % facts if self.use.total >= WARN_FROM else ""


@dataclass(frozen=True, slots=True)
class SessionBudget:
    """What the orders of an episode still hold, and each calendar year that the visits touch.

    `begins_late` is the last day on which an order must be begun, when the first visit comes after it.
    """

    episode: EpisodeOfCare
    has_order: bool
    order: Use
    years: tuple[YearUse, ...]
    begins_late: datetime.date | None = None

    @property
    def warnings(self) -> list[str]:
        """What to say before booking: it never blocks."""
        found = []
        if not self.has_order:
            found.append(_("There is no prescription with sessions left."))
        elif self.order.short:
            short = self.order.short
            text = ngettext(
                "%(short)d session more than the prescription holds.",
                "%(short)d sessions more than the prescription holds.",
                short,
            )
            found.append(text % {"short": short})
        if self.begins_late:
            day = {"day": f"{self.begins_late:%d/%m/%Y}"}
            found.append(_("The first session was due by %(day)s, two months after the order.") % day)
        return found + [year.warning for year in self.years if year.warning]

    @property
    def to_ask(self) -> int:
        """How many sessions a new order should name: what is short, at least one row of nine, at most a year's."""
        return min(max(self.order.short, 9), SESSIONS_A_YEAR)


def reckon(
    episode: EpisodeOfCare,
    open_orders: Sequence[Order],
    *,
    used: Counter[int],
    booked: Iterable[datetime.date],
    planned: Iterable[datetime.date],
    wanted: Iterable[datetime.date],
    this_year: int,
) -> SessionBudget:
    """Weigh days of sessions against the orders that are not used up and against 18 a calendar year. Pure.

    `used` counts the sessions of each year; a visit in January counts on the next year.
    """
    days = {"booked": list(booked), "planned": list(planned), "wanted": list(wanted)}
    counts = {name: len(each) for name, each in days.items()}
    numbers = [order.prescription.sessions_ordered for order in open_orders]
    bound = None if None in numbers else sum(number or 0 for number in numbers)
    ahead = [*days["booked"], *days["planned"]]
    due = [order.prescription.start_before for order in open_orders if not order.used]
    years = sorted({this_year, *(day.year for each in days.values() for day in each)})
    by_year = {name: Counter(day.year for day in each) for name, each in days.items()}
    return SessionBudget(
        episode=episode,
        has_order=bool(open_orders),
        order=Use(sum(order.used for order in open_orders), **counts, allowed=bound),
        years=tuple(
            YearUse(
                year, Use(used[year], **{name: each[year] for name, each in by_year.items()}, allowed=SESSIONS_A_YEAR)
            )
            for year in years
        ),
        begins_late=min(due) if due and ahead and min(ahead) > min(due) else None,
    )


def session_budget(
    episode: EpisodeOfCare,
    *,
    now: datetime.datetime,
    planned: Iterable[datetime.date] = (),
    wanted: Iterable[datetime.date] = (),
) -> SessionBudget:
    """Read what is used and booked of an episode, and weigh `planned` and `wanted` days with it. Three queries."""
    today = timezone.localdate(now)
    given = orders(Prescription.objects.filter(episode=episode), on=today)
    counted = episode.encounters.filter(counts_as_session()).order_by()
    counted = counted.values_list("started_at__year").annotate(Count("id"))
    ahead = Appointment.objects.filter(
        status__in=["pending", "booked"], episode=episode, type__in=SESSION_KINDS, end__gte=now
    )
    return reckon(
        episode,
        [order for order in given if order.left is None or order.left > 0],
        used=Counter(dict(counted)),
        booked=[timezone.localdate(start) for start in ahead.values_list("start", flat=True)],
        planned=planned,
        wanted=wanted,
        this_year=today.year,
    )
