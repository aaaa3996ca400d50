"""An offer of the practice is told once over each channel, and only while it can still be answered."""

import datetime

import pytest
from django.core import mail

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.models import Communication, Proposal
from scheduling.outbox import announce_offer
from tests.people import NOW, at
from tests.scheduling.outbox import deliver_all, told

__all__ = ["told"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(told: Patient, practitioner: Practitioner, receptionist: User) -> Proposal:
    """A moment that the practice offers, to be answered within a day."""
    start = at("2026-11-26", "14:30")
    row: Proposal = Proposal.objects.create(
        patient=told,
        practitioner=practitioner,
        start=start,
        end=start + datetime.timedelta(minutes=30),
        origin=Proposal.Origin.PRACTICE,
        made_by=receptionist,
        made_at=NOW,
        expires_at=at("2026-11-24", "12:00"),
    )
    return row


def test_an_offer_is_told_once(offer: Proposal) -> None:
    announce_offer(offer, now=NOW)
    announce_offer(offer, now=NOW)
    assert deliver_all(NOW) == ["completed"]
    (letter,) = mail.outbox
    assert letter.subject == "Er is een moment vrij op donderdag 26 november 2026"
    assert "op donderdag 26 november 2026, 14.30 uur." in letter.body
    assert "Antwoorden kan tot dinsdag 24 november 2026, 12.00 uur." in letter.body
    assert (
        Communication.objects.get().key == f"offer:{offer.pk}:{offer.start.astimezone(datetime.UTC):%Y%m%dT%H%M}:email"
    )
    assert not Communication.objects.get().lines.exists()


@pytest.mark.parametrize("later", [at("2026-11-24", "12:01"), NOW])
def test_an_offer_that_is_closed_is_not_told(offer: Proposal, later: datetime.datetime) -> None:
    announce_offer(offer, now=NOW)
    if later == NOW:
        Proposal.objects.update(status="withdrawn")
    assert deliver_all(later) == [""]
    assert Communication.objects.get().error == "offer-closed"


def test_whoever_chose_no_channel_gets_no_row(offer: Proposal) -> None:
    offer.patient.contact_consents.all().delete()
    announce_offer(offer, now=NOW)
    assert not Communication.objects.exists()
