"""The steps of a visit on the day, as the desk sees them: which are open, and what each is called."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from scheduling.arrival import mark_arrived, mark_fulfilled, mark_no_show, reopen
from scheduling.models import Appointment

_STATUS = Appointment.Status


@dataclass(frozen=True, slots=True)
class Step:
    """One button: the word it sends, its label, what the message says after it, and the domain function behind it."""

    name: str
    label: Any
    done: Any
    icon: str
    take: Callable[..., Appointment]


_ALL = (
    Step("arrived", _("Arrived"), _("arrived"), "door-open", mark_arrived),
    Step("fulfilled", _("Done"), _("done"), "circle-check", mark_fulfilled),
    Step("noshow", _("Did not come"), _("did not come"), "user-x", mark_no_show),
    Step("undo", _("Undo the last step"), _("step undone"), "undo-2", reopen),
)
TONES = {
    _STATUS.PENDING: "amber",
    _STATUS.BOOKED: "petrol",
    _STATUS.ARRIVED: "green",
    _STATUS.FULFILLED: "neutral",
    _STATUS.CANCELLED: "red",
    _STATUS.NO_SHOW: "red",
}
STEPS = {step.name: step for step in _ALL}


def steps_open(visit: Appointment, now: datetime.datetime) -> list[Step]:
    """Return the steps that the status allows now; missed only once the visit should have begun."""
    names: list[str]
    if visit.status in {_STATUS.PENDING, _STATUS.BOOKED}:
        names = ["arrived", *(["noshow"] if visit.start <= now else [])]
    elif visit.status == _STATUS.ARRIVED:
        names = ["fulfilled", "undo"]
    else:
        names = ["undo"]
    return [STEPS[name] for name in names]
