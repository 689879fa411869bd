"""Functions and variables that nothing which decides or prints comes to use.

Goes further than the notes of the compiler: a function may be used by a statement without effect.
"""

from mapc.policy.definitions import definitions, names_in, reached, whole
from mapc.policy.model import Policy
from mapc.syntax import ast
from mapc.text import Span


def unused_definitions(policy: Policy, busy: set[int]) -> tuple[Span, ...]:
    """Return the functions and top-level assignments of no use.

    `busy` holds the starts of the statements that decide something. A local with the name of a
    global counts as a use of it: what is reported is certain.
    """
    maps = (*policy.index_maps, *policy.single_maps)
    needed = [rule.function for rule in maps if rule.span.start in busy]
    needed += names_in(one for one in policy.globals if isinstance(one, ast.Print))
    known = definitions(policy)
    used = reached(needed, {name: names_in((one,)) for name, one in known.items()})
    return tuple(whole(one) for name, one in known.items() if name not in used)
