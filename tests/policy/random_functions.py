"""Random placement functions: well typed, with every operator, member and built-in function.

Most succeed at all points of a small launch; some fail at one, which is as interesting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

EDGES = ["9223372036854775807", "-9223372036854775807 - 1", "4611686018427387904", "3037000500"]
TRANSFORMS = ["split", "merge", "swap", "slice", "reverse", "balance_split", "auto_split"]


@dataclass(frozen=True)
class Names:
    """The variables in scope, by type; machines with their ranks."""

    ints: tuple[str, ...] = ()
    bools: tuple[str, ...] = ()
    tuples: tuple[str, ...] = ()
    machines: tuple[tuple[str, int], ...] = (("m", 2), ("line", 1), ("cube", 3))
    task: str = ""
    rank: int = 2
    calls: bool = True


@dataclass
class Writer:
    """Writes expressions from the choices of hypothesis."""

    draw: Callable
    names: Names
    fresh: list[int] = field(default_factory=lambda: [0])

    def one(self, *choices):
        return self.draw(st.sampled_from(choices))

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def within(self, **names) -> "Writer":
        return Writer(self.draw, replace(self.names, **names), self.fresh)

    def an_int(self, depth: int) -> str:  # noqa: PLR0912  # one arm per form
        names = self.names
        leaves = ["literal", "literal"] + ["name"] * 3 * bool(names.ints)
        leaves += ["point"] * 5 * bool(names.task)
        if depth <= 0:
            kind = self.one(*leaves, "size")
        else:
            kind = self.one(
                *leaves, *["sum"] * 3, "product", "quotient", "quotient", "choice", "choice",
                "extreme", "fold", "element", "element", "linearize", "minus", "edge", "size",
                *["call"] * 2 * names.calls,
            )  # fmt: skip
        d = depth - 1
        match kind:
            case "literal":
                return str(self.number(0, 9))
            case "edge":
                return f"({self.one(*EDGES)})" if self.number(0, 2) == 0 else self.an_int(d)
            case "name":
                return self.one(*names.ints)
            case "point":
                return f"{names.task}.{self.one('ipoint', 'ipoint', 'ispace')}[{self.place()}]"
            case "size":
                machine, rank = self.one(*names.machines)
                last = rank - 1
                size = f"{machine}.size[{self.number(0, last)}]"
                return self.one(f"{machine}.volume", f"{machine}.len", size)
            case "sum":
                return f"({self.an_int(d)} {self.one('+', '-')} {self.an_int(d)})"
            case "product":
                return f"({self.an_int(d)} * {self.an_int(d)})"
            case "quotient":
                divisor = self.one(f"(1 + abs({self.an_int(d)} % 7))", "3", "-2", self.an_int(d))
                return f"({self.an_int(d)} {self.one('/', '%')} {divisor})"
            case "choice":
                return f"({self.a_bool(d)} ? {self.an_int(d)} : {self.an_int(d)})"
            case "extreme":
                return f"{self.one('min', 'max')}({self.an_int(d)}, {self.an_int(d)})"
            case "fold":
                name = self.one("sum", "prod", "len", "min", "max")
                return f"{name}({self.a_tuple(d)})"
            case "element":
                return (
                    f"(1, 2, *{self.a_tuple(d)})[{self.one('0', '1', '-1', '-2', self.an_int(d))}]"
                )
            case "linearize":
                return f"linearize((abs({self.an_int(d)} % 5), {self.an_int(0)} % 4), (5, 4))"
            case "minus":
                return f"(-{self.an_int(d)})" if self.number(0, 1) else f"abs({self.an_int(d)})"
            case _:
                call = self.one("mix", "mix", "power", "deep")
                if call == "mix":
                    return f"mix({self.an_int(d)}, {self.an_int(d)})"
                if call == "power":
                    return f"power({self.an_int(d)}, abs({self.an_int(d)} % 4))"
                return f"deep({self.one(f'abs({self.an_int(d)} % 6)', self.an_int(0))})"

    def place(self) -> str:
        rank = self.names.rank
        return str(
            self.number(0, rank) if self.number(0, 19) == 0 else self.number(-rank, rank - 1)
        )

    def a_bool(self, depth: int) -> str:
        d = depth - 1
        names = ["name"] * bool(self.names.bools)
        kind = self.one(*names, *["compare"] * 4, "literal", "logic", "logic", "not", "word")
        match kind if depth > 0 else self.one(*names, "compare", "literal"):
            case "name":
                return self.one(*self.names.bools)
            case "literal":
                return self.one("True", "False")
            case "logic":
                return f"({self.a_bool(d)} {self.one('&&', '||', 'and', 'or')} {self.a_bool(d)})"
            case "not":
                return f"(!{self.a_bool(d)})"
            case "word" if self.names.task:
                word = f'{self.names.task}.name {self.one("==", "!=")} "{self.one("walk", "run")}"'
                return self.one(f"({word})", "m[0, 0].has(FBMEM)", f"({self.a_bool(d)} == True)")
            case _:
                op = self.one("<", ">", "<=", ">=", "==", "!=")
                return f"({self.an_int(d)} {op} {self.an_int(d)})"

    def a_tuple(self, depth: int) -> str:  # noqa: PLR0912  # one arm per form
        names = self.names
        leaves = ["literal"] + ["name"] * bool(names.tuples) + ["point"] * 3 * bool(names.task)
        kind = self.one(
            *leaves, *leaves, "arithmetic", "arithmetic", "slice", "slice", "comprehension",
            "comprehension", "range", "delinearize", "choice", "splice", "abs", "size",
            *["call"] * names.calls,
        )  # fmt: skip
        d = depth - 1
        match kind if depth > 0 else self.one(*leaves, "size"):
            case "literal":
                return (
                    f"({self.an_int(d)}, {self.an_int(d)})"
                    if self.number(0, 2)
                    else f"({self.an_int(d)},)"
                )
            case "name":
                return self.one(*names.tuples)
            case "point":
                return f"{names.task}.{self.one('ipoint', 'ispace')}"
            case "size":
                return f"{self.one(*names.machines)[0]}{self.one('.size', '[:-1]', '[0:1]')}"
            case "arithmetic":
                op = self.one("+", "-", "*")
                left = self.a_tuple(d)
                right = self.one(left, left, left, self.an_int(d), "2", self.a_tuple(d))
                return f"({left} {op} {right})"
            case "slice":
                bound = [self.one("", "0", "1", "-1", "2", self.an_int(d)) for _ in range(2)]
                return f"{self.a_tuple(d)}[{bound[0]}:{bound[1]}]"
            case "comprehension":
                self.fresh[0] += 1
                name = f"i{self.fresh[0]}"
                element = self.within(ints=(*names.ints, name)).an_int(d)
                return f"tuple({element} for {name} in {self.a_tuple(d)})"
            case "range":
                return self.one(
                    f"range({self.an_int(d)} % 4)", f"range({self.an_int(0)}, {self.an_int(0)})"
                )
            case "delinearize":
                return f"delinearize(abs({self.an_int(d)} % 12), (3, 4))"
            case "choice":
                return f"({self.a_bool(d)} ? {self.a_tuple(d)} : {self.a_tuple(d)})"
            case "splice":
                return f"({self.an_int(d)}, *{self.a_tuple(d)})"
            case "abs":
                return self.one(f"abs({self.a_tuple(d)})", f"(-{self.a_tuple(d)})")
            case _:
                return f"pair({self.a_tuple(d)}, {self.an_int(d)})"

    def a_machine(self, depth: int) -> tuple[str, int]:
        base, rank = self.one(*self.names.machines) if depth <= 0 else self.a_machine(depth - 1)
        if depth <= 0 or self.number(0, 2) == 0:
            return base, rank
        if self.number(0, 4) == 0:
            other, same = self.a_machine(depth - 1)
            if same == rank:
                return f"({self.a_bool(1)} ? {base} : {other})", rank
        d = self.number(0, rank - 1)
        match self.one(*TRANSFORMS) if rank < 5 else "reverse":
            case "split":
                return f"{base}.split({d}, {self.one('1', '1', '2', self.an_int(0))})", rank + 1
            case "merge" if rank > 1:
                return f"{base}.merge({d}, {(d + 1) % rank})", rank - 1
            case "swap" if rank > 1:
                return f"{base}.swap({d}, {(d + 1) % rank})", rank
            case "slice":
                return f"{base}.slice({d}, 0, {self.one('0', '0', self.an_int(0))})", rank
            case "balance_split":
                return f"{base}.balance_split({d}, 2)", rank + 1
            case "auto_split":
                name = self.one("auto_split", "greedy_split", "decompose")
                return (
                    f"{base}.{name}({d}, ({self.number(1, 9)}, abs({self.an_int(1)} % 5)))",
                    rank + 1,
                )
            case _:
                return f"{base}.reverse({d})", rank

    def a_set(self, depth: int) -> str:
        names = self.names
        if depth > 0 and self.number(0, 2) == 0:
            return f"({self.a_bool(2)} ? {self.a_set(depth - 1)} : {self.a_set(depth - 1)})"
        machine, rank = self.one(*names.machines)
        if self.number(0, 7) == 0:
            return f"{machine}[*(abs({self.a_tuple(1)}) % {machine}.size)]"
        index = [f"abs({self.an_int(2)} % {machine}.size[{d}])" for d in range(rank)]
        for d in range(rank):
            if self.number(0, 6) == 0:
                index[d] = "*"
            elif self.number(0, 24) == 0:
                index[d] = self.an_int(1)
        return f"{machine}[{', '.join(index)}]"


@st.composite
def programs(draw: st.DrawFn, rank: int) -> str:
    """Return a policy with an `IndexTaskMap` of task `walk` by function `f`."""
    bare = Writer(draw, Names(calls=False))
    lines = [
        "m = Machine(GPU);",
        "line = Machine(CPU).merge(0, 1);",
        "cube = m.auto_split(0, (2, 3));",
        f"def mix(int a, int b) {{ return {bare.within(ints=('a', 'b')).an_int(2)}; }}",
        "def pair(IPoint p, int k) { "
        f"return {bare.within(tuples=('p',), ints=('k',)).a_tuple(2)}; }}",
        "def power(int a, int n) { return n <= 0 ? 1 : a * power(a, n - 1); }",
        "def deep(int n) { return n == 0 ? 0 : 1 + deep(n - 1); }",
        "def f(Task t) {",
    ]
    writer = Writer(draw, Names(task="t", rank=rank))
    for _ in range(draw(st.integers(0, 4))):
        names = writer.names
        writer.fresh[0] += 1
        name = f"x{writer.fresh[0]}"
        kind = writer.one("int", "int", "bool", "tuple", "machine", "print")
        match kind:
            case "int":
                lines.append(f"  {name} = {writer.an_int(3)};")
                writer.names = replace(names, ints=(*names.ints, name))
            case "bool":
                lines.append(f"  {name} = {writer.a_bool(3)};")
                writer.names = replace(names, bools=(*names.bools, name))
            case "tuple":
                lines.append(f"  {name} = {writer.a_tuple(3)};")
                writer.names = replace(names, tuples=(*names.tuples, name))
            case "machine":
                text, machine_rank = writer.a_machine(2)
                lines.append(f"  {name} = {text};")
                writer.names = replace(names, machines=(*names.machines, (name, machine_rank)))
            case "print":
                lines.append(f'  print("{{}}", {writer.an_int(2)});')
    return "\n".join([*lines, f"  return {writer.a_set(2)};", "}", "IndexTaskMap walk f;"])
