"""The patient's appointments: see them, ask another moment, call off, and book what the plan asks for."""

import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from fysicure.portal.appointments import (
    SHOWN,
    Called,
    Choice,
    called_of,
    choice_of,
    moment_words,
    visits_page,
)
from fysicure.portal.pages import page_of
from fysicure.portal.reading import own_patient, past
from fysicure.portal.visit_forms import CancelForm, FromForm, MomentForm, MoveForm
from pathways.follow_up_requests import ask_own, book_own, own_follow_ups
from scheduling.exceptions import RightNotGiven
from scheduling.models import Appointment, booking_policy
from scheduling.patient_acts import cancel_own, kinds_patients_book
from scheduling.patient_rights import late_words, rights_for
from scheduling.proposals import ask_to_move

# So many days before a visit the moments begin, among which to move it.
AROUND = datetime.timedelta(days=2)


@requires("portal.view")
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Show the visits to come with what may be done, and those that were, a page at a time."""
    patient, user, now = own_patient(request, "visits"), signed_in(request), timezone.now()
    found = visits_page(user, now=now)
    shown = past(user, now) if found.rights.see.is_open else Appointment.objects.none()
    page = page_of(shown, request.GET.get("page"), SHOWN)
    return render(request, "portal/visits.html", {"patient": patient, "found": found, "page": page})


@requires("portal.appointments")
@require_http_methods(["GET", "POST"])
def ask_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask another moment for a visit: one of the free ones, or in words. It holds nothing."""
    own_patient(request, "visits")
    visit, now = _visit(request, pk), timezone.now()
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        rights_for(visit, policy=booking_policy(), now=now).ask.require()
        return _show_move(request, visit, form, status=422 if request.method == "POST" else 200)
    chosen = {
        "practitioner": form.cleaned_data["practitioner"] or visit.practitioner,
        "start": form.cleaned_data["start"] or visit.start,
        "message": form.cleaned_data["message"],
    }
    try:
        ask_to_move(visit, **chosen, by=signed_in(request), now=now)
    except DomainError as refused:
        form.add_error(None, refused.detail)
        if isinstance(refused, RightNotGiven):
            raise
        return _show_move(request, visit, form, status=refused.status)
    messages.success(request, _("Asked. Your appointment stays as it is until the practice agrees."))
    return redirect("portal:visits")


@requires("portal.appointments")
@require_http_methods(["GET", "POST"])
def cancel_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call a visit off, after a page that says what that means."""
    own_patient(request, "visits")
    visit, now, policy = _visit(request, pk), timezone.now(), booking_policy()
    if visit.status == Appointment.Status.CANCELLED:
        return redirect("portal:visits")
    rights = rights_for(visit, policy=policy, now=now)
    rights.cancel.require()
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cancel_own(visit, by=signed_in(request), now=now, **form.cleaned_data)
        messages.success(request, _("Your appointment is cancelled. Thank you for letting us know."))
        return redirect("portal:visits")
    late = late_words(policy, translation.get_language() or "nl") if rights.cancels_late else ()
    context = {"visit": visit, "form": form, "rights": rights, "late": late}
    return render(request, "portal/visits_cancel.html", context, status=422 if form.errors else 200)


@requires("portal.appointments")
@require_http_methods(["GET", "POST"])
def plan_visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book the visit that the plan asks for, or ask for it when the practice books; only within the plan's window."""
    own_patient(request, "visits")
    user, now, policy = signed_in(request), timezone.now(), booking_policy()
    row = get_object_or_404(own_follow_ups(user), pk=pk)
    called = called_of(row, policy=policy, kinds=kinds_patients_book(), now=now)
    if not called.books:
        rights_for(None, policy=policy, now=now).ask.require()
    form = MomentForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _show_called(request, called, form, status=422 if request.method == "POST" else 200)
    values = form.cleaned_data
    chosen = {"practitioner": values["practitioner"], "start": values["start"], "by": user, "now": now}
    try:
        if called.books:
            book_own(row, **chosen, idempotency_key=values["idempotency_key"])
            messages.success(request, _("Booked: %(moment)s.") % {"moment": moment_words(values["start"])})
        else:
            ask_own(row, **chosen, message=values["message"])
            messages.success(request, _("Asked. You read the answer of the practice here."))
    except DomainError as refused:
        return _show_called(request, called, form, refused=refused, status=refused.status)
    return redirect("portal:visits")


def _visit(request: HttpRequest, pk: UUID) -> Appointment:
    rows = Appointment.objects.visible_to(signed_in(request)).select_related("practitioner", "room", "patient")
    visit: Appointment = get_object_or_404(rows, pk=pk)
    return visit


def choose(request: HttpRequest, *, around: datetime.date | None = None, **asked: Any) -> Choice:
    """Return the free moments that the address asks for: from a day on (else `around`), with one or all."""
    form = FromForm(request.GET)
    day = form.cleaned_data["day"] if form.is_valid() else None
    given = {"day": day or around, "everyone": "all" in request.GET, **asked}
    return choice_of(policy=booking_policy(), now=timezone.now(), **given)


def _show_move(request: HttpRequest, visit: Appointment, form: MomentForm, *, status: int) -> HttpResponse:
    around = timezone.localdate(visit.start) - AROUND
    choice = choose(request, practitioner=visit.practitioner, minutes=visit.minutes, type=visit.type, around=around)
    context = {"visit": visit, "form": form, "choice": choice, "practitioner": visit.practitioner}
    return render(request, "portal/visits_move.html", context, status=status)


def _show_called(
    request: HttpRequest, called: Called, form: MomentForm, *, refused: DomainError | None = None, status: int
) -> HttpResponse:
    row = called.follow_up
    given = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    choice = choose(request, practitioner=row.practitioner, minutes=row.minutes, type=row.type, days=called.days)
    context = {
        "called": called,
        "form": form,
        "choice": choice,
        "practitioner": row.practitioner,
        "lost": moment_words(given["start"]) if refused is not None and given.get("start") else "",
        "refused": refused.detail if refused is not None else "",
        "key": form["idempotency_key"].value() or uuid4().hex,
    }
    return render(request, "portal/visits_plan.html", context, status=status)
