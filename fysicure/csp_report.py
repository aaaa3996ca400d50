"""Where browsers tell what the content security policy blocked: one short line in the log, and a count."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from fysicure.metrics import CSP_REPORTS

log = logging.getLogger("fysicure.csp")
LONGEST, PER_MINUTE, PER_ADDRESS = 8192, 120, 20
TYPES = {"application/csp-report", "application/reports+json", "application/json"}
DIRECTIVES = {
    *("default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"),
    *("style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src", "worker-src"),
    *("manifest-src", "base-uri", "form-action", "frame-ancestors", "child-src"),
}


@csrf_exempt  # browsers post here by themselves; nothing is changed and nothing is kept but a count
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report of at most 8 kB: the directive, what kind of source was blocked and on which page; no address."""
    if request.content_type not in TYPES:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return HttpResponse(status=413)
    if _is_spent(request.META.get("REMOTE_ADDR", "")):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for report in (given if isinstance(given, list) else [given])[:5]:
        _note(report)
    return HttpResponse(status=204)


def _is_spent(address: str) -> bool:
    """Count a report, in the memory of this process; whether this address or all together sent enough this minute."""
    minute = int(timezone.now().timestamp()) // 60
    counters, spent = caches["counters"], False
    for key, most in ((f"csp:{minute}", PER_MINUTE), (f"csp:{address}:{minute}", PER_ADDRESS)):
        counters.add(key, 0, timeout=120)
        spent = counters.incr(key) > most or spent
    return spent


def _note(report: Any) -> None:
    body = report.get("csp-report", report.get("body", {})) if isinstance(report, dict) else {}
    body = body if isinstance(body, dict) else {}
    told = body.get("effective-directive") or body.get("effectiveDirective") or body.get("violated-directive") or ""
    directive = str(told).split(" ")[0] if str(told).split(" ")[0] in DIRECTIVES else "other"
    blocked = _origin(str(body.get("blocked-uri") or body.get("blockedURL") or ""))
    route = _route(str(body.get("document-uri") or body.get("documentURL") or ""))
    CSP_REPORTS.labels(directive).inc()
    log.warning("content blocked", extra={"directive": directive, "blocked": blocked, "route": route})


def _origin(text: str) -> str:
    """Return `inline`, `eval` and the like, or scheme and host of an address: never its path, which holds ids."""
    if text in {"inline", "eval", "wasm-eval", "self", "data", "blob"}:
        return text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return "other"
    return f"{parts.scheme}://{host}"[:80] if parts.scheme in {"http", "https", "ws", "wss"} else "other"


def _route(text: str) -> str:
    try:
        return resolve(urlsplit(text).path).view_name
    except (Resolver404, ValueError):
        return "none"
