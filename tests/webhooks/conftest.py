"""A receiver, an endpoint that leads to it, and something that happens."""

import datetime
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from django.utils import timezone

from accounts.models import User, WebhookDelivery, WebhookEndpoint
from accounts.webhooks.delivery import deliver_next
from accounts.webhooks.endpoints import KINDS, add_endpoint
from tests.webhooks.receiver import Receiver, listening


class MakeEndpoint(Protocol):
    """Makes an endpoint for an address; `kinds` is all kinds when not given."""

    def __call__(self, url: str, *kinds: str) -> tuple[WebhookEndpoint, str]: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def make_endpoint(owner: User) -> MakeEndpoint:
    def make(url: str, *kinds: str) -> tuple[WebhookEndpoint, str]:
        wanted = kinds or tuple(kind.value for kind in KINDS)
        return add_endpoint(name="Boekhouding", url=url, kinds=wanted, by=owner, now=timezone.now())

    return make


@pytest.fixture
def endpoint(make_endpoint: MakeEndpoint, receiver: Receiver) -> WebhookEndpoint:
    """An endpoint that wants everything."""
    return make_endpoint(receiver.url)[0]


def run(endpoint: WebhookEndpoint, *, later: float = 0, **more: Any) -> int:
    """Bring what is due `later` seconds from now; return how many attempts that were."""
    now, count = timezone.now() + datetime.timedelta(seconds=later), 0
    while deliver_next(endpoint.pk, now=now, **more):
        count += 1
    return count


def statuses(endpoint: WebhookEndpoint) -> list[str]:
    """The statuses of an endpoint's deliveries, the oldest event first."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("event_id")
    return list(rows.values_list("status", flat=True))
