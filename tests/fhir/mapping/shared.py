"""What patients drawn by chance share: the content of the seeds as rows in memory, two therapists, a doctor, rooms."""

from collections import defaultdict
from functools import cache
from typing import Any

from django.db import models

from accounts.models import Practitioner, User
from pathways.engine.findings import MeasureDefinition
from pathways.engine.model import Definition
from pathways.models import Exercise, Instrument, Pathway, PathwayVersion
from pathways.version_texts import plain
from patients.models import Coding, ExternalPractitioner, Measure, PrivacyText, Questionnaire
from scheduling.models import Room
from tests.pathways.stories import content, instruments

PATHWAYS = ("itbs", "knee_osteoarthritis", "knee_return_to_sport", "plantar_heel_pain")


def measure_row(measure: MeasureDefinition) -> Measure:
    return Measure(
        key=measure.key, label=measure.label, type=measure.type, unit=measure.unit, definition=plain(measure)
    )


@cache
def shared() -> dict[type[models.Model], list[Any]]:
    """What all patients share: the content of the seeds, two therapists, a doctor, rooms and codes."""
    whole = content()
    rows: dict[type[models.Model], list[Any]] = defaultdict(list)
    users = [User(email=f"t{n}@x.example", name=f"Therapeut {n}", role="therapist") for n in range(2)]
    rows[User] = users
    rows[Practitioner] = [
        Practitioner(user=user, name=user.name, nihdi_number="52345678527" if n else "") for n, user in enumerate(users)
    ]
    rows[ExternalPractitioner] = [ExternalPractitioner(name="Dr. Els Janssens", city="Mol", phone="+3214312345")]
    rows[Measure] = [measure_row(each) for each in whole.measures.values()]
    rows[Exercise] = [Exercise(code=key, name=row.name) for key, row in whole.exercises.items()]
    rows[Instrument] = [Instrument(key=key, title=row["title"], document=row) for key, row in instruments().items()]
    rows[Room] = [Room(pk=1, name="Zaal 1"), Room(pk=2, name="Loopband", kind="gait", is_active=False)]
    rows[PrivacyText] = [PrivacyText(pk=1, kind="research", version=1, title="Onderzoek", body="x")]
    rows[Coding] = [
        Coding(what="measure", key="nprs_now", system="http://loinc.org", code="72514-3", display="Pain severity"),
        Coding(what="pathway", key="itbs", system="http://hl7.org/fhir/sid/icd-10", code="M76.3"),
        Coding(what="body-site", key="itbs.R", system="http://snomed.info/sct", code="6757004", display="Right knee"),
    ]
    for number, slug in enumerate(PATHWAYS, 1):
        definition = whole.pathways[slug]
        pathway = Pathway(slug=slug, title=definition.title)
        form = Questionnaire(
            pk=number, slug=f"{slug}-intake", version=2, title=definition.title, document=asked(definition)
        )
        rows[Pathway].append(pathway)
        rows[Questionnaire].append(form)
        rows[PathwayVersion].append(PathwayVersion(pk=number, pathway=pathway, number=number, questionnaire=form))
    return rows


def asked(definition: Definition) -> dict[str, Any]:
    """The document of an intake's questions, as the loader writes it."""
    sections = [
        {"key": s.key, "title": s.title, "intro": s.intro, "mandatory": s.mandatory,
         "measures": [plain(definition.measures[key]) for key in s.measures]}
        for s in definition.questionnaire.sections
    ]  # fmt: skip
    return {"pathway": definition.key, "sections": sections}
