"""People whose plans are told."""

from collections.abc import Callable

import pytest

from accounts.models import Practitioner, User
from pathways.models import CarePlan
from tests.research.population import Person, populate

Populate = Callable[[list[Person]], list[CarePlan]]


@pytest.fixture
def people(practitioner: Practitioner, owner: User) -> Populate:
    return lambda given: populate(given, practitioner, owner)
