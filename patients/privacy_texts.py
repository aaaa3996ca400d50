"""The privacy notice and the texts of consents: written, published, never changed again."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from patients.exceptions import TextChanged, TextPublished
from patients.models import Consent, PrivacyText
from patients.validation import check_row

WORDS = ("title", "body", "title_fr", "body_fr", "title_en", "body_en")


def suggested_words(kind: str) -> dict[str, str]:
    """Return the words that the first version of a text can begin with (seeds/privacy): a model to check, no advice."""
    file = Path(settings.BASE_DIR) / "seeds" / "privacy" / f"{PrivacyText.Kind(kind).value}.yaml"
    written: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {name: written.get(name, "") for name in WORDS}


def mark_of(row: PrivacyText | None) -> str:
    """Return what tells one state of the newest text from another; "" when there is none yet."""
    return f"{row.version} {row.written_at.isoformat()}" if row else ""


def write_text(
    kind: str, *, words: Mapping[str, str], by: User, now: datetime.datetime, seen: str | None = None
) -> PrivacyText:
    """Write the draft of the next version of a text, or go on with it. `by` is the owner.

    `seen` is the mark of the text that the writer had before them. Raises InvalidRecord and TextChanged.
    """
    with transaction.atomic():
        rows = PrivacyText.objects.select_for_update().filter(kind=kind)
        newest = rows.order_by("-version").first()
        if seen is not None and seen != mark_of(newest):
            raise TextChanged(newest)
        if newest is not None and newest.published_at is None:
            draft = newest
        else:
            draft = PrivacyText(kind=kind, version=newest.version + 1 if newest else 1)
        for name in WORDS:
            setattr(draft, name, words.get(name, "").strip())
        draft.written_at = now
        check_row(draft)
        draft.save()
        return draft


def publish_text(draft: PrivacyText, *, by: User, now: datetime.datetime) -> PrivacyText:
    """Publish a draft: patients read it from now on, and are asked again. Raises TextPublished."""
    with transaction.atomic():
        row = PrivacyText.objects.select_for_update().get(pk=draft.pk)
        if row.published_at is not None:
            raise TextPublished(_("This version is published already. Write a new version to change it."))
        row.published_at, row.published_by = now, by
        row.save(update_fields=["published_at", "published_by"])
        return row


def sections(body: str) -> list[tuple[str, str]]:
    """Return the parts of a text: a heading (a first line that asks something; else "") and the words below it."""
    parts = []
    for part in re.split(r"\n\s*\n", body.strip()):
        first, _newline, rest = part.strip().partition("\n")
        parts.append((first, rest) if first.endswith("?") and rest else ("", part))
    return parts


def current_texts() -> dict[str, PrivacyText]:
    """Return the version in force of each kind that has one. One query."""
    rows = PrivacyText.objects.filter(published_at__isnull=False).order_by("kind", "-version").distinct("kind")
    return {row.kind: row for row in rows}


@dataclass(frozen=True, slots=True)
class VersionCount:
    """A version with how many patients read it, gave, refused or withdrew, counting each patient's latest choice."""

    text: PrivacyText
    given: int
    refused: int


def versions() -> list[VersionCount]:
    """Return all versions of all texts, the newest first, with what patients chose last. Two queries."""
    later = Consent.objects.filter(patient=OuterRef("patient"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    rows = Consent.objects.filter(~Exists(later)).order_by().values("text")
    counted = rows.annotate(
        given=Count("pk", filter=Q(choice__in=["shown", "given"])),
        refused=Count("pk", filter=Q(choice__in=["refused", "withdrawn"])),
    )
    by_text = {row["text"]: row for row in counted}
    texts = PrivacyText.objects.select_related("published_by").order_by("kind", "-version")
    return [
        VersionCount(text, by_text.get(text.pk, {}).get("given", 0), by_text.get(text.pk, {}).get("refused", 0))
        for text in texts
    ]
