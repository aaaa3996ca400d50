"""What the rules of the record refuse."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput


class InvalidRecord(InvalidInput):
    """Values that a patient, an episode or a prescription cannot have; `errors` names each field's."""


class StillInCare(DomainError):
    """A patient with a running episode or a coming appointment cannot be archived."""


class EpisodeClosed(DomainError):
    """The episode is finished or cancelled and takes no more prescriptions."""


class NoteLocked(DomainError):
    """The session note was signed: it takes an addendum, and never another word. `note` is the signed note."""

    def __init__(self, *, note: Any) -> None:
        super().__init__(_("This note was signed in the meantime. You can add an addendum to it."))
        self.note = note


class NoteChanged(DomainError):
    """The session note was saved elsewhere since the given revision. Nothing was overwritten; `note` is as it stands.

    The refused text stays with the writer, the other stays in the record: whoever writes chooses.
    """

    def __init__(self, *, note: Any) -> None:
        sentence = _("This note was changed in another window. Nothing was saved yet: both texts stand below.")
        super().__init__(sentence, revision=note.revision)
        self.note = note


class NoteOfAnother(DomainError):
    """The draft is another therapist's: only its writer writes and signs, unless someone takes it over."""


class ContactCancelled(DomainError):
    """A contact that did not take place has no session note."""


class NoteUnsigned(DomainError):
    """A note that is not signed yet takes no addendum: it can still be written in."""


class KeptTooLong(DomainError):
    """A record cannot be kept until that day."""

    status = 422


class ErasureRefused(DomainError):
    """The law still asks to keep this record (GDPR article 17(3)(c) with article 35 of the Kwaliteitswet)."""


class RecordFrozen(DomainError):
    """The record is restricted (GDPR article 18): it may be read, and nothing in it may change."""


class AlreadyAnswered(DomainError):
    """This request was answered already, and an answer stays."""


class TextChanged(DomainError):
    """Somebody else wrote in this text since it was opened; `row` is the text as it is now."""

    def __init__(self, row: Any) -> None:
        super().__init__(_("Someone else changed this text in the meantime. Theirs stands above; yours is still here."))
        self.row = row


class TextPublished(DomainError):
    """A published text never changes: a new version is written instead."""


class NotATable(InvalidInput):
    """A file is no table that can be imported; the sentence says what to do."""


class StepRefused(DomainError):
    """An import is not so far, or too far, for this step."""
