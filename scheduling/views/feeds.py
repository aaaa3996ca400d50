"""The calendar feed: the file that other programs read, and the therapist's page about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Practitioner
from accounts.policy import requires, signed_in
from scheduling.feed_limits import count, is_spent
from scheduling.feeds import Owner, calendar_of, current_feed, feed_of, make_feed, note_read, revoke_feed


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the visits behind a secret address as iCalendar; whatever is wrong with the secret, the same 404."""
    now, address = timezone.now(), request.META.get("REMOTE_ADDR", "")
    if is_spent("wrong", address, now=now):
        return _plain(429)
    feed = feed_of(secret)
    if feed is None:
        count("wrong", address, now=now)
        return _plain(404)
    if is_spent("read", feed.pk, now=now):
        return _plain(429)
    count("read", feed.pk, now=now)
    note_read(feed, now=now)
    response = HttpResponse(calendar_of(feed, now=now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'  # else a saved file is named after the secret
    return _kept_private(response)


@require_http_methods(["GET", "POST"])
@requires("feeds.manage")
def feed(request: HttpRequest) -> HttpResponse:
    """Let a therapist make the address of the own feed, see it once, and see when it was last read."""
    return feed_page(request, _own(request), "scheduling/feed.html", "scheduling:feed")


@require_POST
@requires("feeds.manage")
def stop_feed(request: HttpRequest) -> HttpResponse:
    """Stop the therapist's feed."""
    return stopped(request, _own(request), "scheduling:feed")


def feed_page(request: HttpRequest, owner: Owner, template: str, name: str) -> HttpResponse:
    """Show an owner's page; a POST makes a feed and answers the page with its address.

    No redirect there: the secret exists in this one answer and nowhere else. The form says which feed it replaces, so
    that a browser that sends it again does not silently stop the address that was just copied.
    """
    current = current_feed(owner)
    secret = ""
    if request.method == "POST":
        if request.POST.get("replaces", "") != str(current.pk if current else ""):
            messages.info(
                request, _("This address was made before and is shown only once. Make a new one if you lost it.")
            )
            return redirect(name)
        secret = make_feed(owner, by=signed_in(request), now=timezone.now())
        current = current_feed(owner)
    address = request.build_absolute_uri(reverse("calendar-feed", args=[secret])) if secret else ""
    context = {"feed": current, "address": address, "subscribe": address.replace("http", "webcal", 1)}
    return render(request, template, context)


def stopped(request: HttpRequest, owner: Owner, name: str) -> HttpResponse:
    """Stop an owner's feed and go back to the page."""
    current = current_feed(owner)
    if current is not None:
        revoke_feed(current, by=signed_in(request), now=timezone.now())
        messages.success(request, _("The address no longer works. You can remove the calendar from your phone."))
    return redirect(name)


def _own(request: HttpRequest) -> Practitioner:
    return get_object_or_404(Practitioner, user=signed_in(request), is_active=True)


def _plain(status: int) -> HttpResponse:
    words = _("There is nothing at this address.") if status == 404 else _("Too often. Try again in a minute.")
    response = HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    if status == 429:
        response["Retry-After"] = "60"
    return _kept_private(response)


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
