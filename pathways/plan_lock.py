"""The row of a plan, taken by who writes in its diary: two taps at once wait for each other."""

from functools import cache
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.kept_query import SOMEBODY, KeptObjects, KeptQuery
from accounts.models import User
from pathways.definitions import TEXTS
from pathways.exceptions import PlanEnded
from pathways.models import CarePlan

_PLAN = UUID(int=3)  # stand-in of the kept queries


def lock_plan(plan: CarePlan) -> CarePlan:
    """Take the plan's row, so that two taps at once wait for each other; return it as it is now. Raises PlanEnded."""
    row: CarePlan | None = next(iter(_locking().rows_for({_PLAN: plan.pk})), None)
    if row is None:
        raise CarePlan.DoesNotExist
    if row.pathway_version_id == plan.pathway_version_id:
        row.pathway_version = plan.pathway_version  # a published text never changes
    if row.status not in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD}:
        raise PlanEnded(_("This plan has ended. Call the practice if the complaint comes back."))
    return row


def lock_running_plan(user: User, plan_id: UUID | None = None) -> CarePlan | None:
    """Return a running plan that the user may see (the last one, without an id), locked, with its version. One query.

    None when there is none. What a plan is joined with is read before a wait for its lock (accounts.locking): a version
    never changes, and a plan that got another meanwhile drops out, so that it is looked for once more.
    """
    values = {SOMEBODY: user.pk, _PLAN: plan_id}
    for _try in range(2):
        for plan in _locking_running(user.role, is_named=plan_id is not None).ask(values):
            return plan
    return None


@cache
def _locking_running(role: str, *, is_named: bool) -> KeptObjects[CarePlan]:
    texts = [f"pathway_version__{name}" for name in TEXTS]  # read once a process: definition_of
    plans = CarePlan.objects.visible_to(User(id=SOMEBODY, role=role)).running()
    plans = plans.filter(pk=_PLAN) if is_named else plans
    return KeptObjects.of(plans.select_related("pathway_version").defer(*texts).select_for_update(of=("self",))[:1])


@cache
def _locking() -> KeptQuery:
    return KeptQuery.of(CarePlan._base_manager.order_by().select_for_update().filter(pk=_PLAN))
