"""Slips of the finger that search forgives without asking the database what looks alike."""

import phonenumbers
import pytest

from patients.contact_details import shown_phone
from patients.slips import phones_near, words_near


@pytest.mark.parametrize("typed", ["maes", "mas", "mae", "meas", "mags", "maesx", "mxaes"])
def test_one_slip_in_a_short_word_leads_back(typed: str) -> None:
    assert "maes" in words_near(typed) | {typed}


def test_two_slips_do_not() -> None:
    assert "maes" not in words_near("mexs")


@pytest.mark.parametrize(
    "typed", ["470123456", "470124356", "471234506", "47012456", "4701233456", "470123457", "32470123456"]
)
def test_one_slip_in_a_number_leads_back(typed: str) -> None:
    is_there = "+32470123456" in phones_near(typed)
    assert is_there is (typed != "471234506")


def test_a_foreign_number_is_read_with_its_country() -> None:
    assert "+31612345678" in phones_near("31612354678")


def test_a_mobile_is_written_as_the_library_does() -> None:
    numbers = [f"+32{start}123456" for start in range(450, 500)]
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    assert [shown_phone(each) for each in numbers] == [
        phonenumbers.format_number(phonenumbers.parse(each), national) for each in numbers
    ]
