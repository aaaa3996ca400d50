"""What people write in a cell, made fit to keep. Pure: text in, a value out, or Unreadable with a sentence."""

import datetime
import re

from django.utils.translation import gettext as _

from patients.search_text import fold

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_BARE = re.compile(r"(\d{4})(\d{2})(\d{2})")
# A spreadsheet adds midnight to a date.
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00)?(\.0+)?Z?$")
_POSTAL_PREFIX = re.compile(r"^(BE?|NL|LU?|FR?|DE?)[\s-]+(?=\d)", re.I)
_DUTCH_CODE = re.compile(r"\d{4}\s?[A-Z]{2}")
_POSTAL_AND_TOWN = re.compile(r"(?P<code>\d{4}(?:\s?[A-Z]{2}(?![a-zà-ÿ]))?|\d{5})[\s,]+(?P<town>\D.*)")

GENDERS = {
    "female": "v f w vrouw vrouwelijk female femme feminin woman mevrouw mevr mw mme madame mrs ms 2",
    "male": "m h man mannelijk male homme masculin meneer mijnheer dhr heer mr monsieur 1",
    "other": "x o ander anders other autre divers",
    "unknown": "? u onbekend unknown inconnu 0 9",
}
LANGUAGES = {
    "nl": "nl n nld dut ne ned nederlands dutch neerlandais",
    "fr": "fr f fra fre frans french francais",
    "en": "en e eng engels english anglais",
}
COUNTRIES = {
    "BE": "b be bel belgie belgique belgium belgien",
    "NL": "nl nld nederland paysbas netherlands thenetherlands holland",
    "FR": "f fr fra frankrijk france",
    "DE": "d de deu duitsland allemagne germany deutschland",
    "LU": "l lu lux luxemburg luxembourg",
    "GB": "gb uk verenigdkoninkrijk royaumeuni unitedkingdom",
}
_OTHER_SIGNS = re.compile(r"[^a-z0-9?]+")


class Unreadable(ValueError):
    """A cell holds no value of its column; the text is a sentence for people."""


def word_map(words: dict[str, str]) -> dict[str, str]:
    """Return for each word the value that it means, from the words of each value."""
    return {word: value for value, line in words.items() for word in line.split()}


def bare(text: str) -> str:
    """Return a word as it is compared: without accents, capitals, spaces and signs."""
    return _OTHER_SIGNS.sub("", fold(text))


_GENDERS, _LANGUAGES, _COUNTRIES = word_map(GENDERS), word_map(LANGUAGES), word_map(COUNTRIES)


def read_gender(text: str) -> str:
    """Return the FHIR gender that a word means; unknown for an empty cell. Raises Unreadable."""
    if not text:
        return "unknown"
    try:
        return _GENDERS[bare(text)]
    except KeyError:
        raise Unreadable(_("Write the sex as m, v or x.")) from None


def read_language(text: str) -> str:
    """Return the language that a word means; Dutch for an empty cell. Raises Unreadable."""
    if not text:
        return "nl"
    try:
        return _LANGUAGES[bare(text)]
    except KeyError:
        raise Unreadable(_("Write the language as nl, fr or en.")) from None


def read_country(text: str) -> str:
    """Return the ISO 3166 code of a country; Belgium for an empty cell. Raises Unreadable."""
    if not text:
        return "BE"
    known = _COUNTRIES.get(bare(text))
    if known is None and re.fullmatch(r"[A-Za-z]{2}", text):
        known = text.upper()
    if known is None:
        raise Unreadable(_("Write the country with its two letters, such as BE."))
    return known


def read_date(text: str, *, order: str = "", pivot: datetime.date) -> datetime.date:
    """Return the date that a text means, whatever comes after it as midnight is left out.

    `order` "mdy" reads the month first; else the day comes first, unless the year does. A year of two digits is the
    last one that does not lie after `pivot`. Raises Unreadable.
    """
    text = _MIDNIGHT.sub("", text.strip())
    if match := _YEAR_FIRST.fullmatch(text) or _BARE.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
        if order == "mdy":
            day, month = month, day
    else:
        raise Unreadable(_("Write the date as 31/12/1985."))
    number = int(year)
    if len(year) == 2:
        number += pivot.year // 100 * 100
        number -= 100 if number > pivot.year else 0
    try:
        return datetime.date(number, int(month), int(day))
    except ValueError:
        raise Unreadable(_("This date does not exist.")) from None


def split_name(text: str, *, order: str = "") -> tuple[str, str]:
    """Return family name and first name of a name in one cell: "Peeters, An", or by `order` "family" or "given".

    Without a comma the last word is the first name ("family": "Van den Berg An"), or the first one is ("given").
    Raises Unreadable when nobody can tell.
    """
    if text.count(",") == 1:
        family, given = (part.strip() for part in text.split(","))
        if family and given:
            return family, given
    words = text.split()
    if len(words) > 1 and "," not in text and order == "family":
        return " ".join(words[:-1]), words[-1]
    if len(words) > 1 and "," not in text and order == "given":
        return " ".join(words[1:]), words[0]
    raise Unreadable(_("Write the name as “family name, first name”, or say in which order they stand."))


def read_postal_code(text: str) -> tuple[str, str]:
    """Return a postal code without its country, and the town when that stands behind it ("2400 Mol")."""
    code = _POSTAL_PREFIX.sub("", text)
    match = None if _DUTCH_CODE.fullmatch(code) else _POSTAL_AND_TOWN.fullmatch(code)
    return (match["code"], match["town"].strip()) if match else (code, "")


def digits_of(text: str) -> str:
    """Return the digits of a number that is written with signs between them."""
    return re.sub(r"\D", "", text)
