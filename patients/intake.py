"""Intakes as they are typed: a draft that lives on the server, and the observations that a finished one leaves."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.locking import locked
from accounts.models import Practitioner, User
from patients.models import Encounter, EpisodeOfCare, IntakeResponse, Measure, Observation, Questionnaire

REVISIONS = "_revisions"


class IntakeClosed(DomainError):
    """The intake was already finished: its answers are observations now."""


@dataclass(frozen=True)
class Saved:
    """What saving did: the new revision, and the fields that someone else had changed since the given revision."""

    revision: int
    changed_elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class ObservedValue:
    """One checked answer: the key of its measure, the side ("L", "R" or ""), and a value that JSON can hold.

    `component` holds the trials that the value is the mean of: (value, left out) as JSON.
    """

    measure: str
    side: str
    value: Any
    component: Sequence[Mapping[str, Any]] = ()


@transaction.atomic
def start_intake(
    episode: EpisodeOfCare,
    *,
    questionnaire: Questionnaire,
    by: User,
    practitioner: Practitioner | None,
    now: datetime.datetime,
) -> IntakeResponse:
    """Begin an intake of an episode and return its draft; one that is in progress is returned as it is.

    After an intake that was finished earlier today the new one begins with its answers, to complete or correct them.
    """
    draft = draft_of(episode)
    if draft is not None:
        return draft
    try:
        with transaction.atomic():
            encounter = contact_of_day(episode, [Encounter.Kind.INTAKE], now=now) or Encounter.objects.create(
                patient_id=episode.patient_id,
                episode=episode,
                kind=Encounter.Kind.INTAKE,
                practitioner=practitioner,
                started_at=now,
            )
            return IntakeResponse.objects.create(
                encounter=encounter,
                episode=episode,
                questionnaire=questionnaire,
                updated_at=now,
                **_of_earlier_today(episode, questionnaire, now),
            )
    except IntegrityError:
        return IntakeResponse.objects.get(episode=episode, status=IntakeResponse.Status.IN_PROGRESS)


def contact_of_day(episode: EpisodeOfCare, kinds: Sequence[str], *, now: datetime.datetime) -> Encounter | None:
    """Return today's contact of an episode, of one of the kinds, that has no intake yet: the visit being held.

    What is asked or measured at a visit belongs to that visit, so that it counts once.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Encounter.objects.filter(
        episode=episode,
        kind__in=kinds,
        intake__isnull=True,
        started_at__gte=midnight,
        started_at__lt=midnight + datetime.timedelta(days=1),
    )
    found: Encounter | None = rows.exclude(status=Encounter.Status.CANCELLED).order_by("-started_at").first()
    return found


def _of_earlier_today(episode: EpisodeOfCare, questionnaire: Questionnaire, now: datetime.datetime) -> dict[str, Any]:
    rows = IntakeResponse.objects.filter(
        episode=episode, questionnaire=questionnaire, status=IntakeResponse.Status.COMPLETED
    )
    earlier: IntakeResponse | None = rows.order_by("-completed_at").first()
    if earlier is None or timezone.localdate(earlier.completed_at) != timezone.localdate(now):
        return {"side": episode.side}
    kept = {name: value for name, value in earlier.answers.items() if name != REVISIONS}
    return {"side": earlier.side, "answers": kept}


def draft_of(episode: EpisodeOfCare) -> IntakeResponse | None:
    """Return the intake of an episode that is in progress, if any."""
    draft: IntakeResponse | None = IntakeResponse.objects.filter(
        episode=episode, status=IntakeResponse.Status.IN_PROGRESS
    ).first()
    return draft


@transaction.atomic
def save_answers(
    intake: IntakeResponse, answers: Mapping[str, Any], *, revision: int, by: User, now: datetime.datetime
) -> Saved:
    """Keep changed fields as typed, valid or not. Fields are "key", or "key.L" and "key.R" for a side.

    Each field is kept by itself: two tabs that fill in different fields lose nothing, and of one field the last typed
    value stays. `revision` is what the typing tab had seen last. Raises IntakeClosed after the intake was finished.
    """
    draft = _open_draft(intake)
    stamps = revisions_of(draft)
    elsewhere = tuple(
        name for name, value in answers.items() if stamps.get(name, 0) > revision and draft.answers.get(name) != value
    )
    _write(draft, answers, now=now)
    intake.answers, intake.revision, intake.updated_at = draft.answers, draft.revision, now
    return Saved(draft.revision, elsewhere)


def revisions_of(intake: IntakeResponse) -> dict[str, int]:
    """Return for each field (and for "side") the revision in which it was last saved."""
    stamps: dict[str, int] = intake.answers.get(REVISIONS, {})
    return dict(stamps)


@transaction.atomic
def choose_side(
    intake: IntakeResponse, side: str, *, moves: Mapping[str, str] | None = None, by: User, now: datetime.datetime
) -> None:
    """Note which side hurts ("L", "R" or "both"). `moves` names fields whose answer belongs to another field now.

    An answer moves only to a field that is still empty. Raises IntakeClosed after the intake was finished.
    """
    draft = _open_draft(intake)
    answers: dict[str, Any] = {}
    for old, new in (moves or {}).items():
        if draft.answers.get(old) and not draft.answers.get(new):
            answers |= {new: draft.answers[old], old: ""}
    draft.side = side
    _write(draft, answers, now=now, also=("side",))
    intake.side, intake.answers, intake.revision, intake.updated_at = side, draft.answers, draft.revision, now


def _open_draft(intake: IntakeResponse) -> IntakeResponse:
    draft: IntakeResponse = locked(IntakeResponse.objects.all(), intake.pk)
    if draft.status != IntakeResponse.Status.IN_PROGRESS:
        raise IntakeClosed(_("This intake was already finished."))
    return draft


def _write(
    draft: IntakeResponse, answers: Mapping[str, Any], *, now: datetime.datetime, also: Sequence[str] = ()
) -> None:
    """Write fields of a locked draft under the next revision; `also` names columns that were set on it."""
    draft.revision += 1
    stamps = revisions_of(draft) | dict.fromkeys([*answers, *also], draft.revision)
    draft.answers = {**draft.answers, **answers, REVISIONS: stamps}
    draft.updated_at = now
    draft.save(update_fields=["answers", "revision", "updated_at", *also])


@transaction.atomic
def complete_intake(
    intake: IntakeResponse, values: Sequence[ObservedValue], *, by: User, now: datetime.datetime
) -> IntakeResponse:
    """Turn checked answers into observations and close the intake. Safe to repeat: a finished intake is returned."""
    done: IntakeResponse = locked(IntakeResponse.objects.select_related("encounter"), intake.pk)
    if done.status == IntakeResponse.Status.COMPLETED:
        return done
    store_values(done.encounter, values, by=by, now=now)
    done.status = IntakeResponse.Status.COMPLETED
    done.completed_at = done.updated_at = now
    done.save(update_fields=["status", "completed_at", "updated_at"])
    done.encounter.status = Encounter.Status.FINISHED
    done.encounter.ended_at = max(now, done.encounter.started_at)
    done.encounter.save(update_fields=["status", "ended_at"])
    return done


def store_values(
    encounter: Encounter, values: Sequence[ObservedValue], *, by: User, now: datetime.datetime
) -> list[Observation]:
    """Make an observation of each value, with the unit of its measure. `now` is when it was observed."""
    units = dict(Measure.objects.filter(pk__in={each.measure for each in values}).values_list("pk", "unit"))
    return Observation.objects.bulk_create(
        Observation(
            patient_id=encounter.patient_id,
            episode_id=encounter.episode_id,
            encounter=encounter,
            measure_id=each.measure,
            side=each.side,
            value=each.value,
            number=_number(each.value),
            unit=units.get(each.measure, ""),
            component=list(each.component),
            effective_at=now,
            entered_by=by,
        )
        for each in values
    )


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else None
