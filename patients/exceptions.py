"""What the rules of the record refuse."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput


class InvalidRecord(InvalidInput):
    """Values that a patient, an episode or a prescription cannot have; `errors` names each field's."""


class EditConflict(DomainError):
    """Someone else changed the patient since the form was opened. Nothing was saved and nothing is lost.

    `before` is the row of the history as the editor saw it (None when unknown), `current` the patient now, `changed`
    the fields that the other changed.
    """

    def __init__(self, *, before: Any, current: Any, changed: list[str]) -> None:
        sentence = _("Someone else changed this patient in the meantime. Nothing was saved yet.")
        super().__init__(sentence, changed=changed, version=current.version)
        self.before = before
        self.current = current
        self.changed = changed


class StillInCare(DomainError):
    """A patient with a running episode or a coming appointment cannot be archived."""


class EpisodeClosed(DomainError):
    """The episode is finished or cancelled and takes no more prescriptions."""
