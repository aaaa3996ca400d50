"""Who changed what: the history of every model as one list. Of clinical rows only which fields changed."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import pghistory.models
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from fysicure.audit.asked import SHOWN, Asked, place_text
from fysicure.audit.rows import Page

# Histories whose values the owner may read: accounts and the practice's own settings. All others hold records.
OPEN = frozenset(
    {
        "accounts_apitokenevent",
        "accounts_practitionerevent",
        "accounts_userevent",
        "patients_externalpractitionerevent",
        "pathways_pathwayversionevent",
        "scheduling_bookingpolicyevent",
        "scheduling_equipmentevent",
        "scheduling_extrahoursevent",
        "scheduling_healthcareserviceevent",
        "scheduling_leaveevent",
        "scheduling_roomevent",
        "scheduling_workinghoursevent",
    }
)
# How the patient of a row is found, by the column that it has.
_OF_PATIENT = {
    "patient_id": "t.patient_id = %(patient)s",
    "plan_id": "t.plan_id IN (SELECT id FROM pathways_careplan WHERE patient_id = %(patient)s)",
    "episode_id": "t.episode_id IN (SELECT id FROM patients_episodeofcare WHERE patient_id = %(patient)s)",
    "encounter_id": "t.encounter_id IN (SELECT id FROM patients_encounter WHERE patient_id = %(patient)s)",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """One field: its name, and what it was and became where that may be shown."""

    field: str
    old: str = ""
    new: str = ""
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One write. `what` is the kind of thing, `deed` insert, update or delete; `job`: no person did it."""

    at: Any
    key: str
    table: str
    what: str
    deed: str
    user_id: UUID | None
    job: str
    request: str
    fields: tuple[Changed, ...]

    @property
    def deed_in_words(self) -> str:
        """What was done, as people say it."""
        return {"insert": _("made"), "delete": _("removed")}.get(self.deed) or _("changed")


@cache
def histories() -> dict[str, type[Model]]:
    """Return the event models by table."""
    models = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    return {model._meta.db_table: model for model in models if model._meta.managed and not model._meta.proxy}


def changes(asked: Asked, *, most: int = SHOWN) -> Page[Change]:
    """Return the latest changes of a question. Two queries, however many rows there are."""
    found = _latest(asked, most + 1)
    before = _before(found[:most])
    rows = tuple(_change(row, before.get((row["table"], row["key"]))) for row in found[:most])
    more = place_text(found[most - 1]["at"], found[most - 1]["key"]) if len(found) > most else ""
    return Page(rows, more)


def _latest(asked: Asked, most: int) -> list[dict[str, Any]]:
    """Return the newest rows of all histories together. One query."""
    values: dict[str, Any] = {"start": asked.start, "end": asked.end, "patient": asked.patient, "most": most}
    values["user"] = str(asked.user) if asked.user else None
    if asked.before:
        values["at"], values["key"] = asked.before
    branches = [sql for table, model in histories().items() if (sql := _branch(table, model, asked))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(branches) + " ORDER BY at DESC, key DESC LIMIT %(most)s", values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _branch(table: str, model: type[Model], asked: Asked) -> str:
    """Return the part of the query about one history; "" when it cannot hold rows of the patient asked for."""
    where = ["t.pgh_created_at >= %(start)s", "t.pgh_created_at < %(end)s"]
    if asked.user:
        where.append("c.metadata->>'user' = %(user)s")
    if asked.before:
        where.append("(t.pgh_created_at, t.pgh_id) < (%(at)s, %(key)s)")
    if asked.patient:
        columns = {field.column for field in model._meta.concrete_fields}
        ways = [sql for column, sql in _OF_PATIENT.items() if column in columns]
        if table == "patients_patientevent":
            ways = ["t.pgh_obj_id = %(patient)s"]
        if not ways:
            return ""
        where.append(ways[0])
    return f"""(
        SELECT '{table}' AS "table", t.pgh_id AS key, t.pgh_created_at AS at, t.pgh_label AS deed,
            t.pgh_obj_id::text AS thing, c.metadata AS told, to_jsonb(t) AS now
        FROM "{table}" t LEFT JOIN pghistory_context c ON c.id = t.pgh_context_id
        WHERE {" AND ".join(where)} ORDER BY t.pgh_created_at DESC, t.pgh_id DESC LIMIT %(most)s
    )"""  # noqa: S608


def _before(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Return what each changed row was before. One query."""
    keys: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row["deed"] == "update":
            keys[row["table"]].append(row["key"])
    if not keys:
        return {}
    branches = [
        f"""SELECT '{table}', t.pgh_id, (
            SELECT to_jsonb(p) FROM "{table}" p WHERE p.pgh_obj_id = t.pgh_obj_id AND p.pgh_id < t.pgh_id
            ORDER BY p.pgh_id DESC LIMIT 1
        ) FROM "{table}" t WHERE t.pgh_id = ANY(%s)"""  # noqa: S608
        for table in keys
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(branches), list(keys.values()))
        return {(table, key): json.loads(was) for table, key, was in cursor.fetchall() if was}


def _change(row: dict[str, Any], was: dict[str, Any] | None) -> Change:
    model, told, now = histories()[row["table"]], json.loads(row["told"] or "{}"), json.loads(row["now"])
    tracked: type[Model] = model.pgh_tracked_model  # type: ignore[attr-defined]
    fields = [field for field in model._meta.concrete_fields if not field.name.startswith("pgh_")]
    is_open = row["table"] in OPEN
    changed = [
        Changed(
            field=capfirst(str(field.verbose_name)),
            old=_text(was.get(str(field.column))) if is_open else "",
            new=_text(now.get(str(field.column))) if is_open else "",
            is_shown=is_open,
        )
        for field in fields
        if was is not None and row["deed"] == "update" and was.get(str(field.column)) != now.get(str(field.column))
    ]
    user = told.get("user")
    return Change(
        at=row["at"],
        key=row["thing"] or "",
        table=row["table"],
        what=str(tracked._meta.verbose_name),
        deed=row["deed"],
        user_id=UUID(user) if user else None,
        job=told.get("job", ""),
        request=told.get("request", ""),
        fields=tuple(changed),
    )


def _text(value: object) -> str:
    """Return a value as the list shows it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)[:120]
