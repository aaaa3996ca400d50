"""One visit: who comes, and what can be done with it."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.notices import Action, kept_words, say
from accounts.policy import may, requires, signed_in
from accounts.versions import EditConflict
from scheduling.agenda import words_about
from scheduling.agenda_clash import name_clash
from scheduling.arrival import reopen
from scheduling.attendance import missed_words
from scheduling.booking import cancel, move
from scheduling.exceptions import StatusRefused
from scheduling.forms import CancelForm, MoveForm
from scheduling.models import Appointment, booking_policy
from scheduling.offers import offered_days
from scheduling.patient_rights import late_from
from scheduling.steps import STEPS, TONES, Step, steps_open
from scheduling.undo import last_change
from scheduling.views.booking import add_refusal, agenda_url, searched
from scheduling.writing import MOVABLE


@require_GET
@requires("agenda.view")
def appointment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a visit, as a page or as a panel over the agenda."""
    visit = visit_or_404(request, pk)
    return _show(request, visit, CancelForm(initial={"version": visit.version}))


@require_POST
@requires("appointments.change")
def mark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark a visit as arrived, done or missed, or take that back."""
    visit = visit_or_404(request, pk)
    step = STEPS.get(request.POST.get("status", ""))
    if step is None:
        raise Http404
    given = request.POST.get("version", "")
    seen = int(given[:9]) if given.isdecimal() else None
    try:
        step.take(visit, by=signed_in(request), now=timezone.now(), version=seen)
    except EditConflict as conflict:
        messages.error(request, conflict.detail)
        return redirect(back(request, conflict.current))
    _say_marked(request, visit, step)
    return redirect(back(request, visit))


@require_POST
@requires("appointments.change")
def cancel_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a visit with the reason; a visit that a plan called for is to be booked again."""
    visit = visit_or_404(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _show(request, visit, form, status=422)
    try:
        given = {**form.given(), "version": form.version_seen()}
        cancelled = cancel(visit, by=signed_in(request), now=timezone.now(), **given)
    except EditConflict as conflict:
        form.take_over(conflict, lambda row: {})
        return _show(request, visit, form, status=conflict.status)
    except StatusRefused as refused:
        messages.error(request, kept_words(refused.detail, form.cleaned_data["reason"]))
        return _show(request, visit, form, status=refused.status)
    where = back(request, visit)
    filling = Action(_("Who can come instead?"), reverse("scheduling:gap", args=[visit.pk]), "user-plus")
    say(request, _("The appointment is cancelled."), undo_action(cancelled, where), filling)
    return redirect(where)


@require_http_methods(["GET", "POST"])
@requires("appointments.change")
def move_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move a visit to another moment, length or therapist."""
    visit = visit_or_404(request, pk)
    form = MoveForm(request.POST or None, initial=_as_it_is(visit))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("start", "minutes", "practitioner", "override_reason")}
        try:
            moved = move(visit, **values, version=form.version_seen(), by=signed_in(request), now=timezone.now())
        except EditConflict as conflict:
            form.take_over(conflict, _as_it_is)
            return _show_move(request, conflict.current, form, status=conflict.status)
        except DomainError as refused:
            add_refusal(form, refused)
            return _show_move(request, visit, form, refused=refused, status=refused.status)
        say_moved(request, moved)
        return redirect(agenda_url(moved.start))
    return _show_move(request, visit, form, status=422 if request.method == "POST" else 200)


def visit_or_404(request: HttpRequest, pk: UUID) -> Appointment:
    """Return a visit that the user may know of, or answer that there is none."""
    rows = Appointment.objects.visible_to(signed_in(request))
    visit: Appointment = get_object_or_404(
        rows.select_related("patient", "practitioner", "room", "booked_by", "encounter"), pk=pk
    )
    return visit


def _show(request: HttpRequest, visit: Appointment, form: Form, *, status: int = 200) -> HttpResponse:
    record_access(request, visit.patient_id, "appointment")
    context = {
        "visit": visit,
        "form": form,
        "steps": steps_open(visit, timezone.now()),
        "tone": TONES[Appointment.Status(visit.status)],
        "words": words_about(signed_in(request), visit.patient_id),
        "agenda_url": agenda_url(visit.start),
        "next": _over(request),
        **_about_cancelling(visit, timezone.now()),
        "may_write_note": may(signed_in(request), "notes.write") and visit.encounter_id is not None,
    }
    part = "#panel" if request.headers.get("HX-Target") == "visit-panel" else ""
    response = render(request, f"scheduling/appointment.html{part}", context, status=status)
    if part:
        response["HX-Push-Url"] = "false"  # a panel over the agenda: the address stays that of the day
    return response


def _show_move(
    request: HttpRequest, visit: Appointment, form: MoveForm, *, refused: DomainError | None = None, status: int = 200
) -> HttpResponse:
    record_access(request, visit.patient_id, "appointment")
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
        "clashes": name_clash(refused, user=signed_in(request)) if refused else [],
    }
    return render(request, "scheduling/move.html", context, status=status)


def _as_it_is(visit: Any) -> dict[str, Any]:
    """A visit, or a row of its history, as the first values of the form."""
    start, minutes = timezone.localtime(visit.start), int((visit.end - visit.start).total_seconds() // 60)
    place = {"practitioner": visit.practitioner_id, "day": start.date(), "time": start.time(), "minutes": minutes}
    return {**place, "version": visit.version}


def back(request: HttpRequest, visit: Appointment) -> str:
    """Return the page of ours to go back to (`next`), or else the day of the visit."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours and asked.startswith("/") else agenda_url(visit.start)


def say_moved(request: HttpRequest, moved: Appointment, where: str = "") -> None:
    """Tell where a visit went, and offer to put it back; `where` is the page to come back to."""
    start, end = timezone.localtime(moved.start), timezone.localtime(moved.end)
    words = {"patient": moved.patient, "day": f"{start:%d/%m}", "time": f"{start:%H:%M}–{end:%H:%M}"}
    words |= {"where": ", ".join(str(each) for each in (moved.practitioner.name, moved.room) if each)}
    say(request, _("Moved: %(patient)s, %(day)s %(time)s, %(where)s.") % words, undo_action(moved, where))


def undo_action(visit: Appointment, where: str = "") -> Action:
    """Return the button that takes the last change of a visit back."""
    fields = {"event": str(last_change(visit)), "next": where}
    return Action(_("Undo"), reverse("scheduling:undo", args=[visit.pk]), "undo-2", fields)


def _say_marked(request: HttpRequest, visit: Appointment, step: Step) -> None:
    """Tell which step a visit took, and offer to take it back as long as nobody took another one."""
    told = _("%(patient)s: %(status)s.") % {"patient": visit.patient, "status": step.done}
    if step.take is reopen:
        messages.success(request, told)
        return
    visit.refresh_from_db(fields=["version"])
    fields = {"status": "undo", "version": str(visit.version), "next": request.POST.get("next", "")}
    say(request, told, Action(_("Undo"), reverse("scheduling:mark", args=[visit.pk]), "undo-2", fields))


def _about_cancelling(visit: Appointment, now: datetime.datetime) -> dict[str, Any]:
    """What the desk should know before it calls a visit off: is it late, and how often did this happen before."""
    if visit.status not in MOVABLE:
        return {"may_cancel": False}
    policy = booking_policy()
    return {
        "may_cancel": True,
        "late_hours": policy.cancel_until_hours if now > late_from(visit, policy) else None,
        "late_words": policy.late_cancellation((get_language() or "nl")[:2]),
        "missed": missed_words(visit.patient_id, now=now),
    }


def _over(request: HttpRequest) -> str:
    """The agenda over which the visit was opened as a panel, so that one comes back to it."""
    current = request.htmx.current_url_abs_path if request.htmx else None  # type: ignore[attr-defined]
    return current if current and current.partition("?")[0] == reverse("scheduling:agenda") else ""
