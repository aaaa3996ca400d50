"""The codes that an installation begins with: read whole or not at all, and never forced back."""

from pathlib import Path

import pytest
from django.conf import settings

from patients.codings import CodingFault, add_missing, read_codings
from patients.models import Coding

SEEDS = Path(settings.BASE_DIR) / "seeds"


@pytest.mark.django_db
def test_what_is_missing_is_added_and_what_was_withdrawn_stays_withdrawn() -> None:
    codings = read_codings(SEEDS)
    assert add_missing(codings) == len(codings) > 20
    Coding.objects.filter(what="pathway").update(certainty="withdrawn")
    assert add_missing(read_codings(SEEDS)) == 0
    assert Coding.objects.get(what="pathway").certainty == "withdrawn"


def test_only_what_was_read_in_a_source_is_certain() -> None:
    rows = read_codings(SEEDS)
    assert {row.certainty for row in rows} == {"verified", "to-confirm"}
    assert all(bool(row.source) == (row.certainty == "verified") for row in rows)


def test_a_folder_without_codes_has_none(tmp_path: Path) -> None:
    assert read_codings(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "codings.yaml: "),
        ("what: pathway", "a list of codes"),
        ("- {what: pathway, colour: red}", "codings.yaml:1: .*colour"),
        ("- {what: weather, key: a, system: 'http://a.example', code: b}", "codings.yaml:1: .*what"),
        ("- 7", "codings.yaml:1: "),
    ],
)
def test_a_file_that_cannot_be_taken_says_where_and_why(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "codings.yaml").write_text(text)
    with pytest.raises(CodingFault, match=reason):
        read_codings(tmp_path)
