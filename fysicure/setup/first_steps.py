"""What the first pages of the roles say as long as there is nothing to show: the next thing to do, and where."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from fysicure.setup.facts import Facts


@dataclass(frozen=True, slots=True)
class FirstStep:
    """The words of components/empty.html, and where its button leads."""

    icon: str
    title: str
    text: str
    url: str = ""
    action: str = ""


def first_step(user: User, facts: Facts) -> FirstStep | None:
    """Return what somebody of the staff does next in a practice that begins; None when visits were booked before."""
    if facts.visit:
        return None
    if not facts.patient:
        return FirstStep(
            "user-plus",
            _("Welcome: the practice has no patients yet"),
            _("Register the first one; the agenda and the plans follow from there."),
            reverse("patients:register"),
            _("Register a patient"),
        )
    if not facts.can_book:
        return _no_time(user, facts)
    return FirstStep(
        "calendar-plus",
        _("Everything stands ready for the first visit"),
        _("Choose the patient; the free moments are there."),
        reverse("scheduling:book"),
        _("New appointment"),
    )


def _no_time(user: User, facts: Facts) -> FirstStep:
    """Nobody treats here yet, or nobody has hours: the owner can do something about it, others know whom to ask."""
    title = _("There are no working hours yet") if facts.therapist else _("Nobody treats here yet")
    if user.role != Role.ADMIN:
        return FirstStep("clock", title, _("Visits can be planned as soon as the owner of the practice set that up."))
    return FirstStep(
        "clock",
        title,
        _("Visits can be planned as soon as a physiotherapist has working hours."),
        reverse("setup:home"),
        _("Set up the practice"),
    )
