"""Expressions and statements: libclang's cursors to nodes."""

from collections.abc import Callable, Sequence
from typing import Any

from mapc.analyze.clang import cindex
from mapc.analyze.ir import Node, Param
from mapc.analyze.lower_names import call, constructed, function_name, made, member, name, values
from mapc.analyze.spelling import evaluated, literal, operator, plain_type

_TRANSPARENT = {"UNEXPOSED_EXPR", "PAREN_EXPR", "PACK_EXPANSION_EXPR"}
_CASTS = {
    "CSTYLE_CAST_EXPR",
    "CXX_STATIC_CAST_EXPR",
    "CXX_FUNCTIONAL_CAST_EXPR",
    "CXX_REINTERPRET_CAST_EXPR",
    "CXX_CONST_CAST_EXPR",
    "CXX_DYNAMIC_CAST_EXPR",
}
_LITERALS = {
    "INTEGER_LITERAL": "int",
    "FLOATING_LITERAL": "real",
    "STRING_LITERAL": "string",
    "CHARACTER_LITERAL": "int",
    "CXX_BOOL_LITERAL_EXPR": "bool",
    "CXX_NULL_PTR_LITERAL_EXPR": "null",
    "GNU_NULL_EXPR": "null",
}


def lower(cursor: Any) -> Node:
    """Return the node of an expression or statement."""
    kind = cursor.kind.name
    if kind in _TRANSPARENT:
        return _transparent(cursor)
    if kind in _LITERALS:
        return made(cursor, _LITERALS[kind], value=literal(cursor))
    if kind in _CASTS:
        kids = values(cursor)
        return made(cursor, "cast", kids=tuple(map(lower, kids[-1:])))
    make = _HANDLERS.get(kind)
    if make is not None:
        return make(cursor)
    return made(cursor, "unknown", name=kind, kids=tuple(map(lower, values(cursor))))


def parameters(cursor: Any) -> tuple[Param, ...]:
    """Return the parameters of a function or lambda."""
    return tuple(_param(kid) for kid in cursor.get_children() if kid.kind.name == "PARM_DECL")


def _param(cursor: Any) -> Param:
    kids = values(cursor)
    return Param(
        name=cursor.spelling,
        ref=cursor.get_usr(),
        type=plain_type(cursor.type),
        default=lower(kids[-1]) if kids else None,
        by_reference="REFERENCE" in cursor.type.kind.name,
        constant=cursor.type.get_pointee().is_const_qualified(),
        pack=is_pack(cursor),
    )


def is_pack(cursor: Any) -> bool:
    """Whether a parameter, or one of a template, is a pack."""
    return any(token.spelling == "..." for token in cursor.get_tokens())


def _transparent(cursor: Any) -> Node:
    kids = values(cursor)
    if _is_parenthesised(cursor):
        return made(cursor, "construct", type="", kids=tuple(map(lower, kids)))
    if cursor.kind.name == "PACK_EXPANSION_EXPR" or _is_fold(cursor):
        pattern = [kid for kid in kids if kid.kind.name != "UNEXPOSED_EXPR" or values(kid)]
        return made(cursor, "pack", kids=tuple(map(lower, pattern)))
    if len(kids) == 1:
        inner = lower(kids[0])
        if inner.kind == "unresolved" and not inner.name:
            inner.name = cursor.spelling
        return inner
    if not kids and cursor.location.line == 0:
        return Node("default", type=plain_type(cursor.type))
    if not kids:
        # A name that waits for template arguments, or an expression that libclang does not show.
        return made(cursor, "unresolved", name=cursor.spelling)
    return made(cursor, "unknown", name=cursor.spelling, kids=tuple(map(lower, kids)))


def _is_parenthesised(cursor: Any) -> bool:
    """Whether these are the arguments of a constructor that only template arguments decide."""
    if cursor.kind.name != "UNEXPOSED_EXPR" or cursor.spelling or cursor.type.spelling:
        return False
    return next((token.spelling == "(" for token in cursor.get_tokens()), False)


def _is_fold(cursor: Any) -> bool:
    if cursor.spelling or cursor.type.spelling != "<dependent type>":
        return False
    depth = 0
    for token in cursor.get_tokens():
        depth += (token.spelling in "([{") - (token.spelling in ")]}")
        if token.spelling == "..." and depth == 1:
            return True
    return False


def _binary(cursor: Any) -> Node:
    spelt = operator(cursor)
    assigns = spelt.endswith("=") and spelt not in {"==", "!=", "<=", ">="}
    kids = tuple(map(lower, cursor.get_children()))
    return made(cursor, "assign" if assigns else "binary", name=spelt, kids=kids)


def _unary(cursor: Any) -> Node:
    return made(cursor, "unary", name=operator(cursor), kids=tuple(map(lower, values(cursor)[:1])))


def _sized(cursor: Any) -> Node:
    return made(cursor, "sizeof", value=evaluated(cursor))


def _plain(kind: str, *, most: int | None = None) -> Callable[[Any], Node]:
    """Return a handler that keeps all children as they come."""

    def make(cursor: Any) -> Node:
        return made(cursor, kind, kids=tuple(map(lower, values(cursor)[:most])), type="")

    return make


def _typed(kind: str) -> Callable[[Any], Node]:
    def make(cursor: Any) -> Node:
        return made(cursor, kind, kids=tuple(map(lower, values(cursor))))

    return make


def _lambda(cursor: Any) -> Node:
    body = [kid for kid in cursor.get_children() if kid.kind.name == "COMPOUND_STMT"]
    kids = tuple(map(lower, body[-1:]))
    return made(cursor, "lambda", params=parameters(cursor), kids=kids)


def _declare(cursor: Any) -> Node:
    nodes = [declared(kid) for kid in cursor.get_children()]
    found = tuple(node for node in nodes if node is not None)
    if len(found) == 1:
        return found[0]
    return Node("block", cursor.location.line, cursor.location.column, name=";", kids=found)


def declared(cursor: Any) -> Node | None:
    """Return the declaration of a variable; `None` of what is no variable."""
    if cursor.kind.name == "UNEXPOSED_DECL" and cursor.spelling.startswith("["):
        return _bound(cursor)
    if cursor.kind.name != "VAR_DECL":
        return None
    kids = tuple(map(lower, initial_value(cursor)))
    for kid in kids:
        if kid.kind in {"construct", "list"} and not kid.owner and kid.type in {"", "void"}:
            constructed(cursor.type, kid)
    return made(
        cursor,
        "declare",
        name=cursor.spelling,
        ref=cursor.get_usr(),
        kids=kids,
        value="reference" if "REFERENCE" in cursor.type.kind.name else None,
    )


def _bound(cursor: Any) -> Node:
    """Return a structured binding: its names, and the value whose parts they name."""
    kids = list(cursor.get_children())
    names = [kid for kid in kids if kid.kind.name == "UNEXPOSED_DECL"]
    others = [kid for kid in kids if kid.kind.is_expression()]
    return made(
        cursor,
        "bind",
        params=tuple(Param(name=n.spelling, ref=n.get_usr(), type="") for n in names),
        kids=tuple(map(lower, others[:1])),
        value="reference" if "REFERENCE" in cursor.type.kind.name else None,
    )


def initial_value(cursor: Any) -> Sequence[Any]:
    """Return the cursor of the value that a variable or member is initialised with, if any."""
    kids = values(cursor)
    if cursor.type.get_canonical().kind.name == "CONSTANTARRAY" and len(kids) == 1:
        # The bound of an array looks like its value.
        return kids if kids[0].kind.name in {"INIT_LIST_EXPR", "STRING_LITERAL"} else ()
    return kids[-1:]


def _if(cursor: Any) -> Node:
    kids = values(cursor)
    first = next((i for i, k in enumerate(kids) if k.kind.is_expression()), 0)
    before, kids = kids[:first], kids[first:]
    parts = [lower(kid) for kid in kids]
    parts += [Node("empty")] * (3 - len(parts))
    node = made(cursor, "if", kids=tuple(parts[:3]), type="")
    if before:
        return Node("block", node.line, node.column, kids=(*map(lower, before), node))
    return node


def _for(cursor: Any) -> Node:
    kids = list(cursor.get_children())
    *head, body = kids
    first, second = _semicolons(cursor, body)
    parts = [Node("empty"), Node("empty"), Node("empty")]
    for kid in head:
        offset = kid.extent.start.offset
        parts[0 if offset < first else 1 if offset < second else 2] = lower(kid)
    return made(cursor, "for", kids=(*parts, lower(body)), type="")


def _semicolons(cursor: Any, body: Any) -> tuple[int, int]:
    """Return where the two semicolons in the head of a `for` stand."""
    depth, found = 0, []
    for token in cursor.get_tokens():
        if token.extent.start.offset >= body.extent.start.offset:
            break
        spelt = token.spelling
        depth += (spelt in "([{") - (spelt in ")]}")
        if spelt == ";" and depth == 1:
            found.append(token.extent.start.offset)
    return (found[0], found[1]) if len(found) == 2 else (0, 0)


def _each(cursor: Any) -> Node:
    kids = values(cursor)
    kinds = {"VAR_DECL", "UNEXPOSED_DECL"}
    variable = next((k for k in kids if k.kind.name in kinds), None)
    rest = [k for k in kids if k.kind.name not in kinds]
    named = declared(variable) if variable is not None else None
    parts = (named or Node("empty"), *map(lower, rest[-2:]))
    return made(cursor, "each", kids=parts, type="")


def _new(cursor: Any) -> Node:
    return made(cursor, "new", kids=tuple(map(lower, values(cursor))))


_HANDLERS: dict[str, Callable[[Any], Node]] = {
    "DECL_REF_EXPR": lambda cursor: name(cursor, lower),
    "OVERLOADED_DECL_REF": lambda cursor: function_name(cursor, lower),
    "MEMBER_REF_EXPR": lambda cursor: member(cursor, lower),
    "MEMBER_REF": lambda cursor: member(cursor, lower),
    "CALL_EXPR": lambda cursor: call(cursor, lower),
    "BINARY_OPERATOR": _binary,
    "COMPOUND_ASSIGNMENT_OPERATOR": _binary,
    "UNARY_OPERATOR": _unary,
    "CXX_UNARY_EXPR": _sized,
    "CONDITIONAL_OPERATOR": _typed("conditional"),
    "ARRAY_SUBSCRIPT_EXPR": _typed("index"),
    "INIT_LIST_EXPR": _typed("list"),
    "LAMBDA_EXPR": _lambda,
    "CXX_NEW_EXPR": _new,
    "CXX_THIS_EXPR": _typed("this"),
    "COMPOUND_STMT": _plain("block"),
    "DECL_STMT": _declare,
    "IF_STMT": _if,
    "FOR_STMT": _for,
    "WHILE_STMT": _plain("while"),
    "DO_STMT": _plain("do"),
    "CXX_FOR_RANGE_STMT": _each,
    "SWITCH_STMT": _plain("switch"),
    "CASE_STMT": _plain("case"),
    "DEFAULT_STMT": _plain("otherwise"),
    "RETURN_STMT": _plain("return", most=1),
    "BREAK_STMT": _plain("break"),
    "CONTINUE_STMT": _plain("continue"),
    "NULL_STMT": _plain("empty"),
    "LABEL_STMT": _plain("block"),
    "GOTO_STMT": _plain("empty", most=0),
    "CXX_TRY_STMT": _plain("block"),
    "CXX_CATCH_STMT": _plain("empty", most=0),
}


def known_kinds() -> frozenset[str]:
    """Return libclang's names of the cursors that are understood; for a test."""
    module = cindex()
    names = {kind.name for kind in module.CursorKind.get_all_kinds()}
    return frozenset(names & (_TRANSPARENT | _CASTS | set(_LITERALS) | set(_HANDLERS)))
