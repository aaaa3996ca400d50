"""All open follow-ups of a plan planned at once, and the request for a new prescription."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.models import Practitioner
from accounts.policy import may, requires, signed_in
from accounts.whole_numbers import whole_number
from pathways.follow_up_series import asked_by, book_follow_ups, named_of_plan, open_of_plan
from pathways.models import CarePlan, FollowUp
from pathways.prescription_requests import MOST_SESSIONS, request_prescription
from patients.models import EpisodeOfCare
from patients.prescriptions import SESSION_KINDS
from scheduling.series_forms import changed_data
from scheduling.series_sheet import Sheet, draw_up
from scheduling.views.series import say_series_booked, show_sheet

PAGE = "pathways/follow_up_series.html"


@require_http_methods(["GET", "POST"])
@requires("appointments.book")
def book_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a moment for each visit that a plan still calls for, and book them all: the need, never the reason."""
    plan = _plan(request, pk)
    sent = changed_data(request.POST) if request.method == "POST" else None
    rows = open_of_plan(plan) if sent is None else named_of_plan(plan, _keys(sent))
    people = list(Practitioner.objects.filter(is_active=True))
    context: dict[str, Any] = {"patient": plan.patient, "plan_id": plan.pk}
    record_access(request, plan.patient_id, "follow-ups")
    if not rows or not people:
        return render(request, PAGE, context)
    now = timezone.now()
    sheet = draw_up(asked_by(plan, rows, people, timezone.localdate(now)), sent, now=now)
    context["wanted"] = _left_out(plan, rows, sheet)
    if sent is not None and sent.get("act") == "book":
        return _book(request, plan, rows, sheet, context)
    return show_sheet(request, PAGE, sheet, context, episode=plan.episode)


@require_GET
@requires("appointments.book")
def book_all_of_episode(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lead to the visits of an episode's running plan, for pages that know the episode but not the plan."""
    plans = CarePlan.objects.visible_to(signed_in(request)).running()
    return redirect("pathways:book-follow-ups", get_object_or_404(plans, episode=pk).pk)


def _book(
    request: HttpRequest, plan: CarePlan, rows: list[FollowUp], sheet: Sheet, context: dict[str, Any]
) -> HttpResponse:
    if not sheet.is_readable or not sheet.reason.is_valid():
        return show_sheet(request, PAGE, sheet, context, episode=plan.episode, status=422)
    visits = list(zip([rows[number] for number in sheet.numbers], sheet.visits(), strict=True))
    given = sheet.reason.cleaned_data
    try:
        series = book_follow_ups(plan, visits, **given, by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        return show_sheet(request, PAGE, sheet, context, episode=plan.episode, refused=refused)
    say_series_booked(request, series)
    return redirect("scheduling:series", series.pk)


def _left_out(plan: CarePlan, rows: list[FollowUp], sheet: Sheet) -> list[Any]:
    """The days of visits that the plan wants and that this sheet does not book."""
    shown = {rows[number].pk for number in sheet.numbers}
    return [row.window_start for row in open_of_plan(plan) if row.pk not in shown and row.type in SESSION_KINDS]


def _keys(sent: dict[str, str]) -> list[str]:
    count = whole_number(sent.get("rows", ""), 0)
    return [sent.get(f"row-{number}-key", "") for number in range(min(count, 60))]


def _plan(request: HttpRequest, pk: UUID) -> CarePlan:
    plans = CarePlan.objects.visible_to(signed_in(request)).running()
    row: CarePlan = get_object_or_404(plans.select_related("patient", "episode"), pk=pk)
    return row


class RequestForm(forms.Form):
    """How many sessions to ask the doctor for, and the page to go back to."""

    sessions = forms.IntegerField(min_value=1, max_value=MOST_SESSIONS)
    back = forms.CharField(required=False, max_length=2000)


@require_POST
@requires("prescriptions.request")
def ask_prescription(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a new prescription: who writes letters gets the draft, the desk asks the treating therapist."""
    user = signed_in(request)
    episodes = EpisodeOfCare.objects.visible_to(user).select_related("practitioner")
    episode = get_object_or_404(episodes, pk=pk)
    form = RequestForm(request.POST)
    sessions = form.cleaned_data["sessions"] if form.is_valid() else 9
    record_access(request, episode.patient_id, "prescription")
    if may(user, "letters.write"):
        draft = reverse("pathways:write-letter", args=[episode.pk, "order"])
        return redirect(f"{draft}?{urlencode({'sessions': sessions})}")
    request_prescription(episode, sessions=sessions, by=user, now=timezone.now())
    who = episode.practitioner.name if episode.practitioner else _("the physiotherapists")
    text = _("Asked %(name)s to request a new prescription.") % {"name": who}
    if "HX-Request" in request.headers:  # the sheet around the button keeps what was typed
        return render(request, "scheduling/_prescription_asked.html", {"text": text})
    messages.success(request, text)
    return redirect(_back(request, form, episode))


def _back(request: HttpRequest, form: RequestForm, episode: EpisodeOfCare) -> str:
    """The page that the request came from when it is one of ours, else the chart."""
    wanted = str(form.cleaned_data.get("back", ""))
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else reverse("patients:chart", args=[episode.patient_id])
