"""What makes the portal an app: its manifest, its service worker, and the page that is shown without a network.

They hold nothing of anybody, and are asked for before signing in.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from fysicure.portal.app import manifest, worker_script

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@login_not_required
@require_safe
def web_manifest(request: HttpRequest) -> JsonResponse:
    """Describe the app to the telephone, in the language that the page names; browsers send no cookie along."""
    asked = request.GET.get("language", "")
    language = asked if asked in LANGUAGES else translation.get_language() or settings.LANGUAGE_CODE
    return JsonResponse(manifest(language), content_type="application/manifest+json")


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Give the program that keeps the diary working without a network; browsers ask again each time."""
    return HttpResponse(worker_script(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """Show what still works without a network. The worker fetches it beforehand, as nobody, in each language."""
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):
        return render(request, "portal/offline.html")
