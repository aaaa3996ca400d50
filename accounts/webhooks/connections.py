"""The owner's page about other programs: keys of the API, webhooks, and where the rest is."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import ApiToken
from accounts.policy import may, requires, signed_in
from accounts.step_up import step_up
from accounts.tokens import issue, revoke
from accounts.webhooks.forms import KeyForm
from accounts.webhooks.log import endpoints_with_health, health_of

YEAR = datetime.timedelta(days=365)
MOST_KEYS = 200


@require_GET
@requires("webhooks.manage")
def home(request: HttpRequest) -> HttpResponse:
    """Show which programs are connected. Two queries."""
    now = timezone.now()
    endpoints = list(endpoints_with_health())
    for row in endpoints:
        row.health = health_of(row)  # type: ignore[attr-defined]
    context = {
        "endpoints": endpoints,
        "keys": valid_keys(now)[:MOST_KEYS],
        "soon": now + datetime.timedelta(days=30),
        "api_address": request.build_absolute_uri("/api/v1/"),
        "fhir_address": request.build_absolute_uri("/fhir/R4/"),
        "links": _links(request),
    }
    return render(request, "connections/home.html", context)


@require_http_methods(["GET", "POST"])
@requires("webhooks.manage")
@step_up
def add_key(request: HttpRequest) -> HttpResponse:
    """Make a key for a program and show it, once."""
    form = KeyForm(request.POST or None, initial={"ends_on": timezone.localdate() + YEAR})
    if form.is_valid():
        given = form.cleaned_data
        ends = datetime.datetime.combine(given["ends_on"] + datetime.timedelta(days=1), datetime.time())
        key = issue(given["user"], name=given["name"], expires_at=timezone.make_aware(ends), by=signed_in(request))
        return render(request, "connections/key.html", {"key": key, "given": given})
    return render(request, "connections/add_key.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@requires("webhooks.manage")
def revoke_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a key: the program that uses it is refused from this moment."""
    row = get_object_or_404(valid_keys(timezone.now()), pk=pk)
    revoke(row, now=timezone.now(), by=signed_in(request))
    messages.success(request, _("The key %(name)s no longer works.") % {"name": row})
    return redirect("connections:home")


def valid_keys(now: datetime.datetime) -> QuerySet[ApiToken]:
    """Return the keys that work now, with their users."""
    rows = ApiToken.objects.filter(revoked_at__isnull=True).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    return rows.select_related("user").order_by("user__name", "name", "id")


def _links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the pages of other rooms that belong here and that this user may open."""
    pages = [
        ("imports:list", "data.import", "file-up", _("Take over patients and appointments from another package")),
        ("research:export", "research.export", "microscope", _("Export outcomes for research")),
    ]
    return [
        {"url": reverse(name), "icon": icon, "label": label}
        for name, action, icon, label in pages
        if may(request.user, action)
    ]
