"""The built-in functions and element access on many points at once."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from mapc.policy import vector_ints as ints
from mapc.policy.machine_view import View
from mapc.policy.vector_ints import Lane, refuse, varies
from mapc.policy.vector_values import Value

Lanes = tuple[Lane, ...]


def elementwise(function: Callable[[Lane], Lane], value: Value) -> Value:
    """Return a function of an int, or of every element of a tuple."""
    return tuple([function(v) for v in value]) if isinstance(value, tuple) else function(value)


def operate(op: str, a: Value, b: Value) -> Value:
    """Return `a op b`, element-wise where a tuple takes part."""
    function = ints.OPERATIONS[op]
    if not isinstance(a, tuple):
        return elementwise(lambda y: function(a, y), b)
    if not isinstance(b, tuple):
        return elementwise(lambda x: function(x, b), a)
    refuse(len(a) != len(b))
    return tuple([function(x, y) for x, y in zip(a, b, strict=True)])


def product(values: Lanes) -> Lane:
    """Return the product, 1 for the empty tuple; partial products must fit, too."""
    one: Lane = 1
    return reduce(ints.multiply, values, one)


def total(values: Lanes) -> Lane:
    """Return the sum, 0 for the empty tuple; partial sums must fit, too."""
    zero: Lane = 0
    return reduce(ints.add, values, zero)


def extents(value: Value) -> Lanes:
    """Return the size of a machine, or a tuple as it is."""
    return value.extents if isinstance(value, View) else value


def element(values: Lanes, index: Lane) -> Lane:
    """Return one element, counting from the end for a negative index."""
    count = len(values)
    low, high = ints.bounds(index)
    refuse(low < -count or high >= count)
    if isinstance(index, int):
        return values[index]
    wanted = np.where(index < 0, index + count, index)
    if not any(map(varies, values)):
        return np.array(values, dtype=np.int64)[wanted]
    result = np.empty(len(wanted), dtype=np.int64)
    for position in np.unique(wanted).tolist():
        here = wanted == position
        value = values[position]
        result[here] = value[here] if isinstance(value, np.ndarray) else value
    return result


def linearize(point: Lanes, space: Lanes) -> Lane:
    """Return the row-major number of a point."""
    refuse(len(point) != len(space) or not point)
    index: Lane = 0
    for p, s in zip(point, space, strict=True):
        refuse(np.less(p, 0) | np.greater_equal(p, s))
        index = ints.add(ints.multiply(index, s), p)
    return index


def delinearize(index: Lane, space: Lanes) -> Lanes:
    """Return the point with a row-major number."""
    for s in space:
        refuse(np.less(s, 1))
    refuse(np.less(index, 0) | np.greater_equal(index, product(space)))
    point: list[Lane] = []
    for s in reversed(space):
        point.append(ints.remainder(index, s))
        index = ints.divide(index, s)
    return tuple(reversed(point))


def _extreme(name: str, arguments: Sequence[Value]) -> Lane:
    first = arguments[0]
    return ints.extreme(name, first if isinstance(first, tuple) else tuple(arguments))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "min": lambda *arguments: _extreme("min", arguments),
    "max": lambda *arguments: _extreme("max", arguments),
    "abs": lambda a: elementwise(ints.absolute, a),
    "sum": total,
    "prod": product,
    "len": lambda t: len(extents(t)),
    "linearize": linearize,
    "delinearize": delinearize,
}
"""All but `range`, whose bounds decide a length."""
