"""The page of a refusal repeats what was typed, so that nothing is lost, and nothing that is secret."""

import pytest
from django.test import RequestFactory

from accounts.exceptions import BrokenOff, DomainError
from fysicure.errors import DomainErrorMiddleware

TYPED = {
    "note": "Twee woorden",
    "oldpassword": "paard batterij nietje",
    "Password1": "paars paard batterij",
    "csrfmiddlewaretoken": "token token",
}


@pytest.mark.parametrize("error", [BrokenOff(), DomainError("Nee.")])
def test_no_password_stands_on_the_page_of_a_refusal(error: DomainError, rf: RequestFactory) -> None:
    middleware = DomainErrorMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]
    answer = middleware.process_exception(rf.post("/account/password/change/", TYPED), error)
    assert answer is not None
    page = answer.content.decode()
    assert "Twee woorden" in page
    assert "paard" not in page and "token token" not in page
