"""Names, members and calls: libclang's cursors to nodes, with what stands before and behind a name.

libclang shows a type's qualifiers and the template arguments of a name as equal children, and
leaves out arguments such as `int`; what waits for template arguments has no name at all. So the
written text decides, where it is not hidden in a macro.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mapc.analyze.clang import cindex
from mapc.analyze.ir import Node
from mapc.analyze.spelling import overloads, owner_of, plain_type, qualified
from mapc.analyze.written import Written, written

Lower: TypeAlias = Callable[[Any], Node]

NOT_VALUES = {"TYPE_REF", "NAMESPACE_REF", "TEMPLATE_REF"}
_FUNCTIONS = {"FUNCTION_DECL", "FUNCTION_TEMPLATE"}


def made(cursor: Any, kind: str, **more: Any) -> Node:
    """Return a node for a cursor, with its place and type."""
    place = cursor.location
    more.setdefault("type", plain_type(cursor.type))
    return Node(kind=kind, line=place.line, column=place.column, **more)


def values(cursor: Any) -> list[Any]:
    """Return the children that are expressions or statements, not mere names of types."""
    return [kid for kid in cursor.get_children() if kid.kind.name not in NOT_VALUES]


def name(cursor: Any, lower: Lower) -> Node:
    """Return the node of a name; `unresolved` if only template arguments can tell what it is."""
    found = cursor.referenced
    if found is None or found.kind.name == "OVERLOADED_DECL_REF":
        text = written(cursor)
        return made(
            cursor,
            "unresolved",
            name=cursor.spelling or text.name,
            targs=_arguments(cursor, text, lower),
            within=text.qualifier,
        )
    if found.kind.name == "ENUM_CONSTANT_DECL":
        return made(
            cursor,
            "enum",
            name=found.spelling,
            ref=found.get_usr(),
            owner=qualified(found),
            value=found.enum_value,
        )
    return made(
        cursor,
        "name",
        name=found.spelling,
        ref=template_of(found).get_usr(),
        owner=qualified(found),
        targs=_explicit(cursor, found, lower),
        within=_within(found),
    )


def member(cursor: Any, lower: Lower) -> Node:
    """Return the node of a member, with its object unless that is `this`."""
    found = cursor.referenced
    if found is not None and found.kind.name == "OVERLOADED_DECL_REF":
        found = None
    if found is not None and found.kind.name == "ENUM_CONSTANT_DECL":
        return name(cursor, lower)
    kids = values(cursor)
    over = next((k.spelling for k in kids if k.kind.name == "OVERLOADED_DECL_REF"), "")
    # Template arguments that are functions look like the object, but stand behind it.
    base = kids[:1] if kids and _is_object(kids[0]) else []
    text = written(cursor) if found is None or "<" in found.get_usr() else Written()
    return made(
        cursor,
        "member",
        name=cursor.spelling or over or text.name,
        ref=template_of(found).get_usr() if found is not None else "",
        owner=qualified(found) if found is not None else "",
        kids=tuple(map(lower, base)),
        targs=_arguments(cursor, text, lower, skip=len(base)),
        within=_within(found) if found is not None else "",
    )


def _is_object(cursor: Any) -> bool:
    if cursor.kind.name == "OVERLOADED_DECL_REF":
        return False
    found = cursor.referenced if cursor.kind.name == "DECL_REF_EXPR" else None
    return found is None or found.kind.name not in _FUNCTIONS


def _within(found: Any) -> str:
    """Return the class of a declaration, if it is an instance of a template."""
    parent = found.semantic_parent
    if parent is None or not {"CLASS_DECL", "STRUCT_DECL"} & {parent.kind.name}:
        return ""
    spelt = plain_type(parent.type)
    return spelt if "<" in spelt and "type-parameter" not in spelt else ""


def _explicit(cursor: Any, found: Any, lower: Lower) -> tuple[Node, ...]:
    if "<" not in found.get_usr():
        return ()
    return _arguments(cursor, written(cursor), lower)


def _arguments(cursor: Any, text: Written, lower: Lower, skip: int = 0) -> tuple[Node, ...]:
    """Return template arguments as they are written: functions, types, numbers."""
    kids = list(cursor.get_children())[skip:]
    over = next((i for i, k in enumerate(kids) if k.kind.name == "OVERLOADED_DECL_REF"), None)
    if over is not None:
        kids = kids[over + 1 :]
    if not text.arguments:
        # Hidden in a macro: whatever libclang shows.
        return tuple(_argument(kid, lower) for kid in kids if kid.kind.name != "TEMPLATE_REF")
    found = []
    for spelt, start, end in text.arguments:
        inside = [kid for kid in kids if start <= kid.extent.start.offset < end]
        expressions = [k for k in inside if k.kind.name not in NOT_VALUES]
        if expressions and not any(k.kind.name == "TEMPLATE_REF" for k in inside):
            found.append(_argument(expressions[0], lower))
        elif len(inside) == 1 and inside[0].kind.name == "TYPE_REF" and spelt.isidentifier():
            found.append(_argument(inside[0], lower))
        else:
            found.append(Node("type", name=spelt, type=spelt))
    return tuple(found)


def _argument(cursor: Any, lower: Lower) -> Node:
    kind = cursor.kind.name
    if kind in {"TYPE_REF", "NAMESPACE_REF"}:
        return Node("type", name=cursor.type.spelling, type=plain_type(cursor.type))
    if kind == "OVERLOADED_DECL_REF":
        return function_name(cursor, lower)
    node = lower(cursor)
    if node.kind == "unary" and node.name == "&":
        return node.kids[0]
    return node


def function_name(cursor: Any, lower: Lower) -> Node:
    """Return the node of the name of a function that may be overloaded."""
    if cursor.kind.name == "OVERLOADED_DECL_REF":
        return made(cursor, "unresolved", name=cursor.spelling, type="")
    return name(cursor, lower)


def call(cursor: Any, lower: Lower) -> Node:
    """Return the node of a call: of a function, a method, a constructor, a function object."""
    given = list(cursor.get_arguments())
    arguments = tuple(map(lower, given))
    found = cursor.referenced
    if found is not None and found.kind.name == "OVERLOADED_DECL_REF":
        found = None
    if found is not None and found.kind.name == "CONSTRUCTOR":
        return _construct(cursor, found, arguments)
    kids = list(cursor.get_children())
    callee = kids[0] if kids else None
    if found is not None and found.kind.name == "CONVERSION_FUNCTION" and callee is not None:
        return _converted(cursor, found, lower(callee) if not arguments else arguments[0])
    if found is not None and cursor.spelling.startswith("operator") and arguments:
        kind = "method" if found.kind.name == "CXX_METHOD" else "call"
        return made(cursor, kind, name=cursor.spelling, kids=arguments, **_callee(found))
    if callee is None or (callee.kind.name in NOT_VALUES and found is None):
        # A type that waits for template arguments, or one without a constructor of its own.
        spelt = plain_type(cursor.type)
        given_values = arguments or tuple(map(lower, values(cursor)))
        node = made(cursor, "construct", name=spelt, owner=spelt, kids=given_values)
        constructed(cursor.type, node)
        return node
    head = lower(callee)
    if found is None:
        found = _overload(callee, arguments)
    shape = _callee(found)
    spelt = cursor.spelling or head.name
    within = head.within or shape.pop("within", "")
    shape.pop("within", None)
    if head.kind == "member":
        static = found is not None and found.kind.name == "CXX_METHOD" and found.is_static_method()
        objects = () if static else head.kids or (made(cursor, "this", type=""),)
        kind = "call" if static else "method"
        return made(
            cursor,
            kind,
            name=spelt,
            targs=head.targs,
            kids=(*objects, *arguments),
            within=within,
            **shape,
        )
    if head.kind in {"name", "unresolved"} and (found is not None or not head.ref):
        return made(
            cursor, "call", name=spelt, targs=head.targs, kids=arguments, within=within, **shape
        )
    # A function object: a lambda in a variable, a pointer to a function.
    return made(cursor, "method", name="operator()", kids=(head, *arguments))


def _construct(cursor: Any, found: Any, arguments: tuple[Node, ...]) -> Node:
    # Copies and moves are not seen: the object is what matters.
    if len(arguments) == 1 and (found.is_copy_constructor() or found.is_move_constructor()):
        return arguments[0]
    return made(
        cursor,
        "construct",
        name=found.spelling,
        ref=template_of(found).get_usr(),
        owner=owner_of(found),
        kids=arguments,
        signature=_signature(found),
        within=_within(found),
    )


def _converted(cursor: Any, found: Any, value: Node) -> Node:
    """Return a conversion; those that the application defines are calls."""
    if value.kind == "member" and value.name.startswith("operator "):
        value = value.kids[0] if value.kids else made(cursor, "this", type="")
    return made(cursor, "method", name=found.spelling, kids=(value,), **_callee(found))


def _callee(found: Any) -> dict[str, Any]:
    """Return what names the function that is called."""
    if found is None:
        return {}
    return {
        "ref": template_of(found).get_usr(),
        "owner": qualified(found),
        "signature": _signature(found),
        "within": _within(found),
    }


def _overload(callee: Any, arguments: Sequence[Node]) -> Any:
    """Return the function that a call in a template will find, if its name and count decide it."""
    set_of = next(
        (kid for kid in callee.get_children() if kid.kind.name == "OVERLOADED_DECL_REF"), None
    )
    if set_of is None:
        return None
    return _fitting(overloads(set_of), arguments)


def constructed(kind: Any, node: Node) -> None:
    """Let a node that holds arguments construct a type, with the constructor that fits best."""
    node.type = plain_type(kind)
    declared = kind.get_canonical().get_declaration()
    known = [kid for kid in declared.get_children() if kid.kind.name == "CONSTRUCTOR"]
    found = _fitting(known, node.kids)
    if found is not None and node.kind == "construct":
        node.ref, node.owner = template_of(found).get_usr(), owner_of(found)
        node.signature, node.within = _signature(found), _within(found)


def _fitting(found: Sequence[Any], arguments: Sequence[Node]) -> Any:
    """Return the function that takes such arguments: by their number, then by their types."""

    def score(one: Any) -> tuple[bool, int]:
        params = [kid for kid in one.get_children() if kid.kind.name == "PARM_DECL"]
        needed = sum(not values(param) for param in params)
        same = sum(
            plain_type(param.type) == argument.type
            for param, argument in zip(params, arguments, strict=False)
        )
        return needed <= len(arguments) <= len(params), same

    return max(found, key=score, default=None)


def template_of(found: Any) -> Any:
    """Return the template that a declaration is an instance of, because that has the body."""
    pattern = cindex().conf.lib.clang_getSpecializedCursorTemplate(found)
    return found if pattern is None else pattern


def _signature(found: Any) -> tuple[str, ...]:
    given = [argument.spelling for argument in found.get_arguments()]
    if not given:  # a template
        given = [kid.spelling for kid in found.get_children() if kid.kind.name == "PARM_DECL"]
    return tuple(given)
