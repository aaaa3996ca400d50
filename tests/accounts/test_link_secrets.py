"""The secret of a link with which somebody signs in stands in no log line (ASVS 14.2.1, 16.2.5)."""

import logging

import pytest

from fysicure.log_secrets import Scrub


@pytest.mark.parametrize("path", ["link", "invitation", "password/reset/key"])
def test_the_secret_of_a_link_is_left_out(path: str) -> None:
    words = ("GET", f"/account/{path}/s3cret-of-the-link/")
    record = logging.LogRecord("django.server", logging.INFO, "", 0, "%s %s", words, None)
    assert Scrub().filter(record)
    assert "s3cret" not in record.getMessage()
    assert "***" in record.getMessage()
