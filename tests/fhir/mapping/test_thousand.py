"""A thousand patients with varied histories: each resource and each bundle is valid R4, without one error."""

from collections import Counter

from fysicure.fhir.bundle import resources_of
from fysicure.fhir.questionnaire import instrument_questionnaire, questionnaire
from pathways.models import Instrument
from patients.models import Questionnaire
from tests.fhir.mapping.generated import Drawn
from tests.fhir.mapping.judged import faults_of_all
from tests.fhir.mapping.shared import shared

IN_THE_SUITE = 30


def judge(numbers: range) -> tuple[Counter[str], list[str]]:
    """Return how many resources of each kind the patients have, and every fault with the number of its patient."""
    forms = [questionnaire(row) for row in shared()[Questionnaire]]
    forms += [instrument_questionnaire(row) for row in shared()[Instrument]]
    by_address = {f"{form['url']}|{form['version']}": form for form in forms}
    kinds: Counter[str] = Counter()
    found: list[str] = []
    for number in numbers:
        drawn = Drawn(number)
        resources = resources_of(drawn.patient, drawn.record())
        kinds.update(each["resourceType"] for each in resources)
        found += [f"{number}: {fault}" for fault in faults_of_all(resources, by_address)]
    return kinds, found


def test_bundles_of_patients_drawn_by_chance() -> None:
    kinds, found = judge(range(IN_THE_SUITE))
    assert found == []
    assert len(kinds) == 15 and min(kinds.values()) >= 10
