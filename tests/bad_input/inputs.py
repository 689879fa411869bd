"""Makes inputs for the compiler from a seed: grammatical programs, and real policies damaged.

Everything comes from one `random.Random`, so the seed of an input is enough to see it again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/conformance", "tests/golden", "apps")

NAMES = ("a", "b", "f", "g", "h", "m", "n", "t", "x", "size", "linearize", "für", "w" * 70)
QUOTED = ('"solve"', '"*"', '"0"', '"ns::a.b"', '""', '"{} {}"', '"{}"')
KINDS = ("CPU", "GPU", "OMP", "IO", "PY", "PROC", "SYSMEM", "FBMEM", "ZCMEM", "VIRTUAL", "gpu")
TYPES = ("", "", "", "Task ", "int ", "bool ", "IPoint ", "ISpace ", "MSpace ", "float ")
NUMBERS = ("0", "1", "2", "3", "4", "7", "8", "60", "1000000", "9223372036854775807", str(2**63))
LAYOUTS = ("SOA", "AOS", "C_order", "F_order", "Compact", "Exact", "No_Align", "Align == 64", "soa")
OPERATORS = ("+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "and", "or")
MEMBERS = ("size", "len", "volume", "name", "ipoint", "ispace", "depth", "parent", "sizes")
METHODS = ("split", "merge", "swap", "slice", "reverse", "balance_split", "auto_split", "decompose")
BUILTINS = ("min", "max", "abs", "sum", "prod", "len", "range", "linearize", "delinearize")
STATEMENTS = (
    *("Task", "Region", "Layout", "InstanceLimit", "CollectMemory", "IndexTaskMap"),
    *("SingleTaskMap", "ControlReplicate", "print", "def", "assign", "assign", "def"),
)
PIECES = (
    *NAMES,
    *QUOTED,
    *KINDS,
    *NUMBERS,
    *LAYOUTS,
    *OPERATORS,
    *STATEMENTS,
    *("(", ")", "[", "]", "{", "}", ";", ";;", ",", ".", "?", ":", "=", "!", "#", "//", "/*", "*/"),
    *("Machine(GPU)", "tuple(", " for i in ", "return ", "True", "```\n", "task_default ", "'x'"),
    *(
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\x1b[31m",
        "\ufeff",
        "\u2212",
        "\u201c",
        "é",
        "日本",
        "\U0001f600",
    ),
    *(
        "1.5",
        "0x10",
        "1e9",
        "1a",
        "TaskSteal x;",
        "if x:\n",
        "Task foo: GPU\n",
        "region a b SYSMEM\n",
    ),
)


@dataclass(slots=True)
class Grammar:
    """Writes programs that follow the grammar, some of which mean something."""

    random: Random

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def program(self) -> str:
        return self.meaningful() if self.random.random() < 0.5 else self.any_program()

    def any_program(self) -> str:
        statements = [self.statement() for _ in range(self.random.randint(1, 6))]
        if self.random.random() < 0.6:
            statements.insert(0, "m = Machine(GPU);")
        if self.random.random() < 0.5:
            place = f"m[{self.expression(2)}, *]" if self.random.random() < 0.3 else self.placed()
            statements.append(f"def e(Task t) {{ return {place}; }}\n{self.entry()}")
        return "\n".join(statements) + "\n"

    # --- programs of which most pass the checks of names and types ---

    def meaningful(self) -> str:
        integer, pair = self.typed("int", 3), self.typed("tuple", 3)
        return (
            f"m = Machine({self.one('CPU', 'GPU')});\na = {integer};\nb = {pair};\n"
            f"def f(int n, IPoint p) {{ x = {self.typed('int', 3, 'n', 'p')}; return x; }}\n"
            f"def g(n) {{ return n <= 0 ? 1 : g(n - 1) {self.one('+', '*', '-')} {integer}; }}\n"
            f"def e(Task t) {{\n    c = {self.typed('int', 4, 'a', 't.ipoint')};\n"
            f"    v = {self.view()};\n    return v[{self.index()}];\n}}\n"
            f'{self.entry()}\nprint("{{}}", {self.typed("bool", 2)});\n'
        )

    def view(self) -> str:
        number = f"({self.typed('int', 1)}) % 3"
        steps = (
            *("", "", ".merge(0, 1)", ".swap(0, 1)", f".reverse({number})", f".split({number}, 2)"),
            *(
                ".auto_split(0, t.ispace)",
                f".slice(0, {number}, 1)",
                f".balance_split(1, {number})",
            ),
        )
        return "m" + "".join(self.one(*steps) for _ in range(self.random.randint(0, 3)))

    def index(self) -> str:
        return self.one(
            *("*tuple(0 for i in range(len(v)))", "*tuple(c % s for s in v.size)", "c, 0", "*, 0"),
            *("*t.ipoint % v[:2]", "*delinearize(abs(c) % v.volume, v.size)", "c", "0, *, c"),
        )

    def typed(self, kind: str, depth: int, number: str = "2", row: str = "(3, 4)") -> str:
        """Return an expression of a type."""

        def more(wanted: str) -> str:
            return self.typed(wanted, depth - 1, number, row)

        if depth <= 0:
            leaves = {"int": (number, "1", "7", *NUMBERS[:7]), "bool": ("True", "False")}
            return self.one(*leaves.get(kind, (row, "(1, 2)", "m.size", "range(2)")))
        if self.random.random() < 0.2:
            return f"({more('bool')} ? {more(kind)} : {more(kind)})"
        return more_of(self, kind, more)

    # --- parts of any program ---

    def entry(self) -> str:
        return f"{self.one('IndexTaskMap', 'IndexTaskMap', 'SingleTaskMap')} a e;"

    def placed(self) -> str:
        axis = "t.ipoint[0]"
        view = self.one(
            *("m", "m.merge(0, 1)", "m.auto_split(0, t.ispace)", "m.split(1, 2)", "m.reverse(1)"),
            *("m.balance_split(0, 3)", "m.slice(1, 0, 1)", "m.swap(0, 1).merge(1, 0)"),
        )
        index = self.one(axis, f"{axis} % 2", self.expression(3), f"({self.expression(2)}) % 2")
        return f"{view}[{', '.join([index, '0', '0', '0'][: self.random.randint(1, 4)])}]"

    def names(self) -> str:
        if self.random.random() < 0.3:
            return "*"
        return ", ".join(self.one(*NAMES, *QUOTED) for _ in range(self.random.randint(1, 3)))

    def kinds(self) -> str:
        return ", ".join(self.one(*KINDS) for _ in range(self.random.randint(1, 3)))

    def statement(self) -> str:
        word = self.random.choice(STATEMENTS)
        match word:
            case "Task":
                return f"Task {self.names()} {self.kinds()};"
            case "Region":
                return (
                    f"Region {self.names()} {self.names()} {self.one('*', *KINDS)} {self.kinds()};"
                )
            case "Layout":
                words = " ".join(self.one(*LAYOUTS) for _ in range(self.random.randint(0, 3)))
                return f"Layout {self.names()} {self.names()} {self.one('*', *KINDS)} {words};"
            case "InstanceLimit":
                return f"InstanceLimit {self.names()} {self.one(*NUMBERS)};"
            case "CollectMemory":
                return f"CollectMemory {self.names()} {self.names()};"
            case "IndexTaskMap" | "SingleTaskMap":
                return f"{word} {self.names()} {self.one(*NAMES, 'e')};"
            case "ControlReplicate":
                return f"ControlReplicate {self.names()};"
            case "def":
                return self.function()
        return self.simple(word)

    def simple(self, word: str) -> str:
        if word == "print":
            values = [self.expression(2) for _ in range(self.random.randint(0, 2))]
            return f"print({', '.join([self.one(*QUOTED), *values])});"
        return f"{self.one(*NAMES)} = {self.expression(4)};"

    def function(self) -> str:
        count = self.random.randint(0, 3)
        parameters = [self.one(*TYPES) + self.one(*NAMES) for _ in range(count)]
        body = [self.simple(self.one("print", "=", "=")) for _ in range(self.random.randint(0, 2))]
        body.append(f"return {self.expression(4)};")
        return f"def {self.one(*NAMES)}({', '.join(parameters)}) {{ {' '.join(body)} }}"

    def elements(self, depth: int) -> str:
        parts = [
            self.one("", "", "", "*") + self.expression(depth)
            for _ in range(self.random.randint(1, 3))
        ]
        return ", ".join(parts)

    def expression(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.2:
            return self.one(*NAMES, *NUMBERS, *NUMBERS, *QUOTED, "True", "t.ipoint", "(1, 2)")
        inner = depth - 1
        a, b = self.expression(inner), self.expression(inner)
        match self.random.randrange(13):
            case 0 | 1:
                return f"{a} {self.one(*OPERATORS)} {b}"
            case 2:
                return f"({a})"
            case 3:
                return f"{self.one('-', '!', 'not ')}{a}"
            case 4:
                return f"{a} ? {b} : {self.expression(inner)}"
            case 5:
                return f"{self.one(*BUILTINS, *NAMES)}({self.elements(inner)})"
            case 6:
                return f"({self.elements(inner)},)"
            case 7:
                return f"{a}[{self.elements(inner)}]"
            case 8:
                return f"({a})[{self.one('', b)}:{self.one('', a)}]"
            case 9:
                return f"({a}).{self.one(*MEMBERS)}"
            case 10:
                return (
                    f"{self.one('m', 'Machine(GPU)', a)}.{self.one(*METHODS)}({self.elements(1)})"
                )
            case 11:
                return f"tuple({a} for {self.one(*NAMES, 'i')} in {self.one('range(3)', b)})"
        return self.one("Machine(GPU)", "Machine(CPU)", "m.size", "m.volume", "t.processor(m)")


def more_of(grammar: Grammar, kind: str, more: Callable[[str], str]) -> str:
    """Return an expression of a type, made of smaller ones."""
    one = grammar.one
    match kind, grammar.random.randrange(6):
        case "bool", 0 | 1:
            return f"!({more('int')} {one('<', '>', '==')} {more('int')})"
        case "bool", 2:
            return f"({more('bool')} {one('&&', 'or')} {more('bool')})"
        case "bool", _:
            return f"({more('int')} {one('<=', '>=', '!=')} {more('int')})"
        case "int", 0 | 1:
            return f"({more('int')} {one(*OPERATORS[:5])} {more('int')})"
        case "int", 2:
            return f"{one('sum', 'prod', 'len', 'max', 'min')}({more('tuple')})"
        case "int", 3:
            return f"max({more('int')}, *{more('tuple')})"
        case "int", 4:
            return f"({more('tuple')})[{one('0', '-1', '1')}]"
        case "int", _:
            return f"{one('-', '(1, 2).len + ')}{more('int')}"
        case _, 0 | 1:
            return f"({more('tuple')} {one(*OPERATORS[:5])} {more(one('int', 'tuple'))})"
        case _, 2:
            return f"({more('int')}, *{more('tuple')})"
        case _, 3:
            return f"({more('tuple')})[{one('', '1', '-1')}:{one('', '2', '9')}]"
        case _, 4:
            return f"tuple({more('int')} + i for i in {more('tuple')})"
    return one(f"range(({more('int')}) % 5)", f"abs({more('tuple')})")


def real_policies() -> tuple[bytes, ...]:
    """Return the policies of the project."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.mapl"))
    return tuple(path.read_bytes() for path in paths)


def _window(random: Random, data: bytes | bytearray, most: int) -> bytes:
    """Return some lines that follow each other."""
    lines = data.splitlines(keepends=True) or [b""]
    start = random.randrange(len(lines))
    return b"".join(lines[start : start + random.randint(1, most)])


def damaged(random: Random, policies: tuple[bytes, ...]) -> bytes:
    """Return part of a real policy with some changes."""
    data = bytearray(random.choice(policies))
    if len(data) > 800 or random.random() < 0.6:
        data = bytearray(_window(random, data, 12))
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        random.choice(CHANGES)(random, data, policies)
    return bytes(data)


def _place(random: Random, data: bytearray) -> int:
    return random.randint(0, len(data))


def _flip(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    if data:
        data[random.randrange(len(data))] = random.randrange(256)


def _delete(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    start = _place(random, data)
    del data[start : start + random.choice((1, 1, 2, 5, 20))]


def _repeat(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    start = _place(random, data)
    part = data[start : start + random.randint(1, 20)]
    data[start:start] = part * random.choice((1, 1, 2, 50))


def _insert(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    at = _place(random, data)
    data[at:at] = random.choice(PIECES).encode()


def _replace(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    """Put a token of the language in place of a word."""
    at = _place(random, data)
    end = at
    while end < len(data) and chr(data[end]).isalnum():
        end += 1
    data[at:end] = random.choice(PIECES).encode()


def _number(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    """Put another number in place of one."""
    numbers = list(re.finditer(rb"\d+", data))
    if numbers:
        start, end = random.choice(numbers).span()
        data[start:end] = random.choice(NUMBERS).encode()


def _word(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    """Put another word of the text in place of one."""
    words = list(re.finditer(rb"\w+", data))
    if words:
        start, end = random.choice(words).span()
        data[start:end] = random.choice(words).group()


def _splice(random: Random, data: bytearray, policies: tuple[bytes, ...]) -> None:
    at = _place(random, data)
    data[at:at] = _window(random, random.choice(policies), 4)


def _swap(random: Random, data: bytearray, _: tuple[bytes, ...]) -> None:
    a, b = sorted((_place(random, data), _place(random, data)))
    data[:] = data[b:] + data[a:b] + data[:a]


CHANGES: tuple[Callable[[Random, bytearray, tuple[bytes, ...]], None], ...] = (
    *(_flip, _set, _delete, _repeat, _insert, _insert, _replace, _replace, _splice, _swap),
    *(_number, _number, _number, _word, _word, _word),
)
