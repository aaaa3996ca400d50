"""The visits that plans call for and nobody booked yet."""

import datetime
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.models import Practitioner
from accounts.policy import may, requires, signed_in
from pathways.follow_up_series import wanted_days
from pathways.follow_ups import book_follow_up, need_of, open_counts, open_follow_ups, visits_in_pauses
from pathways.models import FollowUp
from pathways.prescription_requests import is_asked
from patients.prescriptions import SESSION_KINDS
from scheduling.forms import FollowUpForm
from scheduling.offers import offered_within
from scheduling.session_budget import SessionBudget, session_budget
from scheduling.views.booking import add_refusal, agenda_url, say_booked

ROWS = 25


@require_GET
@requires("follow_ups.view")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """List the visits to book, the most overdue first: the need, never the reason."""
    today = timezone.localdate()
    page = Paginator(open_follow_ups(signed_in(request), today=today), ROWS).get_page(request.GET.get("page"))
    rows = [need_of(row, today) for row in page]
    counts = open_counts(row.plan_id for row in rows)
    first = {row.plan_id: row.pk for row in reversed(rows)}
    together = {pk: counts[plan] for plan, pk in first.items() if counts[plan] > 1}
    standing_still = list(visits_in_pauses(signed_in(request), now=timezone.now())[:ROWS])
    rows = [replace(row, together=together.get(row.pk, 0)) for row in rows]
    context = {"page": page, "rows": rows, "today": today, "standing_still": standing_still}
    return render(request, "pathways/follow_ups.html", context)


@require_http_methods(["GET", "POST"])
@requires("appointments.book")
def book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Book the visit that a plan calls for: moments within its window first, the nearest others after it."""
    row = _follow_up(request, pk)
    if request.method == "GET" and row.appointment is not None and row.appointment.occupies:
        return redirect("scheduling:appointment", row.appointment.pk)
    form = FollowUpForm(request.POST or None, initial={"practitioner": row.practitioner_id, "day": row.window_start})
    if request.method == "GET" or not form.is_valid():
        return _show(request, row, form, status=422 if request.method == "POST" else 200)
    given = {name: form.cleaned_data[name] for name in ("practitioner", "start", "override_reason", "idempotency_key")}
    try:
        visit = book_follow_up(row, **given, by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        add_refusal(form, refused)
        return _show(request, row, form, clash=(refused.extra.get("clash") or [""])[0], status=refused.status)
    say_booked(request, visit)
    return redirect(agenda_url(visit.start))


def _follow_up(request: HttpRequest, pk: UUID) -> FollowUp:
    rows = FollowUp.objects.visible_to(signed_in(request)).of_running_plans()
    row: FollowUp = get_object_or_404(
        rows.select_related("plan__patient", "plan__episode", "practitioner", "appointment"), pk=pk
    )
    return row


def _show(
    request: HttpRequest, row: FollowUp, form: FollowUpForm, *, clash: str = "", status: int = 200
) -> HttpResponse:
    record_access(request, row.plan.patient_id, "follow-ups")
    now = timezone.now()
    everyone = "all" in request.GET
    people = list(Practitioner.objects.filter(is_active=True)) if everyone else [row.practitioner]
    window = (row.window_start, row.window_end)
    days = offered_within(window, practitioners=people, minutes=row.minutes, type=row.type, now=now)
    context: dict[str, Any] = {
        "need": need_of(row, timezone.localdate(now)),
        "row": row,
        "form": form,
        "days": days,
        "has_inside": any(not each.is_outside for each in days),
        "clash": clash,
        "everyone": everyone,
        "key": form["idempotency_key"].value() or uuid4().hex,
        "budget": _budget(row, now),
        "is_asked": is_asked(row.plan.episode),
        "open_count": open_counts([row.plan_id])[row.plan_id],
        "may_request": may(signed_in(request), "prescriptions.request"),
        "writes_letters": may(signed_in(request), "letters.write"),
    }
    return render(request, "pathways/follow_up_book.html", context, status=status)


def _budget(row: FollowUp, now: datetime.datetime) -> SessionBudget:
    """What the prescription and the year hold with this visit; it stands among those that the plan wants."""
    days = wanted_days(row.plan.episode)
    is_session = row.type in SESSION_KINDS
    own = row.window_start + (row.window_end - row.window_start) / 2
    if is_session and own in days:
        days.remove(own)
    return session_budget(row.plan.episode, now=now, planned=[own] if is_session else [], wanted=days)
