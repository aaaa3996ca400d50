"""Names of many patients: a few surnames that everybody has, thousands that few have, accents and double names."""

from functools import cache
from random import Random

GIVEN = [
    "An",
    "Lien",
    "Sara",
    "Julie",
    "Nele",
    "Emma",
    "Kaat",
    "Lotte",
    "Marie",
    "Ines",
    "Fatima",
    "Silke",
    "Jolien",
    "Veerle",
    "Tine",
    "Elke",
    "Katrien",
    "Amber",
    "Yasmina",
    "Evi",
    "Griet",
    "Hilde",
    "Liesbeth",
    "Nina",
    "Femke",
    "Charlotte",
    "Anke",
    "Sofie",
    "Leen",
    "Margot",
    "Zoë",
    "Chloé",
    "Renée",
    "Françoise",
    "Aïcha",
    "Jan",
    "Tom",
    "Pieter",
    "Bart",
    "Koen",
    "Stijn",
    "Wim",
    "Joris",
    "Jef",
    "Dries",
    "Senne",
    "Karim",
    "Thijs",
    "Robbe",
    "Luc",
    "Geert",
    "Maarten",
    "Jonas",
    "Ruben",
    "Simon",
    "Kobe",
    "Jasper",
    "Niels",
    "José",
    "Ömer",
    "Łukasz",
    "Björn",
    "Jürgen",
    "André",
]
COMMON = [
    "Peeters",
    "Janssens",
    "Maes",
    "Jacobs",
    "Mertens",
    "Willems",
    "Claes",
    "Goossens",
    "Wouters",
    "De Smet",
    "Vermeulen",
    "Van den Broeck",
    "Van Damme",
    "De Backer",
    "Aerts",
    "Hermans",
    "Michiels",
    "Van de Velde",
    "Dubois",
    "Lemmens",
    "Smets",
    "Verhoeven",
    "Van Dyck",
    "Cools",
]
_BEGIN = [
    "Van den ",
    "Van de ",
    "Van ",
    "De ",
    "Ver",
    "Pee",
    "Mert",
    "Wil",
    "Cla",
    "Goo",
    "Jac",
    "Mae",
    "Du",
    "Bos",
    "Den",
    "Wou",
    "Lam",
    "Des",
    "Sme",
    "Mic",
    "Her",
    "Ley",
    "Huy",
    "Rae",
    "Cuy",
    "Hel",
    "Sne",
    "Bel",
    "Die",
    "Swi",
    "Cae",
    "Pro",
    "Nij",
    "Gee",
    "Luy",
]
_MIDDLE = ["a", "e", "i", "o", "u", "aer", "ee", "ij", "oo", "ou", "eu", "ie", "ae"]
_END = [
    "ters",
    "sens",
    "mans",
    "bos",
    "kens",
    "rts",
    "ls",
    "ckx",
    "n",
    "veld",
    "haert",
    "laere",
    "ghe",
    "sch",
    "nck",
    "t",
    "man",
    "berg",
    "stra",
    "huis",
    "meer",
    "dam",
    "wijk",
    "boer",
    "aard",
]


@cache
def surnames() -> list[str]:
    """Return some 11,000 surnames, made of syllables, the commonest first."""
    made = [begin + middle + end for begin in _BEGIN for middle in _MIDDLE for end in _END]
    made = [name if not name.endswith(" ") else name + "Peel" for name in made]
    capital = [_capital(name) for name in made]
    Random(7).shuffle(capital)  # noqa: S311 - the same practice each time
    return [*COMMON, *dict.fromkeys(capital)]


def name_of(number: int) -> tuple[str, str]:
    """Return the surname and first name of the patient with a number: a quarter has one of the commonest names."""
    chance = (number * 2654435761) % 4294967296 / 4294967296
    names = surnames()
    if chance < 0.25:
        family = COMMON[int(chance * 4 * len(COMMON)) % len(COMMON)]
    else:
        family = names[int(len(names) * ((chance - 0.25) / 0.75) ** 1.6)]
    if number % 40 == 0:
        family += "-" + COMMON[number // 40 % len(COMMON)]
    return family, GIVEN[number * 31 % len(GIVEN)]


def _capital(name: str) -> str:
    return " ".join(part[:1].upper() + part[1:] for part in name.split(" "))
