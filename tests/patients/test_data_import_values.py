"""What people write in a cell."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.data_import.values import (
    Unreadable,
    read_country,
    read_date,
    read_gender,
    read_language,
    read_postal_code,
    split_name,
)

TODAY = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/03/1997", (1997, 3, 14)),
        ("14-3-1997", (1997, 3, 14)),
        ("14.03.97", (1997, 3, 14)),
        ("1997-03-14", (1997, 3, 14)),
        ("1997/3/14", (1997, 3, 14)),
        ("19970314", (1997, 3, 14)),
        ("1997-03-14 00:00:00", (1997, 3, 14)),
        ("1997-03-14T00:00:00.000Z", (1997, 3, 14)),
        ("14/03/1997 0:00", (1997, 3, 14)),
        ("01/02/26", (2026, 2, 1)),
        ("01/02/27", (1927, 2, 1)),
        ("29/02/2024", (2024, 2, 29)),
    ],
)
def test_a_date_in_each_usual_way(text: str, day: tuple[int, int, int]) -> None:
    assert read_date(text, pivot=TODAY) == datetime.date(*day)


def test_a_month_that_stands_first_is_read_when_that_is_said() -> None:
    assert read_date("03/14/1997", order="mdy", pivot=TODAY) == datetime.date(1997, 3, 14)


@pytest.mark.parametrize(
    "text", ["31/02/1990", "14/13/1997", "1997", "gisteren", "14/03/199", "35503", "14/03/1997 10:00"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_date(text, pivot=TODAY)


@given(st.text("0123456789/-. :TZab", max_size=20))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        assert isinstance(read_date(text, pivot=TODAY), datetime.date)
    except Unreadable as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "gender"),
    [("V", "female"), ("Vrouw", "female"), ("Mevr.", "female"), ("Femme", "female"), ("m", "male"), ("Homme", "male"),
     ("Dhr.", "male"), ("x", "other"), ("", "unknown"), ("onbekend", "unknown")],
)  # fmt: skip
def test_gender_words(text: str, gender: str) -> None:
    assert read_gender(text) == gender


def test_words_of_language_and_country() -> None:
    assert [read_language(each) for each in ("", "NL", "Frans", "français", "English")] == [
        "nl",
        "nl",
        "fr",
        "fr",
        "en",
    ]
    assert [read_country(each) for each in ("", "België", "B", "Nederland", "it")] == ["BE", "BE", "BE", "NL", "IT"]


@pytest.mark.parametrize("read", [read_gender, read_language, read_country])
def test_a_word_that_nobody_knows_is_refused(read: object) -> None:
    with pytest.raises(Unreadable):
        read("zzz")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "order", "name"),
    [
        ("Peeters, An", "", ("Peeters", "An")),
        ("Van den Berg, An Sofie", "", ("Van den Berg", "An Sofie")),
        ("Van den Berg An", "family", ("Van den Berg", "An")),
        ("An Van den Berg", "given", ("Van den Berg", "An")),
    ],
)
def test_a_name_in_one_cell(text: str, order: str, name: tuple[str, str]) -> None:
    assert split_name(text, order=order) == name


@pytest.mark.parametrize("text", ["Peeters An", "Peeters", "Peeters, An, Mol", ", An", ""])
def test_a_name_in_an_order_that_nobody_knows_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        split_name(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2400", ("2400", "")),
        ("B-2400", ("2400", "")),
        ("2400 Mol", ("2400", "Mol")),
        ("B-2400 Mol", ("2400", "Mol")),
        ("5521 AB", ("5521 AB", "")),
        ("5521 AB Eersel", ("5521 AB", "Eersel")),
        ("L-1234", ("1234", "")),
        ("", ("", "")),
    ],
)
def test_postal_codes(text: str, found: tuple[str, str]) -> None:
    assert read_postal_code(text) == found
