"""The text of a questionnaire: typed with permission, by the owner only, a correction is a new version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.definitions import load
from pathways.instruments import enter_text
from pathways.models import Instrument, InstrumentText
from tests.pathways.stories import SEEDS
from tests.people import NOW

ITEMS = [f"Activity of item {number}" for number in range(1, 21)]
PERMISSION = "Letter of the authors, 3 November 2026"
PAGE, LIST = "pathways:instrument", "pathways:instruments"


@pytest.fixture
def instruments(db: None) -> None:
    load(SEEDS, now=NOW)


def posted(**more: Any) -> dict[str, Any]:
    given = {"language": "nl", "items": "\n".join(ITEMS), "permission": PERMISSION, "has_permission": "on", **more}
    return {name: value for name, value in given.items() if value is not None}


@pytest.mark.usefixtures("instruments")
def test_loading_twice_changes_nothing() -> None:
    assert load(SEEDS, now=NOW).instruments == 0
    assert set(Instrument.objects.values_list("key", flat=True)) >= {"nprs", "psfs", "groc", "lefs", "uwri", "akps"}


@pytest.mark.usefixtures("instruments")
def test_a_correction_is_a_new_version_and_the_same_text_is_none(owner: User) -> None:
    first = enter_text("lefs", ITEMS, PERMISSION, by=owner, now=NOW)
    assert enter_text("lefs", ITEMS, PERMISSION, by=owner, now=NOW) == first
    assert enter_text("lefs", ["Other", *ITEMS[1:]], PERMISSION, by=owner, now=NOW).version == 2
    assert enter_text("lefs", ITEMS, PERMISSION, "fr", by=owner, now=NOW).version == 1


@pytest.mark.usefixtures("instruments")
@pytest.mark.parametrize(
    ("key", "items", "permission", "language", "at"),
    [
        ("lefs", ITEMS[:19], PERMISSION, "nl", "items"),
        ("lefs", [ITEMS[0], *ITEMS[:19]], PERMISSION, "nl", "items"),
        ("lefs", ["x" * 401, *ITEMS[1:]], PERMISSION, "nl", "items"),
        ("lefs", ITEMS, " ", "nl", "permission"),
        ("lefs", ITEMS, PERMISSION, "xx", "language"),
        ("tegner", ["one"], PERMISSION, "nl", "items"),
        ("nprs", ["one"], PERMISSION, "nl", "items"),
    ],
)
def test_a_text_that_cannot_be_kept_says_where(
    owner: User, key: str, items: list[str], permission: str, language: str, at: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        enter_text(key, items, permission, language, by=owner, now=NOW)
    assert at in refused.value.errors
    assert not InstrumentText.objects.exists()


@pytest.fixture
def office(client_of: Callable[[User], Client], owner: User, instruments: None) -> Client:
    return client_of(owner)


def test_the_owner_types_a_text(office: Client) -> None:
    assert office.get(reverse(LIST)).status_code == 200
    assert office.get(reverse(PAGE, args=["lefs"])).status_code == 200
    assert office.post(reverse(PAGE, args=["lefs"]), posted()).status_code == 302
    kept = InstrumentText.objects.get()
    assert (kept.items, kept.permission) == (ITEMS, PERMISSION)
    assert PERMISSION in office.get(reverse(PAGE, args=["lefs"])).content.decode()


def test_looking_at_a_text_keeps_nothing(office: Client) -> None:
    shown = office.post(reverse(PAGE, args=["lefs"]), posted(preview="1"))
    assert shown.status_code == 200
    assert shown.context["preview"].items == tuple(ITEMS)
    assert shown.context["form"]["permission"].value() == PERMISSION
    assert not InstrumentText.objects.exists()


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"has_permission": None}, "has_permission"),
        ({"items": "one\ntwo"}, "items"),
        ({"permission": ""}, "permission"),
    ],
)
def test_without_permission_or_all_items_the_page_says_so(office: Client, change: dict[str, Any], at: str) -> None:
    answer = office.post(reverse(PAGE, args=["lefs"]), posted(**change))
    assert answer.status_code == 422
    assert at in answer.context["form"].errors
    assert answer.context["form"]["language"].value() == "nl"
    assert not InstrumentText.objects.exists()


@pytest.mark.parametrize("key", ["nprs", "psfs", "groc", "uwri", "akps", "tegner", "faam_adl"])
def test_every_questionnaire_has_a_page(office: Client, key: str) -> None:
    assert office.get(reverse(PAGE, args=[key])).status_code == 200


def test_an_unknown_questionnaire_is_404(office: Client) -> None:
    assert office.get(reverse(PAGE, args=["unknown"])).status_code == 404


@pytest.mark.usefixtures("instruments")
@pytest.mark.parametrize("role", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner(role: str, client_of: Callable[[User], Client], request: pytest.FixtureRequest) -> None:
    client = client_of(request.getfixturevalue(role))
    for address in (reverse(LIST), reverse(PAGE, args=["lefs"])):
        assert client.get(address).status_code == 403
    assert client.post(reverse(PAGE, args=["lefs"]), posted()).status_code == 403
    assert not InstrumentText.objects.exists()
