"""After the storm: what the tables say, in plain SQL, against what everybody was told. No sentence is good news."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection

OVERLAPS = """
SELECT one.id, other.id FROM scheduling_appointment one JOIN scheduling_appointment other
    ON one.id < other.id AND one.{column} = other.{column} AND one.start < other."end" AND other.start < one."end"
WHERE one.status NOT IN ('cancelled', 'noshow') AND other.status NOT IN ('cancelled', 'noshow')
"""
COLUMNS = 'patient_id::text, practitioner_id::text, room_id::text, start, "end", status'
NOW = f"SELECT id::text, {COLUMNS} FROM scheduling_appointment"  # noqa: S608
HISTORY = f"SELECT pgh_obj_id::text, {COLUMNS} FROM scheduling_appointmentevent ORDER BY pgh_id"  # noqa: S608
STRAY_CONTACTS = """
SELECT contact.id FROM patients_encounter contact
LEFT JOIN scheduling_appointment visit ON visit.encounter_id = contact.id
WHERE contact.status <> 'cancelled' AND visit.id IS NULL AND contact.kind <> 'intake'
"""
LOST_CONTACTS = """
SELECT visit.id FROM scheduling_appointment visit
LEFT JOIN patients_encounter contact ON visit.encounter_id = contact.id
WHERE (visit.status IN ('arrived', 'fulfilled')) IS DISTINCT FROM (coalesce(contact.status, 'cancelled') <> 'cancelled')
"""
LINKS = """
SELECT need.id::text, need.is_dropped, visit.id::text FROM pathways_followup need
LEFT JOIN scheduling_appointment visit ON visit.id = need.appointment_id WHERE need.plan_id = ANY(%s)
"""
LINKED = """
SELECT pgh_obj_id::text, appointment_id::text FROM pathways_followupevent WHERE pgh_label = 'update' ORDER BY pgh_id
"""
Record = dict[str, Any]


def rows(query: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        return list(cursor.fetchall())


def overlaps() -> list[str]:
    """No two visits that take up their time share a therapist, a room, a patient or a device."""
    columns = ("practitioner_id", "room_id", "patient_id", "equipment_id")
    return [f"{column}: {pair}" for column in columns for pair in rows(OVERLAPS.format(column=column))]


def _states(query: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for pk, *owners, start, end, status in rows(query):
        moments = (moment.astimezone(datetime.UTC).isoformat() for moment in (start, end))
        found.append((pk, (*map(str, owners), *moments, status)))
    return found


def untrue_successes(records: list[Record]) -> list[str]:
    """Every success is in the history of its visit, every change in the history was told to somebody, and each visit
    is now what the last success said of it, or one that ran at the same time as the last."""
    history = Counter(_states(HISTORY))
    told: Counter[Any] = Counter()
    changes: Counter[Any] = Counter()
    by_visit: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        key = record["done"]["visit"], tuple(record["done"]["state"])
        told[key] += 1
        changes[key] += record["done"]["is_change"]
        by_visit[key[0]].append(record)
    wrong = [f"Told and not in the history: {key}" for key in told if key not in history]
    wrong += [f"Told {count} times, {history[key]} in the history: {key}" for key, count in changes.items()
              if history[key] < count]  # fmt: skip
    wrong += [f"{count} in the history, told {told[key]} times: {key}" for key, count in history.items()
              if count > told[key]]  # fmt: skip
    now = dict(_states(NOW))
    for visit, said in by_visit.items():
        last_began = max(each["began"] for each in said)
        possible = {tuple(each["done"]["state"]) for each in said if each["ended"] >= last_began}
        if now.get(visit) not in possible:
            wrong.append(f"Visit {visit} is {now.get(visit)}, last told: {possible}")
    return wrong


def broken_contacts() -> list[str]:
    """A visit of somebody who came has its contact, and no contact is left without its visit."""
    wrong = [f"A contact without a visit: {pk}" for (pk,) in rows(STRAY_CONTACTS)]
    return wrong + [f"Status and contact do not agree: visit {pk}" for (pk,) in rows(LOST_CONTACTS)]


def broken_obligations(records: list[Record], expected: Iterable[str], plans: Iterable[Any]) -> list[str]:
    """Each follow-up is still there, hangs on the visit that was booked for it last, and no older one of its visits
    takes up time beside it."""
    linked_now = {need: visit for need, dropped, visit in rows(LINKS, [list(plans)]) if not dropped}
    wrong = [f"Follow-up lost: {need}" for need in expected if need not in linked_now]
    booked: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if record["done"]["follow_up"]:
            booked[record["done"]["follow_up"]].append(record["done"]["visit"])
    linked: dict[str, list[str]] = defaultdict(list)
    for need, visit in rows(LINKED):
        linked[need].append(visit)
    status = {pk: state[-1] for pk, state in _states(NOW)}
    for need, visit in linked_now.items():
        if not set(booked[need]) <= set(linked[need]):
            wrong.append(f"Follow-up {need} was told {booked[need]}, its history holds {linked[need]}")
        if visit != (linked[need][-1] if linked[need] else None):
            wrong.append(f"Follow-up {need} hangs on {visit}, last linked was {linked[need][-1:]}")
        occupying = {pk for pk in linked[need] if status[pk] not in {"cancelled", "noshow"}}
        if not occupying <= {visit}:
            wrong.append(f"Follow-up {need} hangs on {visit}, and these of its visits take up time: {occupying}")
    return wrong
