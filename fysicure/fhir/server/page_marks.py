"""The `page` of a link: what was asked and where it goes on, closed to who reads the address in a log.

A search by name comes by POST; the link to its next page is an address all the same. So it carries the search
encrypted, for the account that asked and for a day.
"""

import json
from dataclasses import asdict

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from accounts.ciphers import cipher
from accounts.models import User
from fysicure.fhir.server.asked import Pairs
from fysicure.fhir.server.finding import Mark, stale_page
from fysicure.fhir.server.outcomes import FhirRefusal

PURPOSE = "fysicure.fhir.page"
SECONDS = 24 * 60 * 60
LONGEST = 3000


def seal(kind: str, pairs: Pairs, mark: Mark | None, *, user: User) -> str:
    """Return the `page` of a link. Raises FhirRefusal when the search is too long for an address."""
    text = json.dumps([str(user.pk), kind, pairs, asdict(mark) if mark else None], separators=(",", ":"))
    token = cipher(PURPOSE).encrypt(text.encode()).decode().rstrip("=")
    if len(token) > LONGEST:
        raise FhirRefusal(_("This asks for too much at once."), code="too-long")
    return token


def unseal(kind: str, token: str, *, user: User) -> tuple[Pairs, Mark | None]:
    """Return what was asked and where to go on. Raises FhirRefusal for what is old, another's or made up."""
    try:
        padded = token + "=" * (-len(token) % 4)
        text = cipher(PURPOSE).decrypt(padded.encode(errors="replace"), ttl=SECONDS)
    except InvalidToken as error:
        raise stale_page() from error
    owner, of_kind, pairs, mark = json.loads(text)
    if owner != str(user.pk) or of_kind != kind:
        raise stale_page()
    found = Mark(mark["table"], mark["key"], tuple(mark["values"]), mark["is_back"]) if mark else None
    return [(name, value) for name, value in pairs], found
