"""What machine a chain needs is worked out from the table of the last whole run, wherever that table goes."""

import pytest

from benchmarks.capacity import A_VISIT, COLUMN, MEASURED_IN, ROWS, measured


def test_every_request_of_a_visit_has_a_measured_cost() -> None:
    costs = measured(MEASURED_IN.read_text(encoding="utf-8"))
    assert set(A_VISIT) <= set(costs)
    assert all(application > 0 and database >= 0 for application, database in costs.values())


def test_the_database_is_taken_off_the_whole_and_a_row_that_went_is_told() -> None:
    lines = [f"| | {COLUMN} | kB |", *(f"| {row} | 7.5 (1.5) | 3 |" for row in ROWS.values())]
    assert measured("\n".join(lines))["chart"] == (6.0, 1.5)
    with pytest.raises(ValueError, match="chart"):
        measured("\n".join(line for line in lines if not line.startswith("| chart")))
    with pytest.raises(ValueError, match="No table"):
        measured("")
