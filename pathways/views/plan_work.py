"""The rarer acts on a plan: change an exercise, pause, take up again, end, and begin again after a relapse."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError, InvalidInput
from accounts.notices import Action, say
from accounts.policy import requires, signed_in
from pathways.adjustments import (
    add_exercise,
    adjust_dosage,
    exercise_choices,
    start_again,
    stop_exercise,
    swap_exercise,
)
from pathways.closing_words import in_words
from pathways.discharge import discharge_plan, draft_summary, summary_of
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, ExercisePrescription, Phase
from pathways.pauses import pause_plan, resume_plan
from pathways.plan_work_forms import (
    AddExerciseForm,
    DischargeForm,
    ExerciseForm,
    PauseForm,
    RestartForm,
    ResumeForm,
    started_today,
)
from pathways.restart import propose_restart, restart_plan
from patients.content_words import spoken


@require_http_methods(["GET", "POST"])
@requires("plans.adjust")
def adjust_exercise(request: HttpRequest, pk: UUID, item: int) -> HttpResponse:
    """Change one exercise of this patient; what was prescribed before stays in the record."""
    rows = ExercisePrescription.objects.visible_to(signed_in(request)).select_related("exercise", "phase", "plan")
    row = get_object_or_404(rows, pk=item, plan=pk)
    plan = _plan(request, pk, "exercise_change")
    if row.ended_on is not None:
        return _changed_meanwhile(request, plan, row)
    known = {"dosage": row.dosage, "per_week": row.per_week, "progression": row.progression, "change": "dosage"}
    form = ExerciseForm(request.POST or None, initial=known, exercises=exercise_choices(plan, row.phase))
    if _posted(request, form) and _done(form, lambda: _change(request, row, form.cleaned_data)) is not None:
        undo = Action(_("Undo"), reverse("pathways:undo-stop", args=[pk, item]), "undo-2", {"item": str(item)})
        is_stop = form.cleaned_data["change"] == ExerciseForm.STOP
        told = _("The exercise is changed. The patient sees it from now on.")
        say(request, told, *([undo] if is_stop else []))
        return redirect(f"{redirect('pathways:plan', pk=pk).url}#exercises-title")
    return _show(request, plan, "exercise_change", form, row=row)


@require_POST
@requires("plans.adjust")
def undo_stop(request: HttpRequest, pk: UUID, item: int) -> HttpResponse:
    """Prescribe an exercise again that was stopped by mistake, as it was."""
    rows = ExercisePrescription.objects.visible_to(signed_in(request)).select_related("plan")
    row = get_object_or_404(rows, pk=item, plan=pk)
    _plan(request, pk, "exercise_change")
    try:
        start_again(row, by=signed_in(request), now=timezone.now())
    except PlanRefused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("Undone: the exercise is in the plan again."))
    return redirect(f"{redirect('pathways:plan', pk=pk).url}#exercises-title")


@require_http_methods(["GET", "POST"])
@requires("plans.adjust")
def add_to_phase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add an exercise of the pathway to the running phase."""
    plan = _plan(request, pk, "exercise_add")
    phase = get_object_or_404(Phase.objects.visible_to(signed_in(request)), plan=plan, status=Phase.Status.ACTIVE)
    form = AddExerciseForm(request.POST or None, exercises=exercise_choices(plan, phase))
    if _posted(request, form):
        given = {"by": signed_in(request), "now": timezone.now(), **form.cleaned_data}
        if _done(form, lambda: add_exercise(plan, given.pop("exercise"), **given)):
            messages.success(request, _("The exercise is added. The patient sees it from now on."))
            return redirect(f"{redirect('pathways:plan', pk=pk).url}#exercises-title")
    return _show(request, plan, "exercise_add", form, phase=phase)


@require_http_methods(["GET", "POST"])
@requires("plans.pause")
def pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a plan stand still for a while."""
    plan, now = _plan(request, pk, "pause"), timezone.now()
    form = PauseForm(request.POST or None, initial=started_today(timezone.localdate(now)))
    given: dict[str, Any] = {"by": signed_in(request), "now": now}
    if _posted(request, form) and _done(form, lambda: pause_plan(plan, **form.cleaned_data, **given)) is not None:
        resume_it = Action(_("Take it up again"), reverse("pathways:resume", args=[pk]), "play")
        say(request, _("The plan stands still. The patient reads that, and may still log."), resume_it)
        return redirect("pathways:plan", pk=pk)
    return _show(request, plan, "pause", form)


@require_http_methods(["GET", "POST"])
@requires("plans.pause")
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a paused plan up again."""
    plan, now = _plan(request, pk, "resume"), timezone.now()
    form = ResumeForm(request.POST or None, initial=started_today(timezone.localdate(now)))
    given: dict[str, Any] = {"by": signed_in(request), "now": now}
    if _posted(request, form) and _done(form, lambda: resume_plan(plan, **form.cleaned_data, **given)) is not None:
        messages.success(request, _("The plan runs again."))
        return redirect("pathways:plan", pk=pk)
    return _show(request, plan, "resume", form)


@require_http_methods(["GET", "POST"])
@requires("plans.close")
def discharge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what the treatment came to; while the plan runs, end it with that summary."""
    plan, now = _plan(request, pk, "discharge"), timezone.now()
    ended = summary_of(plan)
    if ended is not None:
        return _show(request, plan, "discharge", None, summary=in_words(ended.evidence), ended=ended)
    draft = draft_summary(plan, now=now)
    form = DischargeForm(request.POST or None, goals=draft["goals"])
    if _posted(request, form):
        given = {"completed": form.cleaned_data["end"] == DischargeForm.END, "goals": form.goals()}
        note = form.cleaned_data["outcome_note"]
        if _done(form, lambda: discharge_plan(plan, outcome_note=note, **given, by=signed_in(request), now=now)):
            messages.success(request, _("The treatment has ended. This is what is kept of it."))
            return redirect("pathways:discharge", pk=pk)
    return _show(request, plan, "discharge", form, summary=in_words(draft))


@require_http_methods(["GET", "POST"])
@requires("plans.start")
def restart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin again after a relapse, in the phase that fits what is known today."""
    plan, now = _plan(request, pk, "restart"), timezone.now()
    proposal = propose_restart(plan, now=now)
    phases = [(each.key, spoken(each.title)) for each in proposal.definition.phases]
    form = RestartForm(request.POST or None, phases=phases, initial={"phase": proposal.phase})
    if _posted(request, form):
        new = _done(form, lambda: restart_plan(plan, **form.cleaned_data, by=signed_in(request), now=now))
        if new is not None:
            messages.success(request, _("The new plan has started. Measure again to know where the patient stands."))
            return redirect("pathways:plan", pk=new.pk)
    return _show(request, plan, "restart", form, proposal=proposal)


def add_errors(form: Form, refused: DomainError) -> None:
    """Put what a domain function refused beside its field, or above the form."""
    errors: dict[str, Any] = getattr(refused, "errors", {})
    for name, why in errors.items():
        form.add_error(name if name in form.fields else None, why)
    if not errors:
        form.add_error(None, refused.detail)


def _plan(request: HttpRequest, pk: UUID, part: str) -> CarePlan:
    """The plan, once it is noted that it was opened: no page reads or writes before that."""
    plans = CarePlan.objects.visible_to(signed_in(request))
    row: CarePlan = get_object_or_404(
        plans.select_related("patient", "practitioner", "episode", "pathway_version__pathway"), pk=pk
    )
    record_access(request, row.patient_id, part)
    return row


def _change(request: HttpRequest, row: ExercisePrescription, given: dict[str, Any]) -> ExercisePrescription:
    shared = {"reason": given["reason"], "also_later": given["also_later"]}
    shared |= {"by": signed_in(request), "now": timezone.now()}
    if given["change"] == ExerciseForm.STOP:
        return stop_exercise(row, **shared)
    dosage = {name: given[name] for name in ("dosage", "per_week", "progression")}
    if given["change"] == ExerciseForm.SWAP:
        return swap_exercise(row, given["exercise"], **dosage, **shared)
    return adjust_dosage(row, **dosage, **shared)


def _changed_meanwhile(request: HttpRequest, plan: CarePlan, old: ExercisePrescription) -> HttpResponse:
    """Somebody changed or stopped the exercise: go to what came in its place, with what was typed."""
    if request.method != "POST":
        raise Http404
    rows = ExercisePrescription.objects.visible_to(signed_in(request)).select_related("exercise", "phase")
    new = rows.filter(replaces=old, ended_on__isnull=True).first()
    if new is None:
        raise PlanRefused(_("This exercise was changed meanwhile. Look at the plan again."))
    if all(getattr(new, name) == request.POST.get(name, "").strip() for name in ("dosage", "per_week", "progression")):
        return redirect("pathways:plan", pk=plan.pk)  # the same form, sent twice
    form = ExerciseForm(request.POST, exercises=exercise_choices(plan, new.phase))
    words = {"exercise": new.exercise.name, "dosage": new.dosage, "times": new.per_week or "–"}
    sentence = _("A colleague changed this exercise meanwhile. It is now: %(exercise)s, %(dosage)s, %(times)s.")
    form.add_error(None, sentence % words)
    action = reverse("pathways:adjust-exercise", args=[plan.pk, new.pk])
    context = {"plan": plan, "form": form, "row": new, "action": action}
    return render(request, "pathways/exercise_change.html", context, status=409)


def _posted(request: HttpRequest, form: Form) -> bool:
    return request.method == "POST" and form.is_valid()


def _done[T](form: Form, act: Callable[[], T]) -> T | None:
    """Do it and return what came of it; None with the reason beside the fields when it was refused."""
    try:
        return act()
    except (InvalidInput, PlanRefused) as refused:
        add_errors(form, refused)
        return None


def _show(request: HttpRequest, plan: CarePlan, page: str, form: Form | None, **more: Any) -> HttpResponse:
    status = 422 if form is not None and form.errors else 200
    return render(request, f"pathways/{page}.html", {"plan": plan, "form": form, **more}, status=status)
