"""The portal as an app: what the telephone is told, and what its service worker keeps."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from fysicure.portal.app import FILES, worker_facts
from pathways.models import CarePlan

ICONS = {"192x192 any", "512x512 any", "192x192 maskable", "512x512 maskable"}


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_manifest_comes_in_each_language_without_signing_in(client: Client, language: str) -> None:
    answer = client.get("/portal/manifest.webmanifest", {"language": language})
    said = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (said["lang"], said["start_url"], said["scope"], said["display"]) == (
        language, "/portal/", "/portal/", "standalone",
    )  # fmt: skip
    with translation.override(language):
        assert said["short_name"] == _("My diary")
        assert [each["name"] for each in said["shortcuts"]] == [_("Log a run"), _("Exercises done")]
    assert {f"{icon['sizes']} {icon['purpose']}" for icon in said["icons"]} == ICONS
    assert [each["url"] for each in said["shortcuts"]] == ["/portal/diary/run/", "/portal/diary/exercises/"]


def test_the_worker_is_asked_for_without_signing_in_and_never_old(client: Client) -> None:
    answer = client.get("/portal/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer["Cache-Control"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    facts = json.loads(re.findall(r"^const FACTS = (.*);$", answer.content.decode(), re.MULTILINE)[0])
    assert facts == worker_facts()
    assert len(facts["files"]) == len(FILES)


def test_every_file_that_the_worker_keeps_is_there() -> None:
    """The browser takes all of them or none: with one that is missing no worker is installed, and no diary kept."""
    assert [name for name in FILES if finders.find(name) is None] == []


def test_what_a_page_loads_that_needs_no_network_is_kept(phone: Client, plan: CarePlan) -> None:
    facts = worker_facts()
    for address in (*facts["forms"], *facts["offline"].values()):
        page = phone.get(address).content.decode()
        loaded = set(re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', page))
        assert loaded
        assert loaded - set(facts["files"]) == set(), address


def test_the_addresses_that_scripts_know_are_ours() -> None:
    script = (settings.BASE_DIR / "static" / "fysicure" / "js" / "kept_diary.js").read_text(encoding="utf-8")
    for address in (reverse("portal:take-kept"), reverse("accounts:session"), *worker_facts()["forms"]):
        assert f'"{address}"' in script


def test_the_page_without_a_network_holds_nothing_of_anybody(phone: Client, plan: CarePlan, client: Client) -> None:
    for code in ("nl", "fr", "en"):
        answer = client.get(f"/portal/offline/{code}/")
        assert answer.status_code == 200
        assert f'lang="{"nl-BE" if code == "nl" else code}"' in answer.content.decode()
    page = client.get("/portal/offline/nl/").content.decode()
    assert plan.patient.family_name not in page
    assert client.get("/portal/offline/de/").status_code == 404


def test_only_the_portal_links_the_app(phone: Client, plan: CarePlan, client: Client) -> None:
    page = phone.get("/portal/").content.decode()
    assert '<link rel="manifest" href="/portal/manifest.webmanifest?language=' in page
    assert page.count('name="theme-color"') == 2
    assert "apple-touch-icon" in page
    assert '<a class="brand" href="/portal/">' in page  # within the scope of the worker
    assert "manifest" not in client.get("/account/login/").content.decode()
