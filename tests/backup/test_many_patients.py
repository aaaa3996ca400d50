"""A hundred and fifty patients, backed up and restored on another server that was empty: equal, row for row."""

from contextlib import ExitStack
from pathlib import Path

from django.utils import timezone

from fysicure.backup.keys import Keys
from fysicure.backup.making import make_backup
from fysicure.backup.restoring import restore
from fysicure.database import EmbeddedServer
from tests.backup.many_patients import ROWS_OF_A_PATIENT, fill, fingerprint, tables_in
from tests.own_folder import own_folder

PATIENTS = 150
# What a restore itself writes: that it took place, and the link of that. The restore has verified the chain.
WRITTEN_AFTER = {"public.accounts_securityevent", "public.accounts_auditlink", "public.accounts_audithead"}


def test_row_for_row_on_an_empty_server(practice: str, keys: Keys, tmp_path: Path) -> None:
    fill(practice, PATIENTS)
    made = make_backup(practice, tmp_path / "many.age", keys=keys, now=timezone.now())
    assert made.manifest.rows > PATIENTS * ROWS_OF_A_PATIENT
    with own_folder() as folder, ExitStack() as stack:
        second = EmbeddedServer(folder / "second")
        stack.callback(second.leave)
        second.attach()
        url = second.owner_url
        done = restore(url, made.path, keys=keys, now=timezone.now(), say=lambda _text: None)
        assert done.before is None
        tables = tables_in(practice)
        assert tables_in(url) == tables
        for table in tables:
            if table not in WRITTEN_AFTER:
                assert fingerprint(url, table) == fingerprint(practice, table), table
