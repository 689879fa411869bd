"""Statements, followed: both ways through a condition that is not known, loops once or in full."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from mapc.analyze.containers import cells_in
from mapc.analyze.interp import Interpreter, Loop
from mapc.analyze.ir import Node
from mapc.analyze.models import pointed
from mapc.analyze.places import origin_of, place_of
from mapc.analyze.scope import Scope
from mapc.analyze.state import Changes
from mapc.analyze.values import (
    Cell,
    Choice,
    Handle,
    Obj,
    Unknown,
    Value,
    christen,
    copied,
    elements,
    same,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Handler: TypeAlias = Callable[[Interpreter, Node, Scope], str | None]

MOST_ITERATIONS = 64
"""A loop that is known to run more often stands for all its iterations at once."""

_MOST_TURNS = 4
"""How often a loop of unknown count is followed, if each time it works on something else."""


def _block(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    return _sequence(interp, node.kids, scope)


def _sequence(interp: Interpreter, statements: Sequence[Node], scope: Scope) -> str | None:
    for statement in statements:
        flow = interp.execute(statement, scope)
        if flow is not None:
            return flow
    return None


def _declare(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    if not node.kids:
        value = interp.fresh(node.type, node.name)
        scope.cells[node.ref] = Cell(value)
        return None
    if node.value == "reference":
        place = place_of(interp, node.kids[0], scope)
        if place is not None:
            scope.cells[node.ref] = place
            return None
        scope.cells[node.ref] = Cell(interp.evaluate(node.kids[0], scope))
        return None
    value = interp.evaluate(node.kids[0], scope)
    christen(value, node.name)
    scope.cells[node.ref] = Cell(copied(value))
    return None


def _if(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    condition, then, other = node.kids
    decided = truth(interp.evaluate(condition, scope))
    if decided is not None:
        return interp.execute(then if decided else other, scope)
    return interp.branch(
        interp.place(node, scope),
        [lambda: interp.execute(then, scope), lambda: interp.execute(other, scope)],
        origin_of(interp, condition, scope),
    )


def _for(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    start, condition, step, body = node.kids
    interp.execute(start, scope)
    if condition.kind != "empty" and truth(interp.evaluate(condition, scope)) is False:
        return None
    counted = _count(interp, node, scope)
    with _loop(interp, node, scope) as loop:
        if counted is None:
            _forget(interp, (start, step), scope, node, heads=True)
            interp.evaluate(condition, scope)
            loop.region.ends = _all_turns(interp, node, body, scope, loop)
        for iteration in range(counted or 0):
            loop.iteration = iteration
            if not _turn(interp, body, scope, loop):
                loop.region.ends = False
                break
            interp.evaluate(step, scope)
    return _behind(loop)


def _turn(interp: Interpreter, body: Node, scope: Scope, loop: Loop) -> bool:
    """Follow a loop once; return whether it may go on to the next time."""
    with interp.state.region() as loop.turn:
        loop.turn.ends = interp.execute(body, scope) is None
    return loop.turn.ends or bool(loop.turn.exits)


def _all_turns(interp: Interpreter, node: Node, body: Node, scope: Scope, loop: Loop) -> bool:
    """Follow a loop once for all times that it may run; again while that changes what it works on.

    What it counts is not known. Regions or fields that take turns are seen in every place.
    """
    _forget(interp, (body,), scope, node)
    ends: list[Changes] = []
    for _ in range(_MOST_TURNS):
        with interp.state.attempt() as changes:
            goes_on = _turn(interp, body, scope, loop)
            before = interp.state.before()
        if goes_on:
            ends.append(changes)
        if not goes_on or not _takes_turns(before, changes):
            break
        for cell, value in changes.items():
            interp.state.write(cell, value)
    interp.state.join(ends)
    return bool(ends)


def _takes_turns(before: Changes, after: Changes) -> bool:
    """Whether a region, a field or another number has become another one."""
    return any(
        isinstance(value, Handle | int)
        and isinstance(after[cell], Handle | int)
        and not same(value, after[cell])
        for cell, value in before.items()
    )


def _behind(loop: Loop) -> str | None:
    return None if loop.region.ends or loop.region.exits else "left"


def _forget(
    interp: Interpreter, parts: Sequence[Node], scope: Scope, node: Node, *, heads: bool = False
) -> None:
    """Let variables that are counted be unknown: how often is not known."""
    for name in _changed(*parts, plain=heads):
        cell = interp.variable(name, scope)
        if cell is not None and isinstance(cell.value, int | float | Choice):
            interp.state.write(cell, Unknown("loop variable", interp.place(node, scope)))


def _count(interp: Interpreter, node: Node, scope: Scope) -> int | None:
    """Return how often a loop runs, if that is known and not too often.

    Tried out on the loop's own variables, which are set back.
    """
    start, condition, step, body = node.kids
    changed = _changed(start, step)
    if condition.kind == "empty" or not changed or set(changed) & set(_changed(body)):
        return None
    with interp.state.attempt():
        for count in range(MOST_ITERATIONS + 1):
            decided = truth(interp.evaluate(condition, scope))
            if decided is None:
                return None
            if not decided:
                return count
            interp.evaluate(step, scope)
    return None


_SIMPLE = {"name", "member", "int", "bool", "enum"}


def _changed(*parts: Node, plain: bool = True) -> list[str]:
    """Return the variables that are declared or changed; `plain`: by any value."""
    found = []
    for part in parts:
        for node in part.walk():
            if node.kind == "declare" and plain:
                found.append(node.ref)
            elif node.kind in {"assign", "unary", "method"} and node.kids:
                target = node.kids[0]
                counts = node.kind == "assign" or node.name.endswith(("++", "--"))
                simple = node.name == "=" and node.kids[-1].kind in _SIMPLE
                if target.kind == "name" and counts and (plain or not simple):
                    found.append(target.ref)
    return found


def _while(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    condition, body = node.kids if node.kind == "while" else reversed(node.kids)
    if node.kind == "while" and truth(interp.evaluate(condition, scope)) is False:
        return None
    with _loop(interp, node, scope) as loop:
        loop.region.ends = _all_turns(interp, node, body, scope, loop)
        if loop.region.ends:
            interp.evaluate(condition, scope)
    return _behind(loop)


def _each(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    variable, over, body = node.kids
    values = pointed(interp.evaluate(over, scope))
    items = cells_in(values) if isinstance(values, Obj) and elements(values) is not None else None
    if items is not None and any(isinstance(cell.value, Unknown) for cell in items):
        items = None if len(items) == 1 else items
    with _loop(interp, node, scope) as loop:
        if items is None or len(items) > MOST_ITERATIONS:
            _hold(interp, variable, Cell(Unknown(variable.name, interp.place(node, scope))), scope)
            loop.region.ends = _all_turns(interp, node, body, scope, loop)
            items = []
        for number, item in enumerate(items):
            loop.iteration = number
            shared = variable.value == "reference" or not isinstance(item.value, Obj)
            _hold(interp, variable, item if shared else Cell(copied(item.value)), scope)
            if not _turn(interp, body, scope, loop):
                loop.region.ends = False
                break
    return _behind(loop)


def _hold(interp: Interpreter, variable: Node, cell: Cell, scope: Scope) -> None:
    """Let a variable, or the names of a structured binding, be a cell or its parts."""
    if variable.kind != "bind":
        scope.cells[variable.ref] = cell
        return
    value = pointed(cell.value)
    parts = _parts(interp, value) if isinstance(value, Obj) else []
    for number, param in enumerate(variable.params):
        missing = Cell(Unknown(param.name, interp.place(variable, scope)))
        scope.cells[param.ref] = parts[number] if number < len(parts) else missing


def _parts(interp: Interpreter, value: Obj) -> list[Cell]:
    """Return the members of an object, in order."""
    found = interp.program.class_named(value.cls)
    if found is not None:
        return [value.slot(member.name) for member in found.fields]
    if value.cls == "std::pair":
        return [value.slot("first"), value.slot("second")]
    return [cell for name, cell in value.slots.items() if name.startswith("[")]


def _bind(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    value = interp.evaluate(node.kids[0], scope)
    _hold(interp, node, Cell(value if node.value == "reference" else copied(value)), scope)
    return None


def _switch(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    value, body = node.kids
    subject = interp.evaluate(value, scope)
    groups = _groups(interp, body, scope)
    has_default = any(None in labels for labels, _ in groups)
    with _loop(interp, node, scope, real=False) as loop:
        if not isinstance(subject, Unknown) and all(
            not isinstance(label, Unknown) for labels, _ in groups for label in labels
        ):
            chosen = next(
                (
                    n
                    for n, (labels, _) in enumerate(groups)
                    if any(same(subject, x) for x in labels)
                ),
                next((n for n, (labels, _) in enumerate(groups) if None in labels), None),
            )
            if chosen is not None:
                statements = _through(groups, chosen)
                loop.region.ends = _sequence(interp, statements, scope) is None
        else:

            def side(number: int) -> str | None:
                return _sequence(interp, _through(groups, number), scope)

            sides: list[Callable[[], str | None]] = [partial(side, n) for n in range(len(groups))]
            if not has_default:
                sides.append(lambda: None)
            loop.region.ends = interp.branch(interp.place(node, scope), sides) is None
    return _behind(loop)


Group: TypeAlias = tuple[list[Value], list[Node]]


def _groups(interp: Interpreter, body: Node, scope: Scope) -> list[Group]:
    """Return the labels and statements of a `switch`; the label `None` is `default`."""
    groups: list[Group] = []
    for labelled in body.kids:
        statement = labelled
        labels: list[Value] = []
        while statement.kind in {"case", "otherwise"}:
            if statement.kind == "case":
                labels.append(interp.evaluate(statement.kids[0], scope))
            else:
                labels.append(None)
            statement = statement.kids[-1] if statement.kids else Node("empty")
        if labels:
            groups.append((labels, [statement]))
        elif groups:
            groups[-1][1].append(statement)
    return groups


def _through(groups: list[Group], number: int) -> list[Node]:
    """Return the statements from a label on; those behind the next labels too, until a `break`."""
    return [statement for _, statements in groups[number:] for statement in statements]


def _return(interp: Interpreter, node: Node, scope: Scope) -> str | None:
    value = interp.evaluate(node.kids[0], scope) if node.kids else None
    return interp.leave(value)


def _break(interp: Interpreter, _: Node, __: Scope) -> str | None:
    return interp.exit(interp.loops[-1].region) if interp.loops else "left"


def _continue(interp: Interpreter, _: Node, __: Scope) -> str | None:
    loops = [loop for loop in interp.loops if loop.real]
    return interp.exit(loops[-1].turn) if loops else "left"


@contextmanager
def _loop(interp: Interpreter, node: Node, scope: Scope, *, real: bool = True) -> "Iterator[Loop]":
    """Open a loop; a `switch` is none, but `break` leaves it, too."""
    with interp.state.region() as region:
        place, number = interp.place(node, scope), next(interp.met)
        loop = Loop(place, region, region, real=real, number=number)
        if not real:
            loop.iteration = 0
        interp.loops.append(loop)
        try:
            yield loop
        finally:
            interp.loops.remove(loop)


STATEMENTS: dict[str, Handler] = {
    "block": _block,
    "declare": _declare,
    "bind": _bind,
    "if": _if,
    "for": _for,
    "while": _while,
    "do": _while,
    "each": _each,
    "switch": _switch,
    "return": _return,
    "break": _break,
    "continue": _continue,
    "empty": lambda *_: None,
}
