"""The portal as an app: its manifest, and what its service worker keeps (docs/privacy/on-the-device.md)."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.web_push import public_key

# Of the design tokens (static/fysicure/css/fysicure.css): what a telephone paints around the page.
LIGHT, DARK = "#f7f3eb", "#101a1b"
FILES = (
    "vendor/inter/index.css",
    "vendor/inter/files/inter-latin-wght-normal.woff2",
    "vendor/tabler/css/tabler.min.css",
    "fysicure/css/fysicure.css",
    "fysicure/css/app.css",
    "fysicure/js/fysicure.js",
    "fysicure/js/portal.js",
    "fysicure/js/session.js",
    "fysicure/js/kept_diary.js",
    "fysicure/js/portal_app.js",
    "fysicure/js/portal_forms.js",
    "fysicure/js/portal_remind.js",
    "django_htmx/htmx-2.min.js",
    "fysicure/img/favicon.svg",
    "fysicure/img/logo.svg",
    "fysicure/img/app/icon-192.png",
    "fysicure/img/app/badge-96.png",
)
TEMPLATES = Path(settings.BASE_DIR) / "templates"
WORKER = "portal/service_worker.js"
FORMS = ("log-run", "log-exercises", "log-rest")


def manifest(language: str) -> dict[str, Any]:
    """Return the manifest of the app in a language (W3C Web Application Manifest)."""
    with translation.override(language):
        start = reverse("portal:home")
        return {
            "id": start,
            "name": f"{settings.PRACTICE_NAME} · {_('My diary')}",
            "short_name": _("My diary"),
            "description": _("Your plan, your exercises and your diary, also without a network."),
            "lang": language,
            "dir": "ltr",
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "orientation": "portrait-primary",
            "theme_color": LIGHT,
            "background_color": LIGHT,
            # No browser must know it: the page names the colours for dark in a meta element too.
            "user_preferences": {"color_scheme_dark": {"theme_color": DARK, "background_color": DARK}},
            "icons": [_icon(name, size, purpose) for name, size, purpose in _ICONS],
            "shortcuts": [
                {"name": _("Log a run"), "url": reverse("portal:log-run"), "icons": [_icon("icon", 192, "any")]},
                {
                    "name": _("Exercises done"),
                    "url": reverse("portal:log-exercises"),
                    "icons": [_icon("icon", 192, "any")],
                },
            ],
        }


def push_key() -> str:
    """Our public key for notices, "" when the practice has none: then nobody is offered any."""
    return public_key(settings.VAPID_PRIVATE_KEY) if settings.VAPID_PRIVATE_KEY else ""


_ICONS = (("icon", 192, "any"), ("icon", 512, "any"), ("maskable", 192, "maskable"), ("maskable", 512, "maskable"))


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": static(f"fysicure/img/app/{name}-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


def worker_facts() -> dict[str, Any]:
    """What the service worker must know of this build: version, files, and the pages that need no network."""
    files = [static(name) for name in FILES]
    return {
        "version": _version(),
        "files": files,
        "hashed": _is_hashed(),
        "offline": {code: reverse("portal:offline", args=[code]) for code, _name in settings.LANGUAGES},
        "forms": [reverse(f"portal:{name}") for name in FORMS],
        "icon": static("fysicure/img/app/icon-192.png"),
        "badge": static("fysicure/img/app/badge-96.png"),
    }


@cache
def _version() -> str:
    """A digest of everything that the worker keeps: another build is another version."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(static(name).encode())  # hashed names say it all; without them the files themselves do
        path = None if _is_hashed() else finders.find(name)
        digest.update(Path(path).read_bytes() if isinstance(path, str) else b"")
    for page in ("portal/offline.html", "portal/_kept.html", "portal.html", "base.html", WORKER):
        digest.update((TEMPLATES / page).read_bytes())
    return digest.hexdigest()[:16]


def _is_hashed() -> bool:
    """Whether a file's name changes with its content, so that a name that is known need not be asked again."""
    return isinstance(staticfiles_storage, ManifestFilesMixin)


def worker_script() -> str:
    """Return the text of the service worker: what it must know of this build, and its program."""
    return f"const FACTS = {json.dumps(worker_facts())};\n{(TEMPLATES / WORKER).read_text(encoding='utf-8')}"
