"""What the site does for who sees, hears, moves or reads in another way, what is weak, and whom to tell."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

# When the pages were last looked at for this statement; whoever changes its words changes the day.
LAST_CHECKED = datetime.date(2026, 11, 30)


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement, to everybody: who cannot sign in has to find it as well."""
    return render(request, "accessibility.html", {"last_checked": LAST_CHECKED})
