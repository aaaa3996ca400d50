"""The receiver of docs/webhooks.md is run as it stands there."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import WebhookKind
from accounts.webhooks.delivery import WAITS
from accounts.webhooks.endpoints import renew_secret
from tests.people import make_patient
from tests.webhooks.conftest import MakeEndpoint, run
from tests.webhooks.receiver import Receiver

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def receive() -> Any:
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 our own page
    return names["receive"]


@pytest.mark.django_db
def test_the_receiver_takes_ours_and_nothing_else(
    receive: Any, make_endpoint: MakeEndpoint, receiver: Receiver, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, secret = make_endpoint(receiver.url)
    renew_secret(endpoint, by=owner, now=timezone.now())
    make_patient()
    run(endpoint)
    headers, body = receiver.headers[0], receiver.bodies[0]
    assert receive(secret, headers, body)["type"] == "patient.created"
    assert receive(secret, headers, body) is None
    for wrong in ((secret, headers, body + b" "), ("whsec_" + "A" * 44, headers, body)):
        with pytest.raises(ValueError, match="not signed"):
            receive(*wrong)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    with pytest.raises(ValueError, match="too old"):
        receive(secret, headers, body)


def test_every_kind_and_every_wait_stands_on_the_page() -> None:
    row = PAGE.partition("| kind |")[2].partition("\n\n")[0]
    named: set[str] = set()
    for line in row.splitlines():
        words = re.findall(r"`([\w.]+)`", line.partition("|")[2].partition("|")[0])
        stem = words[0].partition(".")[0] if words else ""
        named |= {f"{stem}{word}" if word.startswith(".") else word for word in words}
    assert named == {kind.value for kind in WebhookKind}
    assert [wait.total_seconds() for wait in WAITS] == [
        5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]  # fmt: skip
    assert "After 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h" in PAGE
