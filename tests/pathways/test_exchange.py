"""Pathways as files: what is written out can be read in again, and a wrong file is told what is wrong with it."""

from itertools import pairwise

import pytest
import yaml

from accounts.models import User
from pathways.definitions import load
from pathways.engine.content import read_yaml
from pathways.exceptions import VersionRefused
from pathways.exchange import ImportRefused, export_version, import_draft, read_document
from pathways.models import Pathway, PathwayVersion
from pathways.version_differences import differences
from pathways.versions import faults_of, publish_version, review_version
from tests.pathways.stories import SEEDS
from tests.people import NOW

pytestmark = pytest.mark.django_db
EIGHT = ",".join
BOMB = "\n".join(f"{b}: &{b} [{EIGHT([f'*{a}'] * 8)}]" for a, b in pairwise("cdefghij"))
FILES = sorted((SEEDS / "pathways").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_pathway_survives_the_round_trip(file: object, owner: User) -> None:
    load(SEEDS, now=NOW)
    written = read_yaml(file.read_text())  # type: ignore[attr-defined]
    version = PathwayVersion.objects.get(pathway_id=written["key"])
    exported = read_yaml(export_version(version))
    assert {**exported, "version": 0} == {**written, "version": 0}
    assert list(exported)[:3] == list(written)[:3]
    if version.status == "draft":
        version.delete()
    draft = import_draft(export_version(version), note="Van een andere praktijk", by=owner, now=NOW)
    assert (draft.status, draft.note, faults_of(draft)) == ("draft", "Van een andere praktijk", ())
    assert differences(version, draft) == ()
    review_version(draft, by=owner, now=NOW)
    assert publish_version(draft, by=owner, now=NOW).status == "published"


def test_a_pathway_that_we_do_not_have_becomes_one(owner: User) -> None:
    load(SEEDS, now=NOW)
    text = (SEEDS / "pathways" / "itbs.yaml").read_text().replace("\nkey: itbs\n", "\nkey: another\n", 1)
    draft = import_draft(text, by=owner, now=NOW)
    assert (draft.pathway_id, draft.number) == ("another", 1)
    with pytest.raises(VersionRefused):
        import_draft(text, by=owner, now=NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "er staat niets in"),
        ("- a\n- b", "key: value"),
        ("key: [1", "Regel 2"),
        ("key: a\nkey: b", "duplicate key"),
        (
            "a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n" + BOMB,
            "te lang",
        ),
        ("key: &a [*a]", "YAML"),
        ("key: itbs", "'title' is a required property"),
        ("[" * 3000, "YAML"),
        ("key: !!python/object:os.system x", "YAML"),
        ("x" * 1_000_001, "te lang"),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_document(text)
    assert said in " ".join(refused.value.errors["text"])
    assert not Pathway.objects.exists()


def test_every_fault_names_its_line(owner: User) -> None:
    load(SEEDS, now=NOW)
    text = (SEEDS / "pathways" / "itbs.yaml").read_text()
    text = text.replace("measure: stairs_nprs, at_most: 3", "measure: stairs_nprs, at_most: 30", 1)
    text = text.replace("{exercise: E1,", "{exercise: E77,", 1)
    with pytest.raises(ImportRefused) as refused:
        import_draft(text, by=owner, now=NOW)
    lines = text.splitlines()
    found = {fault.path: lines[fault.line - 1] for fault in refused.value.faults if fault.line}
    assert "at_most: 30" in found["phases[0].exit[3].at_most"]
    assert "E77" in found["phases[0].exercises[0].exercise"]
    assert not PathwayVersion.objects.filter(pathway_id="itbs").open_drafts().exists()


def test_a_draft_says_that_it_is_one(owner: User) -> None:
    load(SEEDS, now=NOW)
    text = (SEEDS / "pathways" / "itbs.yaml").read_text()
    draft = import_draft(text, by=owner, now=NOW)
    assert yaml.safe_load(export_version(draft))["status"] == "draft"
    assert yaml.safe_load(export_version(draft))["version"] == draft.number
