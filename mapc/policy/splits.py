"""Factors of an extent: `balance_split`, `greedy_split` and `auto_split` (reference, 7.3 to 7.5).

Pure functions of integers, exact: costs are compared as rationals with a common denominator.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import comb, floor, inf, isqrt, prod
from typing import TypeAlias

Ints: TypeAlias = tuple[int, ...]

_NONE: Ints = ()
_CACHED = 4096
_LONG = 64
"""Extents from which on results take too much memory to be kept."""


@lru_cache(maxsize=_CACHED)
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


def balance(n: int, count: int) -> Ints:
    """Return the `count` factors of `n` with the smallest sum, in descending order.

    Of several such lists the lexicographically smallest.
    """
    primes = tuple(p for p, multiplicity in prime_factors(n).items() for _ in range(multiplicity))
    if count >= len(primes):
        # A product of two factors is above their sum less one, so none is better than primes.
        return primes + (1,) * (count - len(primes))
    return _balance(n, count)


@lru_cache(maxsize=_CACHED)
def _balance(n: int, count: int) -> Ints:
    return _Balance(_divisors(n)).best(n, count, n)[1]


@dataclass(slots=True)
class _Balance:
    """Searches lists of factors, the most balanced first, leaving out what cannot be better."""

    divisors: Ints
    known: dict[tuple[int, int, int], tuple[float, Ints]] = field(default_factory=dict)

    def best(self, n: int, count: int, most: int) -> tuple[float, Ints]:
        """Return the smallest sum of `count` descending factors, none above `most`, and the list.

        Without such a list the sum is infinite.
        """
        if count == 1:
            return (n, (n,)) if n <= most else (inf, ())
        key = (n, count, min(most, n))
        if key not in self.known:
            self.known[key] = self._search(n, count, most)
        return self.known[key]

    def _search(self, n: int, count: int, most: int) -> tuple[float, Ints]:
        least, found = inf, _NONE
        # The largest factor is at least the root of `n`; the further above, the larger the sum.
        start = bisect_left(self.divisors, floor(n ** (1 / count) * (1 - 1e-9)))
        for first in self.divisors[start : bisect_right(self.divisors, min(most, n))]:
            if n % first:
                continue
            rest = n // first
            if (first + (count - 1) * rest ** (1 / (count - 1))) * (1 - 1e-9) > least:
                break
            total, others = self.best(rest, count - 1, first)
            if first + total < least:
                least, found = first + total, (first, *others)
        return least, found


@lru_cache(maxsize=_CACHED)
def _divisors(n: int) -> Ints:
    """Return all divisors of `n`."""
    powers = [[p**e for e in range(m + 1)] for p, m in prime_factors(n).items()]
    return tuple(sorted(prod(choice) for choice in product(*powers)))


def greedy(n: int, space: Ints) -> Ints:
    """Return the factors of `n` that always split the longest block next."""
    return (_greedy if len(space) > _LONG else _cached_greedy)(n, space)


def _greedy(n: int, space: Ints) -> Ints:
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


def auto(n: int, space: Ints) -> Ints:
    """Return the factors of `n` whose blocks have the least total surface."""
    return (_auto if len(space) > _LONG else _cached_auto)(n, space)


def _auto(n: int, space: Ints) -> Ints:
    extents = _positive(space)
    if n == 1:
        return (1,) * len(extents)
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


_cached_greedy = lru_cache(maxsize=_CACHED)(_greedy)
_cached_auto = lru_cache(maxsize=_CACHED)(_auto)


def auto_work(n: int, rank: int) -> int:
    """Return about how many steps `auto` takes."""
    if n == 1:
        return rank
    candidates = prod(comb(m + rank - 1, rank - 1) for m in prime_factors(n).values())
    # With many extents, costs are integers of many words.
    return 3 * candidates * rank * (1 + rank // 32) + isqrt(n) // 16


def greedy_work(n: int, rank: int) -> int:
    """Return about how many steps `greedy` takes."""
    return n.bit_length() * rank + isqrt(n) // 16


def balance_work(n: int, count: int) -> int:
    """Return about how many steps `balance` takes."""
    primes = prime_factors(n)
    if count >= sum(primes.values()):
        return count + isqrt(n) // 16
    return prod(m + 1 for m in primes.values()) * count * 4 + isqrt(n) // 16


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
