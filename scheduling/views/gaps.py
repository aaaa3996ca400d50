"""Time that a cancelled visit left: who fits, and giving or offering it with one click."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from scheduling.gaps import gap_of, takers, who_fits
from scheduling.models import Appointment, Proposal, WaitingListEntry
from scheduling.offers import OfferedDay
from scheduling.proposals import offer, withdraw
from scheduling.views.booking import say_booked
from scheduling.waiting_list import book_entry
from scheduling.waiting_list_forms import MomentForm
from scheduling.waiting_list_needs import days_that_suit

ROWS = 12


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a patient who did not get the gap finds another moment: the page that books it, and its first days."""

    patient: str
    url: str
    days: Callable[[datetime.datetime], Sequence[OfferedDay]]


@require_GET
@requires("waiting_list.manage")
def gap(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show who fits in the time that a cancelled visit left; a visit that stands is shown itself."""
    visit = cancelled_visit(request, pk)
    if visit.status != Appointment.Status.CANCELLED:
        return redirect("scheduling:appointment", visit.pk)
    return show_gap(request, visit)


@require_POST
@requires("waiting_list.manage")
def fill_gap(request: HttpRequest, pk: UUID, entry_pk: UUID) -> HttpResponse:
    """Give the time to a patient of the waiting list."""
    entry = _entry(request, entry_pk)
    return fill(request, cancelled_visit(request, pk), partial(book_entry, entry), _elsewhere(entry))


@require_POST
@requires("waiting_list.manage")
def offer_gap(request: HttpRequest, pk: UUID, entry_pk: UUID) -> HttpResponse:
    """Offer the time to a patient of the waiting list, who answers in the portal. It stays free until then."""
    entry = _entry(request, entry_pk)
    values: dict[str, Any] = {"minutes": entry.minutes, "type": entry.type, "waiting_list_entry": entry}
    act = partial(offer, entry.patient, **values)
    return make_offer(request, cancelled_visit(request, pk), act, _elsewhere(entry))


@require_POST
@requires("waiting_list.manage")
def withdraw_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back an offer that still waits for an answer."""
    offers = Proposal.objects.visible_to(signed_in(request)).filter(origin=Proposal.Origin.PRACTICE)
    row: Proposal = get_object_or_404(offers.filter(fills__isnull=False), pk=pk)
    withdraw(row, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The offer is taken back."))
    return redirect("scheduling:gap", row.fills_id)


def cancelled_visit(request: HttpRequest, pk: UUID) -> Appointment:
    """Return the visit whose time is given away, if the user may know of it; else 404."""
    rows = Appointment.objects.visible_to(signed_in(request)).select_related("patient", "practitioner")
    visit: Appointment = get_object_or_404(rows, pk=pk)
    return visit


def fill(
    request: HttpRequest, visit: Appointment, act: Callable[..., Appointment], elsewhere: Elsewhere
) -> HttpResponse:
    """Book the moment that was sent by `act`, and say so; a refusal comes back on the page with the next moments."""
    form = MomentForm(request.POST)
    if not form.is_valid():
        return show_gap(request, visit, status=422)
    try:
        made = act(**form.cleaned_data, **_how(request, visit))
    except DomainError as refused:
        return show_gap(request, visit, refused=refused, elsewhere=elsewhere, status=refused.status)
    say_booked(request, made)
    return redirect("scheduling:gap", visit.pk)


def make_offer(
    request: HttpRequest, visit: Appointment, act: Callable[..., Proposal], elsewhere: Elsewhere
) -> HttpResponse:
    """Offer the moment that was sent by `act`, and say so; a refusal comes back on the page with the next moments."""
    form = MomentForm(request.POST)
    if not form.is_valid():
        return show_gap(request, visit, status=422)
    try:
        made = act(start=form.cleaned_data["start"], **_how(request, visit))
    except DomainError as refused:
        return show_gap(request, visit, refused=refused, elsewhere=elsewhere, status=refused.status)
    sentence = _("Offered to %(patient)s. The time stays free until the answer comes.")
    messages.success(request, sentence % {"patient": made.patient})
    return redirect("scheduling:gap", visit.pk)


def show_gap(
    request: HttpRequest,
    visit: Appointment,
    *,
    refused: DomainError | None = None,
    elsewhere: Elsewhere | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the gap as it is now: who fits and what was offered, or by whom it was taken."""
    record_access(request, visit.patient_id, "appointment")
    user, now = signed_in(request), timezone.now()
    found = gap_of(visit, now=now) if visit.status == Appointment.Status.CANCELLED else None
    fitting = who_fits(found, user=user, now=now) if found else []
    offers = Proposal.objects.visible_to(user).open(now).filter(fills=visit).select_related("patient", "practitioner")
    offered = list(offers)
    context: dict[str, Any] = {
        "visit": visit,
        "gap": found,
        "page": Paginator(fitting, ROWS).get_page(request.GET.get("page")),
        "waited": WaitingListEntry.objects.visible_to(user).filter(appointment=visit).first(),
        "offers": offered,
        "offered_to": {each.patient_id for each in offered},
        "takers": [] if found else takers(visit, user),
        "is_over": visit.end <= now,
        "refused": refused,
        "elsewhere": elsewhere,
        "days": elsewhere.days(now)[:2] if refused and elsewhere else [],
        "key": uuid4().hex,
    }
    return render(request, "scheduling/gap.html", context, status=status)


def _how(request: HttpRequest, visit: Appointment) -> dict[str, Any]:
    return {"practitioner": visit.practitioner, "by": signed_in(request), "now": timezone.now(), "fills": visit}


def _entry(request: HttpRequest, pk: UUID) -> WaitingListEntry:
    rows = WaitingListEntry.objects.visible_to(signed_in(request)).select_related("patient")
    row: WaitingListEntry = get_object_or_404(rows.prefetch_related("practitioners"), pk=pk)
    return row


def _elsewhere(entry: WaitingListEntry) -> Elsewhere:
    url = reverse("scheduling:waiting-entry", args=[entry.pk])
    return Elsewhere(str(entry.patient), url, lambda now: days_that_suit(entry, now=now))
