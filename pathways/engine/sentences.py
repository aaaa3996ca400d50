"""What the engine says, in Dutch: sentences with places for facts, that can be said and read back.

What is stored keeps the Dutch words. A page in another language reads them back (`read`) and says the same in its own
(`pathways.page_language`); `scripts/collect_content.py` collects them for the catalogue of the content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

_PLACE = re.compile(r"\{(\w+)\}")


def noted(text: str) -> str:
    """Return words as they are: marks them for the catalogue of the content."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with places for facts between braces."""

    text: str

    @property
    def own_length(self) -> int:
        """How many signs the sentence has without its facts."""
        return len(_PLACE.sub("", self.text))

    def say(self, **facts: Any) -> str:
        """The sentence with its facts, in Dutch."""
        return self.text.format(**facts)

    def read(self, said: str) -> Mapping[str, str] | None:
        """The facts in words that this sentence said, or None when it did not say them."""
        found = _pattern(self.text).fullmatch(said)
        return found.groupdict() if found else None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if number % 2 else re.escape(part) for number, part in enumerate(parts)), re.DOTALL
    )


# Criteria of a phase.
MET_NOW = Sentence("{label}: in orde (nu: {value}).")
MET = Sentence("{label}: in orde.")
NOT_MET_NOW = Sentence("{label}: nog niet in orde (nu: {value}).")
NOT_MET = Sentence("{label}: nog niet in orde.")
UNKNOWN_NOW = Sentence("{label}: niet te beoordelen: gegevens ontbreken of zijn te oud (nu: {value}).")
UNKNOWN = Sentence("{label}: niet te beoordelen: gegevens ontbreken of zijn te oud.")

# What is proposed, and why.
STEP_BACK = Sentence("{reds} rode sessies in {days} dagen: een fase terug en een extra afspraak.")
RECENT_RED = Sentence("Alle criteria zijn gehaald, maar er was een rode sessie in de laatste {days} dagen.")
CAN_CLOSE = Sentence("Alle criteria zijn gehaald: het traject kan afgerond worden.")
READY_FOR = Sentence("Alle criteria zijn gehaald: klaar voor {phase}.")
DIARY_ALARM = Sentence("In het dagboek is een alarmteken gemeld.")
ALARM = Sentence("Alarmteken: {flag}.")
AMBERS = Sentence("{ambers} oranje sessies in {days} dagen: samen het plan nakijken.")
NO_RESPONSE = Sentence("Na {weeks} weken te weinig vooruitgang in pijn en functie: opnieuw onderzoeken.")
TOO_LONG = Sentence("Na {weeks} weken (verwacht: hoogstens {upper}) nog niet zo ver als gepland: overleg met de arts.")

# Answers that cannot be right.
IS_COMPUTED = Sentence("Wordt berekend, niet ingevuld.")
NO_SUCH_MEASURE = Sentence("Deze meting bestaat niet.")
NOT_SIDED = Sentence("Deze meting heeft geen links of rechts.")
WHICH_SIDES = Sentence("Alleen L en R zijn mogelijk als zijde.")
BETWEEN = Sentence("Moet tussen {low} en {high} liggen.")
AT_LEAST = Sentence("Moet minstens {low} zijn.")
AT_MOST = Sentence("Mag hoogstens {high} zijn.")
WHOLE = Sentence("Moet een geheel getal zijn.")
NUMBER = Sentence("Moet een getal zijn.")
YES_OR_NO = Sentence("Moet ja of nee zijn.")
TEST = Sentence("Moet negatief (neg) of positief (pos) zijn.")
ONE_OF = Sentence("Kies één van: {values}.")
LIST_OF_CHOICES = Sentence("Moet een lijst van keuzes zijn.")
DATE = Sentence("Moet een datum zijn (jjjj-mm-dd).")
IN_FUTURE = Sentence("Mag niet in de toekomst liggen.")
TOO_LONG_AGO = Sentence("Ligt meer dan {years} jaar terug.")
TEXT = Sentence("Moet tekst zijn.")
LONGEST = Sentence("Mag hoogstens {length} tekens lang zijn.")
LIST = Sentence("Moet een lijst zijn.")
LENGTH = Sentence("Moet precies {length} waarden hebben.")
RECORD = Sentence("Elk onderdeel heeft text, side en year.")
YEAR = Sentence("Het jaar moet een geheel getal zijn.")

# What a worked case expected.
NO_SESSION = Sentence("Sessie {number}: er is geen sessie om te beoordelen.")
NOT_IN_PATHWAY = Sentence("{label}: komt in dit zorgpad niet voor.")
EXPECTED = Sentence("{label}: verwacht {wanted}, gekregen {found}.")
OF_SESSION = Sentence("Sessie {number}, {what}")

# Who reads tries the sentence with the most words of its own first: "at most 5" is part of "at most 5 signs long".
SENTENCES = tuple(
    sorted((each for each in list(globals().values()) if isinstance(each, Sentence)), key=lambda each: -each.own_length)
)
