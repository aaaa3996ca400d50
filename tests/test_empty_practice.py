"""Before anything was done: each list says what it is for, and what to do next where that is one thing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from patients.models import Patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

# Who opens which list, and where its button leads; "" where nothing has to be done, or what to do stands on the page.
LISTS = {
    "therapist": {
        "/": "/agenda/",
        "/agenda/?view=list": "",
        "/plans/follow-ups/": "/agenda/",
        "/plans/decisions/overruled/": "",
        "/patients/note-templates/": "/patients/note-templates/add/",
    },
    "receptionist": {
        "/": "/agenda/book/",
        "/patients/": "/patients/register/",
        "/patients/all/": "/patients/register/",
        "/patients/all/?archived=1": "",
        "/agenda/": "",
        "/agenda/print/": "/agenda/",
        "/agenda/requests/": "/agenda/",
        "/agenda/waiting-list/": "/agenda/waiting-list/join/",
        "/agenda/waiting-list/?type=session": "/agenda/waiting-list/",
        "/agenda/messages/": "/agenda/",
        "/plans/follow-ups/": "/agenda/",
        "/privacy/": "",
    },
    "owner": {
        "/": "/plans/versions/",
        "/plans/versions/": "/plans/versions/import/",
        "/plans/instruments/": "/plans/versions/",
        "/plans/evidence/": "/plans/versions/",
        "/agenda/numbers/": "/agenda/",
        "/connections/": "/connections/webhooks/add/",
        "/import/": "/import/new/",
        "/patients/access/": "",
        "/privacy/retention/": "",
        "/privacy/erasures/": "",
        "/research/": "",
    },
}


@pytest.mark.parametrize("role", LISTS)
def test_an_empty_list_says_what_it_is_for(role: str, request: pytest.FixtureRequest, client_of: ClientOf) -> None:
    client = client_of(request.getfixturevalue(role))
    assert not Patient.objects.exists()
    wrong = []
    for path, leads_to in LISTS[role].items():
        page = client.get(path).content.decode()
        empty = [each.split("</div>")[0] for each in page.split('<div class="empty-state">')[1:]]
        links = [link for each in empty for link in re.findall(r'class="btn btn-primary" href="([^"]+)"', each)]
        if not empty or not all('class="empty-text"' in each for each in empty):
            wrong.append((path, "says not what it is for"))
        if leads_to and leads_to not in links:
            wrong.append((path, links))
    assert wrong == []


@pytest.mark.parametrize("role", ["therapist", "receptionist"])
def test_a_new_record_says_how_care_begins(
    role: str, request: pytest.FixtureRequest, client_of: ClientOf, patient: Patient
) -> None:
    page = client_of(request.getfixturevalue(role)).get(f"/patients/{patient.pk}/").content.decode()
    empty = page.split('<div class="empty-state">')[1].split("</div>")[0]
    assert f'href="/patients/{patient.pk}/episodes/add/"' in empty and 'class="empty-text"' in empty
