"""The steps from an empty database to a practice that works, for its owner; each says whether the rows show it done."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from fysicure.setup.facts import Facts, facts_of, practice_lines


@dataclass(frozen=True, slots=True)
class Step:
    """One step: why in a sentence, where it is done, and whether it can wait. `part` is a template with more of it."""

    key: str
    icon: str
    title: str
    why: str
    is_done: bool
    url: str
    action: str
    can_wait: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """All steps in order, and the one to do now: the first open one that was not put off."""

    steps: tuple[Step, ...]
    current: Step | None

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def open(self) -> int:
        """How many steps are not."""
        return len(self.steps) - self.done

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open."""
        return self.done == len(self.steps)

    @property
    def pressing(self) -> Step | None:
        """The first open step without which the practice cannot work."""
        return next((step for step in self.steps if not step.is_done and not step.can_wait), None)

    @property
    def can_wait(self) -> bool:
        """Whether only steps are open with which a practice can already work."""
        return self.pressing is None


def checklist(user: User, *, now: datetime.datetime, is_backed_up: bool, later: Collection[str] = ()) -> Checklist:
    """Return the steps as they stand. `later` are keys of steps that the reader put off for now. One query."""
    facts = facts_of(user, today=timezone.localdate(now))
    steps = (*_practice_steps(facts), *_care_steps(facts), *_safety_steps(facts, is_backed_up))
    open_steps = [step for step in steps if not step.is_done and not (step.can_wait and step.key in later)]
    return Checklist(steps, open_steps[0] if open_steps else None)


def _practice_steps(facts: Facts) -> list[Step]:
    return [
        Step(
            "practice", "house", _("The practice"),
            _("Mails, letters and calendars carry this name, address and telephone number."),
            not any(line.is_missing for line in practice_lines()),
            "", "", can_wait=True, part="setup/_practice.html",
        ),
        Step(
            "rooms", "door-open", _("Rooms"),
            _("Each visit takes a room, so that two patients never meet in one."),
            facts.room, reverse("scheduling:rooms"), _("Add rooms"),
        ),
        Step(
            "staff", "users", _("Colleagues"),
            _("Everybody signs in with an own account, so that the record shows who did what."),
            facts.therapist, reverse("accounts:invite-colleague"), _("Invite a colleague"),
        ),
        Step(
            "hours", "clock", _("Working hours"),
            _("Free moments are what is left of these hours; without them nothing can be booked."),
            facts.hours and not facts.lacks_hours, reverse("scheduling:hours"), _("Give the hours"),
        ),
        Step(
            "rules", "list-checks", _("Rules for patients"),
            _("What patients may do with visits themselves, and until when: save them once, changed or not."),
            facts.rules, reverse("scheduling:booking-rules"), _("Look at the rules"),
            can_wait=True, part="setup/_closed_days.html",
        ),
    ]  # fmt: skip


def _care_steps(facts: Facts) -> list[Step]:
    return [
        Step(
            "pathways", "route", _("Pathways"),
            _("The pathways come along; what they rest on is yours to approve: keep a review of it."),
            facts.pathway and facts.review, reverse("pathways:evidence"), _("Look at the evidence"),
            can_wait=True, part="setup/_pathways.html",
        ),
        Step(
            "patient", "user-plus", _("The first patient"),
            _("With one patient the agenda, the plans and the portal come to life."),
            facts.patient, reverse("patients:register"), _("Register a patient"), part="setup/_import.html",
        ),
    ]  # fmt: skip


def _safety_steps(facts: Facts, is_backed_up: bool) -> list[Step]:
    return [
        Step(
            "backup", "archive-restore", _("Backups"),
            _("A disk breaks some day; who has no backup then has no records."),
            is_backed_up, "", "", can_wait=True, part="setup/_backup.html",
        ),
        Step(
            "factor", "shield-check", _("Your second factor"),
            _("A stolen password alone then opens nothing."),
            facts.factor, reverse("accounts:second-factor"), _("Set up a second factor"),
        ),
    ]  # fmt: skip
