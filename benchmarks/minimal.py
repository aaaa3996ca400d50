"""The unit of all goals: the same rows through the smallest honest Django views, behind a session and a user.

Plain ORM and templates over the product's own tables; accounts, sessions, bookings and diary entries of its own stand
in the schema `minimal`. Nothing is logged, nobody's rights are looked at. `python -m benchmarks.minimal` makes the
tables and prints a session's key.
"""

import datetime
import json
import os
import random
import sys
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import django
from django.conf import settings

from benchmarks.minimal_settings import options

# Then the product's tables stay out of sight: it has migrations of the same names.
_MAKES_TABLES = __name__ == "__main__"
settings.configure(**options(os.environ["DATABASE_URL"], "minimal" if _MAKES_TABLES else "minimal,public"))
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.shortcuts import get_object_or_404, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

DAY = datetime.timedelta(days=1)


def _model(model: str, table: str, /, **fields: Any) -> Any:
    """A model over some columns of a table of the product."""
    meta = type("Meta", (), {"managed": False, "db_table": table, "app_label": "minimal"})
    key = {"id": models.UUIDField(primary_key=True)} if "id" not in fields else {}
    return type(model, (models.Model,), {"__module__": __name__, "Meta": meta, **key, **fields})


def _to(model: Any) -> Any:
    return models.ForeignKey(model, models.CASCADE)


text, moment = models.TextField, models.DateTimeField
number = partial(models.BigAutoField, primary_key=True)
Patient = _model(
    "Patient", "patients_patient", family_name=text(), given_name=text(), birth_date=models.DateField(), phone=text(),
    street=text(), name_folded=text(db_collation="C"),
)  # fmt: skip
Practitioner = _model("Practitioner", "accounts_practitioner", name=text(), is_active=models.BooleanField())
Encounter = _model("Encounter", "patients_encounter", patient=_to(Patient), started_at=moment(), kind=text())
Note = _model(
    "Note", "patients_sessionnote", encounter=_to(Encounter), patient=_to(Patient), subjective=text(), plan=text()
)
Plan = _model("Plan", "pathways_careplan", patient=_to(Patient), practitioner=_to(Practitioner), status=text(),
              started_on=models.DateField())  # fmt: skip
Diary = _model("Diary", "pathways_diaryentry", patient=_to(Patient), started_at=moment(), kind=text(),
               during=models.SmallIntegerField(), note=text())  # fmt: skip
Appointment = _model("Appointment", "scheduling_appointment", patient=_to(Patient), practitioner=_to(Practitioner),
                     start=moment(), end=moment(), status=text(), type=text())  # fmt: skip

Entry = _model("Entry", "entry", id=models.BigAutoField(primary_key=True), patient=models.IntegerField(), at=moment(),
               pain=models.SmallIntegerField(), note=text())  # fmt: skip


# As many rows as one write of the product makes: see `_traces`.
Context = _model("Context", "context", at=moment(), metadata=models.JSONField(), id=number())
Event = _model("Event", "event", at=moment(), label=text(), row=models.JSONField(), context=_to(Context), id=number())
Link = _model("Link", "link", table=text(), row=text(), digest=text(), previous=text(), hash=text(), id=number())
Counter = _model("Counter", "counter", count=models.BigIntegerField(), id=number())
Key = _model("Key", "key", key=text(), digest=text(), result=text(), at=moment(), id=number())


def _traces(of: str, row: dict[str, Any]) -> None:
    """What the product writes beside a row: its history, who did it, two links of the chain, and the chain's head."""
    context = Context.objects.create(at=timezone.now(), metadata={"user": "bench", "request": "bench"})
    Event.objects.create(at=context.at, label="insert", row=row, context=context)
    for each in (of, "context"):
        Link.objects.create(table=each, row=str(context.pk), digest="0" * 64, previous="0" * 64, hash="0" * 64)
    Counter.objects.filter(pk=1).update(count=F("count") + 2)


def search(request: HttpRequest) -> HttpResponse:
    """Twenty patients whose name begins with a text, by a range of the index."""
    start = request.GET["q"].lower()
    rows = Patient.objects.filter(name_folded__gte=start, name_folded__lt=start + chr(0x10FFFD))
    return render(request, "list", {"rows": rows.order_by("name_folded")[:20]})


def _of_day(request: HttpRequest, **whose: Any) -> Any:
    first = timezone.make_aware(datetime.datetime.fromisoformat(request.GET["day"]))
    rows = Appointment.objects.filter(start__gte=first, start__lt=first + DAY, **whose)
    return rows.select_related("patient").order_by("practitioner_id", "start")


def agenda(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One therapist's day."""
    return render(request, "agenda", {"rows": _of_day(request, practitioner_id=pk)})


def clinic(request: HttpRequest) -> HttpResponse:
    """The day of everybody who still works here."""
    return render(request, "agenda", {"rows": _of_day(request, practitioner__is_active=True)})


def agenda_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    """One therapist's day as JSON."""
    rows = [
        {"id": row.id, "start": row.start, "end": row.end, "status": row.status, "patient": row.patient_id,
         "name": f"{row.patient.family_name} {row.patient.given_name}"}
        for row in _of_day(request, practitioner_id=pk)
    ]  # fmt: skip
    return JsonResponse({"rows": rows})


def chart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A patient with ten contacts and their notes, plan, twenty diary entries and ten visits."""
    whose: dict[str, Any] = {"patient_id": pk}
    values = {
        "patient": get_object_or_404(Patient, pk=pk),
        "notes": Note.objects.filter(**whose).select_related("encounter").order_by("-encounter__started_at")[:10],
        "plans": Plan.objects.filter(**whose),
        "diary": Diary.objects.filter(**whose).order_by("-started_at")[:20],
        "visits": Appointment.objects.filter(**whose).order_by("-start")[:10],
    }
    return render(request, "chart", values)


def home(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A therapist's visits of the day and 25 of the running plans."""
    plans = Plan.objects.filter(practitioner_id=pk, status="active").select_related("patient").order_by("started_on")
    return render(request, "home", {"rows": _of_day(request, practitioner_id=pk), "plans": plans[:25]})


def free(request: HttpRequest, pk: UUID) -> JsonResponse:
    """A therapist's free half hours of a week: what is taken is read, the rest is subtracted here."""
    first = timezone.make_aware(datetime.datetime.fromisoformat(request.GET["day"]))
    rows = Appointment.objects.filter(practitioner_id=pk, start__gte=first, start__lt=first + 7 * DAY)
    taken = set(rows.exclude(status="cancelled").values_list("start", flat=True))
    half, hours = datetime.timedelta(minutes=30), [*range(16, 24), *range(26, 38)]
    halves = [first + number * DAY + half * each for number in range(5) for each in hours]
    return JsonResponse({"free": [each for each in halves if each not in taken]})


@csrf_exempt
def book(request: HttpRequest) -> JsonResponse:
    """Insert one booking, which an exclusion constraint guards."""
    start = timezone.now() + datetime.timedelta(days=random.randrange(100, 3000), minutes=30 * random.randrange(48))  # noqa: S311
    values = [random.randrange(5000), random.randrange(40), start, start + datetime.timedelta(minutes=30)]  # noqa: S311
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO minimal.booking (patient, practitioner, during) VALUES (%s, %s, tstzrange(%s, %s)) "
            "ON CONFLICT DO NOTHING RETURNING id",
            values,
        )
        row = cursor.fetchone()
    return JsonResponse({"id": row and row[0]}, status=201 if row else 409)


@csrf_exempt
@transaction.atomic
def book_rows(request: HttpRequest) -> JsonResponse:
    """The same booking with as many rows beside it as the product writes."""
    answer = book(request)
    _traces("booking", json.loads(answer.content))
    return answer


@csrf_exempt
def log(request: HttpRequest) -> JsonResponse:
    """Insert one diary entry, and read the twenty before it."""
    patient = random.randrange(50)  # noqa: S311
    made = Entry.objects.create(patient=patient, at=timezone.now(), pain=random.randrange(4), note="")  # noqa: S311
    before = Entry.objects.filter(patient=patient, at__lt=made.at).order_by("-at")[:20]
    pains = [{"id": each.id, "at": each.at, "pain": each.pain} for each in before]
    return JsonResponse({"id": made.id, "at": made.at, "before": pains}, status=201)


@csrf_exempt
@transaction.atomic
def log_rows(request: HttpRequest) -> JsonResponse:
    """The same diary entry with as many rows beside it as the product writes: the key, and what makes a plan stale."""
    key = Key.objects.create(key=str(uuid4()), digest="0" * 64, result="", at=timezone.now())
    answer = log(request)
    _traces("entry", {"key": key.key, **json.loads(answer.content)})
    Counter.objects.filter(pk=2).update(count=F("count") + 1)
    return answer


urlpatterns = [
    path("search", login_required(search)),
    path("agenda/<uuid:pk>", login_required(agenda)),
    path("clinic", login_required(clinic)),
    path("agenda.json/<uuid:pk>", login_required(agenda_json)),
    path("chart/<uuid:pk>", login_required(chart)),
    path("home/<uuid:pk>", login_required(home)),
    path("free/<uuid:pk>", login_required(free)),
    path("book", csrf_exempt(login_required(book))),
    path("log", csrf_exempt(login_required(log))),
    path("book.rows", csrf_exempt(login_required(book_rows))),
    path("log.rows", csrf_exempt(login_required(log_rows))),
]
application = get_wsgi_application()

_TABLES = """
CREATE SCHEMA IF NOT EXISTS minimal;
CREATE TABLE IF NOT EXISTS minimal.booking (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient int NOT NULL, practitioner int NOT NULL,
    during tstzrange NOT NULL, EXCLUDE USING gist (practitioner WITH =, during WITH &&)
);
CREATE TABLE IF NOT EXISTS minimal.entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient int NOT NULL, at timestamptz NOT NULL,
    pain smallint NOT NULL CHECK (pain BETWEEN 0 AND 10), note text NOT NULL
);
CREATE TABLE IF NOT EXISTS minimal.context (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, metadata jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS minimal.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, label text NOT NULL,
    row jsonb NOT NULL, context_id bigint NOT NULL REFERENCES minimal.context
);
CREATE TABLE IF NOT EXISTS minimal.link (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "table" text NOT NULL, row text NOT NULL, digest text NOT NULL,
    previous text NOT NULL, hash text NOT NULL
);
CREATE TABLE IF NOT EXISTS minimal.counter (id bigint PRIMARY KEY, count bigint NOT NULL);
INSERT INTO minimal.counter VALUES (1, 0), (2, 0) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS minimal.key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, digest text NOT NULL,
    result text NOT NULL, at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_of_patient ON minimal.entry (patient, at);
INSERT INTO minimal.entry (patient, at, pain, note)
SELECT patient, now() - interval '1 day' * number, number % 4, ''
FROM generate_series(0, 49) patient, generate_series(1, 20) number WHERE NOT EXISTS (SELECT FROM minimal.entry)
"""


def _session() -> str:
    """Make the unit's own tables, and sign its user in."""
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("GRANT USAGE ON SCHEMA minimal TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA minimal TO PUBLIC")
    user, _made = User.objects.get_or_create(username="bench")
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_hash"] = str(user.pk), user.get_session_auth_hash()
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return str(session.session_key)


if _MAKES_TABLES:
    sys.modules["benchmarks.minimal"] = sys.modules["__main__"]
    print(_session())
