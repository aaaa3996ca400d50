"""What a browser fetches the first time that it opens a page, compressed: at most 250 KB."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import User
from patients.models import Patient

MOST = 250_000  # bytes
FONT = "vendor/inter/files/inter-latin-wght-normal.woff2"


def weight(name: str) -> int:
    """Return how many bytes of a file go over the line; a font is compressed already."""
    content = Path(str(finders.find(name))).read_bytes()
    return len(content) if name.endswith(".woff2") else len(gzip.compress(content))


@pytest.mark.parametrize(("path", "who"), [("/agenda/", "staff"), ("/portal/", "patient")])
def test_a_first_page_with_all_its_files_is_light(
    path: str, who: str, client: Client, therapist: User, patient_user: User, patient: Patient
) -> None:
    client.force_login(therapist if who == "staff" else patient_user)
    answer = client.get(path)
    assert answer.status_code == 200
    files = {FONT, *re.findall(r'(?:src|href)="/static/([^"]+)"', answer.content.decode())}
    assert len(files) >= 8
    assert len(answer.content) + sum(map(weight, files)) <= MOST, "the page itself is sent as it is"
