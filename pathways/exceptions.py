"""What the rules of plans, decisions and the diary refuse."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput


class PlanEnded(DomainError):
    """The plan is completed or stopped and takes no more entries."""


class DuplicateEntry(DomainError):
    """A session of the same kind and side began within 10 minutes. `entry` is that one; ask: merge or keep both."""

    def __init__(self, entry: Any) -> None:
        super().__init__(
            _("You already logged a session around this time."), existing=str(entry.pk), choices=["merge", "keep"]
        )
        self.entry = entry


class EntryLocked(DomainError):
    """The patient's 24 hours to correct an entry have passed."""

    status = 403


class AnswerNotOpen(InvalidInput):
    """The morning-after question is not open yet, or no longer."""


class PlanDecisionRefused(DomainError):
    """The plan cannot be moved now: ended, blocked, a recent red light, or no longer in that phase."""


class PlanRefused(DomainError):
    """The rule, or what is known, does not allow a plan to start now."""


class IntakeRefused(InvalidInput):
    """The intake cannot be finished; `errors` holds a sentence for each field."""
