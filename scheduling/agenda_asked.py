"""What of the agenda is asked for: which days, side by side in what way, and whose. It stands in the address."""

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from scheduling.agenda_grid import bounds
from scheduling.free_time import Stretch

VIEWS = ("day", "week", "month", "list")
ROOMS = "room"
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the agenda. `practitioner` and `room` are ids as text, empty for all of them."""

    day: datetime.date
    view: str = "day"
    by: str = "therapist"
    practitioner: str = ""
    room: str = ""

    @property
    def is_by_room(self) -> bool:
        """Whether rooms stand side by side, or the week or month is that of a room."""
        return self.by == ROOMS

    @property
    def first(self) -> datetime.date:
        """The first day of the span: of the week a Monday, of the month the Monday on or before the first."""
        if self.view == "month":
            first = self.day.replace(day=1)
            return first - first.weekday() * _DAY
        return self.day - self.day.weekday() * _DAY if self.view == "week" else self.day

    @property
    def days(self) -> int:
        """How many days the span has; a month is drawn in whole weeks."""
        if self.view == "month":
            last = self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
            return ((last - self.first).days // 7 + 1) * 7
        return 7 if self.view == "week" else 1

    @property
    def span(self) -> Stretch:
        """The span as a stretch of time."""
        return bounds(self.first, self.days)

    def turned(self, direction: int) -> datetime.date:
        """Return the day to show after turning one page back (-1) or on (1)."""
        if self.view == "month":
            number = self.day.year * 12 + self.day.month - 1 + direction
            year, month = divmod(number, 12)
            return datetime.date(year, month + 1, 1)
        return self.day + direction * (7 if self.view == "week" else 1) * _DAY

    def address(self, **changes: Any) -> str:
        """Return the address of the agenda as asked, with other values for some filters. What is usual is left out."""
        asked: Mapping[str, Any] = {
            "view": self.view, "by": self.by, "day": self.day,
            "practitioner": self.practitioner, "room": self.room,
        } | changes  # fmt: skip
        usual = {"view": "day", "by": "therapist", "practitioner": "", "room": "", "day": None}
        said = {name: value for name, value in asked.items() if value != usual[name]}
        return f"{_agenda_url(get_script_prefix())}{'?' if said else ''}{urlencode(said)}"


@cache
def _agenda_url(prefix: str) -> str:
    """The address of the agenda without filters, once for where the site stands: a page asks for a dozen addresses."""
    return reverse("scheduling:agenda")


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to look at the agenda, as a link."""

    label: str
    icon: str
    url: str
    is_chosen: bool


def views_of(asked: Asked) -> list[Choice]:
    """Return day, week, month and list as links that keep the other filters."""
    labels = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "list": _("List")}
    icons = {"day": "columns-3", "week": "calendar-range", "month": "calendar-days", "list": "list"}
    return [Choice(labels[view], icons[view], asked.address(view=view), view == asked.view) for view in VIEWS]


def sides_of(asked: Asked) -> list[Choice]:
    """Return therapists and rooms as links."""
    return [
        Choice(_("By physiotherapist"), "users", asked.address(by="therapist", room=""), not asked.is_by_room),
        Choice(_("By room"), "door-open", asked.address(by=ROOMS, practitioner=""), asked.is_by_room),
    ]
