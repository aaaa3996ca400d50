"""What the document says that may go wrong does go wrong so, for each operation, and nothing else is said."""

from typing import Any

from fysicure.api_document.exchanges import OPERATIONS
from tests.api.practice import Practice
from tests.api.provoke import refusals_of
from tests.api.replay import check_answer, operations


def test_each_documented_refusal_can_be_provoked(practice: Practice, openapi: dict[str, Any]) -> None:
    known = operations(openapi)
    silent: dict[str, list[str]] = {}
    for name, (_method, _path, operation) in known.items():
        found = refusals_of(practice, known, name)
        for response in found.values():
            check_answer(openapi, operation, response)
        shown = {str(each.status) for each in OPERATIONS[name].exchanges} | {str(status) for status in found}
        silent[name] = sorted(set(operation["responses"]) - shown)
    assert {name: statuses for name, statuses in silent.items() if statuses} == {}
