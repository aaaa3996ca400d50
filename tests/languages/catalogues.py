"""What the catalogues say: messages and content of each language, and the words that belong to one language alone."""

import gettext
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Shorter words look alike in too many languages; a name in capitals is no word.
_WORD = re.compile(r"[^\W\d_]{8,}")
_PLACES = re.compile(r"%\(\w+\)\w|\{\w*\}|<[^>]+>|https?://\S+|\S+@\S+")


@cache
def catalogue(language: str, domain: str) -> dict[str, str]:
    """Return the messages of a catalogue by msgid; plurals by each of their forms."""
    with (ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {str(key): str(value) for key, value in known.items() if key}


def words(text: str) -> set[str]:
    """Return the long words of a text, in small letters, without places for facts and addresses."""
    return {word.lower() for word in _WORD.findall(_PLACES.sub(" ", text))}


@cache
def said_in(language: str) -> frozenset[str]:
    """Return every long word that the messages and the content say in a language."""
    if language == "en":
        texts = [key.split("\x04")[-1] for key in map(str, catalogue("nl", "django"))]
        texts = [re.sub(r"', \d+\)$", "", text) for text in texts] + list(catalogue("en", "content").values())
    elif language == "nl":
        texts = [*catalogue("nl", "django").values(), *catalogue("fr", "content")]
    else:
        texts = [*catalogue(language, "django").values(), *catalogue(language, "content").values()]
    return frozenset(word for text in texts for word in words(text))


@cache
def words_alone(language: str, *, beside: str) -> frozenset[str]:
    """Return the long words of one language that another never says."""
    return said_in(language) - said_in(beside)


@cache
def sentences_to_say(language: str) -> dict[str, str]:
    """Return the sentences of the content that a language says otherwise than they were written."""
    known = catalogue(language, "content")
    return {text: said for text, said in known.items() if text != said and len(text) >= 10}
