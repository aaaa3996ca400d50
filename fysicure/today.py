"""The first page of each role: the only staff page that needs all rooms."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Role, User
from accounts.policy import requires, signed_in
from accounts.webhooks.log import in_trouble
from fysicure.backup.standing import standing
from fysicure.setup.checklist import checklist
from fysicure.setup.facts import facts_of
from fysicure.setup.first_steps import FirstStep, first_step
from fysicure.today_html import draw
from fysicure.worklist import desk_day, owner_view, therapist_day
from patients.privacy_requests import open_counts


def _begin(user: User, now: datetime.datetime) -> FirstStep | None:
    """What to do first in a practice that begins. One query, asked only when the day is empty."""
    return first_step(user, facts_of(user, today=timezone.localdate(now)))


@require_GET
@requires("home.view")
def today(request: HttpRequest) -> HttpResponse:
    """Show the day of the user's role and what needs attention; a patient goes to the portal."""
    user, now = signed_in(request), timezone.now()
    if user.role == Role.PATIENT:
        return redirect("portal:home")
    if user.role == Role.THERAPIST:
        day = therapist_day(user, now=now, everyone="all" in request.GET, page=request.GET.get("page"))
        begin = None if day.visits or day.attention.object_list else _begin(user, now)
        context = {"day": day, "drawn": draw(day), "page": day.attention, "begin": begin}
        return render(request, "today/therapist.html", context)
    if user.role == Role.RECEPTIONIST:
        desk = desk_day(user, now=now)
        begin = None if any(desk.numbers.values()) or desk.follow_ups else _begin(user, now)
        values = {"day": desk, "now": now, "begin": begin, "actions": _asked_by_phone()}
        return render(request, "today/receptionist.html", values)
    asked = open_counts(today=timezone.localdate(now))
    backups = standing(now=now)
    values = {"view": owner_view(now=now), "backups": backups, "asked": asked, "now": now}
    values["checklist"] = checklist(user, now=now, is_backed_up=backups.last is not None)
    values["webhooks_in_trouble"] = in_trouble(now=now)
    return render(request, "today/owner.html", values)


def _asked_by_phone() -> list[dict[str, Any]]:
    """What the desk is asked for all day, as buttons of its first page."""
    register = {"url": reverse("patients:register"), "label": _("Register a patient"), "icon": "user-plus"}
    booking = {"url": reverse("scheduling:book"), "label": _("New appointment"), "icon": "calendar-plus"}
    return [register, {**booking, "primary": True}]
