"""Who comes to the demo practice: sixty runners, each somewhere else on the way."""

import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

from accounts.models import Role, User
from fysicure.demo.answers import blocked_answers, doubtful_answers, kneecap_answers, runner_answers
from fysicure.demo.practice import Practice
from fysicure.demo.runner import Story, attend, begin, book_ahead, classify, intake, live, moment, phone_call, visit
from pathways.discharge import close_plan
from scheduling.booking import book
from scheduling.exceptions import BookingRefused
from scheduling.slots import free_moments

Progress = Callable[[str], None]


class People:
    """Draws people without ever drawing one twice."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.taken: set[tuple[str, str]] = set()

    def draw(self) -> dict[str, Any]:
        """Return the particulars of a new patient."""
        chance, names = self.practice.chance, self.practice.script["names"]
        gender = chance.choice(["female", "male"])
        while True:
            name = (chance.choice(names[gender]), chance.choice(names["family"]))
            if name not in self.taken:
                break
        self.taken.add(name)
        town = chance.choice(self.practice.script["towns"])
        return {
            "given_name": name[0],
            "family_name": name[1],
            "gender": gender,
            "birth_date": self.practice.now.date() - datetime.timedelta(days=chance.randrange(20 * 365, 55 * 365)),
            "phone": f"+3247{chance.randrange(10**7):07d}",
            "email": f"{name[0]}.{name[1]}@mail.example".lower().replace(" ", ""),
            "street": f"{chance.choice(self.practice.script['streets'])} {chance.randrange(1, 160)}",
            "postal_code": town["postal_code"],
            "city": town["city"],
            "general_practitioner": chance.choice(self.practice.doctors),
        }


def fill(practice: Practice, progress: Progress) -> list[Story]:
    """Bring every runner of the script into the practice; `progress` is told each step."""
    people, cohort = People(practice), practice.script["cohort"]
    stories = [_portal_patient(practice, people)]
    progress("the patient of the portal")
    for group in cohort["running"]:
        for _number in range(group["count"]):
            stories.append(_running(practice, people.draw(), practice.chance.randrange(*group["days"])))
        progress(f"{group['count']} runners who began {group['days'][0]} to {group['days'][1]} days ago")
    single: dict[str, Callable[[Practice, dict[str, Any]], Story]] = {
        "intake_booked": _intake_booked,
        "intake_draft": _intake_draft,
        "to_confirm": _to_confirm,
        "unlikely": _unlikely,
        "blocked": _blocked,
        "relapsed": _relapsed,
    }
    for name, bring in single.items():
        stories += [bring(practice, people.draw()) for _number in range(cohort[name])]
        progress(name.replace("_", " "))
    return stories


def fill_week(practice: Practice, stories: list[Story]) -> int:
    """Fill the week around today with sessions until the practice is as busy as the script says; return how many."""
    today = practice.now.date()
    monday = today - datetime.timedelta(days=today.weekday())
    made = 0
    for offset in (*range(5), *range(7, 12)):
        day = monday + datetime.timedelta(days=offset)
        share = practice.script["fullness"] * (1.0 if offset < 5 else 0.55)
        for practitioner in practice.therapists:
            made += _fill_day(practice, stories, practitioner, day, share)
    return made


def _fill_day(practice: Practice, stories: list[Story], practitioner: Any, day: datetime.date, share: float) -> int:
    booked_at = min(practice.now, moment(day, 6)) - datetime.timedelta(days=1)
    day_start, day_end = moment(day, 7), moment(day, 20)
    free = free_moments(
        practitioners=[practitioner], start=day_start, end=day_end, minutes=30, type="session", now=booked_at
    )
    own = [story for story in stories if story.practitioner == practitioner]
    half_hours = [each for each in free if each.start.minute in (0, 30)]
    made = 0
    practice.chance.shuffle(own)
    for each in half_hours:
        if practice.chance.random() > share or not own:
            continue
        story = own.pop()
        try:
            booked = book(
                story.patient,
                practitioner=practitioner,
                start=each.start,
                minutes=30,
                type="session",
                episode=story.episode,
                by=practice.desk,
                now=booked_at,
                idempotency_key=story.next_key(),
            )
        except BookingRefused:
            continue
        attend(story, booked, missed=0.06)
        made += 1
    return made


def _running(practice: Practice, person: dict[str, Any], days: int, *, until: int = 0) -> Story:
    """A runner whose plan began some days ago, followed until so many days ago."""
    day = _weekday(practice.now.date() - datetime.timedelta(days=days))
    chance = practice.chance
    story = phone_call(practice, day - datetime.timedelta(days=3), person, chance.choice(practice.therapists))
    begin(story, day, weeks=chance.choice([2, 3, 3, 4, 5, 8, 12, 20]), worst=chance.randrange(4, 8))
    live(story, practice.now.date() - datetime.timedelta(days=until))
    if not until:
        book_ahead(story)
    return story


def _portal_patient(practice: Practice, people: People) -> Story:
    row = practice.script["patient"]
    account = User.objects.create_user(
        row["email"], practice.script["password"], role=Role.PATIENT, name=f"{row['given_name']} {row['family_name']}"
    )
    birth = practice.now.date() - datetime.timedelta(days=row["age"] * 365 + 100)
    own = {key: row[key] for key in ("given_name", "family_name", "gender", "email")}
    person = {**people.draw(), **own, "birth_date": birth, "account": account}
    day = _weekday(practice.now.date() - datetime.timedelta(days=38))
    story = phone_call(practice, day - datetime.timedelta(days=3), person, practice.therapists[0])
    begin(story, day, weeks=3, worst=6)
    live(story, practice.now.date(), leaves_last_morning=True)
    visit(story, practice.now.date() + datetime.timedelta(days=2), kind="session", minutes=30, done=False)
    return story


def _intake_booked(practice: Practice, person: dict[str, Any]) -> Story:
    today, chance = practice.now.date(), practice.chance
    story = phone_call(practice, today - datetime.timedelta(days=chance.randrange(1, 4)), person, _anyone(practice))
    day = _weekday(today + datetime.timedelta(days=chance.randrange(1, 8)))
    visit(story, day, kind="intake", minutes=60, done=False)
    return story


def _intake_draft(practice: Practice, person: dict[str, Any]) -> Story:
    today = practice.now.date()
    story = phone_call(practice, today - datetime.timedelta(days=4), person, practice.therapists[0])
    answers = runner_answers(practice.chance, side=story.side, day=today, weeks=4, worst=6)
    kept = {key: answers[key] for key in list(answers)[:14]}
    intake(story, _weekday(today - datetime.timedelta(days=1)), {**kept, "weekly_km_usual": 30}, finish=False)
    return story


def _examined(practice: Practice, person: dict[str, Any], change: Callable[[Story, Any], Any], ago: int) -> Story:
    day = _weekday(practice.now.date() - datetime.timedelta(days=ago))
    story = phone_call(practice, day - datetime.timedelta(days=3), person, practice.therapists[0])
    visit(story, day, kind="intake", minutes=60)
    answers = runner_answers(practice.chance, side=story.side, day=day, weeks=3, worst=5)
    classify(story, intake(story, day, change(story, answers)), day)
    return story


def _to_confirm(practice: Practice, person: dict[str, Any]) -> Story:
    return _examined(practice, person, lambda story, answers: doubtful_answers(answers, story.side), ago=1)


def _unlikely(practice: Practice, person: dict[str, Any]) -> Story:
    return _examined(practice, person, lambda story, answers: kneecap_answers(answers, story.side), ago=6)


def _blocked(practice: Practice, person: dict[str, Any]) -> Story:
    return _examined(practice, person, lambda story, answers: blocked_answers(answers), ago=1)


def _relapsed(practice: Practice, person: dict[str, Any]) -> Story:
    story = _running(practice, person, 110, until=40)
    today = practice.now.date()
    ended = today - datetime.timedelta(days=40)
    close_plan(story.plan, reason="Loopt weer zonder pijn.", by=story.practitioner.user, now=moment(ended, 17))
    again = phone_call_again(story, today - datetime.timedelta(days=12))
    begin(again, _weekday(today - datetime.timedelta(days=9)), weeks=2, worst=5)
    live(again, today)
    return again


def phone_call_again(story: Story, day: datetime.date) -> Story:
    """The same patient calls again: a new episode on the same side."""
    old = story.episode
    fresh = type(old).objects.create(
        patient=story.patient,
        reason="Herval: opnieuw pijn aan de buitenkant van de knie",
        side=story.side,
        status=old.Status.ACTIVE,
        practitioner=story.practitioner,
        referrer=old.referrer,
        started_on=day,
    )
    return dataclasses.replace(story, episode=fresh, started=None)


def _anyone(practice: Practice) -> Any:
    return practice.chance.choice(practice.therapists)


def _weekday(day: datetime.date) -> datetime.date:
    """Return the day itself, or the Monday after a weekend."""
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
