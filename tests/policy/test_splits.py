"""Factors of extents: the tables of the language reference, and brute force."""

from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.policy import splits

NUMBERS = st.integers(1, 360)
SPACES = st.lists(st.integers(0, 40), min_size=1, max_size=4).map(tuple)


def factorings(n: int, rank: int) -> list[tuple[int, ...]]:
    """Return every list of `rank` factors of `n`."""
    divisors = [d for d in range(1, n + 1) if n % d == 0]
    heads = product(divisors, repeat=rank - 1)
    return [(*h, n // prod(h)) for h in heads if n % prod(h) == 0]


def cost(factors: tuple[int, ...], space: tuple[int, ...]) -> Fraction:
    return sum(Fraction(o, extent or 1) for o, extent in zip(factors, space, strict=True))


@pytest.mark.parametrize(
    ("n", "space", "expected"),
    [
        (6, (3, 5), (2, 3)),
        (12, (6, 4), (4, 3)),
        (6, (4, 4), (3, 2)),
        (12, (8, 8), (3, 4)),
        (60, (1, 3), (4, 15)),
        (4, (0, 8), (1, 4)),
        (1, (5, 5, 5), (1, 1, 1)),
        (10007, (3, 4), (1, 10007)),
    ],
)
def test_auto(n: int, space: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert splits.auto(n, space) == expected


def test_greedy() -> None:
    assert splits.greedy(12, (6, 4)) == (6, 2)
    assert splits.greedy(60, (1, 3)) == (6, 10)


@pytest.mark.parametrize(
    ("n", "count", "expected"),
    [
        (6, 2, (3, 2)),
        (12, 2, (4, 3)),
        (24, 3, (4, 3, 2)),
        (19, 3, (19, 1, 1)),
        (7, 1, (7,)),
        (1, 4, (1, 1, 1, 1)),
    ],
)
def test_balance(n: int, count: int, expected: tuple[int, ...]) -> None:
    assert splits.balance(n, count) == expected


@given(NUMBERS, SPACES)
def test_auto_has_the_least_cost(n: int, space: tuple[int, ...]) -> None:
    space = space[:3]
    least = min(cost(factors, space) for factors in factorings(n, len(space)))
    ties = [f for f in factorings(n, len(space)) if cost(f, space) == least]
    found = splits.auto(n, space)
    assert found in ties
    if splits.greedy(n, space) in ties:
        assert len(ties) == 1 or found == splits.greedy(n, space)


@given(NUMBERS, SPACES)
def test_products(n: int, space: tuple[int, ...]) -> None:
    assert prod(splits.auto(n, space)) == n
    assert prod(splits.greedy(n, space)) == n


@given(NUMBERS, st.integers(1, 3))
def test_balance_has_the_smallest_sum(n: int, count: int) -> None:
    found = splits.balance(n, count)
    every = [tuple(sorted(f, reverse=True)) for f in factorings(n, count)]
    smallest = min(map(sum, every))
    assert found == min(f for f in every if sum(f) == smallest)


@given(st.integers(1, 10**6))
def test_prime_factors(n: int) -> None:
    found = splits.prime_factors(n)
    assert prod(p**e for p, e in found.items()) == n
    assert list(found) == sorted(found, reverse=True)
