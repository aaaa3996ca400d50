"""Whose address is written down: the one that our own proxy tells, never one that a client made up."""

import ipaddress
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from fysicure.proxy import TrustedProxyMiddleware, client_address

OURS = [ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: what it tells is made up
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the client wrote the first
        ("127.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "'; DROP TABLE x", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:127.0.0.1", "2001:db8::5", "2001:db8::5"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_client_is_the_last_hop_that_is_not_ours(settings: Any, peer: str, forwarded: str, client: str) -> None:
    settings.TRUSTED_PROXIES = OURS
    assert client_address(peer, forwarded) == client


@pytest.mark.parametrize("proxies", [[], OURS], ids=["no proxy", "another proxy"])
def test_headers_of_a_stranger_are_taken_away(settings: Any, proxies: list[Any]) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "203.0.113.9"} | {
        f"HTTP_{name}": "198.51.100.1"
        for name in (
            "X_FORWARDED_FOR",
            "X_FORWARDED_PROTO",
            "X_FORWARDED_HOST",
            "X_REQUEST_ID",
            "X_REAL_IP",
            "FORWARDED",
        )
    }
    TrustedProxyMiddleware(lambda _request: HttpResponse())(request)
    assert request.META == {"REMOTE_ADDR": "203.0.113.9"}
