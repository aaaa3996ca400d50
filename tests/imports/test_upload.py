"""Choosing a file: what is no table is told beside the field, and only this address takes a large one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from fysicure.imports.forms import LARGEST_FILE
from fysicure.limits import IMPORT_LONGEST
from patients.data_import.reading import MOST_ROWS
from patients.models import DataImport
from tests.imports.files import HEADINGS, LINES, csv_file, many

pytestmark = pytest.mark.django_db
NEW = "/import/new/"
SignIn = Callable[[User], Client]
# Beyond what any other address takes (4 MB).
LARGE = many(20_000).replace(b"An;", b"An" + b" Maria" * 30 + b";")


@pytest.fixture
def web(client_of: SignIn, owner: User) -> Client:
    """The owner's browser."""
    return client_of(owner)


def send(web: Client, content: bytes, *, kind: str = "patients", name: str = "oud.csv", path: str = NEW) -> Any:
    return web.post(path, {"kind": kind, "file": SimpleUploadedFile(name, content, "text/csv")})


def errors_of(answer: Any) -> str:
    assert answer.status_code == 422
    assert DataImport.objects.count() == 0
    return " ".join(answer.context["form"].errors["file"])


def test_a_file_is_read_and_its_columns_are_asked(web: Client, owner: User) -> None:
    answer = send(web, csv_file())
    row = DataImport.objects.get()
    assert answer["Location"] == f"/import/{row.pk}/columns/"
    assert (row.kind, row.file_name, row.rows_total, row.created_by) == ("patients", "oud.csv", 3, owner)


def test_nothing_chosen_is_told_at_the_field(web: Client) -> None:
    answer = web.post(NEW, {"kind": "patients"})
    assert "Kies een bestand" in errors_of(answer)
    assert 'href="#id_file"' in answer.content.decode()
    assert web.post(NEW, {"kind": "horses"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leeg.csv", b""),
        ("enter.csv", b"\r\n\r\n"),
        ("boek.xlsx", b"PK\x03\x04" + b"\x00" * 200),
        ("boek.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 200),
        ("foto.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 200),
        ("kolom.csv", b"Naam\r\nPeeters\r\n"),
        ("koppen.csv", HEADINGS.encode()),
        ("zonder.csv", "\r\n".join(LINES).encode()),
        ("rafel.csv", csv_file("a;b")),
        ("aanhaling.csv", csv_file('"open;b;c;d;e;f;g')),
    ],
)
def test_what_is_no_table_is_told_at_the_field(name: str, content: bytes, web: Client) -> None:
    assert len(errors_of(send(web, content, name=name))) > 10


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_an_encoding_is_recognised(encoding: str, web: Client) -> None:
    content = "Familienaam;Voornaam;Geboortedatum\r\nDésiré;Zoë;12/05/1971\r\n".encode(encoding)
    assert send(web, content).status_code == 302
    assert DataImport.objects.get().rows.get().cells == ["Désiré", "Zoë", "12/05/1971"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.csv", "C:\\x\\oud.csv", "x" * 400 + ".csv", "<b>.csv"])
def test_a_strange_name_of_a_file_is_no_harm(name: str, web: Client) -> None:
    answer = send(web, csv_file(), name=name)
    assert answer.status_code == 302
    row = DataImport.objects.get()
    assert "/" not in row.file_name
    assert len(row.file_name) <= 200
    assert "<b>.csv" not in web.get(answer["Location"]).content.decode()


def test_a_file_far_above_the_usual_limit_is_read(web: Client) -> None:
    assert 4_000_000 < len(LARGE) < LARGEST_FILE
    assert send(web, LARGE).status_code == 302
    assert DataImport.objects.get().rows_total == 20_000


def test_too_many_rows_are_told_at_the_field(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_ROWS == 250_000
    monkeypatch.setattr("patients.data_import.reading.MOST_ROWS", 1_000)
    assert "1000" in errors_of(send(web, many(1_001))).replace(".", "")


def test_a_file_above_30_mb_is_told_at_the_field(web: Client) -> None:
    content = csv_file() + b"x" * (LARGEST_FILE + 1 - len(csv_file()))
    assert "30 MB" in errors_of(send(web, content))


def test_far_above_it_a_page_says_so_in_words(web: Client) -> None:
    answer = send(web, b"x" * (IMPORT_LONGEST + 1))
    assert answer.status_code == 413
    assert "30 MB" in answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")


def test_no_other_address_takes_a_large_file(web: Client, client: Client) -> None:
    large = b"x" * 5_000_000
    assert send(web, large, path="/patients/register/").status_code == 413
    assert send(web, large, path="/import/").status_code == 413
    assert send(web, large, path="/plans/versions/import/").status_code == 413
    assert web.post(NEW, "x=" + "y" * 5_000_000, content_type="application/x-www-form-urlencoded").status_code == 413
    assert send(client, large).status_code == 413  # nobody who never came in


def test_a_large_field_beside_the_file_is_refused(web: Client) -> None:
    file = SimpleUploadedFile("oud.csv", csv_file(), "text/csv")
    answer = web.post(NEW, {"kind": "x" * 5_000_000, "file": file})
    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["utf-16", "hex", "nonsense"])
def test_a_form_in_another_charset_is_refused(charset: str, web: Client) -> None:
    answer = web.generic("POST", NEW, b"--b--\r\n", content_type=f"multipart/form-data; boundary=b; charset={charset}")
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body", [b"", b"--b\r\nbroken", b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\n\x00']
)
def test_a_broken_form_is_no_crash(body: bytes, web: Client) -> None:
    answer = web.generic("POST", NEW, body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code in {400, 422}


def test_an_upload_stays_in_memory(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*_args: object, **_more: object) -> None:
        raise AssertionError("a file on disk")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", no_file)
    assert send(web, LARGE).status_code == 302
