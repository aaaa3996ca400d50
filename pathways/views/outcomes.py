"""Questionnaires of a plan, at the visit: fill one in, and look how it went."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from pathways.instruments import Sheet, sheets_of
from pathways.models import CarePlan, OutcomeResponse
from pathways.outcome_form import OutcomeForm, fresh_key
from pathways.outcome_history import histories_of
from pathways.outcomes import record_outcome, refusal_of


@require_GET
@requires("outcomes.record")
def outcomes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how each questionnaire went: the change in words, a chart, every value, what is due."""
    plan, now = _plan(request, pk), timezone.now()
    record_access(request, plan.patient_id, "outcomes")
    found = histories_of(plan, now=now)
    shown = [each for each in found if each.lines or each.due or each.is_asked]
    context = {"plan": plan, "shown": shown, "others": [each for each in found if each not in shown]}
    return render(request, "pathways/outcomes.html", context)


@require_http_methods(["GET", "POST"])
@requires("outcomes.record")
def outcome(request: HttpRequest, pk: UUID, instrument: str) -> HttpResponse:
    """Fill in a questionnaire with the patient, or type its total from paper."""
    plan, now = _plan(request, pk), timezone.now()
    record_access(request, plan.patient_id, "outcome")
    sheet = _sheet(plan, instrument)
    total_only = not sheet.can_be_filled_in or "total" in request.GET
    typed = request.POST if request.method == "POST" else None
    form = OutcomeForm(typed, sheet=sheet, total_only=total_only, initial={"client_key": fresh_key()})
    if typed is not None and form.is_valid() and _kept(request, plan, form):
        messages.success(request, _("The answers are kept."))
        return redirect("pathways:outcomes", pk=pk)
    context = {"plan": plan, "sheet": sheet, "form": form, "refusal": refusal_of(sheet, plan, now=now)}
    return render(request, "pathways/outcome.html", context, status=200 if typed is None else 422)


def _plan(request: HttpRequest, pk: UUID) -> CarePlan:
    plans = CarePlan.objects.visible_to(signed_in(request))
    row: CarePlan = get_object_or_404(plans.select_related("patient", "pathway_version__pathway"), pk=pk)
    return row


def _sheet(plan: CarePlan, key: str) -> Sheet:
    sheet = sheets_of(plan, keys=[key]).get(key)
    if sheet is None:
        raise Http404
    return sheet


def _kept(request: HttpRequest, plan: CarePlan, form: OutcomeForm) -> bool:
    """Keep the answers; say beside the items why not."""
    given = {"client_key": form.cleaned_data["client_key"], "by": signed_in(request), "now": timezone.now()}
    try:
        record_outcome(plan, form.sheet.definition.key, form.answers(), source=OutcomeResponse.Source.VISIT, **given)
    except DomainError as refused:
        form.take_errors(refused.errors or {"": refused.detail})
        return False
    return True
