"""The owner's page of steps from an empty database to a practice that works."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.policy import requires, signed_in
from fysicure.backup.standing import last_backup
from fysicure.setup.checklist import checklist
from fysicure.setup.facts import practice_lines


@require_GET
@requires("setup.view")
def setup(request: HttpRequest) -> HttpResponse:
    """Show the steps with what is done; `later` (any number of times) puts a step that can wait behind the others."""
    later = request.GET.getlist("later")[:20]
    steps = checklist(signed_in(request), now=timezone.now(), is_backed_up=last_backup() is not None, later=later)
    context = {
        "checklist": steps,
        "later": later,
        "lines": practice_lines(),
        "backup_dir": settings.BACKUP_DIR,
        "backup_key": settings.BACKUP_KEY_FILE,
    }
    return render(request, "setup/home.html", context)
