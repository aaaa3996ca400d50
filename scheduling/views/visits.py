"""One visit: who comes, and what can be done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.policy import may, requires, signed_in
from scheduling.agenda import words_about
from scheduling.booking import cancel, move
from scheduling.forms import CancelForm, WhenForm
from scheduling.models import Appointment
from scheduling.offers import offered_days
from scheduling.steps import STEPS, TONES, steps_open
from scheduling.views.booking import add_refusal, agenda_url, searched


@require_GET
@requires("agenda.view")
def appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a visit, as a page or as a panel over the agenda."""
    visit = _visit(request, pk)
    record_access(request, visit.patient_id, "appointment")
    return _show(request, visit, CancelForm())


@require_POST
@requires("appointments.change")
def mark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark a visit as arrived, done or missed, or take that back."""
    visit = _visit(request, pk)
    step = STEPS.get(request.POST.get("status", ""))
    if step is None:
        raise Http404
    step.take(visit, by=signed_in(request), now=timezone.now())
    messages.success(request, _("%(patient)s: %(status)s.") % {"patient": visit.patient, "status": step.done})
    return redirect(_back(request, visit))


@require_POST
@requires("appointments.change")
def cancel_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a visit with the reason; a visit that a plan called for is to be booked again."""
    visit = _visit(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _show(request, visit, form, status=422)
    cancel(visit, by=signed_in(request), now=timezone.now(), reason=form.cleaned_data["reason"])
    messages.success(request, _("The appointment is cancelled."))
    return redirect(_back(request, visit))


@require_http_methods(["GET", "POST"])
@requires("appointments.change")
def move_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a visit to another moment, length or therapist."""
    visit = _visit(request, pk)
    form = WhenForm(request.POST or None, initial=_as_it_is(visit))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("start", "minutes", "practitioner", "override_reason")}
        try:
            moved = move(visit, **values, by=signed_in(request), now=timezone.now())
        except DomainError as refused:
            add_refusal(form, refused)
            return _show_move(request, visit, form, refused=refused, status=refused.status)
        messages.success(request, _("The appointment is moved."))
        return redirect(agenda_url(moved.start))
    return _show_move(request, visit, form, status=422 if request.method == "POST" else 200)


def _visit(request: HttpRequest, pk: UUID) -> Appointment:
    rows = Appointment.objects.visible_to(signed_in(request))
    visit: Appointment = get_object_or_404(
        rows.select_related("patient", "practitioner", "room", "booked_by", "encounter"), pk=pk
    )
    return visit


def _show(request: HttpRequest, visit: Appointment, form: Form, *, status: int = 200) -> HttpResponse:
    context = {
        "visit": visit,
        "form": form,
        "steps": steps_open(visit, timezone.now()),
        "tone": TONES[Appointment.Status(visit.status)],
        "words": words_about(signed_in(request), visit.patient_id),
        "agenda_url": agenda_url(visit.start),
        "may_write_note": may(signed_in(request), "notes.write") and visit.encounter_id is not None,
    }
    part = "#panel" if request.headers.get("HX-Target") == "visit-panel" else ""
    response = render(request, f"scheduling/appointment.html{part}", context, status=status)
    if part:
        response["HX-Push-Url"] = "false"  # a panel over the agenda: the address stays that of the day
    return response


def _show_move(
    request: HttpRequest, visit: Appointment, form: WhenForm, *, refused: DomainError | None = None, status: int = 200
) -> HttpResponse:
    usual = {"minutes": visit.minutes, "practitioner": visit.practitioner_id, "day": timezone.localdate(visit.start)}
    search_form, asked = searched(request, form, usual=usual)
    asked["type"] = visit.type
    context: dict[str, Any] = {
        "visit": visit,
        "form": form,
        "search_form": search_form,
        "asked": asked,
        "days": offered_days(**asked, now=timezone.now()),
        "clash": (refused.extra.get("clash") or [""])[0] if refused else "",
    }
    return render(request, "scheduling/move.html", context, status=status)


def _as_it_is(visit: Appointment) -> dict[str, Any]:
    start = timezone.localtime(visit.start)
    return {"practitioner": visit.practitioner_id, "day": start.date(), "time": start.time(), "minutes": visit.minutes}


def _back(request: HttpRequest, visit: Appointment) -> str:
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if asked and is_ours else agenda_url(visit.start)
