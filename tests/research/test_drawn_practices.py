"""Practices drawn by chance: who is in the file, and whether somebody with the whole patient table finds anybody."""

import datetime
import io
import random
import zipfile
from collections import Counter, defaultdict
from typing import Any

import pyarrow.parquet
import pytest

from accounts.models import Practitioner, User
from fysicure.research.asked import Asked
from fysicure.research.exceptions import TooRare
from fysicure.research.making import make, preview
from fysicure.research.pseudonyms import pseudonym
from pathways.models import CarePlan
from patients.models import Consent, Patient, Restriction
from tests.people import NOW
from tests.research.population import Person, populate

pytestmark = pytest.mark.django_db
K, KEY = 3, b"s" * 32
# The draws of which a file can be made; the others are refused.
MADE = {0, 2, 3}
CHOICES = ("given", "given", "given", "refused", "withdrawn")


def draw(chance: random.Random) -> list[Person]:
    def day() -> datetime.date:
        return datetime.date(2025, 1, 6) + datetime.timedelta(days=chance.randrange(0, 330))

    return [
        Person(
            birth_date=datetime.date(chance.choice([1958, 1985, 1991]), 4, chance.randrange(1, 28)),
            gender=chance.choice(["female", "female", "male"]),
            postal_code=chance.choice(["2400", "2440", "1000", ""]),
            plans=sorted({day() for _plan in range(chance.choice([1, 1, 1, 2]))}),
            side=chance.choice(["L", "R"]),
            consent=[chance.choice(CHOICES) for _choice in range(chance.randrange(0, 4))],
        )
        for _person in range(40)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_drawn_practice_points_at_nobody(seed: int, practitioner: Practitioner, owner: User) -> None:
    chance = random.Random(seed)  # noqa: S311
    plans = populate(draw(chance), practitioner, owner)
    for plan in chance.sample(plans, 3):
        if not plan.patient.restrictions.exists():
            Restriction.objects.create(patient=plan.patient, reason="x", begun_by=owner)
    Patient.objects.filter(pk=plans[-1].patient_id).update(archived_at=NOW)
    try:
        made = make(Asked(k=K), by=owner, now=NOW, key=KEY)
    except TooRare:
        assert seed not in MADE and preview(Asked(k=K), now=NOW).choice is None
        return
    with zipfile.ZipFile(made.file) as archive:
        rows = pyarrow.parquet.read_table(io.BytesIO(archive.read("outcomes.parquet"))).to_pylist()
    assert {row["pseudonym"] for row in rows} <= {pseudonym(pk, KEY) for pk in allowed()}
    assert len(rows) + made.report["plans_suppressed"] == CarePlan.objects.filter(patient__in=allowed()).count()
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: each["plan_number"]):
        told[row["pseudonym"]].append(row)
    for trail in told.values():
        assert len(candidates(trail)) >= K
    weeks = Counter((row["start_period"], row["weeks_told"]) for row in rows)
    assert len(weeks) == len({row["start_period"] for row in rows})


def allowed() -> set[Any]:
    """Whose latest choice is yes and whose record is not frozen, found the slow way."""
    found = set()
    for patient in Patient.objects.all():
        rows = Consent.objects.filter(patient=patient, kind="research")
        last = max(rows, key=lambda row: (row.made_at, row.pk), default=None)
        if last is not None and last.choice == "given" and not patient.restrictions.exists():
            found.add(patient.pk)
    return found


def candidates(trail: list[dict[str, Any]]) -> set[Any]:
    """The patients whose plans can be those of a pseudonym, as somebody who knows all of the practice sees it."""
    found = set()
    for patient in Patient.objects.prefetch_related("care_plans__pathway_version"):
        plans = list(patient.care_plans.all())
        if all(any(fits(row, patient, plan) for plan in plans) for row in trail):
            found.add(patient.pk)
    return found


def fits(row: dict[str, Any], patient: Patient, plan: CarePlan) -> bool:
    begun = plan.started_on
    birthday = (begun.month, begun.day) < (patient.birth_date.month, patient.birth_date.day)
    age = begun.year - patient.birth_date.year - birthday
    low, _dash, high = (row["age_band"] or "0-200").rstrip("+").partition("-")
    period = row["start_period"]
    return (
        int(low) <= age <= int(high or 200)
        and row["sex"] in {None, patient.gender}
        and patient.postal_code.startswith(row["postal_area"] or "")
        and (period is None or period in {str(begun.year), f"{begun.year}-Q{(begun.month + 2) // 3}"})
        and row["side"] in {None, plan.side}
        and row["pathway"] == plan.pathway_version.pathway_id
        and row["pathway_version"] in {None, plan.pathway_version.number}
    )
