"""What patients and desk have to answer each other: an open question, an offer, and a question of another patient."""

import datetime

from accounts.models import Practitioner, User
from fysicure.demo.practice import Practice
from patients.models import Patient
from scheduling.models import Appointment, Proposal, booking_policy
from scheduling.patient_rights import rights_for
from scheduling.proposals import ask_to_move, offer
from scheduling.slots import FreeMoment, free_moments

_DAY = datetime.timedelta(days=1)
_QUESTIONS = ("Ik moet die dag langer werken.", "Liefst na 16 uur, dan haal ik de kinderen op.")


def propose(practice: Practice) -> int:
    """Ask and offer in the names of the demo's people; return how many proposals are open."""
    account = User.objects.get(email=practice.script["patient"]["email"])
    runner = Patient.objects.get(user=account)
    therapist = runner.care_plans.latest("started_on").practitioner
    _question(practice, runner, by=account, message=_QUESTIONS[0])
    free = _free(therapist, practice.now, after=8)
    if free is not None:
        offer(
            runner, practitioner=free.practitioner, start=free.start, minutes=30, type="session",
            by=practice.desk, now=practice.now - datetime.timedelta(hours=2), expires_at=free.start - _DAY,
            message="Er kwam een plaats vrij op een rustig uur. Past dit voor jou?",
        )  # fmt: skip
    for other in (
        Patient.objects.filter(appointments__start__gt=practice.now + 2 * _DAY).exclude(pk=runner.pk).distinct()
    ):
        if _question(practice, other, by=practice.desk, message=_QUESTIONS[1]):
            break
    return Proposal.objects.open(practice.now).count()


def _question(practice: Practice, patient: Patient, *, by: User, message: str) -> bool:
    """Ask to move the patient's first visit that may still be moved; return whether there was one."""
    visits = (
        Appointment.objects.occupying().filter(patient=patient, start__gt=practice.now).select_related("practitioner")
    )
    policy = booking_policy()
    for visit in visits.order_by("start"):
        free = _free(visit.practitioner, max(visit.start, practice.now), after=1)
        if free is not None and rights_for(visit, policy=policy, now=practice.now).ask.is_open:
            at = practice.now - datetime.timedelta(minutes=40)
            ask_to_move(visit, practitioner=visit.practitioner, start=free.start, by=by, now=at, message=message)
            return True
    return False


def _free(therapist: Practitioner, since: datetime.datetime, *, after: int) -> FreeMoment | None:
    """The first free half hour in an afternoon, from so many days after a moment."""
    start = since + after * _DAY
    found = free_moments(
        practitioners=[therapist], start=start, end=start + 7 * _DAY, minutes=30, type="session", now=since
    )
    return next((each for each in found if each.start.hour >= 14 and each.start.minute in {0, 30}), None)
