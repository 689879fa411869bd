"""Factors of an extent: `balance_split`, `greedy_split` and `auto_split` (reference, 7.3 to 7.5).

Pure functions of integers, exact: costs are compared as rationals with a common denominator.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import TypeAlias

Ints: TypeAlias = tuple[int, ...]


def prime_factors(n: int) -> dict[int, int]:
    """Return the primes of `n` with their multiplicities, the largest prime first."""
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            n //= divisor
        divisor += 1 if divisor == 2 else 2
    if n > 1:
        found[n] = 1
    return dict(sorted(found.items(), reverse=True))


@lru_cache(maxsize=4096)
def balance(n: int, count: int) -> Ints:
    """Return the `count` factors of `n` with the smallest sum, in descending order.

    Of several such lists the lexicographically smallest.
    """
    candidates = _factorings(n, n, min(count, n.bit_length()))
    best = min(candidates, key=lambda c: (sum(c) - len(c), c))
    return best + (1,) * (count - len(best))


def _factorings(n: int, most: int, count: int) -> Iterator[Ints]:
    """Yield the descending lists of at most `count` factors above 1, none above `most`."""
    if n == 1:
        yield ()
        return
    if count == 0:
        return
    for divisor in _divisors(n):
        if 1 < divisor <= most and divisor**count >= n:
            for rest in _factorings(n // divisor, divisor, count - 1):
                yield (divisor, *rest)


@lru_cache(maxsize=4096)
def _divisors(n: int) -> Ints:
    """Return all divisors of `n`."""
    powers = [[p**e for e in range(m + 1)] for p, m in prime_factors(n).items()]
    return tuple(sorted(prod(choice) for choice in product(*powers)))


@lru_cache(maxsize=4096)
def greedy(n: int, space: Ints) -> Ints:
    """Return the factors of `n` that always split the longest block next."""
    extents = _positive(space)
    factors = [1] * len(extents)
    for prime, multiplicity in prime_factors(n).items():
        for _ in range(multiplicity):
            # Blocks are `extent / factor`; they are compared without dividing.
            longest = 0
            for i in range(1, len(extents)):
                if extents[i] * factors[longest] > extents[longest] * factors[i]:
                    longest = i
            factors[longest] *= prime
    return tuple(factors)


@lru_cache(maxsize=4096)
def auto(n: int, space: Ints) -> Ints:
    """Return the factors of `n` whose blocks have the least total surface."""
    extents = _positive(space)
    volume = prod(extents)
    weights = [volume // extent for extent in extents]
    least: list[Ints] = []
    cost = 0
    for candidate in _candidates(n, len(extents)):
        price = sum(f * w for f, w in zip(candidate, weights, strict=True))
        if not least or price < cost:
            least, cost = [candidate], price
        elif price == cost:
            least.append(candidate)
    if len(least) == 1:
        return least[0]
    preferred = greedy(n, space)
    return preferred if preferred in least else least[0]


def _candidates(n: int, rank: int) -> Iterator[Ints]:
    """Yield all lists of `rank` factors of `n`, in the order that decides ties."""
    choices = [
        [tuple(prime**e for e in exponents) for exponents in _exponents(multiplicity, rank)]
        for prime, multiplicity in prime_factors(n).items()
    ]
    for choice in product(*choices):
        yield tuple(prod(column) for column in zip(*choice, strict=True)) if choice else (1,) * rank


def _exponents(total: int, rank: int) -> Iterator[Ints]:
    """Yield the vectors of `rank` exponents with sum `total`, in ascending order."""
    if rank == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _exponents(total - first, rank - 1):
            yield (first, *rest)


def _positive(space: Sequence[int]) -> Ints:
    """Return the extents with 1 in place of 0."""
    return tuple(extent or 1 for extent in space)
