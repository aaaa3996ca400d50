"""The way out of messages that stands in each of them: no signing in, one button, and a GET never decides."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from scheduling.consents import read_stop_link, withdraw
from scheduling.models import ContactConsent


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed link is the authority, not a session
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether the messages should stop; stop them by POST. An old or changed link explains itself (410)."""
    now = timezone.now()
    wish = read_stop_link(token, now=now)
    if wish is None:
        return render(request, "scheduling/stop_messages.html", {"state": "expired"}, status=410)
    if request.method == "POST":
        withdraw(wish.patient, wish.channel, source=ContactConsent.Source.LINK, by=None, now=now)
    context = {"state": "done" if request.method == "POST" else "ask", "channel": wish.channel.label}
    return render(request, "scheduling/stop_messages.html", context)
