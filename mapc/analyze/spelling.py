"""How libclang's names, types, literals and operators are spelt here."""

import ast
import ctypes
import re
from functools import cache
from typing import Any

from mapc.analyze.clang import cindex

_QUALIFIERS = re.compile(r"\b(?:const|volatile|struct|class|enum|typename)\s+")
_INLINE_NAMESPACES = re.compile(r"\b(?:__1|__cxx11)::")


def plain_type(kind: Any) -> str:
    """Return a type without `const`, references and pointers, aliases resolved."""
    found = kind.get_canonical()
    while found.kind.name in {"LVALUEREFERENCE", "RVALUEREFERENCE", "POINTER"}:
        found = found.get_pointee().get_canonical()
    text = _QUALIFIERS.sub("", found.spelling).removesuffix(" const").strip()
    return _INLINE_NAMESPACES.sub("", text)


def qualified(cursor: Any) -> str:
    """Return the name of a declaration with its namespaces and classes, such as `Legion::Runtime`.

    Unnamed and inline namespaces are left out.
    """
    name = cursor.spelling
    if cursor.kind.name in {"CONSTRUCTOR", "DESTRUCTOR"}:
        name = name.partition("<")[0]  # in a template, the class with its parameters
    return _qualified(cursor.semantic_parent, name)


def owner_of(cursor: Any) -> str:
    """Return the qualified name of the class or namespace of a declaration."""
    parent = cursor.semantic_parent
    outside = parent is None or parent.kind.name == "TRANSLATION_UNIT"
    return "" if outside else qualified(parent)


def _qualified(parent: Any, name: str) -> str:
    parts = [name]
    while parent is not None and parent.kind.name != "TRANSLATION_UNIT":
        spelt = parent.spelling
        if spelt and not spelt.startswith("(") and spelt not in {"__1", "__cxx11"}:
            parts.append(spelt)
        parent = parent.semantic_parent
    return "::".join(reversed([part for part in parts if part]))


def literal(cursor: Any) -> int | float | str | None:
    """Return the value of a literal; None of one that is not understood."""
    kind = cursor.kind.name
    if kind == "STRING_LITERAL":
        return _string(cursor)
    if kind in {"CXX_NULL_PTR_LITERAL_EXPR", "GNU_NULL_EXPR"}:
        return 0
    return evaluated(cursor)


def _string(cursor: Any) -> str | None:
    """Return a string literal; pieces that stand side by side are one."""
    spelt: str = cursor.spelling  # libclang joins the pieces
    if not spelt.startswith('"'):
        return spelt or None
    try:
        value = ast.literal_eval(spelt)
    except (ValueError, SyntaxError):
        return spelt.strip('"')
    return value if isinstance(value, str) else None


_INT, _FLOAT = 1, 2


def evaluated(cursor: Any) -> int | float | None:
    """Return what libclang itself makes of a constant expression."""
    library = _library()
    result = library.clang_Cursor_Evaluate(cursor)
    if not result:
        return None
    try:
        kind = library.clang_EvalResult_getKind(result)
        if kind == _INT:
            return int(library.clang_EvalResult_getAsLongLong(result))
        if kind == _FLOAT:
            return float(library.clang_EvalResult_getAsDouble(result))
        return None
    finally:
        library.clang_EvalResult_dispose(result)


def operator(cursor: Any) -> str:
    """Return the operator of an expression, such as `+=` or `!`; `post++` behind its operand."""
    library = _library()
    if cursor.kind.name == "UNARY_OPERATOR":
        number = library.clang_getCursorUnaryOperatorKind(cursor)
        spelt = str(library.clang_getUnaryOperatorKindSpelling(number))
        return f"post{spelt}" if number in _POSTFIX else spelt
    number = library.clang_getCursorBinaryOperatorKind(cursor)
    return str(library.clang_getBinaryOperatorKindSpelling(number))


_POSTFIX = (1, 2)  # CXUnaryOperator_PostInc, CXUnaryOperator_PostDec


def overloads(cursor: Any) -> list[Any]:
    """Return the declarations that an overloaded name may mean."""
    library = _library()
    count = library.clang_getNumOverloadedDecls(cursor)
    return [library.clang_getOverloadedDecl(cursor, number) for number in range(count)]


@cache
def _library() -> Any:
    """Return libclang's library with the functions declared that the Python module lacks."""
    module = cindex()
    library = module.conf.lib
    text = module._CXString
    declare = {
        "clang_Cursor_Evaluate": ([module.Cursor], ctypes.c_void_p),
        "clang_EvalResult_getKind": ([ctypes.c_void_p], ctypes.c_int),
        "clang_EvalResult_getAsLongLong": ([ctypes.c_void_p], ctypes.c_longlong),
        "clang_EvalResult_getAsDouble": ([ctypes.c_void_p], ctypes.c_double),
        "clang_EvalResult_dispose": ([ctypes.c_void_p], None),
        "clang_getCursorUnaryOperatorKind": ([module.Cursor], ctypes.c_int),
        "clang_getCursorBinaryOperatorKind": ([module.Cursor], ctypes.c_int),
        "clang_getUnaryOperatorKindSpelling": ([ctypes.c_int], text),
        "clang_getBinaryOperatorKindSpelling": ([ctypes.c_int], text),
        "clang_getNumOverloadedDecls": ([module.Cursor], ctypes.c_uint),
        "clang_getOverloadedDecl": ([module.Cursor, ctypes.c_uint], module.Cursor),
    }
    for name, (arguments, result) in declare.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, result
        if result is text:
            function.errcheck = text.from_result
        elif result is module.Cursor:
            function.errcheck = module.Cursor.from_cursor_result
    return library
