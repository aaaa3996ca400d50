"""What every page shows around its content: the way to the rooms that the user may enter."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.policy import may
from accounts.sessions import time_left

_STAFF = [
    ("today", "home.view", "house", gettext_noop("Today")),
    ("scheduling:agenda", "agenda.view", "calendar-days", gettext_noop("Agenda")),
    ("patients:search", "patients.search", "users", gettext_noop("Patients")),
    ("pathways:follow-ups", "follow_ups.view", "calendar-clock", gettext_noop("Follow-ups")),
    ("scheduling:waiting-list", "waiting_list.manage", "hourglass", gettext_noop("Waiting list")),
    ("pathways:versions", "pathways.view", "route", gettext_noop("Pathways")),
    ("pathways:instruments", "instruments.manage", "clipboard-list", gettext_noop("Questionnaires")),
    ("pathways:evidence", "evidence.view", "book-open-text", gettext_noop("Evidence")),
    ("scheduling:booking-rules", "booking_policy.edit", "list-checks", gettext_noop("Rules for patients")),
    ("scheduling:numbers", "numbers.view", "chart-column", gettext_noop("Numbers")),
    ("audit:reads", "audit.view", "shield-check", gettext_noop("Audit")),
    ("scheduling:messages", "communications.view", "mail", gettext_noop("Messages")),
    ("accounts:people", "sessions.end", "user-lock", gettext_noop("Access of colleagues")),
    ("privacy:requests", "privacy.correct", "shield-user", gettext_noop("Privacy")),
    ("imports:list", "data.import", "file-up", gettext_noop("Import")),
]
_PORTAL = [
    ("today", "portal.view", "house", gettext_noop("Today")),
    ("portal:plan", "portal.view", "route", gettext_noop("Plan")),
    ("portal:diary", "portal.view", "notebook-pen", gettext_noop("Diary")),
    ("portal:visits", "portal.view", "calendar-days", gettext_noop("Visits")),
]


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the navigation of the user's role and whether this is the demo."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "demo_mode": settings.DEMO, "practice_phone": settings.PRACTICE_PHONE}
    rows = _PORTAL if may(user, "portal.view") else _STAFF
    here = getattr(request.resolver_match, "view_name", "")
    navigation = [
        {"url": reverse(name), "label": _(label), "icon": icon, "active": here == name}
        for name, action, icon, label in rows
        if may(user, action)
    ]
    if user.is_staff:
        admin = {"url": reverse("admin:index"), "label": _("Administration"), "icon": "settings", "active": False}
        navigation.append(admin)
    return {
        "navigation": navigation,
        "demo_mode": settings.DEMO,
        "can_search": may(user, "patients.search"),
        "practice_phone": settings.PRACTICE_PHONE,
        "account_shell": "portal.html" if may(user, "portal.view") else "staff.html",
        "session_seconds": time_left(request.session, user, now=timezone.now()).seconds,
    }
