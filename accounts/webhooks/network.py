"""Sending one message to an address that somebody typed, without being led into the practice's own network.

The host is looked up once, every address that it has is judged, and the connection goes to an address that was judged:
a name that answers otherwise a moment later changes nothing (OWASP ASVS 1.3.6, "server-side request forgery").
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT = 10.0  # seconds for everything after the name was looked up
PORTS = {443, 8443}
LONGEST_URL = 500
_PLATFORM = ipaddress.ip_address("168.63.129.16")  # a cloud's own service behind a public address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Failure(StrEnum):
    """Why a message was not taken; short codes, never words of the other side."""

    ADDRESS_NOT_ALLOWED = "address-not-allowed"
    NO_SUCH_HOST = "no-such-host"
    NO_CONNECTION = "no-connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    BROKEN_OFF = "broken-off"
    NO_HTTP = "no-http"
    REDIRECT = "redirect"
    REFUSED = "refused"
    GONE = "gone"
    TOO_BUSY = "too-busy"
    SERVER_ERROR = "server-error"
    SECRET_UNREADABLE = "secret-unreadable"  # noqa: S105


class AddressRefused(ValueError):
    """An address to which nothing is sent; says why in one word: scheme, host, user, port, fragment or network."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt ended: the status of the answer, if there was one, and what went wrong, if anything."""

    duration_ms: int
    status: int | None = None
    failure: Failure | None = None
    retry_after: int = 0  # seconds that the other side asks for

    @property
    def is_delivered(self) -> bool:
        """Whether the other side took it: any 2xx."""
        return self.failure is None


def checked(url: str) -> SplitResult:
    """Return the parts of an address to which messages may go. Raises AddressRefused; looks nothing up.

    On a local installation (WEBHOOK_LOCAL) plain http and any port are taken too.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused("host") from error
    if parts.scheme not in ({"https", "http"} if settings.WEBHOOK_LOCAL else {"https"}):
        raise AddressRefused("scheme")
    if not host or not url.isascii() or any(each.isspace() or ord(each) < 32 for each in url):
        raise AddressRefused("host")
    if "@" in parts.netloc:
        raise AddressRefused("user")
    if port is not None and port not in PORTS and not settings.WEBHOOK_LOCAL:
        raise AddressRefused("port")
    if parts.fragment:
        raise AddressRefused("fragment")
    literal = _literal(host)
    if literal is not None and not is_allowed(literal):
        raise AddressRefused("network")
    return parts


def is_allowed(address: Address) -> bool:
    """Whether messages may go to an address: a public one, or one of the practice's WEBHOOK_ALLOW_NETWORKS.

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as what it leads to.
    """
    if any(address in network for network in settings.WEBHOOK_ALLOW_NETWORKS):
        return True
    if settings.WEBHOOK_LOCAL and address.is_loopback:
        return True
    inner = _inside(address) if isinstance(address, ipaddress.IPv6Address) else None
    if inner is not None:
        return is_allowed(inner)
    is_odd = address.is_multicast or address.is_reserved or address.is_unspecified or address == _PLATFORM
    return address.is_global and not is_odd


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = TIMEOUT) -> Answer:
    """Send a message and return how it ended. Never raises for what the other side does; follows no redirect.

    Of the answer only the first line and the headers are read: what it says is nobody's affair here.
    """
    begun = time.monotonic()
    try:
        parts = checked(url)
        status, retry_after = _sent(parts, _looked_up(parts), body, headers, begun + timeout)
    except AddressRefused:
        return _ended(begun, Failure.ADDRESS_NOT_ALLOWED)
    except socket.gaierror:
        return _ended(begun, Failure.NO_SUCH_HOST)
    except (OSError, http.client.HTTPException, ValueError) as error:
        is_late = time.monotonic() - begun >= timeout * 0.99
        return _ended(begun, Failure.TIMEOUT if is_late else _failure_of(error))
    return _ended(begun, _failure_in(status), status=status, retry_after=retry_after)


def _ended(begun: float, failure: Failure | None, *, status: int | None = None, retry_after: int = 0) -> Answer:
    return Answer(int((time.monotonic() - begun) * 1000), status, failure, retry_after)


def _failure_of(error: Exception) -> Failure:
    if isinstance(error, ssl.SSLError):
        return Failure.TLS
    if isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError):
        return Failure.BROKEN_OFF
    return Failure.NO_CONNECTION if isinstance(error, OSError) else Failure.NO_HTTP


def _failure_in(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    named = {410: Failure.GONE, 429: Failure.TOO_BUSY, 503: Failure.TOO_BUSY}
    if status in named:
        return named[status]
    if 300 <= status < 400:
        return Failure.REDIRECT
    return Failure.SERVER_ERROR if status >= 500 else Failure.REFUSED


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to, if any."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _looked_up(parts: SplitResult) -> list[str]:
    """Return the addresses of a host. Raises AddressRefused when one of them is not allowed: all are judged."""
    host = parts.hostname or ""
    try:
        rows = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise AddressRefused("host") from error
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    if not found or not all(is_allowed(ipaddress.ip_address(each)) for each in found):
        raise AddressRefused("network")
    return found


def _sent(
    parts: SplitResult, addresses: list[str], body: bytes, headers: Mapping[str, str], deadline: float
) -> tuple[int, int]:
    """Send to the first address that answers; return the status and for how long the other side wants to be left."""
    plain = _connected(addresses, _port(parts), deadline)
    watch = _Watch(plain, deadline)
    connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
    try:
        # Set before the request: http.client then connects nowhere by itself.
        connection.sock = _wrapped(plain, parts)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Host": parts.netloc, **headers})
        answer = connection.getresponse()
        after = answer.headers.get("Retry-After", "").strip()
        answer.close()
        if watch.has_cut:  # the head ended because we ended it
            raise TimeoutError
        return answer.status, int(after) if after.isascii() and after.isdecimal() and len(after) < 7 else 0
    finally:
        watch.end()
        connection.close()
        plain.close()


def _connected(addresses: list[str], port: int, deadline: float) -> socket.socket:
    problem: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=_left(deadline))
        except OSError as error:
            problem = error
    raise problem or OSError("no address")


def _wrapped(plain: socket.socket, parts: SplitResult) -> socket.socket:
    """Return the socket with TLS around it, for https; the certificate must be for the name, not for the address."""
    if parts.scheme != "https":
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Watch:
    """Cuts a connection at the deadline, however slowly the other side drips: each read alone would wait anew.

    It holds a second handle on the same connection, so that it need not touch TLS from another thread.
    """

    def __init__(self, watched: socket.socket, deadline: float) -> None:
        self.has_cut = False
        self._handle = watched.dup()
        self._timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.has_cut = True
        try:
            self._handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # over already

    def end(self) -> None:
        self._timer.cancel()
        self._handle.close()
