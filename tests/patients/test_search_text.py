"""What a search text means."""

import datetime

import pytest
from django.db import connection

from patients.search_text import fold, read_search_text

BORN = datetime.date(1997, 3, 14)


@pytest.mark.parametrize(
    "text",
    ["14/3/1997", "14-03-1997", "14.3.1997", "14 3 1997", "1997-03-14", "1997/3/14", "14 maart 1997", "14 mrt 1997",
     "14 mars 1997", "14 march 1997", "14 MAART 1997"],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_notation(text: str) -> None:
    assert read_search_text(text).dates == {BORN}


@pytest.mark.parametrize("text", ["14-03-97", "14/3/97", "14 maart 97"])
def test_a_year_of_two_digits_is_read_in_both_centuries(text: str) -> None:
    assert read_search_text(text).dates == {BORN, BORN.replace(year=2097)}


@pytest.mark.parametrize("text", ["140397", "14031997", "19970314", "970314"])
def test_bare_digits_can_be_a_date(text: str) -> None:
    wanted = read_search_text(text)
    assert BORN in wanted.digit_dates
    assert wanted.digits


def test_a_year_alone_can_also_end_a_phone_number() -> None:
    wanted = read_search_text("1997")
    assert (wanted.digit_year, wanted.digits) == (1997, "1997")


@pytest.mark.parametrize(
    "text",
    ["0470 12 34 56", "0470/12.34.56", "+32 470 12 34 56", "0032470123456", "32470123456", "+32 (0)470 12 34 56"],
)
def test_a_phone_number_is_read_without_trunk_zero_and_country(text: str) -> None:
    assert read_search_text(text).digits == "470123456"


def test_a_phone_number_with_a_date_inside_stays_a_phone_number() -> None:
    wanted = read_search_text("0470 12 03 56")
    assert (wanted.digits, wanted.dates) == ("470120356", frozenset())


def test_a_name_beside_a_date_is_read_as_both() -> None:
    wanted = read_search_text("Peeters, An 14/3/1997")
    assert (wanted.words, wanted.dates) == (("peeters", "an"), {BORN})


def test_a_national_number_is_recognised() -> None:
    assert read_search_text("85.07.30-033.28").national_number == "85073003328"


@pytest.mark.parametrize("text", ["", "  ", "%", "***", "12", "31/2/1997"])
def test_nothing_to_look_for(text: str) -> None:
    assert not read_search_text(text).words


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["Désiré Ünal", "Łukasz Ørsted", "Strauß", "Cœur", "D’Hooghe", "Çelik", "Ñuñez", "Đorđe"]
)
def test_python_folds_as_the_database_does(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(fysicure_unaccent(%s))", [name])
        assert fold(name) == cursor.fetchone()[0]
