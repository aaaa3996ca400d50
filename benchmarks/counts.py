"""What each page asks of the database of DATABASE_URL, and how many bytes it is: the same on any machine.

    python -m benchmarks.counts     prints {page: {"queries", "bytes", "status"}} as JSON

In this process, without a web server: what is timed is in __main__.py.
"""

import json
import os
import random

import django
from django.test import Client

from benchmarks.client import Asked


def counts() -> dict[str, dict[str, object]]:
    """Ask each page twice (the first time fills what is kept) and count the second time."""
    from benchmarks.pages import PAGES
    from benchmarks.sign_in import facts

    known, found = facts(), {}
    for page in PAGES:
        chance, client = random.Random(5), Client(SERVER_NAME="127.0.0.1")  # noqa: S311 - the same each time
        for _turn in range(2):
            asked = page.make(known, chance)
            answer = client.generic(asked.method, asked.path, asked.body, _type(asked), headers=_headers(asked))
        body = answer.content
        found[page.name] = {
            "queries": int(answer["X-Queries"]), "bytes": len(body), "status": answer.status_code,
            "is_good": answer.status_code in page.good, "begins": body[:200].decode(errors="replace"),
        }  # fmt: skip
    return found


def _headers(asked: Asked) -> dict[str, str]:
    return dict(asked.headers) | {"X-Count": "1"}


def _type(asked: Asked) -> str:
    return dict(asked.headers).get("Content-Type", "application/octet-stream")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    print(json.dumps(counts()))
