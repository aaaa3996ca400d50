"""The waiting list: who waits, joining, changing, leaving, and the first moment that suits."""

import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from accounts.versions import EditConflict
from patients.models import Patient
from patients.search import search
from scheduling.forms import DayForm, FollowUpForm
from scheduling.models import WaitingListEntry
from scheduling.views.booking import add_refusal, say_booked
from scheduling.waiting_list import book_entry, change, join, put_back, withdraw
from scheduling.waiting_list_forms import AskedForm, EntryForm, FilterForm, as_it_is, usual
from scheduling.waiting_list_needs import days_that_suit, row_of, waiting_rows

ROWS = 25


@require_GET
@requires("waiting_list.manage")
def waiting_list(request: HttpRequest) -> HttpResponse:
    """List who waits, the most overdue first; of one therapist or one kind when asked."""
    user, today = signed_in(request), timezone.localdate()
    form = FilterForm(request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    entries = waiting_rows(user, today=today, practitioner=chosen.get("practitioner"), type=chosen.get("type", ""))
    page = Paginator(entries, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [row_of(each, today) for each in page],
        "form": form,
        "is_filtered": any(chosen.values()),
        "left": _left(request),
    }
    return render(request, "scheduling/waiting_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("waiting_list.manage")
def join_list(request: HttpRequest) -> HttpResponse:
    """Put a patient on the list; without a patient one is searched first."""
    if not request.GET.get("patient"):
        return render(request, "scheduling/waiting_find.html", {"found": None})
    asked = AskedForm(request.GET)
    form = EntryForm(request.POST or None, initial=usual(asked, timezone.localdate()))
    visible = Patient.objects.visible_to(signed_in(request))
    patient: Patient = get_object_or_404(visible, pk=asked.cleaned_data.get("patient"))
    if request.method == "POST" and form.is_valid():
        try:
            join(patient, **form.given(), by=signed_in(request), now=timezone.now())
        except DomainError as refused:
            add_refusal(form, refused)
            return _show_form(request, patient, form, status=refused.status)
        messages.success(request, _("%(patient)s is on the waiting list.") % {"patient": patient})
        return redirect("scheduling:waiting-list")
    return _show_form(request, patient, form, status=422 if request.method == "POST" else 200)


@require_POST
@requires("waiting_list.manage")
def find_waiting_patient(request: HttpRequest) -> HttpResponse:
    """Search the patient to put on the list. POST, so that no name stands in an address."""
    text = request.POST.get("q", "").strip()[:120]
    found = search(signed_in(request), text) if text else None
    return render(request, "scheduling/waiting_find.html", {"q": text, "found": found})


@require_http_methods(["GET", "POST"])
@requires("waiting_list.manage")
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the first free moments that suit the patient of an entry; a click books one and closes the entry."""
    row = _entry(request, pk)
    if row.appointment is not None and request.method == "GET":
        return redirect("scheduling:appointment", row.appointment.pk)
    form = FollowUpForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _show_entry(request, row, form, status=422 if request.method == "POST" else 200)
    given = {name: form.cleaned_data[name] for name in ("practitioner", "start", "idempotency_key")}
    try:
        visit = book_entry(row, **given, by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        add_refusal(form, refused)
        return _show_entry(request, row, form, refused=refused, status=refused.status)
    say_booked(request, visit)
    return redirect("scheduling:waiting-list")


@require_http_methods(["GET", "POST"])
@requires("waiting_list.manage")
def change_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what a patient waits for."""
    row = _entry(request, pk)
    form = EntryForm(request.POST or None, initial=as_it_is(row))
    if request.method == "POST" and form.is_valid():
        try:
            given = {**form.given(), "version": form.version_seen()}
            change(row, **given, by=signed_in(request), now=timezone.now())
        except EditConflict as conflict:
            form.take_over(conflict, as_it_is)
            return _show_form(request, row.patient, form, entry=row, status=conflict.status)
        except DomainError as refused:
            add_refusal(form, refused)
            return _show_form(request, row.patient, form, entry=row, status=refused.status)
        messages.success(request, _("The waiting list is changed."))
        return redirect("scheduling:waiting-entry", row.pk)
    return _show_form(request, row.patient, form, entry=row, status=422 if request.method == "POST" else 200)


@require_POST
@requires("waiting_list.manage")
def withdraw_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a patient off the list; the list then offers to undo it."""
    row = withdraw(_entry(request, pk), by=signed_in(request), now=timezone.now())
    return redirect(f"{reverse('scheduling:waiting-list')}?off={row.pk}")


@require_POST
@requires("waiting_list.manage")
def put_back_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo taking a patient off the list."""
    row = put_back(_entry(request, pk), by=signed_in(request), now=timezone.now())
    messages.success(request, _("%(patient)s is on the waiting list again.") % {"patient": row.patient})
    return redirect("scheduling:waiting-list")


def _entry(request: HttpRequest, pk: UUID) -> WaitingListEntry:
    rows = WaitingListEntry.objects.visible_to(signed_in(request)).select_related("patient", "appointment")
    row: WaitingListEntry = get_object_or_404(rows.prefetch_related("practitioners"), pk=pk)
    return row


def _left(request: HttpRequest) -> WaitingListEntry | None:
    """The entry that was just taken off the list, so that a click undoes it."""
    asked = AskedForm(request.GET)
    if not asked.is_valid() or not asked.cleaned_data["off"]:
        return None
    rows = WaitingListEntry.objects.visible_to(signed_in(request)).filter(status="withdrawn")
    row: WaitingListEntry | None = rows.select_related("patient").filter(pk=asked.cleaned_data["off"]).first()
    return row


def _show_form(
    request: HttpRequest, patient: Patient, form: EntryForm, *, entry: WaitingListEntry | None = None, status: int
) -> HttpResponse:
    record_access(request, patient.pk, "waiting list")
    return render(
        request, "scheduling/waiting_form.html", {"patient": patient, "form": form, "entry": entry}, status=status
    )


def _show_entry(
    request: HttpRequest,
    row: WaitingListEntry,
    form: FollowUpForm,
    *,
    refused: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    record_access(request, row.patient_id, "waiting list")
    asked = DayForm(request.GET)
    first = asked.cleaned_data.get("day") if asked.is_valid() else None
    waits = row.status == WaitingListEntry.Status.WAITING
    days = days_that_suit(row, now=timezone.now(), first=first) if waits else []
    context = {
        "entry": row,
        "row": row_of(row, timezone.localdate()),
        "waits": waits,
        "form": form,
        "days": days,
        "later": days[-1].day + datetime.timedelta(days=1) if days else None,
        "clash": (refused.extra.get("clash") or [""])[0] if refused else "",
        "key": form["idempotency_key"].value() or uuid4().hex,
    }
    return render(request, "scheduling/waiting_entry.html", context, status=status)
