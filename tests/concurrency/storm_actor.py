"""One person in the storm: does something random, over and over, and writes down what the practice answered."""

import datetime
import json
import random
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from accounts.exceptions import DomainError
from pathways.follow_ups import book_follow_up
from pathways.models import FollowUp
from scheduling.booking import book, cancel, mark_arrived, mark_fulfilled, mark_no_show, move, reopen
from scheduling.models import Appointment
from scheduling.querysets import OCCUPYING
from scheduling.undo import last_change, undo_last
from tests.concurrency.storm_practice import Practice
from tests.people import at
from tests.second_factor import count_as_passed

API = "/api/v1/appointments/"
PROBLEM = "application/problem+json"
KINDS = ("session", "session", "session", "retest", "gait_analysis", "phone")
STEPS = (mark_arrived, mark_fulfilled, mark_no_show)
CLASHES = {"therapist", "room", "patient", "equipment", "hours"}
Wait = Callable[[float], None]


class Unclean(Exception):
    """An answer that nobody should get: another status, no problem document, no word about what it clashes with."""


@dataclass(frozen=True)
class Done:
    """What a success said about a visit. `is_change`: one row of its history must stand for it."""

    visit: str
    state: list[str]
    is_change: bool = True
    follow_up: str = ""


@dataclass(frozen=True)
class Refused:
    """A clean refusal: its name, and what the visit clashed with."""

    name: str


def state_of(row: Any) -> list[str]:
    """Return what a visit is, from a row or an answer of the API: whose, with whom, where, when, and its status."""
    of = row.get if isinstance(row, dict) else lambda name: getattr(row, name if name in TIMES else f"{name}_id")
    moments = [moment if isinstance(moment, datetime.datetime) else datetime.datetime.fromisoformat(moment)
               for moment in (of("start"), of("end"))]  # fmt: skip
    return [
        *(str(of(name)) for name in ("patient", "practitioner", "room")),
        *(moment.astimezone(datetime.UTC).isoformat() for moment in moments),
        str(of("status")),
    ]


TIMES = ("start", "end", "status")


@dataclass
class Actor:
    """`seed` decides everything that this person does; who is `over_http` asks the API, the others call functions."""

    practice: Practice
    seed: int
    log: Path
    over_http: bool
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - to be done again with the same seed

    @cached_property
    def client(self) -> Client:
        """A browser signed in as the desk."""
        count_as_passed()
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(self.practice.desk, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def act(self, until: float) -> None:
        """Do one thing after another until a moment of the monotonic clock."""
        acts = self._acts()
        with self.log.open("w") as log:
            while time.monotonic() < until:
                (chosen,) = self.chance.choices([each for each, _weight in acts], [weight for _each, weight in acts])
                began = time.monotonic()
                found = self._answer(chosen)
                if found is not None:
                    line = {
                        "seed": self.seed,
                        "act": chosen.__name__,
                        "began": began,
                        "ended": time.monotonic(),
                        **found,
                    }
                    log.write(json.dumps(line) + "\n")

    def _acts(self) -> list[tuple[Callable[[], Done | Refused | None], int]]:
        if self.over_http:
            return [(self.post, 40), (self.patch_time, 25), (self.patch_status, 35), (self.patch_nothing, 1)]
        acts = [(self.book, 30), (self.move, 20), (self.cancel, 15), (self.mark, 15), (self.reopen, 8)]
        return [*acts, (self.undo, 8), (self.book_follow_up, 12)]

    def _answer(self, act: Callable[[], Done | Refused | None]) -> dict[str, Any] | None:
        try:
            found = act()
        except DomainError as refusal:
            found = Refused(f"{type(refusal).__name__}:{getattr(refusal, 'clash', '')}:{refusal.status}")
        except Exception:  # whatever it is, nobody should get it
            return {"broken": traceback.format_exc()}
        if found is None:
            return None
        return {"refused": found.name} if isinstance(found, Refused) else {"done": vars(found)}

    # What each act needs

    def _moment(self) -> datetime.datetime:
        day = self.chance.choice(self.practice.days)
        return at(f"{day}", f"{self.chance.randint(8, 18):02}:{self.chance.choice((0, 15, 30, 45)):02}")

    def _now(self) -> datetime.datetime:
        return self.practice.noon if self.chance.random() < 0.4 else timezone.now()

    def _some_visit(self) -> Appointment | None:
        """A visit as somebody saw it a moment ago: others may have changed it since."""
        rows = Appointment.objects.order_by("?")
        seen: Appointment | None = (rows.filter(status__in=OCCUPYING) if self.chance.random() < 0.8 else rows).first()
        if self.chance.random() < 0.3:
            time.sleep(self.chance.random() * 0.05)
        return seen

    # Through the domain functions

    def book(self) -> Done:
        """Book a visit; sometimes send the very same again."""
        asked: dict[str, Any] = {
            "practitioner": self.chance.choice(self.practice.therapists),
            "start": self._moment(),
            "minutes": self.chance.choice((15, 30, 30, 45, 60)),
            "type": self.chance.choice(KINDS),
            "override_reason": self.chance.choice(("", "storm")),
            "idempotency_key": f"{uuid4()}",
            "by": self.practice.desk,
            "now": self._now(),
        }
        patient = self.chance.choice(self.practice.patients)
        visit = book(patient, **asked)
        if self.chance.random() < 0.2 and book(patient, **asked).pk != visit.pk:
            raise Unclean("The same request made a second visit.")
        return Done(str(visit.pk), state_of(visit))

    def move(self) -> Done | None:
        visit = self._some_visit()
        if visit is None:
            return None
        person = self.chance.choice([None, None, *self.practice.therapists])
        reason = "" if self.chance.random() < 0.5 else f"{uuid4()}"
        changes = {"start": self._moment(), "practitioner": person, "override_reason": reason}
        return self._done(move(visit, by=self.practice.desk, now=self._now(), **changes), is_change=bool(reason))

    def cancel(self) -> Done | None:
        visit = self._some_visit()
        return visit and self._done(cancel(visit, by=self.practice.desk, now=self._now(), code="pat-ill"))

    def mark(self) -> Done | None:
        visit, step = self._some_visit(), self.chance.choice(STEPS)
        return visit and self._done(step(visit, by=self.practice.desk, now=self.practice.noon))

    def reopen(self) -> Done | None:
        visit: Appointment | None = Appointment.objects.exclude(status="booked").order_by("?").first()
        return visit and self._done(reopen(visit, by=self.practice.desk, now=self._now()))

    def undo(self) -> Done | None:
        visit = self._some_visit()
        return visit and self._done(undo_last(visit, event=last_change(visit), by=self.practice.desk, now=self._now()))

    def book_follow_up(self) -> Done:
        need: FollowUp = self.chance.choice(self.practice.follow_ups)
        person, start = self.chance.choice(self.practice.therapists), self._moment()
        values = {"by": self.practice.desk, "now": timezone.now(), "override_reason": "storm"}
        visit = book_follow_up(need, practitioner=person, start=start, **values)
        return Done(str(visit.pk), state_of(visit), follow_up=str(need.pk))

    def _done(self, visit: Appointment, *, is_change: bool = True) -> Done:
        return Done(str(visit.pk), state_of(visit), is_change)

    # Through the API

    def post(self) -> Done | Refused:
        body = {
            "patient": str(self.chance.choice(self.practice.patients).pk),
            "practitioner": str(self.chance.choice(self.practice.therapists).pk),
            "start": self._moment().isoformat(),
            "minutes": self.chance.choice((30, 45, 300)),
            "type": self.chance.choice(KINDS),
        }
        headers = {"Idempotency-Key": f"{uuid4()}"}
        answer = self.client.post(API, body, content_type="application/json", headers=headers)
        return self._heard(answer, {201: True, 400: False, 409: False}, names_clash=True)

    def patch_time(self) -> Done | Refused | None:
        visit, start = self._some_visit(), self._moment()
        return self._patch(visit.pk, {"start": start.isoformat()}) if visit else None

    def patch_status(self) -> Done | Refused | None:
        visit = self._some_visit()
        wanted = self.chance.choice(("cancelled", "cancelled", "arrived", "fulfilled", "booked", "noshow"))
        return self._patch(visit.pk, {"status": wanted, "reason": "storm"}) if visit else None

    def patch_nothing(self) -> Done | Refused:
        return self._heard(self._send(uuid4(), {"status": "cancelled"}), {404: False})

    def _patch(self, pk: UUID, body: dict[str, str]) -> Done | Refused:
        return self._heard(self._send(pk, body), {200: True, 400: False, 409: False})

    def _send(self, pk: UUID, body: dict[str, str]) -> Any:
        return self.client.patch(f"{API}{pk}/", body, content_type="application/json")

    def _heard(self, answer: Any, allowed: dict[int, bool], *, names_clash: bool = False) -> Done | Refused:
        """Read an answer of the API; an IntegrityError that only the last net caught is titled "Conflict"."""
        code, body = answer.status_code, answer.json()
        if code not in allowed:
            raise Unclean(f"{code}: {body}")
        if allowed[code]:
            return Done(body["id"], state_of(body), is_change=code == 201)
        clash = body.get("clash", [])
        if answer["Content-Type"] != PROBLEM or body["status"] != code or not body["detail"]:
            raise Unclean(f"No problem document: {answer['Content-Type']} {body}")
        if code == 409 and (body["title"] == "Conflict" or not set(clash) <= CLASHES or (names_clash and not clash)):
            raise Unclean(f"A refusal that does not say why: {body}")
        return Refused(f"{code}:{','.join(clash)}")
