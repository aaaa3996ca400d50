"""Everything of one patient in one ZIP: a document to read, data to take elsewhere, and a list of what is in it.

GDPR articles 15 and 20, and article 9 of the law on patients' rights.
"""

import datetime
import hashlib
import zipfile
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from fysicure.fhir.bundle import bundle, everything
from fysicure.privacy.dossier import dossier
from fysicure.privacy.rows import LEFT_OUT, as_json, named_ids, people, read, tables_of, what_happened, who_looked
from pathways.letter_pdf import render_pdf
from patients.models import Patient

FORMAT, VERSION = "fysicure-export", 1
FILE_NAME = "dossier.zip"


@dataclass(slots=True)
class _Packer:
    """Writes files into the ZIP and remembers what the manifest says of each."""

    archive: zipfile.ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, path: str, content: bytes, *, rows: int | None = None) -> None:
        self.archive.writestr(path, content)
        entry = {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        self.files.append(entry if rows is None else {**entry, "rows": rows})


def export(patient: Patient, *, now: datetime.datetime) -> IO[bytes]:
    """Return the ZIP as an open temporary file without a name, at its beginning; it is gone when closed.

    All is read in one snapshot of the database. The number of queries does not grow with the record.
    """
    target = TemporaryFile()  # noqa: SIM115 - who asked for it closes it
    with transaction.atomic(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _one_snapshot()
        packer = _Packer(archive)
        looked = who_looked(patient)
        packer.add("dossier.pdf", render_pdf(dossier(patient, looked=looked, now=now)))
        _letters(packer, patient)
        packer.add("fhir-bundle.json", as_json(bundle(everything(patient), now=now)))
        counts = _rows(packer, patient, looked)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": now.astimezone(datetime.UTC).isoformat(),
            "patient": str(patient.pk),
            "fhir": "R4 (4.0.1), collection; Belgian identifier systems, not run through the HL7 validator",
            "rows": counts,
            "left_out": LEFT_OUT,
            "files": packer.files,
        }
        archive.writestr("manifest.json", as_json(manifest))
    target.seek(0)
    return target


def _one_snapshot() -> None:
    """Let all statements of this transaction see the same state; inside a wider transaction that is not ours to set."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _letters(packer: _Packer, patient: Patient) -> None:
    for number, letter in enumerate(patient.letters.order_by("created_at", "pk"), 1):
        day = timezone.localdate(letter.created_at)
        packer.add(f"brieven/{number:03}-{day:%Y-%m-%d}-{letter.kind}.pdf", render_pdf(letter.document))


def _rows(packer: _Packer, patient: Patient, looked: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    named: set[UUID] = set(named_ids(looked))
    for table in tables_of(patient):
        rows = read(table)
        named.update(named_ids(rows))
        counts[table.model._meta.label] = len(rows)
        packer.add(table.path, as_json(rows), rows=len(rows))
    happened = what_happened(patient)
    named.update(named_ids(happened))
    packer.add("gegevens/wie_keek.json", as_json(looked), rows=len(looked))
    packer.add("gegevens/gebeurtenissen.json", as_json(happened), rows=len(happened))
    packer.add("gegevens/mensen.json", as_json(people(named)))
    return counts
