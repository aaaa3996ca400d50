"""One runner's way through the practice, lived day by day through the domain functions that pages call."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from accounts.exceptions import DomainError
from accounts.models import Practitioner, Role, User
from fysicure.demo.answers import runner_answers
from fysicure.demo.knee import Knee
from fysicure.demo.practice import Practice
from pathways.classification import classify_intake
from pathways.decisions import decide
from pathways.definitions import definition_of, intake_of
from pathways.diary import answer_next, log_entry
from pathways.follow_ups import book_follow_up
from pathways.intake import finish_intake
from pathways.models import CarePlan, Classification, DiaryEntry, FollowUp, Task
from pathways.plans import start_plan
from pathways.progress import PlanProgress, assess_plan
from pathways.retests import record_retest
from pathways.tasks import complete_task
from patients.intake import save_answers, start_intake
from patients.models import EpisodeOfCare, IntakeResponse, Patient, Prescription
from patients.registration import register
from scheduling.arrival import mark_arrived, mark_fulfilled, mark_no_show
from scheduling.booking import book
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment
from scheduling.slots import free_moments


@dataclass
class Story:
    """A runner in the simulation: the record in the database, and the knee behind it."""

    practice: Practice
    patient: Patient
    practitioner: Practitioner
    side: str
    knee: Knee
    episode: EpisodeOfCare
    author: User
    started: CarePlan | None = None
    keys: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    mornings: dict[Any, int] = field(default_factory=dict)

    @property
    def plan(self) -> CarePlan:
        """The plan that was started. Raises LookupError before that."""
        if self.started is None:
            raise LookupError("This runner has no plan yet.")
        return self.started

    def next_key(self) -> str:
        """Return a fresh idempotency key."""
        self.keys += 1
        return f"demo-{self.patient.pk}-{self.keys}"


def moment(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """Return an aware moment on a day in Brussels wall time."""
    return datetime.datetime.combine(day, datetime.time(hour, minute), BRUSSELS)


def phone_call(practice: Practice, day: datetime.date, person: dict[str, Any], practitioner: Practitioner) -> Story:
    """The desk answers the phone on a day: registers the patient, the episode and the doctor's order."""
    called_at = moment(day, 9)
    account = person.pop("account", None)
    patient = register(by=practice.desk, now=called_at, **person)
    author = account or User.objects.create_user(
        f"{patient.pk}@patient.example", None, role=Role.PATIENT, name=str(patient)
    )
    patient.user = author
    patient.save(update_fields=["user"])
    chance = practice.chance
    side = chance.choice("LR")
    doctor = chance.choice(practice.doctors)
    episode = EpisodeOfCare.objects.create(
        patient=patient,
        reason="Pijn aan de buitenkant van de knie bij het lopen",
        side=side,
        status=EpisodeOfCare.Status.ACTIVE,
        practitioner=practitioner,
        referrer=doctor,
        started_on=day,
    )
    Prescription.objects.create(
        episode=episode,
        prescriber=doctor,
        prescribed_on=day - datetime.timedelta(days=chance.randrange(1, 9)),
        sessions_ordered=chance.choice([9, 9, 9, 18]),
        diagnosis=practice.script["diagnosis"],
    )
    irritation, tolerance, deficit = chance.uniform(2.2, 4.2), chance.uniform(20, 30), chance.uniform(12, 20)
    knee = Knee(chance, irritation, tolerance, deficit, chance.uniform(140, 220))
    return Story(practice, patient, practitioner, side, knee, episode, author)


def visit(story: Story, day: datetime.date, *, kind: str, minutes: int, done: bool = True) -> Appointment | None:
    """Book a visit on a day (or the first free one after it) and, when it lies in the past, let it take place."""
    booked_at = min(story.practice.now, moment(day, 7)) - datetime.timedelta(days=2)
    for later in range(4):
        date = day + datetime.timedelta(days=later)
        free = free_moments(
            practitioners=[story.practitioner],
            start=moment(date, 7),
            end=moment(date, 20),
            minutes=minutes,
            type=kind,
            now=booked_at,
        )
        if free:
            choice = story.practice.chance.choice(free)
            appointment = book(
                story.patient,
                practitioner=story.practitioner,
                start=choice.start,
                minutes=minutes,
                type=kind,
                episode=story.episode,
                by=story.practice.desk,
                now=booked_at,
                idempotency_key=story.next_key(),
            )
            return attend(story, appointment) if done else appointment
    return None


def attend(story: Story, appointment: Appointment, *, missed: float = 0) -> Appointment:
    """Let a past visit take place; one that still has to come is left as it is. `missed`: chance of a no-show, 0-1."""
    if appointment.end > story.practice.now:
        return appointment
    if appointment.type == "session" and story.practice.chance.random() < missed:
        return mark_no_show(appointment, by=story.practice.desk, now=appointment.end)
    mark_arrived(appointment, by=story.practice.desk, now=appointment.start)
    mark_fulfilled(appointment, by=story.practitioner.user, now=appointment.end)
    return appointment


def intake(story: Story, day: datetime.date, answers: dict[str, Any], *, finish: bool = True) -> IntakeResponse:
    """Do the intake on a day: the answers are saved as a draft first, then finished."""
    story.answers = answers
    begun = moment(day, 10)
    response = start_intake(
        story.episode,
        questionnaire=intake_of(story.practice.script["pathway"]),
        by=story.practitioner.user,
        practitioner=story.practitioner,
        now=begun,
    )
    save_answers(response, answers, revision=response.revision, by=story.practitioner.user, now=begun)
    if finish:
        return finish_intake(response, by=story.practitioner.user, now=begun + datetime.timedelta(minutes=25))
    return response


def classify(story: Story, response: IntakeResponse, day: datetime.date) -> Classification:
    """Classify the finished intake and return the row of the affected side."""
    made = classify_intake(response, by=story.practitioner.user, now=moment(day, 10, 30))
    return next(row for row in made if row.side == story.side)


def begin(story: Story, day: datetime.date, *, weeks: int, worst: int) -> None:
    """Intake, classification and the start of the plan on one day; the visits of the plan are booked by the desk."""
    answers = runner_answers(story.practice.chance, side=story.side, day=day, weeks=weeks, worst=worst)
    visit(story, day, kind="intake", minutes=60)
    row = classify(story, intake(story, day, answers), day)
    story.started = start_plan(
        row,
        by=story.practitioner.user,
        practitioner=story.practitioner,
        now=moment(day, 10, 45),
        gait_strategy=story.practice.chance.choice(["cadence", "cadence", "step_width", "none"]),
    )


def live(story: Story, until: datetime.date, *, leaves_last_morning: bool = False) -> None:
    """Live from the start of the plan until a day: log in the diary, come to the visits, let the therapist decide.

    With `leaves_last_morning` the question of the last morning is still open.
    """
    start = story.plan.started_on
    weekday = story.practice.chance.randrange(5)
    for offset in range(1, (until - start).days + 1):
        day = start + datetime.timedelta(days=offset)
        story.plan.refresh_from_db()
        if story.plan.status != CarePlan.Status.ACTIVE:
            return
        if day < until or not leaves_last_morning:
            _morning(story, day)
        if (day.weekday() == weekday and offset > 3) or _is_due(story, day):
            _session(story, day)
        if day < story.practice.now.date() or story.practice.now.hour >= 20:
            last = leaves_last_morning and day == until - datetime.timedelta(days=1)
            _evening(story, day, offset, surely=last)
        story.knee.rest()


def _is_due(story: Story, day: datetime.date) -> bool:
    """Whether a follow-up must take place now: its window closes within two days, and the desk did not forget it."""
    if day.weekday() > 4:
        return False
    closing = {"window_end__gte": day, "window_end__lte": day + datetime.timedelta(days=2)}
    is_closing = FollowUp.objects.filter(plan=story.plan, **closing).open().exists()
    return is_closing and story.practice.chance.random() < 0.95


def book_ahead(story: Story) -> None:
    """Let the desk book half of the visits that fall in the coming two weeks; the others wait on its list."""
    today = story.practice.now.date()
    coming = {"window_start__gt": today, "window_start__lte": today + datetime.timedelta(days=14)}
    for due in FollowUp.objects.filter(plan=story.started, **coming).open():
        if story.practice.chance.random() < 0.5:
            _follow_up(story, due, due.window_start)


def _morning(story: Story, day: datetime.date) -> None:
    """Answer the question of the morning after, as most do."""
    now = moment(day, 8)
    if now > story.practice.now or story.practice.chance.random() < 0.06:
        return
    waiting = DiaryEntry.objects.filter(
        plan=story.plan, next__isnull=True, during__isnull=False, ended_at__gte=now - datetime.timedelta(hours=30)
    )
    for entry in waiting.filter(ended_at__lte=now - datetime.timedelta(hours=12)):
        answer_next(entry, story.mornings.get(entry.pk, 0), by=story.author, now=now)


def _evening(story: Story, day: datetime.date, offset: int, *, surely: bool = False) -> None:
    """Run or train on about five evenings a week, and log it."""
    chance = story.practice.chance
    ran = (offset % 2 == 0 or surely) and chance.random() < (1 if surely else 0.86) and _run(story, day)
    if not ran and (surely or (offset % 2 and chance.random() < 0.72)):
        _train(story, day)


def _run(story: Story, day: datetime.date) -> bool:
    """Run when the advice allows it, and now and then when it does not; return whether there was a run."""
    chance = story.practice.chance
    begun = moment(day, 18, chance.randrange(0, 50, 5))
    advice = assess_plan(story.plan, now=begun).run_advice
    if not advice.allowed and chance.random() < 0.93:
        return False
    minutes = _minutes(story, advice.step)
    if chance.random() < 0.07:
        minutes *= chance.uniform(1.9, 2.8)
    before, during, after, morning = story.knee.run(minutes)
    entry = log_entry(
        story.plan,
        kind="run",
        started_at=begun,
        ended_at=begun + datetime.timedelta(minutes=minutes + 10),
        pre=before,
        during=during,
        after=after,
        distance_km=round(minutes / 6.0, 1),
        onset_km=round(minutes / 12.0, 1) if during else None,
        step=advice.step or "",
        aborted=during >= 6,
        painkiller_24h=chance.random() < 0.03,
        client_key=story.next_key(),
        by=story.author,
        now=begun + datetime.timedelta(minutes=minutes + 75),
    )
    story.mornings[entry.pk] = morning
    return True


def _minutes(story: Story, key: str | None) -> float:
    """Return how long the planned run is: the running minutes of the step, or an easy 24 minutes."""
    rules = definition_of(story.plan.pathway_version).running
    steps = {step.key: step.total_run_min for step in rules.steps} if rules else {}
    return float(steps.get(key or "", 24) or 24)


def _train(story: Story, day: datetime.date) -> None:
    begun = moment(day, 19, story.practice.chance.randrange(0, 50, 5))
    during, after = story.knee.train()
    entry = log_entry(
        story.plan,
        kind="exercise",
        started_at=begun,
        ended_at=begun + datetime.timedelta(minutes=25),
        pre=max(0, during - 1),
        during=during,
        after=after,
        client_key=story.next_key(),
        by=story.author,
        now=begun + datetime.timedelta(minutes=90),
    )
    story.mornings[entry.pk] = max(0, during - 1)


def _session(story: Story, day: datetime.date) -> None:
    """A weekly session: what must be measured again is measured, and the therapist decides about the phase."""
    due = FollowUp.objects.filter(plan=story.plan).open().filter(window_start__lte=day, window_end__gte=day).first()
    appointment = _follow_up(story, due, day) if due else visit(story, day, kind="session", minutes=30)
    if appointment is None or appointment.end > story.practice.now:
        return
    now = appointment.end
    for task in Task.objects.filter(plan=story.plan, kind=Task.Kind.RED_LIGHT).open():
        complete_task(task, outcome="Besproken in de sessie.", by=story.practitioner.user, now=now)
    record_retest(story.plan, _retest(story), by=story.practitioner.user, now=now)
    _decide(story, assess_plan(story.plan, now=now), now)


def _follow_up(story: Story, due: FollowUp, day: datetime.date) -> Appointment | None:
    booked_at = min(story.practice.now, moment(day, 7) - datetime.timedelta(days=2))
    free = free_moments(
        practitioners=[story.practitioner],
        start=moment(day, 7),
        end=moment(day, 20),
        minutes=due.minutes,
        type=due.type,
        now=booked_at,
    )
    if not free:
        return None
    start = story.practice.chance.choice(free).start
    appointment = book_follow_up(
        due, practitioner=story.practitioner, start=start, by=story.practice.desk, now=booked_at
    )
    return attend(story, appointment)


def _retest(story: Story) -> dict[str, Any]:
    """What is found in the session, as far as the knee goes along."""
    knee, side = story.knee, story.side
    pain = max(0, round(knee.irritation - 1.2))
    healthy, affected = knee.newton()
    other = "L" if side == "R" else "R"
    better = knee.deficit_percent < 9
    return {
        "nprs_now": min(pain, 2),
        "nprs_worst_7d": max(pain, min(10, round(knee.irritation))),
        "nprs_avg_7d": pain,
        "stairs_nprs": {side: pain},
        "sls_nprs": {side: max(0, pain - 1)},
        "sls_quality": {side: "good" if better else "fair"},
        "step_down_nprs": {side: max(0, pain - 1)},
        "walk_30min_nprs": max(0, pain - 1),
        "hipabd_n": {side: affected, other: healthy},
        "psfs_running": 9 if better else 7,
        "cadence_no_metronome": round(float(story.answers["cadence_spm"]) * 1.06),
        "cadence_no_metronome_speed_kmh": 10.0,
    }


def _decide(story: Story, seen: PlanProgress, now: datetime.datetime) -> None:
    """Follow the proposal most of the time; now and then the therapist keeps someone where they are, and says why."""
    proposal = seen.progress.proposal.value
    by = story.practitioner.user
    chance = story.practice.chance.random()
    try:
        if proposal == "advance" and seen.progress.to_phase is not None:
            if chance < 0.07:
                reason = "Eerst een week met meer vertrouwen in de trap."
                decide(story.plan, "hold", reason=reason, reason_code="patient_wish", by=by, now=now)
            else:
                decide(story.plan, "advance", reason="", by=by, now=now)
        elif proposal == "stay" and chance < 0.3 and _lacks_one(seen):
            reason = "Eén criterium ontbreekt nog; het klinisch beeld laat de volgende fase toe."
            decide(story.plan, "advance", reason=reason, reason_code="clinical_picture", by=by, now=now)
        elif proposal == "step_back" and seen.progress.to_phase is not None:
            reason = "Te snel opgebouwd: eerst terug naar rust in de knie."
            decide(story.plan, "step_back", reason=reason, by=by, now=now)
    except DomainError:
        return


def _lacks_one(seen: PlanProgress) -> bool:
    """Whether all criteria but one are met: then a therapist may go on all the same."""
    return sum(row.status.value != "met" for row in seen.progress.criteria) == 1
