"""Finding patients, as a receptionist types."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from patients.models import Patient
from patients.search import search
from tests.people import make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> None:
    make_patient("Peeters", "An")
    make_patient("Van den Berghe", "Marie-Claire", birth_date=datetime.date(1961, 12, 2), phone="+3214312345")
    make_patient("Vermeulen", "Désiré", birth_date=datetime.date(1980, 1, 31), phone="+32495887766")
    make_patient("Maes", "Lotte", birth_date=datetime.date(2001, 5, 9), phone="+31612345678")
    make_patient("Janssens", "Jan", birth_date=datetime.date(1955, 7, 4), phone="", national_number="85073003328")
    make_patient("D'Hooghe", "Ömer", birth_date=datetime.date(1999, 9, 9), phone="+32470555444")


def found(user: User, text: str) -> list[str]:
    return [row.family_name for row in search(user, text).all]


@pytest.mark.parametrize(
    ("text", "family_name"),
    [
        # parts of the name, in any order
        ("peeters", "Peeters"), ("PEE", "Peeters"), ("an peeters", "Peeters"), ("peeters an", "Peeters"),
        ("pee a", "Peeters"), ("a pee", "Peeters"), ("an", "Peeters"), ("eeters", "Peeters"),
        ("berghe", "Van den Berghe"), ("van den berghe", "Van den Berghe"), ("marie claire", "Van den Berghe"),
        ("claire berghe", "Van den Berghe"), ("marie-cl", "Van den Berghe"), ("vandenberghe", "Van den Berghe"),
        ("desire", "Vermeulen"), ("Désiré", "Vermeulen"), ("omer", "D'Hooghe"), ("dhooghe", "D'Hooghe"),
        ("d’hooghe", "D'Hooghe"),
        # typing mistakes
        ("peters", "Peeters"), ("petters", "Peeters"), ("peetres", "Peeters"),
        ("vermuelen", "Vermeulen"), ("vermeuln", "Vermeulen"), ("vermeulenn", "Vermeulen"), ("vermylen", "Vermeulen"),
        ("jansens", "Janssens"), ("janssesn", "Janssens"), ("jansesns", "Janssens"), ("jan janssen", "Janssens"),
        ("meas", "Maes"), ("lote maes", "Maes"), ("maes lotet", "Maes"),
        # date of birth
        ("14/3/1997", "Peeters"), ("14-03-97", "Peeters"), ("14.3.1997", "Peeters"), ("1997-03-14", "Peeters"),
        ("140397", "Peeters"), ("14 maart 1997", "Peeters"), ("1997", "Peeters"), ("peeters 1997", "Peeters"),
        ("an 14/03/1997", "Peeters"), ("4/7/1955", "Janssens"),
        # phone
        ("0470 12 34 56", "Peeters"), ("0470123456", "Peeters"), ("+32470123456", "Peeters"),
        ("0032 470 12 34 56", "Peeters"),
        ("3456", "Peeters"), ("123456", "Peeters"), ("014 31 23", "Van den Berghe"), ("+31 6 12345678", "Maes"),
        ("0612345678", "Maes"), ("0470 12 43 56", "Peeters"),
        # national number
        ("85.07.30-033.28", "Janssens"),
    ],
)  # fmt: skip
def test_the_right_patient_is_found(people: None, receptionist: User, text: str, family_name: str) -> None:
    assert family_name in found(receptionist, text)


@pytest.mark.parametrize("text", ["peeters an", "vermuelen", "jansesns", "1997", "0470 12 34 56", "berghe"])
def test_the_best_comes_first(people: None, receptionist: User, text: str) -> None:
    best = {"peeters an": "Peeters", "vermuelen": "Vermeulen", "jansesns": "Janssens", "1997": "Peeters"}
    assert found(receptionist, text)[0] == {**best, "0470 12 34 56": "Peeters", "berghe": "Van den Berghe"}[text]


@pytest.mark.parametrize("text", ["", "   ", "xyzzy", "peeters 1961", "an 15/3/1997", "0499 99 99 99", "%", "_", "\\"])
def test_nobody_fits(people: None, receptionist: User, text: str) -> None:
    assert found(receptionist, text) == []


def test_the_archive_is_left_out_unless_asked_for(people: None, receptionist: User) -> None:
    Patient.objects.filter(family_name="Maes").update(archived_at=timezone.now())
    assert found(receptionist, "maes") == []
    assert [row.family_name for row in search(receptionist, "maes", archived=True).all] == ["Maes"]


def test_a_patient_finds_only_the_own_record(people: None, stranger: User) -> None:
    assert found(stranger, "peeters") == []
    assert found(stranger, "vreemd") == ["Vreemd"]


def test_a_full_page_says_that_there_is_more_and_costs_one_query(receptionist: User) -> None:
    for number in range(25):
        make_patient("Peeters", f"An{number}", phone="")
    with CaptureQueriesContext(connection) as queries:
        page = search(receptionist, "peeters")
    assert (len(page.patients), page.has_more, len(queries)) == (20, True, 1)


@pytest.mark.parametrize("text", ["pe", "peters", "an peeters 1997", "0470"])
def test_a_search_never_costs_more_than_three_queries(people: None, receptionist: User, text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        search(receptionist, text)
    assert len(queries) <= 3
