from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pathways.engine.logic import Verdict, all_of, any_answered, any_of, at_least, negate

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
verdicts = st.lists(st.sampled_from(list(Verdict)), max_size=6)


def completions(given_verdicts):
    options = [(MET, NOT_MET) if each is UNKNOWN else (each,) for each in given_verdicts]
    return list(product(*options))


@given(verdicts, st.integers(0, 7))
def test_at_least_is_what_every_completion_agrees_on(given_verdicts, count):
    answers = {done.count(MET) >= count for done in completions(given_verdicts)}
    expected = UNKNOWN if len(answers) == 2 else (MET if answers.pop() else NOT_MET)
    assert at_least(count, given_verdicts) is expected


@given(verdicts)
def test_de_morgan_holds_with_unknowns(given_verdicts):
    assert negate(all_of(given_verdicts)) is any_of(negate(each) for each in given_verdicts)


def test_edges():
    assert all_of([]) is MET
    assert any_of([]) is NOT_MET
    assert all_of([UNKNOWN, NOT_MET]) is NOT_MET
    assert any_of([UNKNOWN, NOT_MET]) is UNKNOWN
    assert any_answered([UNKNOWN, NOT_MET]) is NOT_MET
    assert any_answered([]) is UNKNOWN
    assert any_answered([NOT_MET, MET]) is MET
