"""What a patient allows beyond care, version by version: asked, given, refused, withdrawn.

Care rests on the law and on the treatment relation (GDPR articles 6(1)(c) and 9(2)(h)), never on a consent: without any
of these a patient is treated just the same.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from patients.models import Consent, Patient, PrivacyText
from patients.privacy_texts import current_texts

Kind, Choice = PrivacyText.Kind, Consent.Choice
ASKED = (Kind.IMAGES, Kind.RESEARCH)


@dataclass(frozen=True, slots=True)
class Standing:
    """A kind with the text in force and the patient's latest choice. `asks_again`: a newer text was never answered."""

    kind: PrivacyText.Kind
    text: PrivacyText
    latest: Consent | None

    @property
    def is_given(self) -> bool:
        """Whether the patient allows it; a consent to an older text holds until withdrawn."""
        return self.latest is not None and self.latest.choice == Choice.GIVEN

    @property
    def asks_again(self) -> bool:
        """Whether the patient never answered to this version of the text."""
        return self.latest is None or self.latest.text_id != self.text.pk


def standings_of(patient: Patient) -> dict[str, Standing]:
    """Return where a patient stands, for each kind with a published text. Two queries."""
    rows = Consent.objects.filter(patient=patient).select_related("text", "made_by")
    latest = {row.kind: row for row in rows.order_by("kind", "-made_at", "-id").distinct("kind")}
    return {kind: Standing(Kind(kind), text, latest.get(kind)) for kind, text in current_texts().items()}


def note_choice(
    patient: Patient, kind: str, choice: str, *, how: str, by: User, now: datetime.datetime
) -> Consent | None:
    """Note what a patient chose about the text in force. The same choice about the same text is noted once.

    Raises InvalidInput when there is no such text, or the choice does not fit it. Withdrawing is one step, as giving is
    (GDPR article 7(3)): saying no after a yes is a withdrawal, whichever word was sent.
    """
    with transaction.atomic():
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        standing = standings_of(patient).get(kind)
        if standing is None or choice not in Choice.values or (choice == Choice.SHOWN) != (kind == Kind.NOTICE):
            raise InvalidInput(_("This choice does not exist."))
        if choice in {Choice.REFUSED, Choice.WITHDRAWN}:
            choice = Choice.WITHDRAWN if standing.is_given else Choice.REFUSED
        before = standing.latest
        if before is not None and not standing.asks_again and _same(before.choice, choice):
            return None
        row: Consent = Consent.objects.create(
            patient=patient, text=standing.text, kind=kind, choice=choice, how=how, made_at=now, made_by=by
        )
        return row


def _same(before: str, choice: str) -> bool:
    no = {Choice.REFUSED, Choice.WITHDRAWN}
    return before == choice or {before, choice} <= no


def withdraw_all(patient: Patient, *, how: str, by: User, now: datetime.datetime) -> list[Consent]:
    """Withdraw every consent that a patient gave. Each is a transaction of its own."""
    given = [kind for kind, standing in standings_of(patient).items() if standing.is_given]
    rows = [note_choice(patient, kind, Choice.WITHDRAWN, how=how, by=by, now=now) for kind in given]
    return [row for row in rows if row is not None]
