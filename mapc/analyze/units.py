"""One translation unit: its functions, variables and classes, as far as they are the application's.

Headers of Legion, of the compiler and of other libraries are parsed, because types come from
there, but nothing of them is kept.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mapc.analyze.clang import parse
from mapc.analyze.ir import Class, Function, Message, Node, Unit, Variable
from mapc.analyze.lower import initial_value, is_pack, lower, parameters
from mapc.analyze.spelling import owner_of, plain_type, qualified

_SCOPES = {"NAMESPACE", "LINKAGE_SPEC", "UNEXPOSED_DECL"}
_CLASSES = {"CLASS_DECL", "STRUCT_DECL", "CLASS_TEMPLATE", "CLASS_TEMPLATE_PARTIAL_SPECIALIZATION"}
_FUNCTIONS = {
    *("FUNCTION_DECL", "CXX_METHOD", "CONSTRUCTOR", "FUNCTION_TEMPLATE", "CONVERSION_FUNCTION"),
}
_SEVERITIES = ("ignored", "note", "warning", "error", "error")


def read_unit(source: Path, flags: Sequence[str]) -> Unit:
    """Return what a source defines; what the compiler did not understand is in `messages`."""
    unit = parse(source, flags)
    found = Unit(file=str(source))
    found.messages = list(_messages(unit))
    for name, include in {one.include.name: one.include for one in unit.get_includes()}.items():
        (found.system if _is_foreign(unit, include) else found.headers).append(name)
    found.headers.sort()
    own = {str(source), *found.headers}
    _collect(unit.cursor, own, found)
    return found


def _is_foreign(unit: Any, file: Any) -> bool:
    """Whether a header is a system header: found by `-isystem`, or Legion's own."""
    location = unit.get_location(file.name, (1, 1))
    if location.is_in_system_header:
        return True
    name = file.name
    return "/legion/" in name or "/realm/" in name or name.endswith(("/legion.h", "/realm.h"))


def _collect(scope: Any, own: set[str], found: Unit) -> None:
    top = scope.kind.name == "TRANSLATION_UNIT"
    for cursor in scope.get_children():
        place = cursor.location.file
        if top and (place is None or place.name not in own):
            continue
        kind = cursor.kind.name
        if kind in _SCOPES:
            _collect(cursor, own, found)
        elif kind in _CLASSES and cursor.is_definition():
            _add_class(cursor, found)
            _collect(cursor, own, found)
        elif kind in _FUNCTIONS and cursor.is_definition():
            _add_function(cursor, found)
        elif kind == "VAR_DECL":
            _add_variable(cursor, found)
        elif kind == "ENUM_DECL":
            for constant in cursor.get_children():
                found.enumerators[qualified(constant)] = constant.enum_value


def _add_function(cursor: Any, found: Unit) -> None:
    body = next((k for k in cursor.get_children() if k.kind.name == "COMPOUND_STMT"), None)
    if body is None:
        return
    reference = cursor.get_usr()
    for local in _local_classes(body):
        _add_class(local, found, plain_type(local.type))
        _collect(local, set(), found)
    found.functions[reference] = Function(
        ref=reference,
        name=qualified(cursor),
        file=cursor.location.file.name,
        line=cursor.location.line,
        params=parameters(cursor),
        body=lower(body),
        result=plain_type(cursor.result_type),
        owner=owner_of(cursor),
        inits=tuple(_inits(cursor)),
        template=_template(cursor),
        static=cursor.is_static_method(),
    )


def _local_classes(statement: Any) -> Iterator[Any]:
    """Yield the classes that are defined inside of a function."""
    for kid in statement.get_children():
        if kid.kind.name in {"CLASS_DECL", "STRUCT_DECL"} and kid.is_definition():
            yield kid
        elif kid.kind.name.endswith("_STMT"):
            yield from _local_classes(kid)


def _inits(cursor: Any) -> Iterator[tuple[str, str, Node]]:
    """Yield what a constructor initialises: the member or base, and the value."""
    target: Any = None
    for kid in cursor.get_children():
        kind = kid.kind.name
        if kind in {"MEMBER_REF", "TYPE_REF"}:
            target = kid
        elif kind.endswith("_EXPR") and target is not None:
            named = target.referenced
            if target.kind.name == "TYPE_REF":
                # A base may be called by another name for its type.
                named = target.type.get_canonical().get_declaration() or named
            name = target.spelling if named is None else named.spelling
            yield name, named.get_usr() if named is not None else "", lower(kid)
            target = None


def _template(cursor: Any) -> tuple[str, ...]:
    kinds = {"TEMPLATE_TYPE_PARAMETER", "TEMPLATE_NON_TYPE_PARAMETER"}
    found = [kid for kid in cursor.get_children() if kid.kind.name in kinds]
    return tuple(kid.spelling + ("..." if is_pack(kid) else "") for kid in found)


def _add_class(cursor: Any, found: Unit, name: str = "") -> None:
    bases, fields = [], []
    for kid in cursor.get_children():
        if kid.kind.name == "CXX_BASE_SPECIFIER":
            base = kid.referenced
            if base is not None:
                # An alias or an instance of a template: the class behind it.
                real = kid.type.get_canonical().get_declaration()
                bases.append((real.get_usr() or base.get_usr(), plain_type(kid.type)))
        elif kid.kind.name == "FIELD_DECL":
            fields.append(_variable(kid))
    reference = cursor.get_usr()
    found.classes[reference] = Class(
        ref=reference,
        name=name or qualified(cursor),
        bases=tuple(bases),
        fields=tuple(fields),
        template=_template(cursor),
    )


def _add_variable(cursor: Any, found: Unit) -> None:
    made = _variable(cursor)
    known = found.variables.get(made.ref)
    if known is None or known.init is None:
        found.variables[made.ref] = made


def _variable(cursor: Any) -> Variable:
    values = initial_value(cursor)
    return Variable(
        ref=cursor.get_usr(),
        name=cursor.spelling,
        file=cursor.location.file.name,
        line=cursor.location.line,
        type=plain_type(cursor.type),
        init=lower(values[0]) if values else None,
        qualified=qualified(cursor),
        constant=cursor.type.is_const_qualified(),
    )


def _messages(unit: Any) -> Iterator[Message]:
    for told in unit.diagnostics:
        severity = _SEVERITIES[told.severity]
        place = told.location
        if severity == "error":
            name = place.file.name if place.file is not None else ""
            yield Message(
                severity=severity,
                text=told.spelling,
                file=name,
                line=place.line,
                column=place.column,
            )
