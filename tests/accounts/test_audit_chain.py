"""The audit shows every way to tamper with it. Who tampers here owns the database and switches the triggers off."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from accounts.audit_chain import head, verify
from accounts.erasure_gate import ErasureNotRecorded, erasing
from accounts.models import AccessLog, AuditLink, SecurityEvent, User
from accounts.security_log import note_event
from patients.models import Patient
from tests.people import make_patient

pytestmark = [pytest.mark.django_db, pytest.mark.owner]  # as the application nobody comes that far
commits = pytest.mark.django_db(transaction=True)
LOG = "accounts_accesslog"


def read(patient: UUID, part: str = "chart", reader: UUID | None = None) -> AccessLog:
    """Write one reading."""
    return AccessLog.objects.create(user_id=reader or uuid4(), role="therapist", patient_id=patient, part=part)


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def triggers_off() -> Iterator[None]:
    """What only a superuser can do: no trigger fires."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET session_replication_role = replica")
    yield
    run("SET session_replication_role = origin")
    run("SET CONSTRAINTS ALL DEFERRED")


def wrong() -> str:
    """What verify_audit says: nothing when the audit is whole. What waits for the commit is linked first."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")
    found = verify().found
    return str(found) if found else ""


def waiting() -> int:
    """How many entries the commits before left in the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_auditqueue")
        (found,) = cursor.fetchone()
    return int(found)


@pytest.fixture
def readings(db: None) -> list[AccessLog]:
    """Five readings, linked."""
    patient = uuid4()
    rows = [read(patient, f"part {number}") for number in range(5)]
    assert wrong() == ""
    return rows


def place_of(row: AccessLog) -> int:
    return AuditLink.objects.get(table_name=LOG, row_key=str(row.pk)).position


@commits
def test_rows_are_linked_when_they_are_committed_and_not_when_they_are_rolled_back(readings: list[AccessLog]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        read(uuid4())
        raise RuntimeError
    verdict = verify()
    assert (verdict.found, verdict.links, verdict.position) == (None, 5, 5)
    assert [link.position for link in AuditLink.objects.all()] == [1, 2, 3, 4, 5]
    assert head() == (5, verdict.head)


@commits
def test_a_transaction_of_many_rows_and_savepoints_is_linked_in_one_go(db: None) -> None:
    with transaction.atomic():
        read(uuid4())
        with pytest.raises(RuntimeError), transaction.atomic():
            read(uuid4())
            raise RuntimeError
        AccessLog.objects.bulk_create(
            AccessLog(user_id=uuid4(), role="therapist", patient_id=uuid4(), part="list") for _each in range(300)
        )
        make_patient()
        read(uuid4())
    assert waiting() == 0
    verdict = verify()
    assert verdict.found is None
    assert verdict.links == 303
    order = [int(key) for key in AuditLink.objects.filter(table_name=LOG).values_list("row_key", flat=True)]
    assert order == sorted(order)


def test_a_changed_row(readings: list[AccessLog]) -> None:
    with triggers_off():
        run(f"UPDATE {LOG} SET part = 'nothing' WHERE id = %s", readings[2].pk)  # noqa: S608
    assert wrong() == f"{LOG} {readings[2].pk} (position 3): the row was changed"


def test_a_changed_row_is_found_with_one_trigger_switched_off_and_on_again(readings: list[AccessLog]) -> None:
    run(f"ALTER TABLE {LOG} DISABLE TRIGGER USER")
    assert "is switched off" in wrong()
    run(f"UPDATE {LOG} SET user_id = %s WHERE id = %s", uuid4(), readings[0].pk)  # noqa: S608
    run(f"ALTER TABLE {LOG} ENABLE TRIGGER USER")
    assert wrong() == f"{LOG} {readings[0].pk} (position 1): the row was changed"


def test_a_missing_row(readings: list[AccessLog]) -> None:
    with triggers_off():
        run(f"DELETE FROM {LOG} WHERE id = %s", readings[1].pk)  # noqa: S608
    assert wrong() == f"{LOG} {readings[1].pk} (position 2): the row is gone"


def test_a_row_slipped_in(readings: list[AccessLog]) -> None:
    with triggers_off():
        late = read(uuid4())
    assert wrong() == f"{LOG} {late.pk} (position -): the row is not in the chain"


def test_a_link_and_its_row_taken_out_together(readings: list[AccessLog]) -> None:
    place = place_of(readings[2])
    with triggers_off():
        run("DELETE FROM accounts_auditlink WHERE position = %s", place)
        run(f"DELETE FROM {LOG} WHERE id = %s", readings[2].pk)  # noqa: S608
    assert "link 3 of the chain is missing" in wrong()


def test_a_link_taken_out_and_the_rest_moved_up(readings: list[AccessLog]) -> None:
    with triggers_off():
        run("DELETE FROM accounts_auditlink WHERE position = 3")
        run(f"DELETE FROM {LOG} WHERE id = %s", readings[2].pk)  # noqa: S608
        for position in (4, 5):
            run("UPDATE accounts_auditlink SET position = position - 1 WHERE position = %s", position)
    assert "(position 3): the link was changed" in wrong()


def test_two_links_in_another_order(readings: list[AccessLog]) -> None:
    with triggers_off():
        for old, new in ((2, 99), (3, 2), (99, 3)):
            run("UPDATE accounts_auditlink SET position = %s WHERE position = %s", new, old)
    assert "(position 2): the link was changed" in wrong()


@pytest.mark.parametrize(
    "change", ["digest = sha256('x')", "row_key = '0'", "width = 3", "previous = sha256('x')", "hash = sha256('x')"]
)
def test_a_changed_link(readings: list[AccessLog], change: str) -> None:
    with triggers_off():
        run(f"UPDATE accounts_auditlink SET {change} WHERE position = 2")  # noqa: S608
    assert "(position 2): the link was changed" in wrong()


def test_a_row_changed_with_its_own_link_made_to_fit(readings: list[AccessLog]) -> None:
    """Whoever rewrites one link well is betrayed by the next."""
    with triggers_off():
        run(f"UPDATE {LOG} SET part = 'nothing' WHERE id = %s", readings[1].pk)  # noqa: S608
        run("SET LOCAL timezone = 'UTC'")
        run(
            f"UPDATE accounts_auditlink k SET digest = accounts_audit_digest(k.salt, to_jsonb(t)) FROM {LOG} t"  # noqa: S608
            " WHERE k.position = 2 AND t.id::text = k.row_key"
        )
        run(
            "UPDATE accounts_auditlink SET hash = accounts_audit_hash(position, table_name, row_key, width, digest,"
            " previous) WHERE position = 2"
        )
    assert "(position 3): the link before it was changed or replaced" in wrong()


def test_the_end_cut_off(readings: list[AccessLog]) -> None:
    with triggers_off():
        run("DELETE FROM accounts_auditlink WHERE position > 3")
        run(f"DELETE FROM {LOG} WHERE id IN (%s, %s)", readings[3].pk, readings[4].pk)  # noqa: S608
    assert "the end of the chain is missing: 2 of 5 links are gone" in wrong()
    read(uuid4())
    assert "link 4 of the chain is missing" in wrong()


def test_everything_rewritten_with_the_head_is_found_by_a_head_that_was_noted(readings: list[AccessLog]) -> None:
    _position, noted = head()
    assert verify(expect=noted).found is None
    with triggers_off():
        run("DELETE FROM accounts_auditlink WHERE position > 3")
        run(f"DELETE FROM {LOG} WHERE id IN (%s, %s)", readings[3].pk, readings[4].pk)  # noqa: S608
        run(
            "UPDATE accounts_audithead SET position = k.position, hash = k.hash FROM accounts_auditlink k"
            " WHERE k.position = 3"
        )
    assert wrong() == ""
    found = verify(expect=noted).found
    assert found is not None
    assert "does not stand in the chain" in found.wrong


def test_a_table_without_its_trigger(readings: list[AccessLog]) -> None:
    run(f"DROP TRIGGER audit_link ON {LOG}")
    assert wrong() == f"{LOG} - (position -): the table is not under the chain"


def test_a_column_added_later_leaves_old_digests_whole(readings: list[AccessLog]) -> None:
    """In one transaction with the later reading, so that the table is as it was afterwards."""
    with transaction.atomic():
        run(f"ALTER TABLE {LOG} ADD COLUMN later text NOT NULL DEFAULT 'new'")
        run(
            f"INSERT INTO {LOG} (at, user_id, role, patient_id, part, reason, request_id)"  # noqa: S608
            " VALUES (now(), gen_random_uuid(), 'therapist', gen_random_uuid(), 'chart', '', '')"
        )
        run("SET CONSTRAINTS ALL IMMEDIATE")
        assert wrong() == ""
        widths = list(AuditLink.objects.values_list("width", flat=True))
        assert widths == [*[widths[0]] * 5, widths[0] + 1]
        with triggers_off():
            run(f"UPDATE {LOG} SET later = 'changed'")  # noqa: S608
        assert "(position 6): the row was changed" in wrong()
        transaction.set_rollback(True)


def test_a_session_in_another_time_zone_comes_to_the_same_digest(readings: list[AccessLog]) -> None:
    run("SET timezone = 'America/New_York'")
    run("SET datestyle = 'SQL, DMY'")
    read(uuid4())
    assert wrong() == ""
    run("RESET timezone")
    run("RESET datestyle")
    assert wrong() == ""


def test_the_command_says_where_it_is_broken(readings: list[AccessLog]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"The audit is whole: 5 links, 0 of erased rows.\nHead 5 {head()[1]}\n"
    with triggers_off():
        run(f"DELETE FROM {LOG} WHERE id = %s", readings[0].pk)  # noqa: S608
    with pytest.raises(CommandError, match="the row is gone") as refused:
        call_command("verify_audit")
    assert refused.value.returncode == 1
    call_command("verify_audit", since=2, stdout=out)


@commits
def test_transactions_that_hold_rows_do_not_wait_for_each_other_in_a_ring(patient: Patient) -> None:
    """One holds the patient while it links; the other must check its foreign key to that patient at its commit."""
    linked, failures = threading.Barrier(2, timeout=20), []

    def act(first: Callable[[], object], then: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                first()
                linked.wait()
                then()
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connections.close_all()

    holder = threading.Thread(
        target=act,
        args=(lambda: Patient.objects.select_for_update().get(pk=patient.pk), lambda: read(patient.pk)),
    )
    pointer = threading.Thread(
        target=act,
        args=(
            lambda: read(patient.pk),
            lambda: run(
                "INSERT INTO scheduling_contactconsent (patient_id, channel, is_given, source, changed_at)"
                " VALUES (%s, 'sms', true, 'desk', now())",
                patient.pk,
            ),
        ),
    )
    for thread in (holder, pointer):
        thread.start()
    for thread in (holder, pointer):
        thread.join(30)
    assert failures == []
    assert verify().found is None


@commits
def test_nobody_holds_the_chain_while_the_commit_waits_for_a_row(patient: Patient) -> None:
    def point() -> None:
        with transaction.atomic():
            read(patient.pk)
            run(
                "INSERT INTO scheduling_contactconsent (patient_id, channel, is_given, source, changed_at)"
                " VALUES (%s, 'sms', true, 'desk', now())",
                patient.pk,
            )
        connections.close_all()

    pointer = threading.Thread(target=point)
    with transaction.atomic(), connection.cursor() as cursor:
        Patient.objects.select_for_update().get(pk=patient.pk)
        pointer.start()
        for _each in range(2000):
            cursor.execute("SELECT pg_sleep(0.005), EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[1]:
                break
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted), pg_try_advisory_xact_lock(1180259145, 5)"
        )
        assert cursor.fetchone() == (True, True)
    pointer.join(30)
    assert verify().found is None


@commits
def test_eighty_transactions_at_once_make_one_chain(db: None) -> None:
    def write() -> None:
        for _each in range(10):
            read(uuid4())
        connections.close_all()

    threads = [threading.Thread(target=write) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    verdict = verify()
    assert (verdict.found, verdict.links) == (None, 80)


@commits
def test_history_leaves_only_through_a_recorded_erasure_and_leaves_a_tombstone(therapist: User) -> None:
    patient = make_patient()
    events = Patient.pgh_event_model.objects.filter(pgh_obj=patient.pk)  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction.atomic():
        events.delete()
    erasure = uuid4()
    with pytest.raises(ErasureNotRecorded), transaction.atomic(), erasing(erasure):
        pass
    with transaction.atomic():
        read(patient.pk, reader=therapist.pk)
        note_event(SecurityEvent.Kind.ERASED, user_id=therapist.pk, patient_id=patient.pk, erasure=str(erasure))
        Patient.objects.filter(pk=patient.pk).update(phone="+32470000000")
        with erasing(erasure):
            patient.delete()
            gone = events.delete()[0]
    assert waiting() == 0
    verdict = verify()
    assert (gone, verdict.found, verdict.erased) == (2, None, 1)
    link = AuditLink.objects.get(erased_by=erasure)
    assert link.salt is None
    assert AuditLink.objects.filter(table_name="accounts_auditlink", row_key=str(link.position)).exists()
    assert not events.exists()


@commits
def test_the_gate_is_shut_for_readings_changes_and_later_transactions(readings: list[AccessLog]) -> None:
    erasure, patient = uuid4(), make_patient()
    events = Patient.pgh_event_model.objects.filter(pgh_obj=patient.pk)  # type: ignore[attr-defined]
    with transaction.atomic():
        note_event(SecurityEvent.Kind.ERASED, patient_id=patient.pk, erasure=str(erasure))
        with erasing(erasure):
            for act in (AccessLog.objects.all().delete, lambda: events.update(phone="+32470000000")):
                with pytest.raises(DatabaseError), transaction.atomic():
                    act()
        with pytest.raises(DatabaseError), transaction.atomic():
            events.delete()
    with pytest.raises(ErasureNotRecorded), transaction.atomic(), erasing(erasure):
        pass
    assert verify().found is None


def test_a_tombstone_without_an_erasure(readings: list[AccessLog]) -> None:
    with triggers_off():
        run("UPDATE accounts_auditlink SET salt = NULL, erased_by = gen_random_uuid() WHERE position = 2")
        run(f"DELETE FROM {LOG} WHERE id = %s", readings[1].pk)  # noqa: S608
    assert "no erasure is recorded for it" in wrong()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM accounts_auditlink",
        "UPDATE accounts_auditlink SET salt = NULL",
        "TRUNCATE accounts_auditlink",
        "DELETE FROM accounts_audithead",
    ],
)
def test_the_chain_itself_is_kept(readings: list[AccessLog], change: str) -> None:
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        run(change)
