"""What the compiler knows of a value: its type, and as much of the value as is constant."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from mapc.policy.kinds import ProcKind
from mapc.policy.types import Type

MOST_TRACKED = 256
"""The longest tuple, or list of extents, that the compiler keeps."""

Known: TypeAlias = tuple[int | None, ...]
"""Ints of which some may be unknown."""


@dataclass(frozen=True, slots=True)
class Value:
    """A type with what is known beyond it; None means not known.

    Without a type, the value is one that an error or a recursion hides: everything accepts it.
    """

    type: Type | None
    const: int | bool | str | None = None
    elements: Known | None = None
    """Of a tuple."""
    extents: Known | None = None
    """Of a machine."""
    kinds: frozenset[ProcKind] | None = None
    """Of a machine or a processor set."""

    @property
    def integer(self) -> int | None:
        """The value of a known int."""
        return self.const if self.type is Type.INT and isinstance(self.const, int) else None

    def only_type(self) -> "Value":
        """Return the same type with nothing known of the value."""
        return Value(self.type)

    def join(self, other: "Value") -> "Value":
        """Return what is known of a value that is this one or the other, of the same type."""
        if self.type is None or other.type is None:
            return other.only_type() if self.type is None else self.only_type()
        return replace(
            self,
            const=self.const if self.const == other.const else None,
            elements=_join_known(self.elements, other.elements),
            extents=_join_known(self.extents, other.extents),
            kinds=None if self.kinds is None or other.kinds is None else self.kinds | other.kinds,
        )


UNKNOWN = Value(None)
BOOL = Value(Type.BOOL)
INT = Value(Type.INT)
NAME = Value(Type.NAME)
TASK = Value(Type.TASK)
TUPLE = Value(Type.TUPLE)


def integer(value: int | None) -> Value:
    """Return an int."""
    return Value(Type.INT, const=value)


def boolean(value: bool | None) -> Value:
    """Return a bool."""
    return Value(Type.BOOL, const=value)


def tuple_of(elements: Known | None) -> Value:
    """Return a tuple; of a long one nothing is known."""
    return Value(Type.TUPLE, elements=_tracked(elements))


def machine(kinds: frozenset[ProcKind] | None, extents: Known | None) -> Value:
    """Return a machine; of one with very many dimensions none is known."""
    return Value(Type.MACHINE, kinds=kinds, extents=_tracked(extents))


def _tracked(known: Known | None) -> Known | None:
    return None if known is None or len(known) > MOST_TRACKED else known


def concrete(value: object) -> Value:
    """Return what is known of a value that was evaluated without a machine."""
    match value:
        case bool():
            return boolean(value)
        case int():
            return integer(value)
        case str():
            return Value(Type.NAME, const=value)
        case tuple():
            return tuple_of(value)
    raise AssertionError(value)


def _join_known(a: Known | None, b: Known | None) -> Known | None:
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(x if x == y else None for x, y in zip(a, b, strict=True))
