"""What a typed word may mean: the words of the practice's names that begin with it, hold it or look like it.

A practice has far fewer words than patients, so that this takes the same time however many patients there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, F, FloatField, Q, Value
from django.db.models.functions import Cast, Length

from patients.models import NameWord
from patients.slips import swapped, words_near

SHORTEST_FUZZY = 3
_SHORT = 4
_LONGEST_SWAPPED = 6
# Of so many words that begin alike, and not more, each is named (fewer after one or two letters, which many have);
# of those that look like it, the likest.
_FEW, _FEW_SHORT, _LIKEST = 200, 50, 60
_BEGINS, _HOLDS, _SWAPPED, _LIKE = range(4)
_LAST_LETTER = chr(0x10FFFD)


@dataclass
class Meaning:
    """What one typed word may mean. `begins` is empty when too many words begin with it to name them (`is_common`)."""

    typed: str
    begins: list[str] = field(default_factory=list)
    is_common: bool = False
    likeness: dict[str, float] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether nobody's name has such a word."""
        return not (self.is_common or self.likeness)

    @property
    def words(self) -> list[str]:
        """The words it may mean, the likest first."""
        return sorted(self.likeness, key=lambda word: (-self.likeness[word], word))


def begins(column: str, start: str) -> Q:
    """Return a prefix as a range: the only form that a b-tree serves whatever the plan."""
    first, after = range_of(start)
    return Q(**{f"{column}__gte": first, f"{column}__lt": after})


def range_of(start: str) -> tuple[str, str]:
    """Return from where and up to where all texts lie that begin like this, the second not included."""
    return start, start + _LAST_LETTER


def meanings_of(typed: Sequence[str]) -> list[Meaning]:
    """Return for each typed word what it may mean. One query."""
    found = [Meaning(word) for word in typed]
    legs = [leg for place, word in enumerate(typed) for leg in _legs(place, word)]
    for place, way, word, score in legs[0].union(*legs[1:], all=True):
        if way == _BEGINS:
            found[place].begins.append(word)
        found[place].likeness[word] = max(score, found[place].likeness.get(word, 0.0))
    for meaning in found:
        if len(meaning.begins) > _few(meaning.typed):
            meaning.is_common, meaning.begins, meaning.likeness = True, [], {}
    return found


def _legs(place: int, typed: str) -> list[Any]:
    """Return the questions about a typed word. When it is common, the first one stops the others."""
    beginning = NameWord.objects.filter(begins("word", typed))
    rare = ~Exists(beginning.order_by("word")[_few(typed) :])

    def leg(way: int, condition: Q, score: Any, *order: Any) -> Any:
        rows = NameWord.objects.filter(condition).annotate(place=Value(place), way=Value(way), score=score)
        return rows.order_by(*order, "word").values_list("place", "way", "word", "score")

    share = Value(float(len(typed)), FloatField()) / Cast(Length("word"), FloatField())
    legs = [leg(_BEGINS, begins("word", typed), share)[: _few(typed) + 1]]
    if len(typed) < SHORTEST_FUZZY:
        return legs
    legs.append(leg(_HOLDS, rare & Q(word__contains=typed), share, Length("word"))[:_LIKEST])
    if len(typed) <= _LONGEST_SWAPPED:
        beginnings = [begins("word", each) for each in sorted(swapped(typed, 1))]
        if beginnings:
            legs.append(leg(_SWAPPED, rare & reduce(or_, beginnings), share, Length("word"))[:_LIKEST])
    # A short word has too few trigrams to tell anything: there each slip is tried.
    near = (
        Q(word__in=sorted(words_near(typed)))
        if len(typed) <= _SHORT
        else Q(word__trigram_similar=typed, word__trigram_word_similar=typed)
    )
    likeness = Cast(TrigramSimilarity("word", typed), FloatField())
    legs.append(leg(_LIKE, rare & near, likeness, F("score").desc())[:_LIKEST])
    return legs


def _few(typed: str) -> int:
    return _FEW if len(typed) >= SHORTEST_FUZZY else _FEW_SHORT
