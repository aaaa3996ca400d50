"""Which passwords are refused: known ones and ones made of what everybody here knows (ASVS 6.2.4, 6.2.11, 6.2.12).

No rules of composition (6.2.5), no forced change (6.2.10), up to 128 characters, spaces and every script allowed.
"""

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LIST = Path(__file__).parent / "data" / "known_passwords.txt.gz"
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
SHORTEST, LONGEST = 12, 128
_OWN_PART = 8  # characters that must remain when all words that everybody knows are taken out


@cache
def known_passwords() -> frozenset[str]:
    """Return the bundled list (accounts/data/README.md), in lower case. 0.1 s and 8 MB, once in a process."""
    return frozenset(gzip.decompress(LIST.read_bytes()).decode().split("\n"))


class LengthValidator:
    """Refuses less than 12 characters, and more than 128: hashing a book is a way to keep the server busy."""

    def validate(self, password: str, user: Any = None) -> None:
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValidationError(self.get_help_text(), code="password_length")

    def get_help_text(self) -> str:
        return _("A password has 12 to 128 characters; blanks count too.")


class KnownPasswordValidator:
    """Refuses a password of the list, one with digits or signs put around it, and a short piece repeated."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = password.strip().casefold()
        core = _AROUND.sub("", folded)
        repeated = re.fullmatch(r"(.{1,6}?)\1+", folded, re.DOTALL)
        if repeated or {folded, core or folded} & known_passwords():
            raise ValidationError(_("This password is on a list that attackers try first."), code="password_known")

    def get_help_text(self) -> str:
        return _("Not a password that others use too. A sentence of four words is long, and easy to keep in mind.")


class ContextWordValidator(UserAttributeSimilarityValidator):
    """Refuses a password that is little more than the practice's name, the town, or the user's own name or address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("name", "email"))

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        rest = password.casefold()
        for word in sorted(_context_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        own = re.sub(r"[\W_]", "", rest)
        if len(own) < _OWN_PART and rest != password.casefold():
            message = _("This password is made of your name, the practice or the town. Add words of your own.")
            raise ValidationError(message, code="password_context")

    def get_help_text(self) -> str:
        return _("Not your name, the practice or the town.")


def _context_words(user: Any) -> set[str]:
    texts = ["fysicure", "kinesitherapie", "kine", "praktijk", settings.PRACTICE_NAME, settings.PRACTICE_TOWN]
    texts += [getattr(user, "name", ""), getattr(user, "email", "").partition("@")[0]]
    return {word for text in texts for word in re.split(r"[\W_\d]+", text.casefold()) if len(word) >= 3}
