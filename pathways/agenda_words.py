"""What the agenda says of a patient to those who treat: the phase of the running plan. Reception gets nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import may
from accounts.relations import treated_by
from pathways.models import CarePlan, Phase


def phase_words(user: User, patients: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return the phase of each own patient with a running plan, by the patient's id; a blocked plan says so.

    Of colleagues' patients nothing is said: who stands in has a visit with them, and so they are own ones. Two queries.
    """
    if not may(user, "plans.view"):
        return {}
    own = treated_by(user, patients, now=timezone.now())
    plans = CarePlan.objects.visible_to(user).running().filter(patient_id__in=own)
    active = Phase.objects.filter(plan__in=plans, status=Phase.Status.ACTIVE).order_by("plan__started_on", "plan_id")
    rows = active.values_list("plan__patient_id", "plan__status", "key", "title")
    return {
        patient: _("plan on hold") if status == CarePlan.Status.ON_HOLD else f"{key} {title}"
        for patient, status, key, title in rows
    }
