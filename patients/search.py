"""Finding a patient by any part of the name, the date of birth or the phone, with typos."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Exists, ExpressionWrapper, FloatField, Func, Q, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from accounts.kept_query import SOMEBODY, KeptQuery
from accounts.models import User
from patients.models import NameWords, Patient
from patients.name_meanings import SHORTEST_FUZZY, Meaning, begins, meanings_of, range_of
from patients.search_text import Wanted, read_search_text
from patients.slips import phones_near

_SHORTEST_FUZZY_PHONE = 6
# Ranking stops here, so that a search takes the same time in a practice of any size; only a name that hundreds
# share reaches it.
_CANDIDATES = 300
_TEXT = "what was typed"  # a stand-in of the kept query


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

    One query when names that begin with the text fill a page, else at most three: what the words may mean, and who
    has such words. The archive is left out unless asked for.
    """
    wanted = read_search_text(text)
    if wanted.is_empty:
        return Found([], [], has_more=False)
    everyone = _everyone(user, archived=archived)
    rows = everyone.filter(_facts(wanted))
    if wanted == Wanted(words=wanted.words):
        exact = _by_name_alone(user, " ".join(wanted.words), limit, archived=archived)
    elif wanted.words:
        exact = _by_beginning(rows, " ".join(wanted.words), limit)
    else:
        exact = _some_by_name(rows, limit + 1)
    if len(exact) > limit:
        return Found(exact[:limit], [], has_more=True)
    inside, similar = _look_alikes(wanted, everyone, rows, exact, limit)
    fitting = _once([*exact, *inside])
    alike = [row for row in similar if row not in fitting]
    room = max(limit - len(fitting), 0)
    return Found(fitting[:limit], alike[:room], has_more=len(fitting) + len(alike) > limit)


def _everyone(user: User, *, archived: bool) -> Any:
    rows = Patient.objects.visible_to(user)
    return rows if archived else rows.in_care()


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


def _by_beginning(rows: Any, text: str, limit: int) -> list[Patient]:
    """Return patients whose name, family or first name in front, begins with a text. One query."""
    legs = _legs(rows, text, limit)
    return _once(list(legs[0].union(legs[1], all=True)))


def _legs(rows: Any, text: str, limit: int) -> list[Any]:
    return [
        rows.filter(begins(column, text)).order_by(column, "id")[: limit + 1]
        for column in ("name_folded", "given_folded")
    ]


def _by_name_alone(user: User, text: str, limit: int, *, archived: bool) -> list[Patient]:
    """Return the same when nothing but a name was typed, which is nearly always. One query, worded once."""
    values = dict(zip(range_of(_TEXT), range_of(text), strict=True))
    return _once(_words_by_name(user.role, limit, archived=archived).rows_for({**values, SOMEBODY: user.pk}))


@cache
def _words_by_name(role: str, limit: int, *, archived: bool) -> KeptQuery:
    everyone = _everyone(User(id=SOMEBODY, role=role), archived=archived)
    first, second = (KeptQuery.of(leg) for leg in _legs(everyone, _TEXT, limit))
    return KeptQuery(Patient, f"({first.sql}) UNION ALL ({second.sql})", first.places + second.places)


def _look_alikes(
    wanted: Wanted, everyone: Any, rows: Any, exact: list[Patient], limit: int
) -> tuple[list[Patient], list[Patient]]:
    """Return patients with the words anywhere in the name, and those whose name or phone looks like it."""
    if not wanted.words:
        is_phone = len(wanted.digits) >= _SHORTEST_FUZZY_PHONE and not wanted.dates
        return [], _near_phone(everyone, wanted.digits, limit) if is_phone and not exact else []
    words = tuple(dict.fromkeys(wanted.words))
    if len(words) == 1 and len(words[0]) < SHORTEST_FUZZY:
        return [], []  # all that a word so short may mean begins with it
    meanings = meanings_of(words)
    if any(meaning.is_nothing for meaning in meanings):
        return [], []
    is_one_word = len(meanings) == 1 and wanted == Wanted(words=wanted.words) and not meanings[0].is_common
    candidates = _likest_first(rows, meanings[0]) if is_one_word else _with_all(rows, meanings, limit)
    found = _ranked(candidates, meanings)[: 2 * limit + 1]
    return [row for row in found if row.is_inside], [row for row in found if not row.is_inside]


def _near_phone(everyone: Any, digits: str, limit: int) -> list[Patient]:
    return _some_by_name(everyone.filter(phone__in=sorted(phones_near(digits))), limit)


def _some_by_name(rows: Any, most: int) -> list[Patient]:
    """Return rows by name. Found first, ordered then: reading by name until enough of them fit may read everybody."""
    keys = rows.order_by().values("pk")[:_CANDIDATES]
    return list(Patient.objects.filter(pk__in=keys).order_by("name_folded", "id")[:most])


def _likest_first(rows: Any, meaning: Meaning) -> Any:
    """Return the keys of patients who have one of the words: word by word, the likest first, until there are enough."""
    seen, arguments = rows.order_by().values("pk", words=_name_words()).query.sql_with_params()
    having = f"SELECT id FROM ({seen}) AS seen(id, words) WHERE words @> ARRAY[meant.word] LIMIT {_CANDIDATES}"  # noqa: S608 compiled by the ORM
    every = f"SELECT found.id FROM unnest(%s::text[]) AS meant(word) CROSS JOIN LATERAL ({having}) AS found"  # noqa: S608
    return RawSQL(f"{every} LIMIT {_CANDIDATES}", [meaning.words, *arguments])  # noqa: S611


def _with_all(rows: Any, meanings: Sequence[Meaning], limit: int) -> Any:
    """Return the keys of patients who have a word for each that was typed."""
    rows = rows.alias(words=_name_words())
    near = Q()
    for meaning in meanings:
        near &= Q(name_folded__contains=meaning.typed) if meaning.is_common else Q(words__overlap=meaning.words)
    everywhere = rows.filter(near).order_by()[:_CANDIDATES]
    if not any(meaning.is_common for meaning in meanings):
        return everywhere.values("pk")
    anchored = _anchored(rows, meanings, limit)
    if all(meaning.is_common for meaning in meanings):
        return anchored[0].values("pk").union(anchored[1].values("pk"), all=True)
    # Not asked when those who begin with the words fill a page: then nearly everybody may fit.
    is_full = Exists(anchored[0][limit:]) | Exists(anchored[1][limit:])
    everywhere = rows.filter(~is_full, near).order_by()[:_CANDIDATES]
    return everywhere.values("pk").union(*(leg.values("pk") for leg in anchored), all=True)


def _anchored(rows: Any, meanings: Sequence[Meaning], limit: int) -> list[Any]:
    """Return patients whose family or first name begins with the longest word and that have words like the others.

    Read in the order of names; whether somebody has the others shows soon, because a rare word is looked up by itself.
    """
    anchor = max(meanings, key=lambda meaning: len(meaning.typed))
    others = Q()
    for meaning in meanings:
        if meaning is not anchor:
            others &= _has_word(meaning)
    return [
        rows.filter(begins(column, anchor.typed) & others).order_by(column, "id")[: limit + 1]
        for column in ("name_folded", "given_folded")
    ]


def _has_word(meaning: Meaning) -> Q:
    """A word of the name begins with what was typed. Rare words are named too: the index of words finds those."""
    has_it = Q(name_folded__contains=f" {meaning.typed}") | begins("name_folded", meaning.typed)
    return has_it if meaning.is_common else has_it & Q(words__overlap=meaning.begins)


def _ranked(candidates: Any, meanings: Sequence[Meaning]) -> Any:
    """Return the candidates: who has all that was typed somewhere in the name, then by likeness, then by name."""
    inside, score = Q(), Value(0.0)
    for meaning in meanings:
        inside &= Q(name_folded__contains=meaning.typed)
        if meaning.likeness:
            score = score + _likeness(meaning)
    rows = Patient.objects.filter(pk__in=candidates)
    rows = rows.annotate(is_inside=ExpressionWrapper(inside, BooleanField()), score=score)
    return rows.order_by("-is_inside", "-score", "name_folded", "id")


def _likeness(meaning: Meaning) -> Any:
    """How like the likest word of a name is to what was typed; 0 when none was meant."""
    words = meaning.words
    own = Func(_name_words(), function="unnest")
    likest = Func(
        Value(words, ArrayField(TextField())),
        own,
        template="(SELECT min(array_position(%(expressions)s AS own(word))",
        arg_joiner=", own.word)) FROM ",
    )
    scores = Value([meaning.likeness[word] for word in words], ArrayField(FloatField()))
    score = Func(scores, likest, template="(%(expressions)s]", arg_joiner=")[", output_field=FloatField())
    return Coalesce(score, Value(0.0))


def _name_words() -> NameWords:
    return NameWords("family_name", "given_name")


def _once(rows: list[Patient]) -> list[Patient]:
    return list({row.pk: row for row in rows}.values())
