"""The diary: log in twenty seconds, see at once what it means, look back, correct within a day."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.edit_forms import answer_status
from accounts.exceptions import InvalidInput
from accounts.policy import requires, signed_in
from accounts.versions import EditConflict
from fysicure.portal.forms import MorningForm, values_of
from fysicure.portal.history import history_of
from fysicure.portal.kept import asked_later
from fysicure.portal.meaning import meaning_of
from fysicure.portal.reading import home_of, is_running, own_patient, own_plan
from fysicure.portal.sessions import EXERCISES, PAGES, REST, RUN, SessionPage, edit_form, save, save_edit
from pathways.alarming_signs import alarming_signs
from pathways.definitions import definition_of
from pathways.diary import answer_next, judged_entry, may_edit
from pathways.exceptions import DuplicateEntry
from pathways.models import DiaryEntry


@requires("portal.log")
@require_http_methods(["GET", "POST"])
def log_run(request: HttpRequest) -> HttpResponse:
    """Log a run, or a run that was left out because of pain."""
    return _log(request, RUN)


@requires("portal.log")
@require_http_methods(["GET", "POST"])
def log_exercises(request: HttpRequest) -> HttpResponse:
    """Log an exercise session."""
    return _log(request, EXERCISES)


@requires("portal.log")
@require_http_methods(["GET", "POST"])
def log_rest(request: HttpRequest) -> HttpResponse:
    """Log a day without a session."""
    return _log(request, REST)


def _log(request: HttpRequest, page: SessionPage) -> HttpResponse:
    patient, user, now = own_patient(request, "diary"), signed_in(request), timezone.now()
    plan = own_plan(user)
    if plan is None or not is_running(plan):
        return redirect("portal:home")
    data = request.POST if request.method == "POST" else None
    form, twin = page.form(plan, now, data, {}), None
    if data is not None and form.is_valid():
        try:
            entry = save(page, plan, form, by=user, now=now, on_duplicate=data.get("on_duplicate", "ask"))
            messages.success(request, _("Saved."))
            return redirect("portal:entry", entry.pk)
        except DuplicateEntry as error:
            twin = error.entry
        except InvalidInput as error:
            form.take_errors(error.errors)
    signs = alarming_signs(definition_of(plan.pathway_version))
    context = {"patient": patient, "plan": plan, "page": page, "form": form, "twin": twin, "signs": signs}
    return render(request, page.template, context, status=_status(data is not None, twin))


def _status(is_post: bool, twin: object) -> int:
    if not is_post:
        return 200
    return 422 if twin is None else 409


@requires("portal.view")
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show one entry: its light and what that means."""
    patient, user, now = own_patient(request, "diary"), signed_in(request), timezone.now()
    row = get_object_or_404(DiaryEntry.objects.visible_to(user).select_related("plan__pathway_version"), pk=entry_id)
    definition = definition_of(row.plan.pathway_version)
    meaning = meaning_of(judged_entry(row, now=now), definition)
    context = {"patient": patient, "entry": row, "meaning": meaning, "can_edit": may_edit(row, by=user, now=now)}
    context["asked"] = asked_later([row], definition.lights)
    return render(request, "portal/entry.html", context)


@requires("portal.log")
@require_http_methods(["GET", "POST"])
def change_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Correct an entry within a day of logging it."""
    patient, user, now = own_patient(request, "diary"), signed_in(request), timezone.now()
    row = get_object_or_404(DiaryEntry.objects.visible_to(user).select_related("plan__pathway_version"), pk=entry_id)
    if not may_edit(row, by=user, now=now):
        return redirect("portal:entry", row.pk)
    data = request.POST if request.method == "POST" else None
    form, page = edit_form(row, now, data), PAGES.get(row.kind, RUN)
    if data is not None and form.is_valid():
        try:
            save_edit(row, form, by=user, now=now)
            messages.success(request, _("Saved."))
            return redirect("portal:entry", row.pk)
        except EditConflict as conflict:
            form.take_over(conflict, values_of)
        except InvalidInput as error:
            form.take_errors(error.errors)
    context = {
        "patient": patient,
        "plan": row.plan,
        "page": page,
        "form": form,
        "entry": row,
        "signs": alarming_signs(definition_of(row.plan.pathway_version)),
    }
    return render(request, page.template, context, status=answer_status(form))


@requires("portal.log")
@require_POST
def answer(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Save the answer of the morning after, with one tap."""
    patient, user, now = own_patient(request, "diary"), signed_in(request), timezone.now()
    row = get_object_or_404(DiaryEntry.objects.visible_to(user).select_related("plan__pathway_version"), pk=entry_id)
    form = MorningForm(request.POST)
    errors: dict[str, list[str]] = {name: [str(each) for each in sentences] for name, sentences in form.errors.items()}
    if form.is_valid():
        try:
            answer_next(row, form.cleaned_data["next"], after=form.cleaned_data["after"], by=user, now=now)
            messages.success(request, _("Saved."))
            return redirect("portal:entry", row.pk)
        except InvalidInput as error:
            errors = {"next": [str(sentence) for sentence in error.errors.values()] or [error.detail]}
    context = {"home": home_of(patient, user, now), "morning": form, "morning_errors": errors}
    return render(request, "portal/home.html", context, status=422)


@requires("portal.view")
@require_GET
def diary(request: HttpRequest) -> HttpResponse:
    """Look back: every entry with its light, and the pain as a chart and a table."""
    patient, user = own_patient(request, "diary"), signed_in(request)
    history = history_of(own_plan(user), page=request.GET.get("page"), now=timezone.now())
    return render(request, "portal/diary.html", {"patient": patient, "history": history})
