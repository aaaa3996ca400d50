"""What the agenda says of a patient to those who treat: the phase of the running plan. Reception gets nothing."""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.kept_query import NOW, SOMEBODY, KeptQuery
from accounts.models import User
from accounts.policy import may
from accounts.relations import is_own
from pathways.models import CarePlan, Phase

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
        patient: on_hold if status == CarePlan.Status.ON_HOLD else f"{key} {title}"
        for patient, status, key, title in rows
    }


@cache
def _active_phases(role: str) -> KeptQuery:
    """The active phase of the running plans of own patients among some, the newest plan last."""
    user = User(pk=SOMEBODY, role=role)
    patients = RawSQL("SELECT unnest(%s::uuid[])", [_PATIENTS])
    plans = (
        CarePlan.objects.visible_to(user).running().filter(is_own(user, "patient_id", now=NOW), patient__in=patients)
    )
    active = Phase.objects.filter(plan__in=plans, status=Phase.Status.ACTIVE).order_by("plan__started_on", "plan_id")
    return KeptQuery.of(active.values_list("plan__patient_id", "plan__status", "key", "title"))
