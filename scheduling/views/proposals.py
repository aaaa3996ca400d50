"""The questions of patients at the desk: agree, refuse with a word, or propose another moment."""

import datetime
from typing import Any
from uuid import UUID

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
from accounts.models import Practitioner
from accounts.notices import Action, say
from accounts.policy import requires, signed_in
from scheduling.exceptions import BookingRefused, ProposalClosed
from scheduling.forms import DayForm
from scheduling.models import Proposal
from scheduling.offers import offered_days
from scheduling.proposals import accept, asks_in_words, decline, propose_instead, withdraw
from scheduling.request_forms import AnswerForm, OtherMomentForm
from scheduling.requests import Moment, done_in_portal, open_offers, open_requests, with_moments
from scheduling.views.booking import add_refusal

ROWS = 20


@require_GET
@requires("proposals.answer")
def requests(request: HttpRequest) -> HttpResponse:
    """List what patients ask, the oldest first; what waits for them; and what they did themselves."""
    return _show(request)


@require_POST
@requires("proposals.answer")
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to what a patient asks, or to an offer in the patient's name; when it cannot be, say why on the page."""
    row = _proposal(request, pk)
    try:
        visit = accept(row, by=signed_in(request), now=timezone.now())
    except (BookingRefused, ProposalClosed) as refused:
        return _show(request, refused=refused, about=row, status=refused.status)
    start = timezone.localtime(visit.start)
    words = {"patient": row.patient, "day": f"{start:%d/%m/%Y}", "time": f"{start:%H:%M}", "who": visit.practitioner}
    messages.success(request, _("Agreed: %(patient)s, %(day)s at %(time)s with %(who)s.") % words)
    return redirect("scheduling:requests")


@require_POST
@requires("proposals.answer")
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Refuse what a patient asks, with a short answer that the patient reads; an offer of our own is taken back."""
    row, form = _proposal(request, pk), AnswerForm(request.POST)
    by, now = signed_in(request), timezone.now()
    if row.origin == Proposal.Origin.PRACTICE:
        withdraw(row, by=by, now=now)
        again = Action(_("Offer again"), reverse("scheduling:gap", args=[row.fills_id]) if row.fills_id else "", "send")
        say(request, _("The offer is taken back."), again)
    elif form.is_valid():
        decline(row, by=by, now=now, answer=form.cleaned_data["answer"])
        messages.success(request, _("Refused. The patient reads your answer in the portal."))
    else:
        return _show(request, about=row, form=form, status=422)
    return redirect("scheduling:requests")


@require_http_methods(["GET", "POST"])
@requires("proposals.answer")
def propose_other(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose another moment to the patient, who agrees or refuses in the portal."""
    row, form = _proposal(request, pk), OtherMomentForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _show_other(request, row, form, status=422 if request.method == "POST" else 200)
    chosen = {name: form.cleaned_data[name] for name in ("practitioner", "start", "message")}
    try:
        propose_instead(row, **chosen, by=signed_in(request), now=timezone.now())
    except DomainError as refused:
        add_refusal(form, refused)
        return _show_other(request, row, form, status=refused.status)
    messages.success(request, _("Proposed. The patient answers in the portal, or to you on the phone."))
    return redirect("scheduling:requests")


def _proposal(request: HttpRequest, pk: UUID) -> Proposal:
    rows = Proposal.objects.visible_to(signed_in(request))
    row: Proposal = get_object_or_404(
        rows.select_related("patient", "practitioner", "appointment__practitioner"), pk=pk
    )
    return row


def _show(
    request: HttpRequest,
    *,
    refused: DomainError | None = None,
    about: Proposal | None = None,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    page = Paginator(open_requests(user, now=now), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": with_moments(page, now=now),
        "offers": list(open_offers(user, now=now)[:ROWS]),
        "done": done_in_portal(user, now=now),
        "form": form or AnswerForm(),
        "about": about,
        "refused": refused,
    }
    return render(request, "scheduling/proposals.html", context, status=status)


def _show_other(request: HttpRequest, row: Proposal, form: OtherMomentForm, *, status: int) -> HttpResponse:
    record_access(request, row.patient_id, "appointment")
    asked, now = DayForm(request.GET), timezone.now()
    day = asked.cleaned_data.get("day") if asked.is_valid() else None
    first = max(day or timezone.localdate(row.start), timezone.localdate(now))
    everyone = "all" in request.GET
    people = list(Practitioner.objects.filter(is_active=True)) if everyone else [row.practitioner]
    minutes = row.appointment.minutes if row.appointment is not None else row.minutes
    days = offered_days(practitioners=people, first=first, minutes=minutes, type=row.type, now=now)
    context: dict[str, Any] = {
        "row": row,
        "moment": Moment.IN_WORDS if asks_in_words(row) else "",
        "form": form,
        "days": days,
        "everyone": everyone,
        "later": days[-1].day + datetime.timedelta(days=1) if days else first + datetime.timedelta(days=21),
    }
    return render(request, "scheduling/proposal_other.html", context, status=status)
