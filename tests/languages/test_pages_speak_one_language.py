"""Every page, once in French by the first role that may open it: no word of another language stands in it.

A walk over the planted practice. It finds texts without a translation tag, choices that are translated when the code
is read, and content that a page forgot to say in its language. French shows both Dutch and English that was left; Dutch
and English look at the pages where the most is said.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.languages.catalogues import sentences_to_say, words, words_alone
from tests.languages.page_texts import texts_of
from tests.security.addresses import Address, addresses, expected
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

# What is walked in every language.
BUSY = {
    "today", "patients:chart", "scheduling:agenda", "pathways:plan", "pathways:intake", "pathways:classification",
    "pathways:charts", "pathways:evidence", "pathways:retest", "portal:home", "portal:plan", "portal:record",
}  # fmt: skip
ROLES = ("treating therapist", "patient", "receptionist", "owner")
# Pages that each role has of its own at one address.
OF_EACH = {"today"}
# Where the text of a pathway, or a file, is written, read before it is published, or compared: as it was written.
AS_WRITTEN = (
    "imports:", "pathways:compare", "pathways:diff", "pathways:edit-", "pathways:new-", "pathways:preview",
    "pathways:try-", "pathways:version",
)  # fmt: skip
# Names of publications, their authors and questionnaires: the same in every language.
NAMES = frozenset({"database", "genoteerd", "guideline", "national", "recovery"})


def pages_of(practice: Practice, client_of: ClientOf, language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each page that opens, with its texts, by the name of its address."""
    User.objects.update(language=language)
    seen: set[str] = set()
    for role in ROLES:
        user = practice.user(role)
        assert user is not None
        user.refresh_from_db()
        client = client_of(user)
        for address in addresses(practice, practice.record):
            if _is_asked(address, role, seen) and (language == "fr" or address.name in BUSY):
                response = client.get(address.path)
                if response.status_code in {200, 422} and "text/html" in response["Content-Type"]:
                    seen.add(address.name)
                    yield f"{role}: {address.name}", texts_of(response.content.decode())


def _is_asked(address: Address, role: str, seen: set[str]) -> bool:
    if address.is_api or "GET" not in address.methods() or (address.name in seen and address.name not in OF_EACH):
        return False
    return expected(address, role, "GET") == "open"


def foreign(texts: list[str], strange: frozenset[str]) -> set[str]:
    """Return the words of other languages among the texts of a page."""
    return {word for text in texts for word in words(text)} & strange


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_no_page_has_words_of_another_language(language: str, practice: Practice, client_of: ClientOf) -> None:
    others = {"nl": ("en", "fr"), "fr": ("nl", "en"), "en": ("nl", "fr")}[language]
    strange = frozenset().union(*(words_alone(other, beside=language) for other in others)) - NAMES
    content = sentences_to_say(language) if language != "nl" else {}
    wrong: dict[str, Any] = {}
    count = 0
    for name, texts in pages_of(practice, client_of, language):
        count += 1
        is_as_written = name.split(": ")[1].startswith(AS_WRITTEN)
        found = set() if is_as_written else foreign(texts, strange)
        found |= set() if is_as_written else {text for text in texts if text in content}
        if found:
            wrong[name] = sorted(found)
    assert count > (90 if language == "fr" else len(BUSY))
    assert not wrong, "\n".join(f"{name}: {', '.join(found)}" for name, found in wrong.items())
