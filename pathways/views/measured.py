"""What was measured during a plan: every curve, and the examinations side by side."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audit import record_access
from accounts.policy import requires, signed_in
from pathways.analysis import analysis_of
from pathways.models import CarePlan
from pathways.plan_charts import all_charts
from pathways.progress import assess_plan


@require_GET
@requires("plans.view")
def charts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show every chart of a plan, large, with its phases and decisions."""
    plan = _plan(request, pk)
    record_access(request, plan.patient_id, "charts")
    shown = all_charts(assess_plan(plan, now=timezone.now()))
    return render(request, "pathways/charts.html", {"plan": plan, "shown": shown})


@require_GET
@requires("plans.view")
def analysis(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show strength and gait: every measurement by date, and two days side by side."""
    plan = _plan(request, pk)
    record_access(request, plan.patient_id, "analysis")
    page = analysis_of(plan, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    return render(request, "pathways/analysis.html", {"plan": plan, "page": page})


def _plan(request: HttpRequest, pk: UUID) -> CarePlan:
    plans = CarePlan.objects.visible_to(signed_in(request))
    row: CarePlan = get_object_or_404(
        plans.select_related("patient", "practitioner", "pathway_version__pathway"), pk=pk
    )
    return row
