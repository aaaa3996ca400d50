"""A visit that a plan calls for takes the time of a cancelled visit."""

import datetime
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.policy import requires, signed_in
from pathways.follow_ups import book_follow_up
from pathways.gap_candidates import offer_follow_up
from pathways.models import FollowUp
from scheduling.offers import OfferedDay, offered_within
from scheduling.views.gaps import Elsewhere, cancelled_visit, fill, make_offer


@require_POST
@requires("waiting_list.manage")
def fill_gap(request: HttpRequest, pk: UUID, visit_pk: UUID) -> HttpResponse:
    """Give the time of a cancelled visit to a patient whose plan calls for one."""
    row = _follow_up(request, pk)
    return fill(request, cancelled_visit(request, visit_pk), partial(book_follow_up, row), _elsewhere(row))


@require_POST
@requires("waiting_list.manage")
def offer_gap(request: HttpRequest, pk: UUID, visit_pk: UUID) -> HttpResponse:
    """Offer the time of a cancelled visit to a patient whose plan calls for one."""
    row = _follow_up(request, pk)
    return make_offer(request, cancelled_visit(request, visit_pk), partial(offer_follow_up, row), _elsewhere(row))


def _follow_up(request: HttpRequest, pk: UUID) -> FollowUp:
    rows = FollowUp.objects.visible_to(signed_in(request)).of_running_plans()
    row: FollowUp = get_object_or_404(rows.select_related("plan__patient", "practitioner"), pk=pk)
    return row


def _elsewhere(row: FollowUp) -> Elsewhere:
    def days(now: datetime.datetime) -> list[OfferedDay]:
        window = (row.window_start, row.window_end)
        return offered_within(window, practitioners=[row.practitioner], minutes=row.minutes, type=row.type, now=now)

    return Elsewhere(str(row.plan.patient), reverse("pathways:book-follow-up", args=[row.pk]), days)
