"""The command that opens a practice: once, by who runs the server, and safe to run again."""

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role, SecurityEvent, User
from pathways.models import PathwayVersion
from tests.accounts.signing_in import PASSWORD, with_password

pytestmark = pytest.mark.django_db
OWNER = {"owner_email": "Fien@DeNete.example", "owner_name": "Fien Smets", "practice": "Kine De Nete"}


def run(**options: Any) -> str:
    said = io.StringIO()
    call_command("setup_practice", **{**OWNER, "ask": False, **options}, stdout=said)
    return said.getvalue()


def test_an_empty_database_becomes_a_practice_and_a_second_run_changes_nothing(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    said = run()
    owner = User.objects.get()
    assert (owner.email, owner.role, owner.is_superuser) == ("fien@denete.example", Role.ADMIN, True)
    assert not owner.has_usable_password()
    assert PathwayVersion.objects.published().count() >= 1
    assert 'PRACTICE_NAME="Kine De Nete"' in said
    assert SecurityEvent.objects.filter(kind="account_changed", subject_id=owner.pk).count() == 1
    before = PathwayVersion.objects.count()
    again = run(owner_name="", practice="")
    assert "nothing changed" in again
    assert (User.objects.count(), PathwayVersion.objects.count()) == (1, before)
    link = re.search(r"http://127\.0\.0\.1:8000(/account/password/reset/key/\S+)", again)
    assert link
    assert link[1] not in caplog.text
    page = client.get(link[1], follow=True)
    sent = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(page.redirect_chain[-1][0], sent).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert "used already" in _gone(Client(), link[1])
    assert "/password/reset/" not in run()


def _gone(client: Client, link: str) -> str:
    """What the page says to who uses the link a second time, in English."""
    return client.get(link, headers={"Accept-Language": "en"}).content.decode()


def test_it_refuses_a_second_owner_and_what_it_cannot_use(owner: User) -> None:
    with_password(owner)
    with pytest.raises(CommandError):
        run()
    assert User.objects.count() == 1
    for wrong in ({"owner_email": ""}, {"owner_email": "no address"}, {"owner_name": ""}):
        with pytest.raises(CommandError):
            run(**wrong)
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    with pytest.raises(CommandError):
        run(owner_email=owner.email)


def test_it_asks_for_what_was_not_given(monkeypatch: pytest.MonkeyPatch, owner: User) -> None:
    asked: list[str] = []
    answers = iter(["", owner.email])

    def answer(question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)
    assert "nothing changed" in run(owner_email="", owner_name="", practice="", ask=True)
    assert len(asked) == 2, "a blank answer is asked again"
