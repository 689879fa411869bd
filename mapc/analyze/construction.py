"""Objects, constructed: members, bases and what constructors initialise."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mapc.analyze.ir import Function, Node
from mapc.analyze.models import CONSTRUCTORS
from mapc.analyze.program import bare
from mapc.analyze.scope import Scope
from mapc.analyze.templates import class_types, substituted
from mapc.analyze.values import Cell, Obj, christen, copied

if TYPE_CHECKING:
    from mapc.analyze.interp import Interpreter


def fill(
    interp: "Interpreter",
    made: Obj,
    cls: str,
    arguments: Sequence[Cell | None],
    node: Node,
    scope: Scope,
) -> None:
    """Construct a class into an object; its bases are constructed into the same."""
    program = interp.program
    found = program.class_named(cls)
    if found is None:
        modelled = CONSTRUCTORS.get(bare(cls))
        if modelled is not None:
            interp.call_model(modelled, node, scope, arguments, into=made)
        return
    types = class_types(program, cls)
    if types:
        made.types = {**made.types, bare(found.name): types}
    called = program.constructor(cls, node.ref, len(arguments))
    for member in found.fields:
        if member.name not in made.slots:
            made.slots[member.name] = Cell(interp.initial(member, types))
    if called is not None:
        interp.invoke(called, arguments, this=made)
        return
    for number, given in enumerate(arguments[: len(found.fields)]):
        if given is not None:  # an aggregate
            made.slots[found.fields[number].name] = Cell(copied(given.value))
    for _, base in found.bases:
        # A constructor that is inherited takes the arguments.
        inherited = arguments if not found.fields or program.class_named(base) is None else ()
        fill(interp, made, substituted(base, types), inherited, node if inherited else _NONE, scope)


_NONE = Node("construct")


def initialise(interp: "Interpreter", function: Function, scope: Scope) -> None:
    """Follow the initialisers of a constructor; of other functions there are none."""
    this = scope.object
    own = function.name.rpartition("::")[2]
    if not isinstance(scope.this, Obj) or this is None:
        return
    if own != bare(function.owner).rpartition("::")[2]:
        return
    found = interp.program.class_named(function.owner)
    listed = found.bases if found is not None else ()
    bases = {bare(base).rpartition("::")[2]: substituted(base, scope) for _, base in listed}
    # A base may be called by another name for its type.
    called = {ref: bare(base).rpartition("::")[2] for ref, base in listed}
    inits = [(called.get(ref, bare(name)), value) for name, ref, value in function.inits]
    given = {name for name, _ in inits}
    if own in given:  # another constructor does the work
        bases = {}
    for base, full in bases.items():
        if base not in given:
            fill(interp, this, full, [], _NONE, scope)
    for name, value in inits:
        full = own if name == own else bases.get(name, "")
        if full:
            kids = value.kids if value.kind in {"construct", "list", "unknown"} else (value,)
            cells = [None if k.kind == "default" else Cell(interp.evaluate(k, scope)) for k in kids]
            fill(interp, this, this.full if full == own else full, cells, value, scope)
            continue
        bare_value = value.kind == "construct" and not value.owner and len(value.kids) == 1
        result = interp.evaluate(value.kids[0] if bare_value else value, scope)
        christen(result, name)
        interp.state.write(this.slot(name), copied(result))
