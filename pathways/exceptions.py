"""What the rules of plans, decisions and the diary refuse."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
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


class VersionRefused(DomainError):
    """The text of a pathway cannot make this step of its life; `faults` and `cases` name what is wrong with it."""

    def __init__(self, detail: str, *, faults: Sequence[Any] = (), cases: Sequence[str] = ()) -> None:
        super().__init__(
            detail,
            faults=[{"path": fault.path, "reason": fault.reason} for fault in faults],
            cases=list(cases),
        )
        self.faults = tuple(faults)
        self.cases = tuple(cases)


class VersionChanged(DomainError):
    """Somebody else saved the draft meanwhile. `version` is the text as it stands now."""

    def __init__(self, version: Any) -> None:
        who, when = version.created_by, timezone.localtime(version.created_at)
        super().__init__(
            _("%(name)s saved this draft on %(day)s at %(time)s. Look at that text before you save yours.")
            % {"name": who.name if who else _("The practice"), "day": f"{when:%d/%m/%Y}", "time": f"{when:%H:%M}"},
            revision=version.revision,
        )
        self.version = version


class LetterRefused(DomainError):
    """This letter makes no sense now: there is no plan, or no alarm sign to refer for."""


class OutcomeRefused(DomainError):
    """This questionnaire may not be asked now, or not in this way."""
