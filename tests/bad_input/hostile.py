"""Texts that are meant to hurt: each class of input with the code that must be reported."""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

Text: TypeAlias = str | bytes
Case: TypeAlias = tuple[Callable[[], Text], str]

LARGE = 10**7
DEEP = 200_000
TYPES = ("1", "True", "(1, 2)", "Machine(GPU)", '"a"')


def repeated(part: str, size: int = 10**6) -> Callable[[], str]:
    """Return what makes a text of about this size."""
    return lambda: part * (size // len(part))


def numbered(part: str, count: int, end: str = "") -> Callable[[], str]:
    """Return what makes one line for every number, which stands for `#`."""
    return lambda: "".join(part.replace("#", str(i)) + "\n" for i in range(count)) + end


def polymorphic(depth: int) -> Callable[[], str]:
    """Return what makes functions that call each other with exponentially many types."""

    def text() -> str:
        names = [f"p{i}" for i in range(depth)]
        rows = []
        for i in range(depth):
            calls = [
                f"a{n} = f{i + 1}({', '.join([*names[:i], kind, *names[i + 1 :]])});"
                for n, kind in enumerate(TYPES)
            ]
            rows.append(f"def f{i}({', '.join(names)}) {{ {' '.join(calls)} return 1; }}")
        rows.append(f"def f{depth}({', '.join(names)}) {{ return 1; }}")
        return "\n".join(rows) + f"\nx = f0({', '.join('1' * depth)});\n"

    return text


def long_tuple(expression: str) -> Callable[[], str]:
    """Return what makes a program that looks at a long tuple again and again."""
    return lambda: f"a = range(900000);\nx = tuple({expression} for i in range(100000));\n"


def crossed(head: str, tail: str) -> Callable[[], str]:
    """Return what makes a statement for very many tasks and regions."""
    tasks, regions = (",".join(f"{c}{i}" for i in range(3000)) for c in "tr")
    return lambda: f"{head} {tasks} {regions} {tail};"


RECURSION = "def f(a) { return a < 0 ? 0 : f(a + 1); }\nx = f(1);\n"
FIBONACCI = "def f(a) { return a < 2 ? 1 : f(a - 1) + f(a - 2); }\nx = f(60);\n"

QUICK: dict[str, Case] = {
    # bytes
    "not UTF-8": (lambda: b"\xff" * 10**6, "MAP102"),
    "random bytes": (lambda: Random(1).randbytes(10**6), "MAP102"),
    "NUL bytes": (lambda: b"\0" * 10**6, "MAP101"),
    "NUL in a name": (lambda: b"Task a\0b GPU;", "MAP101"),
    "escape sequences": (lambda: b"Task \x1b[31ma GPU;", "MAP101"),
    # size
    "10 MB of statements": (repeated("Task a GPU, CPU;\n", LARGE), "MAP808"),
    "10 MB of brackets": (repeated("(", LARGE), "MAP808"),
    "10 MB of NUL bytes": (lambda: bytes(LARGE), "MAP808"),
    "10 MB of random bytes": (lambda: Random(1).randbytes(LARGE), "MAP808"),
    "10 MB of comment": (lambda: "#" * LARGE, "MAP808"),
    # tokens
    "one word": (repeated("a"), "MAP116"),
    "one number": (repeated("7"), "MAP104"),
    "large numbers": (repeated("x = 99999999999999999999;\n"), "MAP104"),
    "open strings": (repeated('"\n'), "MAP103"),
    "one quote": (lambda: '"' + "a" * 10**6, "MAP103"),
    "unknown characters": (repeated("\\"), "MAP101"),
    "accents": (repeated("é", 10**6), "MAP101"),
    "backquotes": (repeated("`"), "MAP101"),
    "block comments": (repeated("/*"), "MAP110"),
    "a long line with many errors": (repeated("a $ ", 200_000), "MAP116"),
    "a long name": (lambda: f"x = {'a' * 10**6};", "MAP201"),
    "a long kind": (lambda: f"Task a {'G' * 10**6};", "MAP208"),
    "empty statements": (repeated(";"), "MAP112"),
    # nesting
    "nested parentheses": (lambda: f"x = {'(' * DEEP}1{')' * DEEP};", "MAP107"),
    "nested tuples": (lambda: f"x = {'(' * DEEP}1{',)' * DEEP};", "MAP107"),
    "nested subscripts": (lambda: f"x = {'a[' * DEEP}1{']' * DEEP};", "MAP107"),
    "nested calls": (lambda: f"x = {'f(' * DEEP}1{')' * DEEP};", "MAP107"),
    "nested comprehensions": (lambda: "x = " + "tuple(" * DEEP + "1;", "MAP107"),
    "minus": (lambda: f"x = {'-' * DEEP}1;", "MAP107"),
    "not": (lambda: f"x = {'not ' * DEEP}True;", "MAP107"),
    "members": (lambda: f"x = Machine(GPU){'.size' * DEEP};", "MAP107"),
    "a chain of subscripts": (lambda: f"x = (1, 2){'[0]' * DEEP};", "MAP107"),
    "conditions": (lambda: f"x = {'True ? 1 : ' * DEEP}0;", "MAP107"),
    "a long sum": (lambda: f"x = {'1 + ' * DEEP}1;", "MAP107"),
    "a long conjunction": (lambda: f"x = {'True && ' * DEEP}True;", "MAP107"),
    # recursion
    "endless recursion without type": (lambda: "def f(a) { return f(a); } x = f(1);", "MAP309"),
    "endless recursion": (lambda: RECURSION, "MAP355"),
    "mutual recursion": (
        lambda: "def f(a) { return a < 0 ? 0 : g(a); } def g(a) { return f(a); } x = f(1);",
        "MAP355",
    ),
    "a global that needs itself": (lambda: "x = f(); def f() { return x; }", "MAP207"),
    "recursion as a tree": (lambda: FIBONACCI, "MAP356"),
    "exponentially many types": (polymorphic(12), "MAP356"),
    # integers and evaluation
    "overflow": (lambda: "x = 9223372036854775807 + 1;", "MAP351"),
    "the least integer": (lambda: "x = (-9223372036854775807 - 1) / -1;", "MAP351"),
    "a large range": (lambda: "x = range(1000000000000000000);", "MAP356"),
    "the widest range": (
        lambda: "x = range(-9223372036854775807, 9223372036854775807);",
        "MAP356",
    ),
    "a large factor": (
        lambda: "x = Machine(GPU).slice(1, 0, 3).split(1, 9223372036854775807);",
        "MAP503",
    ),
    "many dimensions": (lambda: "x = Machine(GPU).balance_split(0, 10000000000);", "MAP356"),
    "nested comprehension": (
        lambda: "x = tuple(sum(range(1000)) for i in range(1000000));",
        "MAP356",
    ),
    "sums of a long tuple": (long_tuple("sum(a)"), "MAP356"),
    "slices of a long tuple": (long_tuple("len(a[1:])"), "MAP356"),
    "unpacking a long tuple": (long_tuple("max(*a)"), "MAP356"),
    "arithmetic with a long tuple": (long_tuple("(a * 2)[0]"), "MAP356"),
    "negation of a long tuple": (long_tuple("(-a)[0]"), "MAP356"),
    "printing a long tuple": (
        lambda: f'a = range(900000);\nprint("{"{}" * 100}"{", a" * 100});',
        "MAP356",
    ),
    # lists
    "tasks times regions": (crossed("Region", "* SYSMEM"), "MAP356"),
    "layouts": (crossed("Layout", "* SOA"), "MAP356"),
    "collections": (crossed("CollectMemory", ""), "MAP356"),
    "placeholders": (lambda: f'print("{"{}" * 10**6}");', "MAP317"),
}

HEAVY: dict[str, Case] = {
    "too many tokens": (lambda: "x = (" + "1," * 10**6 + "1);", "MAP808"),
    "closing braces": (repeated("}"), "MAP110"),
    "closing parentheses": (repeated(")"), "MAP110"),
    "opening parentheses": (repeated("("), "MAP107"),
    "unknown kinds": (repeated("Task a GPUX;\n", 500_000), "MAP208"),
    "unknown names": (numbered("x# = yy#;", 30_000), "MAP201"),
    "unknown members": (numbered("x# = (1, 2).sizz;", 30_000), "MAP206"),
    "the same variable": (repeated("x = 1;\n", 500_000), "MAP202"),
    "unreachable memories": (repeated("Region * * GPU SYSMEM;\n"), "MAP402"),
    "missing semicolons": (repeated("Task a GPU\n"), "MAP111"),
    "parameters": (lambda: f"def f({', '.join(['a'] * 200_000)}) {{ return 1; }}", "MAP205"),
    "arguments": (lambda: f"def f(a) {{ return 1; }} x = f({'1,' * 200_000}1);", "MAP304"),
    "a chain of functions": (
        numbered("def f#(a) { return f#0(a); }", 20_000, "x = f1(1);"),
        "MAP201",
    ),
}
