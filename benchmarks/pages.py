"""What is measured: each page and call, the minimal view that shows the same rows, and the goal of each."""

import datetime
import itertools
import json
import random
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks.client import Asked

Facts = Mapping[str, Any]
Make = Callable[[Facts, random.Random], Asked]
_OK, _MADE = frozenset({200}), frozenset({201})
_number, _turn = itertools.count(), itertools.count()
_CSRF = secrets.token_hex(16)


@dataclass(frozen=True)
class Page:
    """One thing that people do, and its goals. `ratio`: CPU and solo median against `unit`, a minimal view.

    `growth`: how much slower it may be on the large practice than on the small one. `after`: SQL that undoes what the
    measurement wrote. `rows`: a minimal view that also writes as many rows as ours, told for honesty beside the goal.
    """

    name: str
    make: Make
    unit: str
    ratio: float | None
    queries: int
    kilobytes: int = 60
    growth: float | None = None
    good: frozenset[int] = _OK
    after: str = ""
    rows: str = ""


def _as(who: str, path: str, **query: Any) -> Callable[[Facts], Asked]:
    address = f"{path}?{urlencode(query)}" if query else path
    return lambda facts: Asked(address, headers=(("Cookie", f"sessionid={_next(facts['sessions'][who])}"),))


def _with_token(facts: Facts, who: str, path: str, **query: Any) -> Asked:
    address = f"{path}?{urlencode(query)}" if query else path
    return Asked(address, headers=(("Authorization", _bearer(facts, who)),))


def _bearer(facts: Facts, who: str) -> str:
    return f"Bearer {_next(facts['tokens'][who])}"


def _next(keys: Sequence[str]) -> str:
    """The keys by turns: patients are twenty, so that no measurement waits for the row of one plan."""
    return keys[next(_turn) % len(keys)]


def _sent(facts: Facts, who: str, path: str, values: Mapping[str, Any]) -> Asked:
    cookie = f"sessionid={_next(facts['sessions'][who])}; csrftoken={_CSRF}"
    headers = (("Cookie", cookie), ("X-CSRFToken", _CSRF), ("Content-Type", "application/x-www-form-urlencoded"))
    return Asked(path, "POST", headers, urlencode(values).encode())


def _json(facts: Facts, who: str, path: str, values: Mapping[str, Any]) -> Asked:
    headers = (
        ("Authorization", _bearer(facts, who)),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", str(uuid.uuid4())),
    )
    return Asked(path, "POST", headers, json.dumps(values).encode())


def _day_of(facts: Facts, chance: random.Random) -> Asked:
    return _as("desk", "/agenda/", day=chance.choice(facts["past_days"]), practitioner=chance.choice(facts["here"]))(
        facts
    )


def _clinic(facts: Facts, chance: random.Random) -> Asked:
    return _as("desk", "/agenda/", day=chance.choice(facts["past_days"]))(facts)


def _search(facts: Facts, chance: random.Random) -> Asked:
    return _sent(facts, "desk", "/patients/", {"q": chance.choice(facts["prefixes"])})


def _typo(facts: Facts, chance: random.Random) -> Asked:
    name = chance.choice(facts["prefixes"])
    at = chance.randrange(1, len(name) - 1)
    return _sent(facts, "desk", "/patients/", {"q": name[:at] + name[at + 1] + name[at] + name[at + 2 :]})


def _chart(facts: Facts, chance: random.Random) -> Asked:
    return _as("therapist", f"/patients/{chance.choice(facts['runners'])}/")(facts)


def _plan(facts: Facts, chance: random.Random) -> Asked:
    return _as("therapist", f"/plans/{chance.choice(facts['plans'])}/")(facts)


def _progress(facts: Facts, chance: random.Random) -> Asked:
    return _with_token(facts, "therapist", f"/api/v1/plans/{chance.choice(facts['plans'])}/progress/")


def _free(facts: Facts, chance: random.Random) -> Asked:
    monday = chance.choice(facts["mondays"])
    asked = {"practitioner": chance.choice(facts["here"]), "from": monday, "to": _later(monday, 7), "minutes": 30}
    return _with_token(facts, "desk", "/api/v1/slots/", **asked)


def _list(facts: Facts, chance: random.Random) -> Asked:
    day = chance.choice(facts["past_days"])
    asked = {"practitioner": chance.choice(facts["here"]), "from": day, "to": _later(day, 1)}
    return _with_token(facts, "desk", "/api/v1/appointments/", **asked)


def _later(day: str, days: int) -> str:
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))


def _booking(facts: Facts, number: int) -> Asked:
    """Return a booking of a moment that no other number takes."""
    hours = [f"{hour:02}:{minute}" for hour in (*range(8, 12), *range(13, 19)) for minute in ("00", "30")]
    rest, hour = divmod(number, len(hours))
    day, who = divmod(rest, len(facts["here"]))
    return book_at(facts, f"{facts['coming_days'][day]}T{hours[hour]}:00", who, number)


def book_at(facts: Facts, start: str, who: int, patient: int) -> Asked:
    """Return a booking of half an hour, from a moment in Brussels, with the how-manieth therapist and patient."""
    values = {
        "patient": facts["runners"][patient % len(facts["runners"])], "practitioner": facts["here"][who],
        "start": start, "minutes": 30, "type": "session",
    }  # fmt: skip
    return _json(facts, "desk", "/api/v1/appointments/", values)


def _book(facts: Facts, _chance: random.Random) -> Asked:
    return _booking(facts, next(_number))


def _log(facts: Facts, chance: random.Random) -> Asked:
    """A session somewhere in the six days before: as far back as a patient logs, and not all at one moment."""
    end = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=chance.randrange(2, 6 * 24 * 60))
    begin = end - datetime.timedelta(minutes=20)
    values = {
        "kind": "exercise", "start": begin.isoformat(), "end": end.isoformat(), "side": "R", "pre": 0, "during": 2,
        "after": 1, "exercises_done": [], "client_key": str(uuid.uuid4()), "on_duplicate": "keep",
    }  # fmt: skip
    return _json(facts, "patient", "/api/v1/diary/", values)


_FORGET_BOOKINGS = "DELETE FROM scheduling_appointment WHERE start > now() + interval '35 days'"
_FORGET_DIARY = "DELETE FROM pathways_diaryentry WHERE created_at > now() - interval '30 minutes' AND kind = 'exercise'"


def _simply(who: str, path: str, **query: Any) -> Make:
    make = _as(who, path, **query)
    return lambda facts, _chance: make(facts)


PAGES = (
    Page("agenda, one therapist's day", _day_of, "agenda", 1.7, 6, growth=1.2),
    Page("agenda, clinic of 8", _clinic, "clinic", 1.4, 6, kilobytes=120, growth=1.2),
    Page("search, a page of names", _search, "search", 1.8, 4, growth=1.2),
    Page("search, letters swapped", _typo, "search", None, 5),
    Page("chart", _chart, "chart", 2.2, 12, growth=1.2),
    Page("free moments of a week", _free, "free", 1.8, 5, growth=1.2),
    Page(
        "book a visit", _book, "book", 3.0, 10, growth=1.2, good=_MADE, after=_FORGET_BOOKINGS, rows="book.rows"
    ),  # fmt: skip
    Page("REST list of 20 visits", _list, "agenda.json", 1.8, 5, growth=1.2),
    Page("therapist's home, 2,000 plans", _simply("therapist", "/"), "home", 2.5, 12),
    Page("plan page", _plan, "chart", None, 12),
    Page("progress of a plan", _progress, "chart", 2.5, 12),
    Page("portal home", _simply("patient", "/portal/"), "chart", 2.5, 12),
    Page("portal diary", _simply("patient", "/portal/diary/"), "chart", 2.5, 12),
    Page("portal, form of a run", _simply("patient", "/portal/diary/run/"), "chart", 2.5, 12),
    Page("diary entry", _log, "log", 2.5, 12, good=_MADE, after=_FORGET_DIARY, rows="log.rows"),
)


def unit(name: str, facts: Facts, chance: random.Random, session: str) -> Asked:
    """Return the request of a minimal view for the same rows."""
    day, person = chance.choice(facts["past_days"]), chance.choice(facts["here"])
    address = {
        "search": f"/search?{urlencode({'q': chance.choice(facts['prefixes'])})}",
        "agenda": f"/agenda/{person}?day={day}",
        "clinic": f"/clinic?day={day}",
        "agenda.json": f"/agenda.json/{person}?day={day}",
        "chart": f"/chart/{chance.choice(facts['runners'])}",
        "home": f"/home/{facts['first']}?day={day}",
        "free": f"/free/{person}?day={chance.choice(facts['mondays'])}",
        "book": "/book",
        "log": "/log",
        "book.rows": "/book.rows",
        "log.rows": "/log.rows",
    }[name]
    return Asked(address, "POST" if name.startswith(("book", "log")) else "GET", (("Cookie", f"sessionid={session}"),))
