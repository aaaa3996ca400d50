"""What the page of the outbox shows: rows with their state in words, and how many need a person."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from scheduling.messages_reasons import sentence
from scheduling.models import Channel, Communication

STATUS = Communication.Status
RECENT = datetime.timedelta(days=14)  # an older failure is history: the visit is over
STATES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (gettext_lazy("All messages"), tuple(STATUS.values)),
    "waiting": (gettext_lazy("To be sent"), (STATUS.PREPARATION, STATUS.IN_PROGRESS)),
    "sent": (gettext_lazy("Sent"), (STATUS.COMPLETED,)),
    "failed": (gettext_lazy("Failed"), (STATUS.NOT_DONE,)),
    "unsure": (gettext_lazy("Unsure"), (STATUS.UNKNOWN,)),
    "stopped": (gettext_lazy("No longer needed"), (STATUS.STOPPED,)),
}
LOOKS = {
    STATUS.PREPARATION: ("petrol", "clock"),
    STATUS.IN_PROGRESS: ("petrol", "send"),
    STATUS.COMPLETED: ("green", "check"),
    STATUS.STOPPED: ("neutral", "circle-slash"),
    STATUS.NOT_DONE: ("red", "circle-x"),
    STATUS.UNKNOWN: ("amber", "circle-question-mark"),
}
ICONS = {Channel.EMAIL: "mail", Channel.SMS: "smartphone"}


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the page shows it. `why` is a sentence, `detail` what the other side said."""

    message: Communication
    tone: str
    icon: str
    channel_icon: str
    when: datetime.datetime
    when_label: str
    why: str
    detail: str
    needs_person: bool
    is_unsure: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many messages of the last two weeks failed, and of how many nobody knows."""

    failed: int
    unsure: int

    @property
    def count(self) -> int:
        return self.failed + self.unsure


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages to show. What is not known counts as no filter."""

    state: str
    channel: str
    patient: UUID | None


def read_filter(given: Any) -> Filter:
    """Return the filter of a page's parameters."""
    state, channel = given.get("state", ""), given.get("channel", "")
    try:
        patient: UUID | None = UUID(given.get("patient", ""))
    except ValueError:
        patient = None
    return Filter(state if state in STATES else "", channel if channel in Channel.values else "", patient)


def filtered(user: User, asked: Filter) -> Any:
    """Return the messages that a user may see, the newest first; those that wait by their moment."""
    rows = Communication.objects.visible_to(user).select_related("patient", "appointment")
    if asked.state:
        rows = rows.filter(status__in=STATES[asked.state][1])
    if asked.state == "waiting":
        rows = rows.order_by("due_at", "id")
    if asked.channel:
        rows = rows.filter(channel=asked.channel)
    return rows.filter(patient=asked.patient) if asked.patient else rows


def troubles(user: User, *, now: datetime.datetime) -> Trouble:
    """Return how many messages need a person. One query."""
    rows = Communication.objects.visible_to(user).filter(created_at__gte=now - RECENT)
    counted = rows.aggregate(
        failed=Count("pk", filter=Q(status=STATUS.NOT_DONE)), unsure=Count("pk", filter=Q(status=STATUS.UNKNOWN))
    )
    return Trouble(**counted)


def shown(messages: Iterable[Communication]) -> list[Row]:
    """Return messages as rows of the page."""
    return [_row(message) for message in messages]


def _row(message: Communication) -> Row:
    status = STATUS(message.status)
    tone, icon = LOOKS[status]
    when, label = _moment(message, status)
    return Row(
        message=message,
        tone=tone,
        icon=icon,
        channel_icon=ICONS[Channel(message.channel)],
        when=when,
        when_label=label,
        why=sentence(message.error) if message.error else "",
        detail=message.error.partition(": ")[2],
        needs_person=status in {STATUS.NOT_DONE, STATUS.UNKNOWN},
        is_unsure=status == STATUS.UNKNOWN,
    )


def _moment(message: Communication, status: str) -> tuple[datetime.datetime, str]:
    if message.sent_at is not None:
        return message.sent_at, _("sent")
    if status == STATUS.PREPARATION:
        return message.due_at, _("to be sent")
    if message.claimed_at is not None:
        return message.claimed_at, _("last attempt")
    return message.created_at, _("made")
