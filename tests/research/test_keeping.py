"""What lasts of a file: the names in it, and the file itself."""

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import User
from fysicure.research.asked import Asked
from fysicure.research.exceptions import BadStudyKey
from fysicure.research.making import keep, make
from fysicure.research.pseudonyms import study_key
from pathways.models import CarePlan
from tests.people import NOW, at
from tests.research.made import outcomes_of
from tests.research.population import Person

pytestmark = pytest.mark.django_db
Populate = Callable[[list[Person]], list[CarePlan]]


def test_names_last_for_one_file_unless_a_study_has_a_key(people: Populate, owner: User, tmp_path: Path) -> None:
    people([Person() for _ in range(5)])

    def names(key: bytes | None = None) -> set[str]:
        return {row["pseudonym"] for row in outcomes_of(make(Asked(), by=owner, now=NOW, key=key))}

    assert not names() & names()
    file = tmp_path / "study.key"
    file.write_bytes(bytes(range(32)))
    file.chmod(0o600)
    assert names(study_key(file)) == names(study_key(file))
    file.chmod(0o640)
    with pytest.raises(BadStudyKey):
        study_key(file)
    file.chmod(0o600)
    file.write_bytes(b"short")
    with pytest.raises(BadStudyKey):
        study_key(file)
    with pytest.raises(BadStudyKey):
        study_key(tmp_path / "none")


def test_a_file_is_kept_whole_for_its_owner_only_and_replaces_nothing(
    people: Populate, owner: User, tmp_path: Path
) -> None:
    people([Person() for _ in range(5)])
    path = tmp_path / "out.zip"
    keep(make(Asked(), by=owner, now=NOW), path)
    assert zipfile.is_zipfile(path) and path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        keep(make(Asked(), by=owner, now=NOW), path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_the_report_names_the_day_in_brussels(people: Populate, owner: User) -> None:
    people([Person() for _ in range(5)])
    after_midnight = at("2026-11-24", "00:30").astimezone(datetime.UTC)
    assert make(Asked(), by=owner, now=after_midnight).report["made_on"] == "2026-11-24"
