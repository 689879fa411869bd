"""Arithmetic on values of which some are not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.analyze.arithmetic import binary, unary
from mapc.analyze.values import Choice, Obj, Unknown, Value, choice, options, truth

NUMBERS = st.integers(-50, 50)
OPERATORS = ("+", "-", "*", "<", ">", "<=", ">=", "==", "!=", "&&", "||")


def in_python(name: str, a: int, b: int) -> int:
    spelt = {"&&": "and", "||": "or"}.get(name, name)
    value = eval(f"({a}) {spelt} ({b})")
    return int(bool(value)) if name in {"&&", "||"} else int(value)


@given(st.sampled_from(OPERATORS), NUMBERS, NUMBERS)
def test_numbers(name: str, a: int, b: int) -> None:
    """Known numbers give what Python says, as a number."""
    found = binary(name, a, b)
    assert found == in_python(name, a, b)
    assert not isinstance(found, bool)


@given(NUMBERS, NUMBERS.filter(bool))
def test_division_is_that_of_c(a: int, b: int) -> None:
    """Quotients are cut off towards zero, and the remainder has the sign of the dividend."""
    quotient, rest = binary("/", a, b), binary("%", a, b)
    assert quotient == int(a / b)
    assert isinstance(rest, int)
    assert quotient * b + rest == a
    assert rest == 0 or (rest < 0) == (a < 0)


@pytest.mark.parametrize("name", ["/", "%", "<<"])
def test_what_has_no_value_is_unknown(name: str) -> None:
    assert isinstance(binary(name, 1, -1 if name == "<<" else 0), Unknown)


@given(st.sampled_from(OPERATORS), st.lists(NUMBERS, min_size=1, max_size=4), NUMBERS)
def test_choices_keep_every_result(name: str, ones: list[int], other: int) -> None:
    """What may be one of several numbers gives one of several results."""
    for found in (binary(name, choice(ones), other),):
        assert set(options(found)) == {in_python(name, one, other) for one in ones}


@given(st.sampled_from(OPERATORS), NUMBERS)
def test_the_unknown_stays_unknown_unless_it_does_not_matter(name: str, number: int) -> None:
    found = binary(name, Unknown("x"), number)
    decided = (name == "||" and number) or (name == "&&" and not number)
    assert (found == int(name == "||")) if decided else isinstance(found, Unknown)


def test_text_of_the_unknown() -> None:
    """People read the expression that is not known."""
    found = binary("+", Unknown("count"), 1)
    assert isinstance(found, Unknown)
    assert found.what == "count + 1"


@pytest.mark.parametrize(
    ("name", "value", "wanted"), [("-", 3, -3), ("~", 0, -1), ("!", 0, 1), ("!", 7, 0), ("+", 2, 2)]
)
def test_unary(name: str, value: Value, wanted: int) -> None:
    assert unary(name, value) == wanted


def test_truth() -> None:
    assert truth(Obj("x")) is True
    assert truth(Choice((1, 2))) is True
    assert truth(Choice((0, 2))) is None
    assert truth(Unknown()) is None
