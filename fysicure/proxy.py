"""Who is asking: the address of the client, told by a proxy that we know and by nobody else."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What only our own proxy may say. From anybody else these headers are taken away before anything reads them.
TOLD_BY_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID")
NEVER_READ = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_trusted(text: str) -> bool:
    """Whether an address belongs to a proxy of TRUSTED_PROXIES."""
    found = _address(text)
    return found is not None and any(found in network for network in settings.TRUSTED_PROXIES)


def client_address(peer: str, forwarded: str) -> str:
    """Return the address of the client: the last one of X-Forwarded-For that is none of our proxies.

    What stands before it in the list was written by the client and may be anything (OWASP ASVS 15.3.4). When a part
    that a proxy of ours passed on is no address, the answer is the nearest hop that is known.
    """
    nearest = peer
    for part in reversed(forwarded.split(",")):
        if not is_trusted(nearest):
            break
        found = _address(part)
        if found is None:
            break
        nearest = str(found)
    return nearest


class TrustedProxyMiddleware:
    """Sets REMOTE_ADDR to the client's address, so that limits and the audit see the same, and drops forged headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        peer = meta.get("REMOTE_ADDR", "")
        for name in NEVER_READ if is_trusted(peer) else (*TOLD_BY_PROXY, *NEVER_READ):
            meta.pop(name, None)
        meta["REMOTE_ADDR"] = client_address(peer, meta.get("HTTP_X_FORWARDED_FOR", ""))
        return self.get_response(request)
