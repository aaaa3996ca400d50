"""What the pathways rest on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import requires
from pathways.evidence import evidence_list


@require_GET
@requires("evidence.view")
def evidence(request: HttpRequest) -> HttpResponse:
    """List the publications with their strength, what they showed, and which rules lean on each."""
    return render(request, "pathways/evidence.html", {"groups": evidence_list()})
