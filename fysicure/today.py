"""The first page of each role: the only staff page that needs all rooms."""

from django.http import HttpRequest, HttpResponse

from accounts.policy import requires


@requires("home.view")
def today(request: HttpRequest) -> HttpResponse:
    """Show the day and what needs attention."""
    return HttpResponse("")
