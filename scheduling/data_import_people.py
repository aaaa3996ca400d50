"""Who treats and where, as a file writes it: therapists by name, e-mail or RIZIV number, rooms by name."""

from django.utils.translation import gettext as _

from accounts.models import Practitioner
from patients.data_import.values import Unreadable, digits_of
from patients.search_text import fold
from scheduling.models import Room

_NIHDI_DIGITS = 11


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).replace(",", " ").split())


class PractitionerBook:
    """The therapists of the practice. One query."""

    def __init__(self) -> None:
        self.by_id = {str(each.pk): each for each in Practitioner.objects.select_related("user")}
        self._by_words: dict[frozenset[str], list[Practitioner]] = {}
        self._by_key: dict[str, Practitioner] = {}
        for each in self.by_id.values():
            self._by_words.setdefault(_words(each.name), []).append(each)
            self._by_key[each.user.email.casefold()] = each
            if each.nihdi_number:
                self._by_key[each.nihdi_number] = each

    def read(self, text: str) -> Practitioner:
        """Return the therapist that a cell means; the order of names does not matter. Raises Unreadable."""
        digits = digits_of(text)
        key = digits if len(digits) == _NIHDI_DIGITS else text.casefold()
        if key in self._by_key:
            return self._by_key[key]
        found = self._by_words.get(_words(text), [])
        if len(found) != 1:
            raise Unreadable(_("No physiotherapist of the practice is known by this."))
        return found[0]


class RoomBook:
    """The rooms of the practice. One query."""

    def __init__(self) -> None:
        self._by_name = {fold(each.name).strip(): each for each in Room.objects.all()}

    def read(self, text: str) -> Room:
        """Return the room of a name, whatever its capitals. Raises Unreadable."""
        try:
            return self._by_name[fold(text).strip()]
        except KeyError:
            raise Unreadable(_("The practice has no room of this name.")) from None
