"""One patient whose data can be recognised anywhere, and the search for it."""

import re
from typing import Any
from urllib.parse import unquote_plus

from django.test import Client

NAMES = {"family_name": "Quetzalcoatlus", "given_name": "Xandrine"}
NATIONAL_NUMBER, PHONE, EMAIL = "85073003328", "+32470987654", "xq.canary@mail.example"
STREET, TOWN = "Kwartelslagweg", "Zzyzxhoven"
COMPLAINT = "Wrattenkruidkoorts aan de binnenste ganzenvoet"
CLINICAL = ("Wrattenkruidkoorts", "ganzenvoet", "Pleurozwalm")
IDENTITY = (*NAMES.values(), NATIONAL_NUMBER, "85.07.30", "470987654", "470 98 76 54", "xq.canary", STREET, TOWN)
CANARIES = (*IDENTITY, *CLINICAL)
_ADDRESS = re.compile(r'(?:href|action|src|hx-(?:get|post|put|patch|delete)|data-[\w-]*url|formaction)="([^"]*)"')


def found_in(text: str, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    """Return which canaries stand in a text, encoded for an address or not, in whatever case."""
    plain = f"{text}\n{unquote_plus(text)}".lower()
    return [word for word in canaries if word.lower() in plain]


class Walk:
    """A visitor who follows every link, and what could be seen from outside: addresses, redirects, cookies, errors."""

    def __init__(self, client: Client) -> None:
        self.client, self.addresses, self.cookies, self.seen = client, [], [], 0

    def visit(self, start: list[str], most: int) -> None:
        """Open pages breadth first, from their addresses, until so many were seen; nothing is changed."""
        queue, known = list(start), set(start)
        while queue and self.seen < most:
            response = self.look("get", queue.pop(0))
            if "html" not in response.get("Content-Type", ""):
                continue
            for address in _ADDRESS.findall(response.content.decode()):
                path = address.replace("&amp;", "&").partition("#")[0]
                self.addresses.append(path)
                shape = re.sub(r"\d{4}-\d\d-\d\d|[0-9a-f-]{36}|\d+", "*", path)
                if (
                    path.startswith("/")
                    and not path.startswith("/static/")
                    and "logout" not in path
                    and shape not in known
                ):
                    known.add(shape)
                    queue.append(path)

    def look(self, method: str, path: str, *args: Any, **more: Any) -> Any:
        """Send one request and keep what others than the reader of the answer could see of it."""
        response = getattr(self.client, method)(path, *args, **more)
        self.seen += 1
        self.addresses.append(response.get("Location", ""))
        self.cookies += [morsel.OutputString() for morsel in response.cookies.values()]
        self.cookies += [f"{name}: {value}" for name, value in response.headers.items()]
        return response
