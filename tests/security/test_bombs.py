"""Files that are small and mean to become big, or to run something: refused at once, with a reason (ASVS 1.5.1, 5.2.2).

The one thing that anybody gives us as a file is a pathway, as YAML.
"""

import re
import resource
import time
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from pathways.exchange import ImportRefused, export_version, read_document
from pathways.models import PathwayVersion
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
QUICK, MOST_MEMORY = 5, 300_000  # seconds, kB

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGES = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}\n" for n in range(1, 25))
BOMBS = {
    "aliases of aliases": LAUGHS,
    "merged keys of merged keys": MERGES,
    "a node that holds itself": "key: &a {inside: *a}",
    "deep lists": "[" * 50_000,
    "deep lists, closed": "key: " + "[" * 5_000 + "]" * 5_000,
    "a little too deep": "key: " + "[" * 60 + "]" * 60,
    "deep names": "".join(" " * depth + "a:\n" for depth in range(900)),
    "ten megabytes": "key: " + "x" * 10_000_000,
    "many names": "\n".join(f"k{number}: 1" for number in range(110_000)),
    "an object of Python": "key: !!python/object/apply:os.system ['touch /nowhere']",
    "a name of Python": "key: !!python/name:os.system",
    "a tag of its own": "key: !evil {a: 1}",
    "a name that is a list": "? [a, b]\n: 1",
    "a name given twice": "key: itbs\nkey: other",
    "a number without end": "key: " + "9" * 5_000,
    "a date that is none": "key: 2026-99-99",
    "sixty-base": "key: " + ":".join(["59"] * 4_000),
    "no number": "key: .nan",
    "no end": "key: -.inf",
    "binary": "key: !!binary AAAA",
    "a set": "key: !!set {a, b}",
    "more than one document": "key: a\n---\nkey: b",
    "a directive": "%YAML 9.9\n---\nkey: a",
    "no text": "\x07\x00",
}


def _peak() -> int:
    """The most memory that this process ever held, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_a_reason(name: str) -> None:
    before, begun = _peak(), time.perf_counter()
    with pytest.raises(ImportRefused) as refusal:
        read_document(BOMBS[name])
    assert time.perf_counter() - begun < QUICK
    assert _peak() - before < MOST_MEMORY
    assert refusal.value.faults
    assert all(fault.reason for fault in refusal.value.faults)
    assert len(str(refusal.value.faults[0])) < 500


@pytest.mark.parametrize("value", [".nan", ".inf", "1e400", "1:59:59:59:59:59:59:59:59:59:59", "!!float nan"])
def test_a_real_pathway_takes_no_number_without_end(value: str, practice: Practice) -> None:
    text = export_version(practice.version)
    attacked = re.sub(r"(\w+_days): \d+", rf"\1: {value}", text, count=1)
    assert attacked != text
    with pytest.raises(ImportRefused):
        read_document(attacked)


def test_no_bomb_breaks_the_page(practice: Practice, client_of: SignIn) -> None:
    client, count = client_of(practice.owner), PathwayVersion.objects.count()
    for name, text in BOMBS.items():
        status = client.post("/plans/versions/import/", {"text": text, "note": ""}).status_code
        assert status in {400, 413, 422}, name
    assert PathwayVersion.objects.count() == count
