"""Dates of R4 against days, moments and periods: the rules of precision, by an own reading of them."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fysicure.fhir.server.outcomes import FhirRefusal
from fysicure.fhir.server.values import alternatives, plain, read_date, read_reference, read_token
from patients.models import EpisodeOfCare, Patient
from scheduling.models import Appointment
from tests.fhir.server.conftest import Program
from tests.people import BRUSSELS, at, make_patient
from tests.security.practice import Practice

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01T00:00+01:00", "2027-01-01T00:00+01:00"),
        ("2026-12", "2026-12-01T00:00+01:00", "2027-01-01T00:00+01:00"),
        ("2026-03-29", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"),  # a day of 23 hours
        ("2026-11-23T10:00", "2026-11-23T10:00+01:00", "2026-11-23T10:01+01:00"),
        ("2026-11-23T10:00:05Z", "2026-11-23T10:00:05+00:00", "2026-11-23T10:00:06+00:00"),
        ("2026-11-23T10:00:05.123-05:00", "2026-11-23T10:00:05-05:00", "2026-11-23T10:00:06-05:00"),
        ("2026-11-23T10:00:05 01:00", "2026-11-23T10:00:05+01:00", "2026-11-23T10:00:06+01:00"),
    ],
)
def test_a_date_is_a_stretch_of_time(text: str, start: str, end: str) -> None:
    span = read_date(f"ge{text}", parameter="date")
    assert span.prefix == "ge"
    assert (span.start, span.end) == (datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    ["", "23/11/2026", "2026-13", "2026-02-30", "xx2026", "0000", "9999", "2026-11-23T25:00", "2026-11-23T10", "nu",
     "2026-11-23T10:00:99Z", "2026-11-23T10:00:00+99:00", "２０２６"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(FhirRefusal):
        read_date(text, parameter="date")


def test_commas_bars_and_backslashes_are_escaped_as_r4_says() -> None:
    assert alternatives(r"a,b\,c,\\,d") == ["a", r"b\,c", r"\\", "d"]
    assert plain(r"b\,c\|d\$e\\f") == r"b,c|d$e\f"
    assert (read_token("http://x|y").system, read_token("http://x|y").code) == ("http://x", "y")
    assert (read_token(r"a\|b").system, read_token(r"a\|b").code) == (None, "a|b")
    assert (read_token("|y").system, read_token("x|").code) == ("", "")


def test_a_reference_comes_in_three_ways() -> None:
    base = "https://practice.example/fhir/R4"
    for text, wanted in {
        "Patient/1": ("Patient", "1"),
        "1": ("", "1"),
        f"{base}/Patient/1": ("Patient", "1"),
        "https://elsewhere.example/fhir/R4/Patient/1": None,
    }.items():
        assert read_reference(text, base=base, parameter="patient") == wanted
    with pytest.raises(FhirRefusal):
        read_reference("Patient/a b", base=base, parameter="patient")


# An own reading of R4, search.html#prefix, over stretches [low, high) of the row and of the value.
RULES: dict[str, Callable[[Any, Any, Any, Any], bool]] = {
    "eq": lambda low, high, start, end: start <= low and high <= end,
    "ne": lambda low, high, start, end: not (start <= low and high <= end),
    "gt": lambda low, high, start, end: high > end,
    "lt": lambda low, high, start, end: low < start,
    "ge": lambda low, high, start, end: high > end or (start <= low and high <= end),
    "le": lambda low, high, start, end: low < start or (start <= low and high <= end),
    "sa": lambda low, high, start, end: low >= end,
    "eb": lambda low, high, start, end: high <= start,
}
VALUES = (
    "2026", "2026-11", "2026-11-23", "2026-11-24", "2025", "2026-11-23T10:00", "2026-11-23T10:00:00+01:00",
    "2026-11-23T00:00:00+01:00", "2026-11-23T09:30:00Z", "2027",
)  # fmt: skip


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=BRUSSELS)


@pytest.mark.parametrize("prefix", RULES)
def test_days_moments_and_periods_follow_the_rules(prefix: str, practice: Practice) -> None:
    program, never = Program(practice.treating.user), datetime.datetime.max.replace(tzinfo=UTC)
    days = [datetime.date(2026, 11, day) for day in (22, 23, 24)] + [datetime.date(2025, 12, 31)]
    day = datetime.timedelta(days=1)
    people = [make_patient("Datum", f"Nr{number}", birth_date=each) for number, each in enumerate(days)]
    rows: dict[str, dict[str, tuple[Any, Any]]] = {"Patient": {}, "EpisodeOfCare": {}, "Appointment": {}}
    for person in people:
        rows["Patient"][str(person.pk)] = (_midnight(person.birth_date), _midnight(person.birth_date + day))
    for number, end in enumerate([None, days[1], days[2]]):
        episode = EpisodeOfCare.objects.create(patient=people[0], reason="x", started_on=days[number % 2], ended_on=end)
        rows["EpisodeOfCare"][str(episode.pk)] = (
            _midnight(episode.started_on),
            _midnight(end + day) if end else never,
        )
    for moment in (at("2026-11-23", "10:00"), at("2026-11-23", "10:30"), at("2026-11-24", "00:00")):
        visit = Appointment.objects.create(
            patient=people[1], practitioner=practice.colleague, start=moment, end=moment + day / 48,
            booked_by=practice.owner,
        )  # fmt: skip
        rows["Appointment"][str(visit.pk)] = (moment, moment + datetime.timedelta(seconds=1))
    narrow = {"EpisodeOfCare": {"patient": people[0].pk}, "Appointment": {"patient": people[1].pk}}
    for value in VALUES:
        span = read_date(value, parameter="date")
        for kind, known in rows.items():
            wanted = {pk for pk, (low, high) in known.items() if RULES[prefix](low, high, span.start, span.end)}
            asked = {
                "birthdate" if kind == "Patient" else "date": prefix + value,
                "_count": 100,
                **narrow.get(kind, {}),
            }
            if kind == "Patient":
                bundle = program.post("Patient/_search", f"family=datum&birthdate={prefix}{value}".replace("+", "%2B"))
                found = {each["resource"]["id"] for each in bundle.json().get("entry", [])}
            else:
                found = set(program.ids(kind, asked))
            assert found == wanted, (kind, prefix, value)
    assert Patient.objects.filter(family_name="Datum").count() == len(people)


@given(st.text(alphabet="egtlsabpn0123456789-:TZ+. ", max_size=32))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        span = read_date(text, parameter="date")
    except FhirRefusal:
        return
    assert span.start < span.end
