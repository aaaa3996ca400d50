"""Nothing is sent into the practice's own network, whatever somebody typed and whatever a name answers."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.webhooks import network
from accounts.webhooks.network import AddressRefused, Failure, checked, is_allowed, post
from tests.webhooks.certificate import certificate_for
from tests.webhooks.receiver import Receiver


@pytest.fixture
def public(settings: Any) -> None:
    """As on a public host."""
    settings.WEBHOOK_LOCAL = False
    settings.WEBHOOK_ALLOW_NETWORKS = []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://boek.example/hook", "scheme"),
        ("ftp://boek.example/hook", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("https:///hook", "host"),
        ("https://boek.example:99999/", "host"),
        ("https://[::1", "host"),
        ("https://boek.example/a b", "host"),
        ("https://boek.example/a\r\nX-Other: 1", "host"),
        ("https://bôek.example/", "host"),
        ("https://an:secret@boek.example/", "user"),
        ("https://@boek.example/", "user"),
        ("https://boek.example:22/", "port"),
        ("https://boek.example:80/", "port"),
        ("https://boek.example/#part", "fragment"),
        ("https://127.0.0.1/", "network"),
        ("https://[::1]/", "network"),
        ("https://169.254.169.254/latest/meta-data/", "network"),
        ("https://10.0.0.5:8443/", "network"),
        ("https://[fd00:ec2::254]/", "network"),
        ("https://[::ffff:192.168.1.1]/", "network"),
    ],
)
@pytest.mark.usefixtures("public")
def test_an_address_that_is_refused_at_once(url: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=f"^{why}$"):
        checked(url)
    assert post(url, b"{}", {}).failure == Failure.ADDRESS_NOT_ALLOWED


@pytest.mark.parametrize("url", ["https://boek.example/hook?a=1", "https://boek.example:8443/", "https://8.8.8.8/"])
@pytest.mark.usefixtures("public")
def test_an_address_that_is_taken(url: str) -> None:
    assert checked(url).geturl() == url


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9", "168.63.129.16",  # noqa: S104
        "169.254.169.254", "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.168.0.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("public")
def test_addresses_that_are_nobodys_affair(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
@pytest.mark.usefixtures("public")
def test_public_addresses(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address))


@pytest.mark.usefixtures("public")
def test_a_practice_can_allow_its_own_network(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("10.20.0.0/16")]
    assert is_allowed(ipaddress.ip_address("10.20.3.4"))
    assert not is_allowed(ipaddress.ip_address("10.21.3.4"))
    assert checked("https://10.20.3.4/hook")


def test_a_local_installation_reaches_itself_and_no_other_network() -> None:
    assert checked("http://127.0.0.1:9000/hook")
    with pytest.raises(AddressRefused, match="network"):
        checked("http://192.168.1.1/hook")


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the look-up of a name give these addresses, one list after the other; return what was asked."""
    left, asked = list(answers), []

    def look_up(host: str, port: int, *_args: Any, **_more: Any) -> Any:
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(network.socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("found", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["169.254.169.254"], []])
@pytest.mark.usefixtures("public")
def test_a_name_of_which_one_address_is_private_is_not_asked(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, found)
    monkeypatch.setattr(network.socket, "create_connection", lambda *_a, **_k: pytest.fail("connected"))
    assert post("https://boek.example/", b"{}", {}).failure == Failure.ADDRESS_NOT_ALLOWED


@pytest.mark.usefixtures("public")
def test_a_name_that_answers_otherwise_a_moment_later_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was judged: the second answer of the name is never asked for."""
    asked, reached = names(monkeypatch, ["1.1.1.1"], ["127.0.0.1"]), []

    def connect(address: Any, **_more: Any) -> Any:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(network.socket, "create_connection", connect)
    assert post("https://boek.example/hook", b"{}", {}).failure == Failure.NO_CONNECTION
    assert (asked, reached) == (["boek.example"], [("1.1.1.1", 443)])


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("url", ["https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://localhost/"])
def test_other_ways_to_write_this_machine(url: str) -> None:
    assert post(url, b"{}", {}).failure == Failure.ADDRESS_NOT_ALLOWED


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_args: Any, **_more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(network.socket, "getaddrinfo", look_up)
    assert post("https://boek.example/", b"{}", {}).failure == Failure.NO_SUCH_HOST


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server with TLS on this machine, whose certificate is for boek.example; and the file of that certificate."""
    paths = certificate_for("boek.example", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*paths)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _address = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    heard = b""
                    while not heard.endswith(b"{}"):  # closed with a part unread, the connection would be reset
                        part = connection.recv(65536)
                        if not part:
                            break
                        heard += part
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                plain.close()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], paths[0]
    server.close()


@pytest.mark.parametrize(
    ("host", "is_trusted", "failure"),
    [("boek.example", True, None), ("boek.example", False, Failure.TLS), ("ander.example", True, Failure.TLS)],
)
def test_the_certificate_must_be_for_the_name(
    host: str, is_trusted: bool, failure: Failure | None, tls_port: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = tls_port
    names(monkeypatch, ["127.0.0.1"], ["127.0.0.1"])
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert post(f"https://{host}:{port}/hook", b"{}", {}).failure == failure


def test_the_host_is_told_as_it_was_typed(receiver: Receiver) -> None:
    assert post(receiver.url, b"{}", {"X-Own": "1"}).is_delivered
    assert receiver.headers[0]["Host"] == receiver.url.split("/")[2]
    assert receiver.headers[0]["X-Own"] == "1"
