"""Whatever is asked, the answer is one of FHIR: a Bundle or an OperationOutcome, and never a fault of ours."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fysicure.fhir.server.registry import KINDS
from tests.fhir.server.conftest import Program
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
NAMES = sorted({name for kind in KINDS.values() for name in kind.parameters()})
ABOUT = ["_count", "_sort", "_elements", "_summary", "_total", "_include", "_revinclude", "_format", "page", "_has"]
MODIFIERS = ["", ":exact", ":contains", ":not", ":missing", ":Patient", ":x", ":"]
PIECES = ["2026-11-23", "ge", "ap9990", "|", ",", "\\", "http://", "Patient/", "-date", "Goal:patient", "accurate", "'",
          "%", "0", "9" * 30, "é", "-", "T24:00", "01a22a69-e3b7-75ec-8dca-0c72ffa726b0", "$",
          "\u202e", "\ud7ff"]  # fmt: skip
values = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=5).map("".join))
pairs = st.tuples(st.sampled_from(NAMES + ABOUT), st.sampled_from(MODIFIERS), values)


def test_no_question_breaks_the_server(practice: Practice) -> None:
    program = Program(practice.treating.user)
    seen: dict[int, int] = {}

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(sorted(KINDS)), st.lists(pairs, max_size=4), st.booleans())
    def ask(kind: str, asked: list[tuple[str, str, str]], is_lenient: bool) -> None:
        form = "&".join(f"{name}{modifier}={quote(value, safe='')}" for name, modifier, value in asked)
        headers = {"Prefer": "handling=lenient"} if is_lenient else {}
        for answer in (program.post(f"{kind}/_search", form, **headers), program.get(f"{kind}?{form}", **headers)):
            assert answer.status_code in {200, 400, 406}, (form, answer.content)
            assert answer.json()["resourceType"] == ("Bundle" if answer.status_code == 200 else "OperationOutcome")
            seen[answer.status_code] = seen.get(answer.status_code, 0) + 1

    ask()
    assert seen[200] > 20 < seen[400]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_id_breaks_the_server(kind: str, practice: Practice) -> None:
    program = Program(practice.treating.user)
    for pk in ("0", "-1", "9" * 60, "x" * 64, "..", "%2e%2e", "é", "none", "1.2.3",
               "00000000-0000-0000-0000-000000000000",
               f"{practice.colleague.pk}.99991231T235959Z.240",
               f"{practice.colleague.pk}.20261124T080000Z.9999"):  # fmt: skip
        assert program.get(f"{kind}/{pk}").status_code == 404, pk
