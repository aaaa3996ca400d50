"""The goals of every measured page that hold on any machine: queries, bytes, and that neither grows with the practice.

Sign-in, access log and limits are counted. What takes time is measured by `make bench`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from benchmarks.pages import PAGES, Page
from tests.migrated_database import ROOT, copy_of_template, drop

SMALL, LARGE = ("2400", "0.2"), ("4800", "0.3")
Counts = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def counted(django_db_setup: None) -> Iterator[tuple[Counts, Counts]]:
    """The counts of every page on a small practice, and on one with twice the patients."""
    owner, worker = os.environ["DATABASE_OWNER_URL"], os.environ.get("PYTEST_XDIST_WORKER", "main")
    names = [f"fysicure_budget_{worker}_{size}" for size in ("small", "large")]
    with psycopg.connect(owner, dbname="postgres", autocommit=True) as server:
        for name in names:
            copy_of_template(server, name)
        try:
            with ThreadPoolExecutor(2) as pool:
                small, large = pool.map(_counts_of, names, (SMALL, LARGE))
            yield small, large
        finally:
            for name in names:
                drop(server, name)


def _counts_of(name: str, size: tuple[str, str]) -> Counts:
    address, owner = (_address(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL"))
    _run({"DATABASE_URL": owner, "DATABASE_OWNER_URL": owner}, "benchmarks.practice.one", *size)
    said = _run({"DATABASE_URL": address, "DATABASE_OWNER_URL": owner}, "benchmarks.counts")
    found: Counts = json.loads(said.splitlines()[-1])
    return found


def _address(url: str, name: str) -> str:
    """The same address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _run(environment: dict[str, str], module: str, *words: str) -> str:
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ).stdout


def test_pages_keep_their_budgets(counted: tuple[Counts, Counts]) -> None:
    """Every page is answered well, with no more queries and bytes than its goal, whatever the size of the practice.

    One test, because the two practices are made once for each worker that asks for them.
    """
    faults = {page.name: list(_faults(page, *(counts[page.name] for counts in counted))) for page in PAGES}
    assert not {name: found for name, found in faults.items() if found}


def _faults(page: Page, small: dict[str, Any], large: dict[str, Any]) -> Iterator[str]:
    for found in (small, large):
        if not found["is_good"]:
            yield f"answered {found['status']}: {found['begins']}"
        if found["queries"] > page.queries:
            yield f"{found['queries']} queries, goal {page.queries}"
        if found["bytes"] > page.kilobytes * 1000:
            yield f"{found['bytes'] / 1000:.0f} kB, goal {page.kilobytes}"
    if small["queries"] != large["queries"]:
        yield f"{small['queries']} queries on the small practice, {large['queries']} on the large one"
