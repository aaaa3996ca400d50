"""Finding a free moment and booking it."""

import datetime
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.exceptions import DomainError, InvalidInput
from accounts.models import Practitioner
from accounts.policy import requires, signed_in
from patients.models import Patient
from patients.search import search
from scheduling.booking import book
from scheduling.forms import BookForm, SearchForm, WhenForm, usual_minutes
from scheduling.models import Appointment
from scheduling.offers import offered_days

_KEPT = ("type", "minutes", "practitioner", "day", "start")


@require_http_methods(["GET", "POST"])
@requires("appointments.book")
def book_visit(request: HttpRequest) -> HttpResponse:
    """Choose a patient, a kind of visit and a free moment; book by POST."""
    if request.GET.get("follow_up"):
        return redirect("pathways:book-follow-up", id_in(request.GET["follow_up"]))
    patient = _patient(request)
    form = BookForm(request.POST or None, initial=_prefilled(request))
    if request.method == "GET" or patient is None or not form.is_valid():
        return _show(request, patient, form, status=422 if request.method == "POST" else 200)
    values = form.cleaned_data
    values.pop("moment"), values.pop("day"), values.pop("time")
    try:
        visit = book(patient, **values, by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        add_refusal(form, refused)
        return _show(request, patient, form, refused=refused, status=refused.status)
    say_booked(request, visit)
    return redirect(agenda_url(visit.start))


@require_POST
@requires("appointments.book")
def find_patient(request: HttpRequest) -> HttpResponse:
    """Search the patient to book for. POST, so that no name stands in an address; the rest of the choice is kept.

    When one patient fits, and nobody looks like it, the free moments come at once.
    """
    text = request.POST.get("q", "").strip()[:120]
    found = search(signed_in(request), text) if text else None
    kept = _kept(request)
    if found and len(found.patients) == 1 and not found.similar:
        return redirect(f"{reverse('scheduling:book')}?{urlencode({**kept, 'patient': found.patients[0].pk})}")
    context = {"q": text, "found": found, "kept": kept}
    return render(request, "scheduling/choose_patient.html", context)


def _kept(request: HttpRequest) -> dict[str, str]:
    """What was chosen before the patient is known."""
    return {name: request.GET[name] for name in _KEPT if request.GET.get(name)}


def say_booked(request: HttpRequest, visit: Appointment) -> None:
    """Tell the desk what was booked, in words it can repeat on the phone."""
    start = timezone.localtime(visit.start)
    words = {"day": f"{start:%d/%m/%Y}", "time": f"{start:%H:%M}", "who": visit.practitioner.name}
    if visit.room is None:
        messages.success(request, _("Booked: %(day)s at %(time)s with %(who)s.") % words)
    else:
        words["room"] = visit.room.name
        messages.success(request, _("Booked: %(day)s at %(time)s with %(who)s, %(room)s.") % words)


def agenda_url(moment: datetime.datetime) -> str:
    """The agenda on the Brussels day of a moment."""
    return f"{reverse('scheduling:agenda')}?day={timezone.localtime(moment):%Y-%m-%d}"


def add_refusal(form: Any, refused: DomainError) -> None:
    """Put what a domain function refused beside the fields of a form."""
    if isinstance(refused, InvalidInput):
        for name, sentences in refused.errors.items():
            form.add_error(name if name in form.fields else None, sentences)
    if not form.errors:
        form.add_error(None, refused.detail)


def _show(
    request: HttpRequest,
    patient: Patient | None,
    form: BookForm,
    *,
    refused: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    search_form, asked = searched(request, form)
    kept = {"patient": str(patient.pk)} if patient else _kept(request)
    days = offered_days(**asked, now=timezone.now()) if patient else []
    context = {
        "patient": patient,
        "form": form,
        "search_form": search_form,
        "asked": asked,
        "days": days,
        "later": days[-1].day + datetime.timedelta(days=1) if days else asked["first"] + datetime.timedelta(days=21),
        "clash": (refused.extra.get("clash") or [""])[0] if refused else "",
        "kept": kept,
        "key": form["idempotency_key"].value() or uuid4().hex,
        "types": dict(Appointment.Type.choices),
    }
    return render(request, "scheduling/book.html", context, status=status)


def searched(
    request: HttpRequest, form: WhenForm, *, usual: Mapping[str, Any] | None = None
) -> tuple[SearchForm, dict[str, Any]]:
    """Return the search as a form that shows what is searched, and the values with their defaults (or the `usual`).

    After a refusal the search goes on from what was sent.
    """
    given = {**(usual or {}), **{name: value for name, value in request.GET.items() if value}}
    if form.is_bound:
        given |= _sent(request, form)
    elif given.get("start"):
        given["day"] = str(given["start"])[:10]
    reading = SearchForm(given)
    reading.is_valid()
    values = reading.cleaned_data
    person: Practitioner | None = values.get("practitioner")
    asked = {
        "type": values.get("type") or Appointment.Type.SESSION,
        "minutes": values.get("minutes") or usual_minutes(values.get("type") or ""),
        "practitioners": [person] if person else list(Practitioner.objects.filter(is_active=True)),
        "first": max(values.get("day") or timezone.localdate(), timezone.localdate()),
    }
    shown = {"type": asked["type"], "minutes": asked["minutes"], "practitioner": person, "day": asked["first"]}
    return SearchForm(initial=shown, auto_id="find-%s"), asked


def _sent(request: HttpRequest, form: WhenForm) -> dict[str, Any]:
    chosen = form.cleaned_data if hasattr(form, "cleaned_data") else {}
    found = {name: request.POST[name] for name in ("type", "minutes") if request.POST.get(name)}
    if chosen.get("practitioner"):
        found["practitioner"] = chosen["practitioner"].pk
    day = timezone.localdate(chosen["start"]) if chosen.get("start") else chosen.get("day")
    return found | ({"day": day} if day else {})


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """What a click on an empty place of the agenda already says."""
    given = request.GET
    day, _t, time = given.get("start", "").partition("T")
    return {
        "practitioner": given.get("practitioner", ""),
        "day": day or None,
        "time": time[:5] or None,
        "minutes": given.get("minutes") or usual_minutes(given.get("type", "")),
        "type": given.get("type") or Appointment.Type.SESSION,
    }


def _patient(request: HttpRequest) -> Patient | None:
    given = request.POST.get("patient") or request.GET.get("patient")
    if not given:
        return None
    visible = Patient.objects.visible_to(signed_in(request))
    found: Patient = get_object_or_404(visible, pk=id_in(given))
    return found


def id_in(text: str) -> UUID:
    """Return the id that an address or a form names; what is none becomes one that nobody has, so: not found."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
