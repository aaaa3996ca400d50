"""Patients alike and unalike, with plans that began long enough ago to be told. Rows are made directly."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Practitioner, User
from pathways.models import CarePlan, Classification, Decision, PathwayVersion, Phase
from patients.models import Consent, Encounter, EpisodeOfCare, IntakeResponse, Observation, Patient, PrivacyText
from tests.pathways.stories import published
from tests.people import NOW, at

BEGUN = datetime.date(2026, 2, 10)


@dataclass
class Person:
    """One patient to make. `consent`: the choices in their order; `plans`: days on which plans began."""

    birth_date: datetime.date = datetime.date(1990, 5, 1)
    gender: str = "female"
    postal_code: str = "2400"
    plans: Sequence[datetime.date] = (BEGUN,)
    side: str = "R"
    consent: Sequence[str] = ("given",)
    fields: dict[str, Any] = field(default_factory=dict)


def research_text(owner: User) -> PrivacyText:
    """Return the text that asks for consent."""
    return PrivacyText.objects.get_or_create(
        kind="research",
        version=1,
        defaults={"title": "Onderzoek", "body": "Mag het?", "published_at": NOW, "published_by": owner},
    )[0]


def choose(patient: Patient, choice: str, owner: User, moment: datetime.datetime = NOW) -> Consent:
    """Note a patient's choice about research."""
    return Consent.objects.create(
        patient=patient, text=research_text(owner), kind="research", choice=choice, how="desk", made_at=moment,
        made_by=owner,
    )  # fmt: skip


def populate(people: Iterable[Person], practitioner: Practitioner, owner: User) -> list[CarePlan]:
    """Make the patients with their plans and their consents; return the plans in the order of the people."""
    version, plans = published(), []
    for number, person in enumerate(people):
        names = {"family_name": f"Familie{number}", "given_name": "Voornaam", **person.fields}
        patient = Patient.objects.create(
            birth_date=person.birth_date, gender=person.gender, postal_code=person.postal_code, **names
        )
        for place, choice in enumerate(person.consent):
            choose(patient, choice, owner, NOW - datetime.timedelta(days=30 - place))
        plans += [make_plan(patient, practitioner, version, day, person.side) for day in person.plans]
    return plans


def make_plan(
    patient: Patient, practitioner: Practitioner, version: PathwayVersion, begun: datetime.date, side: str
) -> CarePlan:
    """Make a plan of two phases with the decision that started it."""
    moment, by = at(begun.isoformat()), practitioner.user
    episode = EpisodeOfCare.objects.create(
        patient=patient, reason="Knie", practitioner=practitioner, started_on=begun, status="active"
    )
    encounter = Encounter.objects.create(patient=patient, episode=episode, kind="intake", started_at=moment)
    intake = IntakeResponse.objects.create(
        encounter=encounter, episode=episode, questionnaire=version.questionnaire, status="completed",
        completed_at=moment,
    )  # fmt: skip
    made = Classification.objects.create(
        intake=intake, episode=episode, pathway_version=version, side="R", outcome="LIKELY", result={}, made_by=by,
        made_at=moment,
    )  # fmt: skip
    plan = CarePlan.objects.create(
        patient=patient, episode=episode, pathway_version=version, classification=made, practitioner=practitioner,
        started_on=begun, side=side, course="acute",
    )  # fmt: skip
    for ordinal, key in enumerate(("P1", "P2")):
        Phase.objects.create(plan=plan, key=key, ordinal=ordinal, title=key, status="planned")
    Decision.objects.create(plan=plan, kind="start", to_phase="P1", made_by=by, made_at=moment)
    return plan


def measure(plan: CarePlan, key: str, days: int, value: float, side: str = "") -> Observation:
    """Note a value so many days after the start of a plan."""
    return Observation.objects.create(
        patient=plan.patient, episode=plan.episode, measure_id=key, side=side, value=value, number=value,
        effective_at=at((plan.started_on + datetime.timedelta(days=days)).isoformat()),
        entered_by=plan.practitioner.user,
    )  # fmt: skip
