"""Asking the doctor for a new prescription: the desk asks the therapist, the therapist writes the letter."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.diary_alerts import next_working_day
from pathways.models import Letter, Task
from patients.models import EpisodeOfCare
from patients.prescriptions import SESSIONS_A_YEAR

MOST_SESSIONS = 60


def request_prescription(episode: EpisodeOfCare, *, sessions: int, by: User, now: datetime.datetime) -> Task:
    """Put the request for `sessions` more on the worklist of the treating therapist; an open request is kept as it is.

    Raises InvalidInput for a number that no doctor orders.
    """
    if not 1 <= sessions <= MOST_SESSIONS:
        sentence = _("Ask for 1 to 60 sessions.")
        raise InvalidInput(sentence, errors={"sessions": [sentence]})
    with transaction.atomic():
        locked = EpisodeOfCare.objects.select_for_update(of=("self",)).get(pk=episode.pk)
        waiting: Task | None = open_request(locked)
        if waiting is not None:
            return waiting
        asked = Task.objects.filter(episode=locked, kind=Task.Kind.PRESCRIPTION).count()
        with override(settings.LANGUAGE_CODE):
            words = _("Ask the doctor for a new prescription of %(count)d sessions; requested by %(name)s.")
            description = words % {"count": sessions, "name": by.name or by.email}
        task: Task = Task.objects.create(
            patient_id=locked.patient_id,
            episode=locked,
            kind=Task.Kind.PRESCRIPTION,
            urgency=Task.Urgency.SOON,
            description=description[:300],
            due_at=next_working_day(now),
            created_at=now,
            source_key=f"prescription:{locked.pk}:{asked + 1}",
        )
        return task


def open_request(episode: EpisodeOfCare) -> Task | None:
    """Return the request that waits for a letter, or None. One query."""
    found: Task | None = Task.objects.open().filter(episode=episode, kind=Task.Kind.PRESCRIPTION).first()
    return found


def is_asked(episode: EpisodeOfCare) -> bool:
    """Return whether a request waits for a letter; what `scheduling.session_budget` asks. One query."""
    return open_request(episode) is not None


def answer_request(letter: Letter, *, by: User, now: datetime.datetime) -> None:
    """Tick off the request that a letter to the doctor answers, inside the transaction that keeps the letter."""
    if letter.kind == Letter.Kind.ORDER:
        waiting = Task.objects.open().filter(episode_id=letter.episode_id, kind=Task.Kind.PRESCRIPTION)
        done = {"status": Task.Status.COMPLETED, "completed_at": now, "completed_by": by}
        waiting.update(**done, outcome=str(letter))


def usual_sessions(asked: int | None) -> int:
    """Return how many sessions a letter asks for: as asked, within what a calendar year holds at the normal rate."""
    return min(max(asked or 9, 1), SESSIONS_A_YEAR)
