"""Who waits in the demo practice, and two visits that were cancelled, so that the desk has gaps to fill."""

import datetime
from typing import Any

from fysicure.demo.practice import Practice
from fysicure.demo.runner import Story
from scheduling.booking import cancel
from scheduling.models import Appointment
from scheduling.waiting_list import join

_HALF_PAST_FOUR, _FIVE, _NOON = datetime.time(16, 30), datetime.time(17), datetime.time(12)
# Days ago that each came on the list, and what suits; "therapists" are numbers of the script, "latest" days from today.
WAITING: tuple[dict[str, Any], ...] = (
    {"ago": 19, "therapists": [0], "weekdays": [2, 4], "not_before": _FIVE, "latest": -3, "note": "liefst na het werk"},
    {"ago": 12, "therapists": [0, 1], "priority": "urgent", "latest": 5},
    {"ago": 9, "weekdays": [1, 3, 5], "not_after": _NOON, "note": "kan enkel als de kinderen op school zijn"},
    {"ago": 8, "therapists": [2], "latest": 10},
    {"ago": 6, "priority": "asap", "note": "mag ook kort op voorhand bellen"},
    {"ago": 4, "type": "gait_analysis", "minutes": 45, "not_before": _HALF_PAST_FOUR},
    {"ago": 2, "therapists": [1, 3], "weekdays": [3], "latest": 14},
    {"ago": 1, "therapists": [0], "minutes": 45, "latest": 7},
)
CANCELLED = (("pat-ill", "Kan niet komen, belt terug"), ("pat", "Moet onverwacht werken"))


def fill_waiting_list(practice: Practice, stories: list[Story]) -> int:
    """Put patients on the list and cancel two coming visits of the first two therapists; return how many wait."""
    today = practice.now.date()
    patients = [story.patient for story in practice.chance.sample(stories[1:], len(WAITING))]
    for patient, row in zip(patients, WAITING, strict=True):
        wish = {"type": "session", "minutes": 30, **row}
        since = practice.now - datetime.timedelta(days=wish.pop("ago"))
        latest = wish.pop("latest", None)
        join(
            patient,
            practitioners=[practice.therapists[number] for number in wish.pop("therapists", [])],
            earliest=since.date(),
            latest=None if latest is None else today + datetime.timedelta(days=latest),
            by=practice.desk,
            now=since,
            **wish,
        )
    _cancel_two(practice)
    return len(WAITING)


def _cancel_two(practice: Practice) -> None:
    tomorrow = practice.now + datetime.timedelta(days=1)
    for practitioner, (code, reason) in zip(practice.therapists, CANCELLED, strict=False):
        booked = Appointment.objects.filter(practitioner=practitioner, status="booked", start__gt=tomorrow)
        visit = booked.filter(type="session").order_by("start", "id").first()
        if visit is not None:
            cancel(visit, by=practice.desk, now=practice.now, reason=reason, code=code)
