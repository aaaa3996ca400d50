"""What a practice has and what it still lacks, from the rows themselves: no flag says that a step was done."""

import datetime
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from accounts.second_factor import REAL_FACTORS
from pathways.models import PathwayVersion, ReferenceReview
from patients.models import Patient
from scheduling.models import Appointment, BookingPolicy, Room
from scheduling.weekly_hours import rows_from, without_hours

_NAME_AT_FIRST = "Fysicure"  # what settings.PRACTICE_NAME says when nobody said otherwise


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is: at least one of each. `lacks_hours`: a physiotherapist who works here has none."""

    room: bool
    therapist: bool
    hours: bool
    lacks_hours: bool
    rules: bool
    pathway: bool
    review: bool
    patient: bool
    visit: bool
    factor: bool

    @property
    def can_book(self) -> bool:
        """Whether a free moment can exist at all."""
        return self.therapist and self.hours


def facts_of(user: User, *, today: datetime.date) -> Facts:
    """Return what the practice has, and whether this user has a second factor. One query."""
    reviewed = PathwayVersion.objects.filter(published_by__isnull=False)
    asked = {
        "room": Exists(Room.objects.filter(is_active=True)),
        "therapist": Exists(Practitioner.objects.filter(is_active=True)),
        "hours": Exists(rows_from(today).filter(practitioner__is_active=True)),
        "lacks_hours": Exists(without_hours(on=today)),
        "rules": Exists(BookingPolicy.objects.all()),
        "pathway": Exists(PathwayVersion.objects.published()),
        "review": Exists(ReferenceReview.objects.all()) | Exists(reviewed),
        "patient": Exists(Patient.objects.visible_to(user)),
        "visit": Exists(Appointment.objects.visible_to(user)),
        "factor": Exists(Authenticator.objects.filter(user=user, type__in=REAL_FACTORS)),
    }
    named = {f"has_{name}": answer for name, answer in asked.items()}
    asking: Any = User.objects.order_by().filter(pk=user.pk)  # the stubs know no keys that are named here
    row = asking.values(**named).get()
    return Facts(**{name: row[f"has_{name}"] for name in asked})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the environment says of the practice, and the variable that says it."""

    label: str
    value: str
    variable: str
    is_wanted: bool = True

    @property
    def is_missing(self) -> bool:
        """Whether it is still to be set."""
        return self.is_wanted and not self.value


def practice_lines() -> list[Line]:
    """Return how the practice presents itself on mails, letters and calendars. What was never set is empty."""
    name, mail = settings.PRACTICE_NAME, settings.DEFAULT_FROM_EMAIL
    return [
        Line(_("Name"), "" if name == _NAME_AT_FIRST else name, "PRACTICE_NAME"),
        Line(_("Street and number"), settings.PRACTICE_ADDRESS, "PRACTICE_ADDRESS"),
        Line(_("Town"), settings.PRACTICE_TOWN, "PRACTICE_TOWN"),
        Line(_("Phone"), settings.PRACTICE_PHONE, "PRACTICE_PHONE"),
        Line(_("E-mail address that mails come from"), "" if mail.endswith(".example") else mail, "MAIL_FROM"),
        Line(_("Address of these pages"), settings.PUBLIC_URL, "PUBLIC_URL"),
    ]
