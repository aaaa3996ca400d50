"""The therapist's page of a plan, and what can be done from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import InvalidInput
from accounts.notices import kept_words
from accounts.policy import requires, signed_in
from pathways.blocking import unblock_plan
from pathways.decision_forms import DecisionForm, UnblockForm
from pathways.decisions import Decided, decide, picture_of
from pathways.education import tick_education
from pathways.exceptions import PlanDecisionRefused
from pathways.migration_preview import newer_version
from pathways.models import CarePlan, EducationItem
from pathways.one_plan import FOR_THERAPIST, facts_of_plan
from pathways.page_language import spoken_progress
from pathways.plan_charts import charts
from pathways.plan_history import proposal_word
from pathways.plan_page import booking_state, follow_up_rows, plan_page
from pathways.progress import PlanProgress, assess_facts, assess_plan
from pathways.retest_form import read_retest, retest_form
from pathways.retests import record_retest
from pathways.views.plan_work import add_errors
from patients.notes import NoteLine, notes_of


@require_GET
@requires("plans.view")
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a plan: where it stands, what the system proposes and why, and what was decided."""
    return _show(request, _plan(request, pk))


@require_POST
@requires("plans.decide")
def decide_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Advance the plan, keep it in its phase, or take it a phase back."""
    row = _plan(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            made = decide(row, **form.cleaned_data, by=signed_in(request), now=timezone.now())
        except InvalidInput as refused:
            add_errors(form, refused)
        except PlanDecisionRefused as refused:
            return _decide_again(request, _plan(request, pk), form, refused)
        else:
            _tell(request, made)
            return redirect("pathways:plan", pk=pk)
    return _show(request, row, form=form, status=422)


@require_POST
@requires("plans.decide")
def unblock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a block with the clearance of a physician."""
    row = _plan(request, pk)
    form = UnblockForm(request.POST)
    if form.is_valid():
        try:
            unblock_plan(row, **form.cleaned_data, by=signed_in(request), now=timezone.now())
        except InvalidInput as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("The plan runs again."))
            return redirect("pathways:plan", pk=pk)
    return _show(request, row, unblock_form=form, status=422)


@require_POST
@requires("plans.decide")
def tick(request: HttpRequest, pk: UUID, item: int) -> HttpResponse:
    """Note that something was explained, or take that back."""
    rows = EducationItem.objects.visible_to(signed_in(request)).select_related("plan")
    row = get_object_or_404(rows, pk=item, plan=pk)
    record_access(request, row.plan.patient_id, "plan")
    tick_education(row, given="given" in request.POST, by=signed_in(request), now=timezone.now())
    return redirect(f"{_url(pk)}#education")


@require_http_methods(["GET", "POST"])
@requires("plans.decide")
def retest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Measure again: the form of what is due, kept as observations of one contact."""
    row = _plan(request, pk, part="retest")
    seen = spoken_progress(assess_plan(row, now=timezone.now()))
    is_posted = request.method == "POST"
    form = retest_form(seen, request.POST if is_posted else None)
    if is_posted and not form.waits:
        try:
            made = record_retest(row, read_retest(seen, request.POST), by=signed_in(request), now=timezone.now())
        except InvalidInput as refused:
            form = retest_form(seen, request.POST, refused.errors)
        else:
            count = len(made.observations)
            messages.success(
                request, ngettext("%(count)s value kept.", "%(count)s values kept.", count) % {"count": count}
            )
            return redirect("pathways:plan", pk=pk)
    context = {"plan": row, "seen": seen, "form": form}
    return render(request, "pathways/retest.html", context, status=422 if is_posted else 200)


def _plan(request: HttpRequest, pk: UUID, *, part: str = "plan") -> CarePlan:
    """The plan, once it is noted that it was opened: no page reads or writes before that."""
    plans = CarePlan.objects.visible_to(signed_in(request))
    row: CarePlan = get_object_or_404(
        plans.select_related("patient", "practitioner", "pathway_version__pathway", "restarted_from"), pk=pk
    )
    record_access(request, row.patient_id, part)
    return row


def _show(
    request: HttpRequest,
    row: CarePlan,
    *,
    form: Form | None = None,
    unblock_form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    now, old = timezone.now(), row.restarted_from
    facts = facts_of_plan(row, now=now, parts=FOR_THERAPIST)
    seen = assess_facts(facts, now=now)
    page = plan_page(seen, facts)
    context: dict[str, Any] = {
        "page": page,
        "plan": row,
        "seen": page.seen,
        "form": form or DecisionForm(initial={"expected_phase": seen.phase.key, "seen_as": picture_of(seen)}),
        "chosen": form["decision"].value() if form else "",
        "unblock_form": unblock_form or UnblockForm(),
        "follow_ups": follow_up_rows(page.follow_ups, seen.open_pause.started_on if seen.open_pause else seen.today),
        "to_book": sum(booking_state(each, seen.today) in {"open", "overdue"} for each in page.follow_ups),
        "proposal": proposal_word(seen.progress.proposal.value),
        "is_running": row.status in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD},
        "before": _before(assess_plan(old, now=now)) if old is not None else None,
        "newer": newer_version(row),
        "notes": [NoteLine.of(each) for each in notes_of(signed_in(request), episode=row.episode_id)],
        "restarted": row.restarts.first() if row.ended_on else None,
    }
    return render(request, "pathways/plan.html", context, status=status)


def _before(seen: PlanProgress) -> dict[str, Any]:
    """The curves of the plan that this one takes up again."""
    return {"plan": seen.plan, "seen": seen, "charts": charts(seen)}


def _decide_again(
    request: HttpRequest, row: CarePlan, form: DecisionForm, refused: PlanDecisionRefused
) -> HttpResponse:
    """Show the plan as it is now with what was typed; a plan that ended has no form, so the words are shown."""
    seen = assess_plan(row, now=timezone.now())
    form.look_again(seen.phase.key, picture_of(seen), refused.detail)
    messages.error(request, kept_words(refused.detail, form.cleaned_data["reason"]))
    return _show(request, row, form=form, status=refused.status)


def _tell(request: HttpRequest, made: Decided) -> None:
    messages.success(request, _("Decision kept: %(decision)s.") % {"decision": made.decision.get_kind_display()})
    if made.booked:
        count = len(made.booked)
        text = ngettext(
            "%(count)s booked visit stays where it is. Look whether it still fits.",
            "%(count)s booked visits stay where they are. Look whether they still fit.",
            count,
        )
        messages.warning(request, text % {"count": count})


def _url(pk: UUID) -> str:
    return str(redirect("pathways:plan", pk=pk).url)
