"""Planning a series of visits: the wish, the preview, booking them all at once; and the series afterwards."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.models import Practitioner
from accounts.notices import Action, say
from accounts.policy import may, requires, signed_in
from patients.episodes import RUNNING
from patients.models import EpisodeOfCare, Patient
from patients.prescriptions import SESSION_KINDS
from patients.search import search
from scheduling.forms import usual_minutes
from scheduling.models import Appointment, AppointmentSeries
from scheduling.series import book_series, cancel_remaining
from scheduling.series_forms import CancelledAtForm, CancelRemainingForm, SeriesForm, changed_data
from scheduling.series_sheet import Sheet, asked_for, draw_up
from scheduling.session_budget import SessionBudget, is_prescription_asked, session_budget, wanted_days
from scheduling.steps import TONES
from scheduling.undo import undo_series_cancellation
from scheduling.views.booking import id_in
from scheduling.writing import MOVABLE


@require_http_methods(["GET", "POST"])
@requires("appointments.book")
def plan_series(request: HttpRequest) -> HttpResponse:
    """Ask what is wished, show a row for each visit, and book them all. The wish stands in the address."""
    patient = _patient(request)
    if patient is None:
        return render(request, "scheduling/series_patient.html", {"q": "", "found": None})
    record_access(request, patient.pk, "series")
    people, episodes = list(Practitioner.objects.filter(is_active=True)), _running(patient)
    asks = request.GET if "count" in request.GET else None
    form = SeriesForm(asks, initial=_usual(request, episodes), people=people, episodes=episodes)
    context = {"patient": patient, "form": form}
    if asks is None or not people or not form.is_valid():
        return render(request, "scheduling/series_plan.html", context, status=422 if form.errors else 200)
    episode = _chosen(form, episodes)
    wish = form.wish()
    preferred = episode.practitioner_id if episode else None
    sent = changed_data(request.POST) if request.method == "POST" else None
    sheet = draw_up(asked_for(wish, patient, people, preferred=preferred), sent, now=timezone.now())
    if sent is not None and sent.get("act") == "book":
        return _book(request, sheet, context, episode=episode)
    return show_sheet(request, "scheduling/series_plan.html", sheet, context, episode=episode)


def _book(
    request: HttpRequest, sheet: Sheet, context: dict[str, Any], *, episode: EpisodeOfCare | None
) -> HttpResponse:
    form: SeriesForm = context["form"]
    wish, page = form.wish(), "scheduling/series_plan.html"
    if not sheet.is_readable or not sheet.reason.is_valid():
        return show_sheet(request, page, sheet, context, episode=episode, status=422)
    try:
        series = book_series(
            context["patient"],
            sheet.visits(),
            **sheet.reason.cleaned_data,
            episode=episode,
            weekdays=wish.weekdays,
            hours=wish.hours,
            by=signed_in(request),
            now=timezone.now(),
        )
    except DomainError as refused:
        return show_sheet(request, page, sheet, context, episode=episode, refused=refused)
    say_series_booked(request, series)
    return redirect("scheduling:series", series.pk)


def say_series_booked(request: HttpRequest, series: AppointmentSeries) -> None:
    """Tell the desk how many visits were booked."""
    text = ngettext("%(count)d visit booked.", "%(count)d visits booked.", series.count)
    messages.success(request, text % {"count": series.count})


def show_sheet(
    request: HttpRequest,
    template: str,
    sheet: Sheet,
    context: dict[str, Any],
    *,
    episode: EpisodeOfCare | None,
    refused: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the rows, with what the prescription holds; after a refusal with its sentence, and nothing lost."""
    budget = _budget(sheet, episode, context)
    context |= {
        "sheet": sheet,
        "refused": refused.detail if refused else "",
        "wants_reason": sheet.preview.may_be_overruled or getattr(refused, "clash", "") == "hours",
        "budget": budget,
        "is_asked": bool(episode and budget and budget.warnings and is_prescription_asked(episode)),
        "may_request": may(signed_in(request), "prescriptions.request"),
        "writes_letters": may(signed_in(request), "letters.write"),
    }
    return render(request, template, context, status=refused.status if refused else status)


def _budget(sheet: Sheet, episode: EpisodeOfCare | None, context: dict[str, Any]) -> SessionBudget | None:
    if episode is None:
        return None
    kept = [row.draft for row in sheet.preview.kept]
    planned = [draft.slot.day for draft in kept if draft.slot and draft.kind[0] in SESSION_KINDS]
    wanted = context["wanted"] if "wanted" in context else wanted_days(episode)
    return session_budget(episode, now=timezone.now(), planned=planned, wanted=wanted)


@require_POST
@requires("appointments.book")
def find_series_patient(request: HttpRequest) -> HttpResponse:
    """Search the patient to plan a series for. POST, so that no name stands in an address."""
    text = request.POST.get("q", "").strip()[:120]
    found = search(signed_in(request), text) if text else None
    return render(request, "scheduling/series_patient.html", {"q": text, "found": found})


@require_GET
@requires("agenda.view")
def series(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a series: each visit with its state. Moving or cancelling one leaves the others."""
    row = _series(request, pk)
    return _show_series(request, row, CancelRemainingForm())


@require_POST
@requires("appointments.change")
def cancel_series(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel the visits of a series that are still to come, in one act."""
    row = _series(request, pk)
    form = CancelRemainingForm(request.POST)
    if not form.is_valid():
        return _show_series(request, row, form, status=422)
    cancelled = cancel_remaining(row, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    text = ngettext("%(count)d visit cancelled.", "%(count)d visits cancelled.", len(cancelled))
    fields = {"at": cancelled[0].cancelled_at.isoformat() if cancelled[0].cancelled_at else ""}
    undo = Action(_("Undo"), reverse("scheduling:undo-cancel-series", args=[row.pk]), "undo-2", fields)
    say(request, text % {"count": len(cancelled)}, undo)
    return redirect("scheduling:series", row.pk)


@require_POST
@requires("appointments.change")
def undo_cancel_series(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book the visits of a series again that were just cancelled; what was taken meanwhile stays cancelled."""
    row = _series(request, pk)
    form = CancelledAtForm(request.POST)
    if not form.is_valid():
        raise Http404
    record_access(request, row.patient_id, "series")
    back, lost = undo_series_cancellation(row, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    if back:
        text = ngettext("%(count)d visit is booked again.", "%(count)d visits are booked again.", len(back))
        messages.success(request, text % {"count": len(back)})
    if lost:
        text = ngettext(
            "%(count)d visit stays cancelled: its time is taken or over.",
            "%(count)d visits stay cancelled: their time is taken or over.",
            len(lost),
        )
        messages.warning(request, text % {"count": len(lost)})
    return redirect("scheduling:series", row.pk)


def _series(request: HttpRequest, pk: UUID) -> AppointmentSeries:
    seen = Appointment.objects.visible_to(signed_in(request)).filter(series=pk)
    rows = AppointmentSeries.objects.select_related("patient", "booked_by")
    row: AppointmentSeries = get_object_or_404(rows.filter(appointments__in=seen).distinct(), pk=pk)
    return row


def _show_series(
    request: HttpRequest, row: AppointmentSeries, form: CancelRemainingForm, *, status: int = 200
) -> HttpResponse:
    record_access(request, row.patient_id, "series")
    visits = list(row.appointments.select_related("practitioner", "room").order_by("start", "id"))
    now = timezone.now()
    coming = [visit for visit in visits if visit.status in MOVABLE and visit.start > now]
    context = {
        "series": row,
        "visits": [(visit, TONES[Appointment.Status(visit.status)]) for visit in visits],
        "coming": coming,
        "next": coming[0] if coming else None,
        "form": form,
        "may_change": may(signed_in(request), "appointments.change"),
    }
    return render(request, "scheduling/series.html", context, status=status)


def _patient(request: HttpRequest) -> Patient | None:
    given = request.GET.get("patient")
    if not given:
        return None
    found: Patient = get_object_or_404(Patient.objects.visible_to(signed_in(request)), pk=id_in(given))
    return found


def _running(patient: Patient) -> list[EpisodeOfCare]:
    return list(patient.episodes.filter(status__in=RUNNING).select_related("practitioner"))


def _chosen(form: SeriesForm, episodes: list[EpisodeOfCare]) -> EpisodeOfCare | None:
    """The episode that the visits are for: the chosen one, or the only one."""
    chosen = form.cleaned_data.get("episode")
    if chosen:
        return next((row for row in episodes if str(row.pk) == chosen), None)
    return episodes[0] if len(episodes) == 1 else None


def _usual(request: HttpRequest, episodes: list[EpisodeOfCare]) -> dict[str, Any]:
    """What the form says before the desk says anything: sessions twice a week with the patient's own therapist."""
    person = episodes[0].practitioner_id if len(episodes) == 1 else None
    kind = request.GET.get("type") or Appointment.Type.SESSION
    return {
        "count": 9,
        "per_week": 2,
        "day": timezone.localdate(),
        "who": str(person) if person else "same",
        "type": kind,
        "minutes": request.GET.get("minutes") or usual_minutes(kind),
    }
