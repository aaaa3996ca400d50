"""What the practice wrote (questions, exercises, advice, criteria) in the language of who reads it.

The content is written in Dutch (seeds/). A catalogue for each other language, `locale/*/LC_MESSAGES/content.po`, holds
its sentences; `scripts/collect_content.py` collects them. A sentence that nobody translated, such as one that a
therapist typed, stays as it was written: better Dutch than a guess.
"""

from collections.abc import Iterable
from functools import cache
from gettext import NullTranslations, translation

from django.conf import settings
from django.utils.translation import get_language

DOMAIN = "content"
WRITTEN_IN = "nl"


def spoken(text: str) -> str:
    """Return a text of the content in the language of the page, or as it was written."""
    return _catalogue(_language()).gettext(text) if text else text


def all_spoken(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts of the content in the language of the page, in their order."""
    return tuple(spoken(text) for text in texts)


def _language() -> str:
    return (get_language() or WRITTEN_IN)[:2]


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == WRITTEN_IN:
        return NullTranslations()
    return translation(DOMAIN, settings.LOCALE_PATHS[0], [language], fallback=True)
