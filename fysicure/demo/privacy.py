"""The texts about privacy, what some patients chose and asked."""

import datetime
from typing import Any

from accounts.models import Role, User
from fysicure.demo.practice import Practice
from patients.consents import note_choice
from patients.models import Consent, Patient, PrivacyRequest, PrivacyText
from patients.privacy_requests import ask
from patients.privacy_texts import publish_text, suggested_words, write_text

CHOICES = ("given", "given", "refused")
ASKED = (
    (2, PrivacyRequest.Kind.RECTIFICATION, "Er staat dat ik 40 km per week liep. Dat was nooit meer dan 30 km."),
    (9, PrivacyRequest.Kind.COPY, ""),
    (40, PrivacyRequest.Kind.REMARK, "Ik heb in 2019 ook al eens last gehad van mijn andere knie."),
)


def fill_privacy(practice: Practice) -> int:
    """Publish the texts, and let a dozen patients choose and three of them ask. Returns how many requests there are."""
    owner = User.objects.filter(role=Role.ADMIN).order_by("pk")[0]
    published = practice.now - datetime.timedelta(days=120)
    for kind in PrivacyText.Kind.values:
        publish_text(write_text(kind, words=suggested_words(kind), by=owner, now=published), by=owner, now=published)
    patients = list(Patient.objects.filter(user__isnull=False).order_by("created_at", "pk")[:12])
    for number, patient in enumerate(patients[1:]):
        given: dict[str, Any] = {
            "how": Consent.How.PAPER,
            "by": practice.desk,
            "now": practice.now - datetime.timedelta(days=60),
        }
        note_choice(patient, PrivacyText.Kind.NOTICE, Consent.Choice.SHOWN, **given)
        note_choice(patient, PrivacyText.Kind.RESEARCH, CHOICES[number % len(CHOICES)], **given)
    for patient, (days, kind, words) in zip(patients[1:], ASKED, strict=False):
        asked_at = practice.now - datetime.timedelta(days=days)
        ask(patient, kind, statement=words, how=PrivacyRequest.How.DESK, by=practice.desk, now=asked_at)
    return len(ASKED)
