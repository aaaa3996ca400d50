"""Where am I signed in: the list of devices, and ending one or all others."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.browsers import browser_name, is_handheld
from accounts.models import Device, SecurityEvent
from accounts.policy import requires, signed_in
from accounts.security_log import note_event
from accounts.sessions import devices_of, end_device, end_sessions

Kind = SecurityEvent.Kind


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as the page shows it."""

    device: Device
    name: str
    icon: str
    is_this: bool


@requires("sessions.view")
@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """List the browsers in which the user is signed in: this one first, at most the 50 seen last."""
    key = request.session.session_key
    rows = [
        DeviceRow(
            device,
            browser_name(device.user_agent) or _("Unknown browser"),
            "smartphone" if is_handheld(device.user_agent) else "monitor",
            device.session_key == key,
        )
        for device in devices_of(signed_in(request), now=timezone.now())[:50]
    ]
    rows.sort(key=lambda row: not row.is_this)
    return render(request, "account/devices.html", {"rows": rows, "others": len(rows) > 1})


@requires("sessions.view")
@require_POST
def end_one(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Sign out one of the user's own devices."""
    device = get_object_or_404(signed_in(request).devices, pk=device_id)
    end_device(device)
    note_event(Kind.SESSIONS_ENDED, request=request, subject_id=device.user_id, count=1)
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:devices")


@requires("sessions.view")
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    user = signed_in(request)
    count = end_sessions(user.pk, except_key=request.session.session_key)
    note_event(Kind.SESSIONS_ENDED, request=request, subject_id=user.pk, count=count)
    text = ngettext("%(count)s other device is signed out.", "%(count)s other devices are signed out.", count)
    messages.success(request, text % {"count": count})
    return redirect("accounts:devices")
