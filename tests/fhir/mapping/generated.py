"""Patients with varied histories, drawn by chance from a number: rows in memory, whole and valid, saved by nobody."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import models

from accounts.models import Language, Practitioner, User
from fysicure.fhir.record import Record
from pathways.engine.findings import MeasureDefinition
from pathways.engine.model import Definition
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    Exercise,
    ExercisePrescription,
    Goal,
    Instrument,
    OutcomeResponse,
    PathwayVersion,
    Phase,
)
from patients.models import (
    Consent,
    Encounter,
    EpisodeOfCare,
    ExternalPractitioner,
    IntakeResponse,
    Measure,
    Observation,
    Patient,
    Prescription,
    PrivacyText,
    SessionNote,
)
from scheduling.models import Appointment, Room
from tests.fhir.mapping.shared import shared
from tests.pathways.stories import content, instruments
from tests.people import BRUSSELS, NOW, TODAY

ODD_TARGET = "Comparison(operator='at_least', operand=oeps)"
# Words that break what is careless with them: quotes, accents, markup, lines, an apostrophe, long and short ones.
WORDS = (
    "Pijn", "Zoë d'Hondt & zoon", "<b>mank</b>", "regel één\nregel twee", '"citaat"', "œdème", "x", "  ruim  ",
    "Ik voel me beter 🙂", "a" * 190,
)  # fmt: skip


class Drawn:
    """One patient drawn from a number. `rows` holds what was made, by model, in an order in which it can be saved."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a history, not a secret
        self.seed = seed
        self.common = shared()
        self.rows: dict[type[models.Model], list[Any]] = defaultdict(list)
        self.patient = self._patient()
        for number in range(self.chance.choice([1, 1, 1, 2, 3])):
            self._episode(number)

    def record(self) -> Record:
        """The rows as `read_record` gives them."""
        return Record({**self.common, **self.rows})

    def add(self, row: Any) -> Any:
        self.rows[type(row)].append(row)
        return row

    def word(self) -> str:
        return self.chance.choice(WORDS)

    def moment(self, days: int = 700) -> datetime.datetime:
        """A moment of the last years, to the minute."""
        return NOW - datetime.timedelta(minutes=self.chance.randrange(60, days * 24 * 60))

    def maybe(self, value: Any, empty: Any = None) -> Any:
        return value if self.chance.random() < 0.6 else empty

    def _patient(self) -> Patient:
        chance = self.chance
        self.user = User(email=f"p{self.seed}@mail.example", name="Patiënt", role="patient")
        self.therapist = chance.choice(self.common[Practitioner])
        born = datetime.date(1930, 1, 1) + datetime.timedelta(days=chance.randrange(30_000))
        return Patient(
            family_name=chance.choice(["Peeters", "d'Hondt", "Şahin", "O'Brien-Van den Broeck"]),
            given_name=chance.choice(["An", "Zoë", "Jean-Luc", "Ömer"]),
            birth_date=born,
            gender=chance.choice(Patient.Gender.values),
            national_number=self.maybe(f"{born:%y%m%d}{self.seed % 998 + 1:03}{chance.randrange(1, 98):02}"),
            phone=self.maybe(f"+3247{chance.randrange(10**7):07}", ""),
            email=self.maybe("iemand@mail.example", ""),
            street=self.maybe("Markt 1 bus 2", ""),
            postal_code=self.maybe("2400", ""),
            city=self.maybe("Mol", ""),
            language=chance.choice(Language.values),
            general_practitioner=self.maybe(self.common[ExternalPractitioner][0]),
            user=self.maybe(self.user),
            archived_at=self.maybe(None, NOW),
            version=chance.randrange(1, 5),
        )  # fmt: skip

    def _episode(self, number: int) -> None:
        chance = self.chance
        started = TODAY - datetime.timedelta(days=chance.randrange(10, 700))
        status = chance.choice(EpisodeOfCare.Status.values)
        ended = started + datetime.timedelta(days=9) if status in {"finished", "cancelled"} else None
        episode = self.add(
            EpisodeOfCare(
                patient=self.patient, reason=self.word().strip(), side=chance.choice(["L", "R", "both", ""]),
                status=status, practitioner=self.maybe(self.therapist), started_on=started, ended_on=ended,
                referrer=self.maybe(self.common[ExternalPractitioner][0]), version=1,
            )
        )  # fmt: skip
        order = None
        if chance.random() < 0.7:
            doctor = self.common[ExternalPractitioner][0]
            order = self.add(
                Prescription(
                    episode=episode, prescriber=doctor, prescribed_on=started, diagnosis=self.maybe(self.word(), ""),
                    sessions_ordered=self.maybe(chance.randrange(1, 60)), version=1,
                )
            )  # fmt: skip
        contacts = [self._encounter(episode, order) for _each in range(chance.randrange(1, 6))]
        for contact in contacts:
            self._note(episode, contact)
            for _each in range(chance.randrange(6)):
                self._observation(episode, contact)
        for _each in range(chance.randrange(3)):
            self._appointment(episode)
        self._care(episode, contacts[0], number)

    def _encounter(self, episode: EpisodeOfCare, order: Prescription | None) -> Encounter:
        start = self.moment()
        return self.add(  # type: ignore[no-any-return]
            Encounter(
                patient=self.patient, episode=episode, kind=self.chance.choice(Encounter.Kind.values),
                status=self.chance.choice(Encounter.Status.values), practitioner=self.maybe(self.therapist),
                prescription=self.maybe(order), started_at=start,
                ended_at=self.maybe(start + datetime.timedelta(minutes=30)), note=self.word(),
            )
        )  # fmt: skip

    def _note(self, episode: EpisodeOfCare, contact: Encounter) -> None:
        if self.chance.random() < 0.5:
            return
        by, signed = self.therapist.user, self.chance.random() < 0.7
        self.add(
            SessionNote(
                patient=self.patient, episode=episode, encounter=contact, written_by=by, subjective=self.word(),
                status="final" if signed else "preliminary", signed_at=NOW if signed else None,
                signed_by=by if signed else None,
            )
        )  # fmt: skip

    def _observation(self, episode: EpisodeOfCare, contact: Encounter | None) -> None:
        chance = self.chance
        row: Measure = chance.choice(self.common[Measure])
        measure = content().measures[row.key]
        value = self.value(measure)
        earlier = self.rows[Observation]
        replaced = {each.replaces_id for each in earlier}
        free = [each for each in earlier if each.measure_id == row.key and each.pk not in replaced]
        trials = [{"value": 12.5, "left_out": False}, {"value": 30.0, "left_out": True}]
        self.add(
            Observation(
                patient=self.patient, episode=episode, encounter=self.maybe(contact), measure=row, value=value,
                side=chance.choice("LR") if measure.sided else "", unit=row.unit, effective_at=self.moment(),
                component=trials if measure.trials > 1 else [], replaces=free[0] if free else None,
                entered_by=chance.choice([self.therapist.user, self.user]),
            )
        )  # fmt: skip

    def value(self, measure: MeasureDefinition) -> Any:
        """A value that the measure takes, as an observation keeps it."""
        chance = self.chance
        low, high = measure.minimum or 0, measure.maximum if measure.maximum is not None else 50
        if measure.type in {"integer", "decimal"}:
            number = chance.uniform(low, high)
            return round(number) if measure.type == "integer" else round(number, measure.decimals or 0)
        if measure.type in {"boolean", "test"}:
            return chance.random() < 0.5
        if measure.type in {"choice", "multiple"}:
            options = [each.value for each in measure.options]
            several = chance.sample(options, chance.randrange(len(options) + 1))
            return several if measure.type == "multiple" else chance.choice(options)
        if measure.type == "date":
            return (TODAY - datetime.timedelta(days=chance.randrange(400))).isoformat()
        if measure.type == "list":
            record = [{"what": "enkel", "year": 2020}, {"what": "knie", "year": 2021}]
            return record if measure.item == "record" else [round(chance.uniform(0, 40), 1) for _each in range(4)]
        return self.word()

    def _appointment(self, episode: EpisodeOfCare) -> None:
        chance = self.chance
        status = chance.choice(Appointment.Status.values)
        start = datetime.datetime(2020, 1, 1, tzinfo=BRUSSELS) + datetime.timedelta(
            hours=self.seed * 20 + len(self.rows[Appointment])
        )
        is_off = status == "cancelled"
        self.add(
            Appointment(
                patient=self.patient, episode=self.maybe(episode), practitioner=self.therapist,
                room=self.maybe(chance.choice(self.common[Room])), type=chance.choice(Encounter.Kind.values),
                status=status, start=start, end=start + datetime.timedelta(minutes=chance.choice([20, 30, 60])),
                note=self.word(), booked_by=self.therapist.user, created_at=self.moment(), version=1,
                cancellation_code=chance.choice(Appointment.CancellationReason.values) if is_off else "",
                cancelled_at=NOW if is_off else None, cancellation_reason=self.word() if is_off else "",
            )
        )  # fmt: skip

    def _care(self, episode: EpisodeOfCare, contact: Encounter, number: int) -> None:
        chance, by = self.chance, self.therapist.user
        version: PathwayVersion = chance.choice(self.common[PathwayVersion])
        if chance.random() < 0.5 and number == 0:
            text, kind = self.common[PrivacyText][0], chance.choice(["research", "images", "notice"])
            self.add(
                Consent(
                    patient=self.patient, text=text, kind=kind, how="desk", made_by=by, made_at=self.moment(),
                    choice="shown" if kind == "notice" else chance.choice(["given", "refused", "withdrawn"]),
                )
            )  # fmt: skip
        intake = self._intake(episode, contact, version)
        if chance.random() < 0.2:
            return
        outcome = chance.choice(Classification.Outcome.values)
        found = self.add(
            Classification(
                intake=intake, episode=episode, pathway_version=version, side=chance.choice("LR"), outcome=outcome,
                result={}, made_by=by, made_at=self.moment(),
            )
        )  # fmt: skip
        status = chance.choice(CarePlan.Status.values)
        plan = self.add(
            CarePlan(
                patient=self.patient, episode=episode, pathway_version=version, classification=found,
                practitioner=self.therapist, side=found.side, course="acute", status=status,
                hold_reason=chance.choice(["blocked", "paused"]) if status == "on-hold" else "",
                started_on=episode.started_on, ended_on=TODAY if status in {"completed", "revoked"} else None,
            )
        )  # fmt: skip
        self._life(plan, content().pathways[version.pathway_id])

    def _intake(self, episode: EpisodeOfCare, contact: Encounter, version: PathwayVersion) -> IntakeResponse:
        chance = self.chance
        answers = dict(self._answers(version.pathway_id))
        done = chance.random() < 0.7
        if not done:
            answers |= {"nprs_now.R": "veel", "onset_date.L": "vorige week"}
        return self.add(  # type: ignore[no-any-return]
            IntakeResponse(
                encounter=contact, episode=episode, questionnaire=version.questionnaire, updated_at=NOW,
                side=chance.choice(["L", "R", "both"]), status="completed" if done else "in-progress",
                answers={**answers, "_revisions": dict.fromkeys(answers, 1)}, revision=len(answers),
                completed_at=NOW if done else None,
            )
        )  # fmt: skip

    def _answers(self, slug: str) -> Iterator[tuple[str, Any]]:
        """What was typed: for some fields as text, for others in its own type, by side or for the side that hurts."""
        definition = content().pathways[slug]
        for section in definition.questionnaire.sections:
            for measure in (definition.measures[key] for key in section.measures):
                if measure.computed or self.chance.random() < 0.3:
                    continue
                value = self.value(measure)
                if measure.type == "test":
                    value = self.chance.choice(["pos", "neg", True])
                if isinstance(value, float) and self.chance.random() < 0.5:
                    value = str(value).replace(".", ",")
                yield (f"{measure.key}.{self.chance.choice('LR')}" if measure.sided else measure.key), value

    def _life(self, plan: CarePlan, definition: Definition) -> None:
        chance, by = self.chance, self.therapist.user
        here = chance.randrange(len(definition.phases))
        states = [
            "completed" if index < here else "active" if index == here else "planned"
            for index in range(len(definition.phases))
        ]
        for index, written in enumerate(definition.phases):
            phase = self.add(
                Phase(
                    pk=self.number(Phase), plan=plan, key=written.key, ordinal=written.order, title=written.title,
                    weeks_min=self.maybe(1), weeks_max=self.maybe(3), status=states[index],
                    started_on=plan.started_on if index <= here else None,
                    completed_on=plan.started_on if index < here else None,
                )
            )  # fmt: skip
            for order, dose in enumerate(written.exercises):
                exercise = next(each for each in self.common[Exercise] if each.code == dose.exercise)
                self.add(
                    ExercisePrescription(
                        pk=self.number(ExercisePrescription), plan=plan, phase=phase, exercise=exercise, ordinal=order,
                        dosage=dose.sets, per_week=chance.choice([dose.per_week, "vrij", "", "0", "2-3"]),
                        progression=dose.progression, ended_on=self.maybe(None, TODAY), change_reason=self.word(),
                    )
                )  # fmt: skip
        for aim in definition.goals:
            self.add(
                Goal(
                    pk=self.number(Goal), plan=plan, description=aim.text, measure_key=aim.measure or "",
                    target=chance.choice([str(aim.target or ""), "10 km", ODD_TARGET]),
                    due_on=self.maybe(TODAY), lifecycle_status=chance.choice(Goal.Lifecycle.values),
                )
            )  # fmt: skip
        for _each in range(chance.randrange(6)):
            self._entry(plan)
        for _each in range(chance.randrange(3)):
            self._outcome(plan)
        used = [str(each.pk) for each in (*self.rows[Observation], *self.rows[DiaryEntry])][:3]
        for kind in chance.sample(Decision.Kind.values, 3):
            known = {"why": ["Alle criteria zijn gehaald."], "criteria": [{"key": "a", "used": [*used, "state"]}]}
            self.add(
                Decision(
                    plan=plan, kind=kind, proposal=chance.choice(["advance", ""]), reason=self.maybe(self.word(), ""),
                    reason_code=self.maybe(chance.choice(Decision.ReasonCode.values), ""), made_by=by,
                    evidence=chance.choice([known, {}, {"why": None, "criteria": None}]), made_at=self.moment(),
                )
            )  # fmt: skip

    def number(self, model: type[models.Model]) -> int:
        """A key that no other drawn row of this model has."""
        return 1_000_000 + self.seed * 500 + len(self.rows[model])

    def _entry(self, plan: CarePlan) -> None:
        chance, end = self.chance, self.moment()
        pains = {name: self.maybe(chance.randrange(11)) for name in ("pre", "during", "after", "next")}
        signs = {name: chance.random() < 0.2 for name in ("limp", "painkiller_24h", "aborted", "rf_any")}
        self.add(
            DiaryEntry(
                patient=self.patient, plan=plan, kind=chance.choice(DiaryEntry.Kind.values), ended_at=end,
                started_at=end - datetime.timedelta(minutes=30), side=chance.choice("LR"),
                note=self.maybe(self.word(), ""),
                distance_km=self.maybe(round(chance.uniform(0, 20), 1)), client_key=f"k{len(self.rows[DiaryEntry])}",
                created_at=self.moment(), created_by=self.user, version=1, **pains, **signs,
            )
        )  # fmt: skip

    def _outcome(self, plan: CarePlan) -> None:
        chance = self.chance
        key = chance.choice(list(instruments()))
        rules = instruments()[key]
        scoring, (low, high) = rules["scoring"], rules.get("item_range", rules["range"])
        if scoring == "single":
            answers: dict[str, Any] = {
                "value.L" if rules.get("sided") and chance.random() < 0.5 else "value": chance.randint(
                    int(low), int(high)
                )
            }
        elif scoring == "activities":
            rows = [{"name": "Lopen", "score": 4}, {"name": self.word(), "score": None}]
            answers = {"activities": rows}
        elif scoring == "sum" and chance.random() < 0.7:
            answers = {str(n): chance.randint(int(low), int(high)) for n in range(1, rules["items"])}
        else:
            answers = {"total": chance.choice([12, 12.5])}
        self.add(
            OutcomeResponse(
                patient=self.patient, episode=plan.episode, plan=plan, answers=answers, source="visit",
                instrument=next(each for each in self.common[Instrument] if each.pk == key), answered_at=self.moment(),
                client_key=f"o{len(self.rows[OutcomeResponse])}", entered_by=self.therapist.user,
            )
        )  # fmt: skip
