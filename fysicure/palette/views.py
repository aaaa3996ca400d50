"""What the palette shows: everything that can be chosen when it opens, and the patients who fit what is typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import may, requires, signed_in
from fysicure.palette.commands import commands_of
from fysicure.palette.open_patient import open_patient
from patients.person_rows import person_rows
from patients.recent import recently_opened
from patients.search import search

MOST = 8  # patients


@require_POST
@requires("patients.search")
def palette(request: HttpRequest) -> HttpResponse:
    """Answer the patients who fit `q`; without it whom the user opened last, and every act and page of the role.

    POST, so that no name stands in an address or a log. `at` is the path of the page behind the palette. Who is found
    may be known to the user (visible_to); opening the record is noted there, as from the search. Four queries at most.
    """
    user, text = signed_in(request), request.POST.get("q", "").strip()[:120]
    if text:
        found = search(user, text, limit=MOST)
        context = {"q": text, "patients": person_rows(found.all), "has_more": found.has_more}
        context["may_register"] = may(user, "patients.register")
        return render(request, "palette/patients.html", context)
    here = open_patient(user, request.POST.get("at", "")[:200], now=timezone.now())
    recent = [each for each in recently_opened(user) if here is None or each.pk != here.pk]
    acts, pages = commands_of(user)
    groups = {"recent": person_rows(recent), "here": here, "acts": acts, "pages": pages}
    return render(request, "palette/start.html", groups)


@require_GET
@requires("home.view")
def keys(request: HttpRequest) -> HttpResponse:
    """Show the keys of our pages; the script leaves out those that the page at hand does not know."""
    return render(request, "palette/keys.html")
