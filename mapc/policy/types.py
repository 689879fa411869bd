"""The static types of the language (reference, section 5)."""

from dataclasses import dataclass
from enum import StrEnum

from mapc.syntax import ast


class Type(StrEnum):
    """The type of an expression; the values are how messages call it."""

    INT = "int"
    BOOL = "bool"
    TUPLE = "tuple"
    MACHINE = "machine"
    SET = "processor set"
    TASK = "task"
    NAME = "name"


DECLARED = {
    "Task": Type.TASK,
    "int": Type.INT,
    "bool": Type.BOOL,
    "IPoint": Type.TUPLE,
    "ISpace": Type.TUPLE,
    "MSpace": Type.MACHINE,
}
"""The type that each type word of a parameter means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionInstance:
    """One function with the types it is called with; what generated code has one function for."""

    function: ast.Function
    parameters: tuple[Type, ...]
    result: Type
