"""What the agenda says of a patient to those who treat: the phase of the running plan. Reception gets nothing."""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.kept_query import NOW, SOMEBODY, KeptQuery, among
from accounts.models import User
from accounts.policy import may
from accounts.relations import is_own
from pathways.models import CarePlan, Phase
from patients.content_words import spoken

_PATIENTS = "patients"  # a stand-in of the kept query


def phase_words(user: User, patients: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return the phase of each own patient with a running plan, by the patient's id; a blocked plan says so.

    Of colleagues' patients nothing is said: who stands in has a visit with them, and so they are own ones. One query.
    """
    if not may(user, "plans.view"):
        return {}
    rows = _active_phases(user.role).ask({_PATIENTS: list(patients), SOMEBODY: user.pk, NOW: timezone.now()})
    on_hold = _("plan on hold")
    return {
        patient: on_hold if status == CarePlan.Status.ON_HOLD else f"{key} {spoken(title)}"
        for patient, status, key, title in rows
    }


@cache
def _active_phases(role: str) -> KeptQuery:
    """The active phase of the running plans of own patients among some, the newest plan last.

    The patients are given as one array, by which PostgreSQL finds the few plans before it asks whose they are.
    """
    user = User(id=SOMEBODY, role=role)
    plans = CarePlan.objects.visible_to(user).running().filter(among("pathways_careplan.patient_id", _PATIENTS))
    own = plans.filter(is_own(user, "patient_id", now=NOW), phases__status=Phase.Status.ACTIVE)
    ordered = own.order_by("started_on", "pk")
    return KeptQuery.of(ordered.values_list("patient_id", "status", "phases__key", "phases__title"))
