"""What belongs together on the page: everything knows the policy lines that it comes from.

A line's *keys* are the lines in which its statements begin. What shares a key with something else
comes from the same statement. What a statement *names*, a function, is linked more loosely with
all lines *in* it: its own and those of every function and variable that it comes to use.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mapc.graph.mapping import Mapping
from mapc.policy.definitions import definitions, names_in, reached, whole
from mapc.policy.model import Policy
from mapc.text import Span

HUES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What one thing on the page belongs to; without keys it belongs to nothing.

    `names` and `within` are functions by their numbers.
    """

    keys: tuple[int, ...] = ()
    names: tuple[int, ...] = ()
    within: tuple[int, ...] = ()
    hue: int = 0


@dataclass(slots=True)
class Links:
    """The links of one mapping."""

    mapping: Mapping
    keys: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """The keys of every line that has some."""
    functions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The keys of every function."""
    _numbers: dict[str, int] = field(default_factory=dict)
    _names: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _within: dict[int, dict[int, None]] = field(default_factory=dict)
    _hues: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        policy = self.mapping.policy
        touching: dict[int, dict[int, None]] = {}
        for span in _statements(self.mapping):
            for line in lines_in(span):
                touching.setdefault(line, {}).setdefault(span.line)
        for function in policy.functions:
            # Blank lines and comments inside, and the closing brace, belong to the head.
            for line in lines_in(whole(function)):
                touching.setdefault(line, {function.span.line: None})
        self.keys = {line: tuple(keys) for line, keys in touching.items()}
        for key in sorted({key for keys in touching.values() for key in keys}):
            self._hues[key] = len(self._hues) % HUES
        self._note_functions(policy)

    def _note_functions(self, policy: Policy) -> None:
        known = definitions(policy)
        needs = {name: names_in((one,)) for name, one in known.items()}
        lines = {name: self._keys_in(whole(one)) for name, one in known.items()}
        self.functions = {one.name: lines[one.name] for one in policy.functions}
        for rule in (*policy.index_maps, *policy.single_maps):
            if rule.function not in self._numbers:
                number = self._numbers[rule.function] = len(self._numbers)
                for name in sorted(reached((rule.function,), needs)):
                    for key in lines[name]:
                        self._within.setdefault(key, {}).setdefault(number)
            number = self._numbers[rule.function]
            old = self._names.get(rule.span.line, ())
            self._names[rule.span.line] = tuple(dict.fromkeys((*old, number)))

    def _keys_in(self, span: Span) -> tuple[int, ...]:
        return tuple(dict.fromkeys(key for line in lines_in(span) for key in self.keys[line]))

    def of_line(self, line: int) -> Link:
        """Return the link of a line of the policy, and of what was generated from it."""
        return self._link(self.keys.get(line, ()))

    def of(self, lines: Iterable[int]) -> Link:
        """Return the link of what statements that begin in some lines decide."""
        return self._link(tuple(lines))

    def of_function(self, name: str) -> Link:
        """Return the link of what a function decides."""
        keys = self.functions[name]
        number = self._numbers[name]
        return Link(keys=keys, names=(number,), within=(number,), hue=self._hues[keys[0]])

    def _link(self, keys: tuple[int, ...]) -> Link:
        return Link(
            keys=keys,
            names=tuple(dict.fromkeys(n for key in keys for n in self._names.get(key, ()))),
            within=tuple(dict.fromkeys(n for key in keys for n in self._within.get(key, ()))),
            hue=self._hues[keys[0]] if keys else 0,
        )


def lines_in(span: Span) -> range:
    """Return the lines that a span stands in."""
    return range(span.line, span.end_position()[0] + 1)


def _statements(mapping: Mapping) -> Iterator[Span]:
    """Yield the places of all statements, of functions those of the head and of each statement."""
    policy = mapping.policy
    rules = (
        *(policy.tasks, policy.regions, policy.layouts, policy.limits, policy.collects),
        *(policy.index_maps, policy.single_maps, policy.replicates, policy.repeats),
    )
    for kind in rules:
        for rule in kind:
            yield rule.span
    for statement in policy.globals:
        yield statement.span
    for function in policy.functions:
        yield function.span
        for inner in function.body:
            yield inner.span
