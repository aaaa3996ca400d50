"""The first page of each role: the only staff page that needs all rooms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.policy import requires, signed_in
from accounts.webhooks.log import in_trouble
from fysicure.backup.standing import standing
from fysicure.today_html import draw
from fysicure.worklist import desk_day, owner_view, therapist_day
from patients.privacy_requests import open_counts


@require_GET
@requires("home.view")
def today(request: HttpRequest) -> HttpResponse:
    """Show the day of the user's role and what needs attention; a patient goes to the portal."""
    user, now = signed_in(request), timezone.now()
    if user.role == Role.PATIENT:
        return redirect("portal:home")
    if user.role == Role.THERAPIST:
        day = therapist_day(user, now=now, everyone="all" in request.GET, page=request.GET.get("page"))
        return render(request, "today/therapist.html", {"day": day, "drawn": draw(day), "page": day.attention})
    if user.role == Role.RECEPTIONIST:
        values = {"day": desk_day(user, now=now), "now": now, "actions": _asked_by_phone()}
        return render(request, "today/receptionist.html", values)
    asked = open_counts(today=timezone.localdate(now))
    values = {"view": owner_view(now=now), "backups": standing(now=now), "asked": asked, "now": now}
    values["webhooks_in_trouble"] = in_trouble(now=now)
    return render(request, "today/owner.html", values)


def _asked_by_phone() -> list[dict[str, Any]]:
    """What the desk is asked for all day, as buttons of its first page."""
    register = {"url": reverse("patients:register"), "label": _("Register a patient"), "icon": "user-plus"}
    booking = {"url": reverse("scheduling:book"), "label": _("New appointment"), "icon": "calendar-plus"}
    return [register, {**booking, "primary": True}]
