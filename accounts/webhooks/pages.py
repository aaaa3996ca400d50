"""The owner's pages about webhooks: make and change them, look at the log, send again."""

import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.edit_forms import answer_status
from accounts.exceptions import InvalidInput
from accounts.models import WebhookDelivery, WebhookEndpoint
from accounts.policy import requires, signed_in
from accounts.step_up import step_up
from accounts.versions import EditConflict
from accounts.webhooks.endpoints import KINDS, add_endpoint, change_endpoint, remove_endpoint, renew_secret
from accounts.webhooks.forms import EndpointForm, ReplayForm
from accounts.webhooks.log import counts_of, deliveries_of, endpoints_with_health, health_of, last_days
from accounts.webhooks.replay import replay, replay_since, send_test
from accounts.webhooks.words import in_words

ROWS = 25


@require_http_methods(["GET", "POST"])
@requires("webhooks.manage")
@step_up
def add_webhook(request: HttpRequest) -> HttpResponse:
    """Make a webhook and show its secret, once."""
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        try:
            row, secret = add_endpoint(by=signed_in(request), now=timezone.now(), **form.given())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            return render(request, "connections/secret.html", {"endpoint": row, "secret": secret, "is_new": True})
    context = {"form": form, "endpoint": None}
    return render(request, "connections/edit_webhook.html", context, status=answer_status(form))


@require_http_methods(["GET", "POST"])
@requires("webhooks.manage")
def edit_webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change name, address or what is told."""
    row = _endpoint(pk)
    form = EndpointForm(request.POST or None, initial=_as_typed(row))
    if form.is_valid():
        by, version = signed_in(request), form.version_seen()
        try:
            change_endpoint(row, by=by, now=timezone.now(), version=version, **form.given())
        except EditConflict as conflict:
            form.take_over(conflict, _as_typed)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The webhook is saved."))
            return redirect("connections:webhook", row.pk)
    context = {"form": form, "endpoint": row}
    return render(request, "connections/edit_webhook.html", context, status=answer_status(form))


@require_GET
@requires("webhooks.manage")
def webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a webhook with its log. Six queries, however long the log is."""
    now, wanted = timezone.now(), request.GET.get("status", "")
    row = get_object_or_404(endpoints_with_health(), pk=pk)
    counts = counts_of(row)
    status = wanted if wanted in WebhookDelivery.Status.values else ""
    page = Paginator(deliveries_of(row, status=status).prefetch_related("tries"), ROWS)
    rows = page.get_page(request.GET.get("page"))
    for delivery in rows:
        delivery.words = in_words(delivery.last_error)  # type: ignore[attr-defined]
    days = last_days(row, now=now)
    context = {
        "endpoint": row, "health": health_of(row), "page": rows, "days": days, "status": status,
        "tabs": _tabs(counts, status), "is_quiet": not any(day.good or day.bad for day in days),
        "kinds": [kind.label for kind in KINDS if kind.value in row.kinds],
        "replay_form": ReplayForm(initial={"since": timezone.localdate(now)}),
    }  # fmt: skip
    return render(request, "connections/webhook.html", context)


@require_POST
@requires("webhooks.manage")
@step_up
def renew_webhook_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Renew the secret of a webhook and show it, once."""
    row, secret = renew_secret(_endpoint(pk), by=signed_in(request), now=timezone.now())
    return render(request, "connections/secret.html", {"endpoint": row, "secret": secret})


@require_POST
@requires("webhooks.manage")
def switch_webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch a webhook on or off."""
    wanted = WebhookEndpoint.Status.OFF if request.POST.get("to") == "off" else WebhookEndpoint.Status.ACTIVE
    change_endpoint(_endpoint(pk), by=signed_in(request), now=timezone.now(), status=wanted)
    messages.success(request, _("Switched off.") if wanted == "off" else _("Switched on."))
    return redirect("connections:webhook", pk)


@require_POST
@requires("webhooks.manage")
def test_webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a test event and say how it was taken."""
    answer = send_test(_endpoint(pk), by=signed_in(request), now=timezone.now())
    facts = {"ms": answer.duration_ms, "status": answer.status or "–", "why": in_words(answer.failure or "")}
    if answer.is_delivered:
        messages.success(request, _("The test arrived: answer %(status)s after %(ms)s ms.") % facts)
    else:
        messages.error(request, _("The test did not arrive: %(why)s (answer %(status)s after %(ms)s ms).") % facts)
    return redirect("connections:webhook", pk)


@require_POST
@requires("webhooks.manage")
def replay_webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send again everything since a day."""
    row, form = _endpoint(pk), ReplayForm(request.POST)
    if form.is_valid():
        day: datetime.date = form.cleaned_data["since"]
        since = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
        count = replay_since(row, since=since, by=signed_in(request), now=timezone.now())
        words = ngettext("%(count)d event is on its way again.", "%(count)d events are on their way again.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.error(request, " ".join(str(each) for each in form.errors.get("since", [])))
    return redirect("connections:webhook", pk)


@require_POST
@requires("webhooks.manage")
def replay_delivery(request: HttpRequest, pk: UUID, delivery_id: UUID) -> HttpResponse:
    """Send one event again."""
    row = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), pk=delivery_id, endpoint=pk)
    replay(row, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The event is on its way again."))
    return redirect("connections:webhook", pk)


@require_POST
@requires("webhooks.manage")
def remove_webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove a webhook with its log."""
    remove_endpoint(_endpoint(pk), by=signed_in(request), now=timezone.now())
    messages.success(request, _("The webhook is removed."))
    return redirect("connections:home")


def _endpoint(pk: UUID) -> WebhookEndpoint:
    row: WebhookEndpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    return row


def _as_typed(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "url", "kinds", "version")}


def _tabs(counts: dict[str, int], status: str) -> list[dict[str, Any]]:
    named = [
        ("", _("All events"), 0),
        *((value, label, counts.get(value, 0)) for value, label in WebhookDelivery.Status.choices),
    ]
    return [
        {"url": f"?status={value}", "label": str(label).capitalize(), "active": value == status, "count": count}
        for value, label, count in named
    ]
