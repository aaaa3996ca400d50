"""Finding a patient by any part of the name, the date of birth or the phone, with typos."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramStrictWordSimilarity, TrigramWordSimilarity
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import User
from patients.models import Patient
from patients.search_text import Wanted, read_search_text

_LAST_LETTER = chr(0x10FFFD)
_SHORTEST_FUZZY = 3
_SHORTEST_FUZZY_PHONE = 6
_SHORT, _HALF = 4, 0.5
_LONGEST_SWAPPED = 6
_BELGIAN_LENGTHS = (8, 9)
# Ranking stops here, so that a search takes the same time in a practice of any size; only a name that hundreds
# share reaches it.
_CANDIDATES = 500


@dataclass(frozen=True)
class Found:
    """What a search gave: patients that fit, then those that look like it. There is no total count."""

    patients: list[Patient]
    similar: list[Patient]
    has_more: bool

    @property
    def all(self) -> list[Patient]:
        """Both, the best first."""
        return [*self.patients, *self.similar]


def search(user: User, text: str, *, limit: int = 20, archived: bool = False) -> Found:
    """Find the patients a user may see that fit a text (see read_search_text for what it may hold).

    One query when a prefix of the name fills a page, else two. The archive is left out unless asked for.
    """
    wanted = read_search_text(text)
    if wanted.is_empty:
        return Found([], [], has_more=False)
    rows = Patient.objects.visible_to(user)
    rows = (rows if archived else rows.in_care()).filter(_facts(wanted))
    exact = (
        _by_prefix(rows, wanted.words, limit) if wanted.words else list(rows.order_by("name_folded", "id")[: limit + 1])
    )
    if len(exact) > limit:
        return Found(exact[:limit], [], has_more=True)
    inside, similar = _look_alikes(user, wanted, rows, limit) if _may_be_fuzzy(wanted, exact) else ([], [])
    fitting = _once([*exact, *inside])
    alike = [row for row in similar if row not in fitting]
    room = max(limit - len(fitting), 0)
    return Found(fitting[:limit], alike[:room], has_more=len(fitting) + len(alike) > limit)


def _facts(wanted: Wanted) -> Q:
    """Return the condition of everything but the name."""
    facts = Q()
    if wanted.national_number:
        facts &= Q(national_number=wanted.national_number)
    if wanted.dates:
        facts &= Q(birth_date__in=wanted.dates)
    digits = Q(phone__contains=wanted.digits) if wanted.digits else Q()
    if wanted.digit_dates:
        digits |= Q(birth_date__in=wanted.digit_dates)
    if wanted.digit_year:
        digits |= Q(birth_date__year=wanted.digit_year)
    return facts & digits


def _begins(column: str, start: str) -> Q:
    """A prefix as a range: the only form that a b-tree serves whatever the plan (see docs/decisions)."""
    return Q(**{f"{column}__gte": start, f"{column}__lt": start + _LAST_LETTER})


def _has_word(start: str) -> Q:
    return Q(name_folded__contains=f" {start}") | _begins("name_folded", start)


def _by_prefix(rows: Any, words: tuple[str, ...], limit: int) -> list[Patient]:
    """Return patients whose family or first name begins with the longest word and that have the others. One query."""
    anchor = max(words, key=len)
    others = Q()
    for position, word in enumerate(words):
        if position != words.index(anchor):
            others &= _has_word(word)
    legs = [
        rows.filter(_begins(column, anchor) & others).order_by(column, "id")[: limit + 1]
        for column in ("name_folded", "given_folded")
    ]
    return _once(list(legs[0].union(legs[1], all=True)))


def _may_be_fuzzy(wanted: Wanted, exact: list[Patient]) -> bool:
    if wanted.words:
        return any(len(word) >= _SHORTEST_FUZZY for word in wanted.words)
    return not exact and len(wanted.digits) >= _SHORTEST_FUZZY_PHONE and not wanted.dates


def _look_alikes(user: User, wanted: Wanted, rows: Any, limit: int) -> tuple[list[Patient], list[Patient]]:
    """Return patients with the words inside the name, and those whose name or phone looks like it. One query."""
    if not wanted.words:
        number = f"32{wanted.digits}" if len(wanted.digits) in _BELGIAN_LENGTHS else wanted.digits
        everyone = Patient.objects.visible_to(user).in_care().filter(phone__trigram_similar=number)
        return [], list(everyone.annotate(score=TrigramSimilarity("phone", number)).order_by("-score", "id")[:limit])
    inside, near = Q(), Q()
    score: Any = None
    for word in wanted.words:
        inside &= Q(name_folded__contains=word)
        is_long = len(word) >= _SHORTEST_FUZZY
        near &= _like(word) if is_long else _has_word(word)
        if is_long:
            part = TrigramStrictWordSimilarity(word, "name_folded")
            score = part if score is None else score + part
    candidates = rows.filter(inside | near).order_by().values("pk")[:_CANDIDATES]
    ranked = Patient.objects.filter(pk__in=candidates).annotate(score=score)
    found = list(ranked.order_by(F("score").desc(), "name_folded", "id")[: 2 * limit])
    exact = [row for row in found if all(word in row.name_folded for word in wanted.words)]
    return exact, [row for row in found if row not in exact]


def _like(word: str) -> Q:
    """A word that looks like it (pg_trgm, threshold in settings; a short one by half), or has two letters swapped."""
    like = Q(name_folded__trigram_word_similar=word)
    if len(word) <= _SHORT:
        like &= Q(GreaterThanOrEqual(TrigramWordSimilarity(word, "name_folded"), _HALF))
    if len(word) <= _LONGEST_SWAPPED:
        for place in range(len(word) - 1):
            swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            like |= Q(name_folded__contains=swapped)
    return like


def _once(rows: list[Patient]) -> list[Patient]:
    return list({row.pk: row for row in rows}.values())
