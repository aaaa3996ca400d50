"""What every page shows around its content: the way to the rooms that the user may enter."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts.policy import may
from accounts.sessions import time_left
from fysicure.templatetags.parts import tight

# Rooms of the staff: address, action of the policy, icon, label. The palette (fysicure/palette) goes there as well.
ROOMS = (
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
    ("connections:home", "webhooks.manage", "plug", gettext_noop("Connections")),
)
# Rooms that are entered from another page: the way there stays lit.
_BEHIND = dict.fromkeys(("connections", "imports", "research"), "connections:home")
_PORTAL = [  # all below /portal/, where pages open without a network too
    ("portal:home", "portal.view", "house", gettext_noop("Today")),
    ("portal:plan", "portal.view", "route", gettext_noop("Plan")),
    ("portal:diary", "portal.view", "notebook-pen", gettext_noop("Diary")),
    ("portal:visits", "portal.view", "calendar-days", gettext_noop("Visits")),
]


_LIT = frozenset(row[0] for row in (*ROOMS, *_PORTAL))


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the navigation of the user's role, drawn, and whether this is the demo. No query."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": "", "demo_mode": settings.DEMO, "practice_phone": settings.PRACTICE_PHONE}
    is_patient = may(user, "portal.view")
    here = getattr(request.resolver_match, "view_name", "")
    here = _BEHIND.get(here.partition(":")[0], here)
    rooms = tuple(row[0] for row in (_PORTAL if is_patient else ROOMS) if may(user, row[1]))
    return {
        "navigation": _drawn(rooms, user.is_staff, here if here in _LIT else "", get_language()),
        "demo_mode": settings.DEMO,
        "can_search": may(user, "patients.search"),
        "practice_phone": settings.PRACTICE_PHONE,
        "account_shell": "portal.html" if is_patient else "staff.html",
        "session_seconds": time_left(request.session, user, now=timezone.now()).seconds,
    }


@lru_cache(maxsize=512)
def _drawn(rooms: tuple[str, ...], is_staff: bool, here: str, _language: str | None) -> SafeString:
    """Draw the way to the rooms once for all who may enter the same ones; `here` is the room that is lit."""
    rows = _PORTAL if "portal:plan" in rooms else ROOMS
    items = [
        {"url": reverse(name), "label": _(label), "icon": icon, "active": here == name}
        for name, _action, icon, label in rows
        if name in rooms
    ]
    if is_staff:
        items.append({"url": reverse("admin:index"), "label": _("Administration"), "icon": "settings", "active": False})
    return mark_safe(tight(render_to_string("components/navigation.html", {"items": items})))  # noqa: S308 our template
