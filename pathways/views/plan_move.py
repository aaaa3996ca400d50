"""A running plan goes on with a newer version of its pathway: first what that changes, then why."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit import record_access
from accounts.policy import requires, signed_in
from accounts.whole_numbers import whole_number
from pathways.migration_preview import newer_version, preview_move
from pathways.models import CarePlan, PathwayVersion
from pathways.plan_migration import PlanMoveRefused, move_plan
from pathways.version_forms import MoveForm


@require_http_methods(["GET", "POST"])
@requires("plans.migrate")
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what another version changes for this plan, and move the plan to it with a reason."""
    plans = CarePlan.objects.visible_to(signed_in(request)).select_related("patient", "pathway_version__pathway")
    plan: CarePlan = get_object_or_404(plans, pk=pk)
    record_access(request, plan.patient_id, "plan")
    version = _wanted(request, plan)
    form, status = MoveForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                move_plan(plan, version, **form.cleaned_data, by=signed_in(request), now=timezone.now())
            except PlanMoveRefused:
                status = 409
            else:
                messages.success(request, _("The plan goes on with version %(n)s.") % {"n": version.number})
                return redirect("pathways:plan", pk=pk)
    preview = preview_move(plan, version, now=timezone.now())
    context = {"plan": plan, "version": version, "preview": preview, "form": form}
    return render(request, "pathways/plan_migrate.html", context, status=status)


def _wanted(request: HttpRequest, plan: CarePlan) -> PathwayVersion:
    """The version that `to` names, of the plan's own pathway; the newest published one without it."""
    given = request.GET.get("to", "")
    rows = PathwayVersion.objects.filter(pathway_id=plan.pathway_version.pathway_id)
    newest = newer_version(plan)
    wanted = whole_number(given, newest.pk if newest else 0)
    row: PathwayVersion = get_object_or_404(rows.select_related("pathway"), pk=wanted)
    return row
