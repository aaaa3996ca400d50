"""Names that a file makes up for patients (GDPR article 4(5)): keyed, so that nobody without the key can make them."""

import hashlib
import hmac
import secrets
import stat
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from fysicure.research.exceptions import BadStudyKey

KEY_BYTES, LENGTH = 32, 32
# The mark keeps a spreadsheet from reading a number in it.
MARK = "p"


def fresh_key() -> bytes:
    """Return a key for one file: who throws it away has made names that nobody can trace."""
    return secrets.token_bytes(KEY_BYTES)


def study_key(path: Path) -> bytes:
    """Return the key of a study, so that a later file gives the same patients the same names.

    The file holds at least 32 bytes that only its owner may read. Raises BadStudyKey.
    """
    try:
        mode, key = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise BadStudyKey(_("The file with the key of the study cannot be read.")) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadStudyKey(_("Others may read the file with the key of the study: let only its owner read it."))
    if len(key) < KEY_BYTES:
        raise BadStudyKey(_("The key of a study has at least 32 random bytes."))
    return key


def pseudonym(patient: UUID, key: bytes) -> str:
    """Return the name of a patient in a file: the first 128 bits of HMAC-SHA-256 over the id."""
    return MARK + hmac.new(key, patient.bytes, hashlib.sha256).hexdigest()[:LENGTH]
