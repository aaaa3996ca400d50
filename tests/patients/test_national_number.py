"""National numbers: synthetic serials, computed with the formula of the register."""

import datetime

import pytest

from patients.national_number import (
    InvalidNationalNumber,
    born,
    disagrees_on_birth_date,
    disagrees_on_gender,
    masked,
    read_national_number,
    shown,
)

TODAY = datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("number", "birth"),
    [
        ("85073003328", (1985, 7, 30)),
        ("17073003384", (2017, 7, 30)),
        ("17073003355", (1917, 7, 30)),
        ("85000000138", (1985, None, None)),
        ("05000000235", (2005, None, None)),
        ("90020000358", (1990, 2, None)),
        ("00000100166", (None, None, None)),
        ("00000100195", (None, None, None)),
        ("90471500221", (1990, 7, 15)),
        ("90271500176", (1990, 7, 15)),
        ("01490700185", (2001, 9, 7)),
        ("85200100448", (1985, None, None)),
    ],
)
def test_a_valid_number_is_read_with_what_it_knows_of_the_birth(number: str, birth: tuple[int | None, ...]) -> None:
    assert read_national_number(number, today=TODAY) == number
    assert born(number) == birth


@pytest.mark.parametrize("typed", ["85.07.30-033.28", "85 07 30 033 28", "85/07/30-033/28", " 850730 03328 "])
def test_spaces_dots_hyphens_and_slashes_do_not_matter(typed: str) -> None:
    assert read_national_number(typed, today=TODAY) == "85073003328"


@pytest.mark.parametrize(
    "wrong",
    ["12345678901", "85073003329", "79121137740", "99999999999", "8507300332", "850730033281", "85073003x28", ""],
)
def test_a_wrong_number_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidNationalNumber) as refusal:
        read_national_number(wrong, today=TODAY)
    assert not refusal.value.is_future


def test_a_birth_date_later_this_year_is_refused() -> None:
    with pytest.raises(InvalidNationalNumber) as refusal:
        read_national_number("26123199889", today=TODAY)
    assert refusal.value.is_future
    assert read_national_number("26123199889", today=datetime.date(2026, 12, 31)) == "26123199889"


def test_it_is_shown_as_on_the_card_and_masked_in_lists() -> None:
    assert shown("85073003328") == "85.07.30-033.28"
    assert masked("85073003328") == "85.07.30-***.**"
    assert shown(None) == masked(None) == ""


@pytest.mark.parametrize(
    ("number", "birth_date", "differs"),
    [
        ("85073003328", datetime.date(1985, 7, 30), False),
        ("85073003328", datetime.date(1985, 7, 31), True),
        ("85000000138", datetime.date(1985, 3, 3), False),
        ("85000000138", datetime.date(1986, 3, 3), True),
        ("90020000358", datetime.date(1990, 2, 20), False),
        ("00000100166", datetime.date(1931, 1, 1), False),
    ],
)
def test_only_the_known_parts_of_the_birth_date_are_compared(
    number: str, birth_date: datetime.date, differs: bool
) -> None:
    assert disagrees_on_birth_date(number, birth_date) is differs


@pytest.mark.parametrize(
    ("number", "gender", "differs"),
    [
        ("85073003328", "male", False),
        ("85073003328", "female", True),
        ("85073003328", "other", False),
        ("90471500221", "female", False),
        ("90471500221", "male", True),
        ("90271500176", "male", False),  # a BIS number given out before the sex was known
        ("90271500176", "female", False),
    ],
)
def test_the_sex_is_compared_where_the_number_knows_it(number: str, gender: str, differs: bool) -> None:
    assert disagrees_on_gender(number, gender) is differs
