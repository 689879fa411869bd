"""What loading finds and does not find, beyond the golden cases."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.policy.shape import Shape
from mapc.policy.types import Type
from mapc.text import Reporter, Source

Codes = Callable[[str], list[str]]
ENTRY = "m = Machine(GPU);\ndef f(Task t) {{ {} }}\nIndexTaskMap walk f;\n"

CLEAN = {
    "a constant condition skips an arm": "return m.len == 3 ? m[0, 0, 0] : m[0, 0];",
    "and an operand": "return (m.len == 3 && m.size[2] > 0) ? m[0, 0] : m[0, 1];",
    "machines of different rank may meet": "x = t.ispace.len == 1 ? m : m.merge(0, 1); "
    "return x[*t.ipoint];",
    "an untyped task": "g = t; return m[0, g.ipoint[0]];",
    "unpacked arguments of unknown number": "return m[0, min(*t.ipoint)];",
    "a local hides a function": "linearize = 3; return m[0, linearize];",
    "comprehension variables are their own": "i = 1; a = tuple(i for i in (1, 2)); "
    "return m[0, a[0] + i];",
}
FOUND = {
    "a type error in a skipped arm": ("return m.len == 2 ? m[0, 0] : m[0, True];", ["MAP310"]),
    "tracked through variables": ("d = m.split(1, 4); i = 2 * 2; return d[0, i, 0];", ["MAP509"]),
    "tracked through members": ("d = m.split(1, 4); return d[0, d.size[1], 0];", ["MAP509"]),
    "tracked through unpacking": ("p = (1, 2); return m[*p, 3];", ["MAP508"]),
    "tracked through slices": ("p = (1, 2, 3)[1:]; return m[0, p[2]];", ["MAP352"]),
    "tracked through built-ins": ("return m[0, range(3)[3]];", ["MAP352"]),
    "division of something unknown": ("return m[0, t.ipoint[0] / 0];", ["MAP350"]),
    "lengths in a tuple operation": ("a = m.size * (1, 2, 3); return m[0, a[0]];", ["MAP318"]),
    "an unknown name hides no other error": ("x = nope; return m[0, -1];", ["MAP201", "MAP509"]),
}


@pytest.mark.parametrize("body", CLEAN.values(), ids=CLEAN.keys())
def test_clean(codes: Codes, body: str) -> None:
    assert set(codes(ENTRY.format(body))) <= {"MAP220", "MAP221"}


@pytest.mark.parametrize(("body", "expected"), FOUND.values(), ids=FOUND.keys())
def test_found(codes: Codes, body: str, expected: list[str]) -> None:
    assert codes(ENTRY.format(body)) == expected


def test_functions_are_typed_per_combination_of_arguments(load: Callable[[str], Policy]) -> None:
    policy = load(
        """
        m = Machine(GPU);
        def same(x) { return x; }
        def even(int n) { return n == 0 ? True : odd(n - 1); }
        def odd(int n) { return n == 0 ? False : even(n - 1); }
        def f(t) { return same(m)[same(0), even(3) ? same(1) : same(t).ipoint[0]]; }
        IndexTaskMap walk f;
        """
    )
    found = {(i.function.name, i.parameters): i.result for i in policy.instances}
    assert found == {
        ("same", (Type.MACHINE,)): Type.MACHINE,
        ("same", (Type.INT,)): Type.INT,
        ("same", (Type.TASK,)): Type.TASK,
        ("even", (Type.INT,)): Type.BOOL,
        ("odd", (Type.INT,)): Type.BOOL,
        ("f", (Type.TASK,)): Type.SET,
    }
    assert policy.global_types == (("m", Type.MACHINE),)
    assert [i.function.name for i in policy.instances][-1] == "f"


def test_uncalled_functions_are_checked_if_their_types_are_declared(codes: Codes) -> None:
    assert codes("def g(int a) { return a + True; }") == ["MAP301"]
    assert codes("def g(a) { return a + True; }") == []
    assert codes("def g(a) { return a + nope; }") == ["MAP201"]


def test_rules_keep_their_source_order_and_lines(load: Callable[[str], Policy]) -> None:
    policy = load("Task b, a GPU;\nTask a CPU;\nRegion a, b 0, cells GPU FBMEM;\n")
    assert [rule.task for rule in policy.tasks] == ["b", "a"]
    assert [(r.task, r.region) for r in policy.regions] == [
        *(("a", 0), ("a", "cells"), ("b", 0), ("b", "cells"))
    ]
    assert {rule.span.line for rule in policy.regions} == {3}


def test_nesting_that_the_parser_accepts_passes_every_check(load: Callable[[str], Policy]) -> None:
    depth = 200
    policy = load(
        f"a = {'-' * depth}1;\nb = {'(1 + ' * depth}0{')' * depth};\n"
        f"c = {'True ? ' * depth}1{' : 0' * depth};\n"
        'd = tuple(tuple(i + j for j in (1,))[0] for i in (1,));\nprint("{}{}{}{}", a, b, c, d);'
    )
    assert Placement(policy, Shape(1)).printed == ["12001(2,)"]


def test_calls_as_deep_as_the_limit(load: Callable[[str], Policy]) -> None:
    wide = "(0 + " * 100
    policy = load(
        f"def g(int n) {{ return n == 0 ? 0 : {wide}g(n - 1){')' * 100}; }}\n"
        f'print("{{}}", g(len(Machine(GPU)) * 450));'
    )
    assert Placement(policy, Shape(1)).printed == ["0"]


ATOMS = {
    "int": ["0", "1", "2", "-1", "7", "n", "9223372036854775807", "k[0]"],
    "bool": ["True", "False", "b"],
    "tuple": ["(1, 2)", "k", "m.size", "range(3)", "k[5:]", "(0,)"],
    "machine": ["m", "m.merge(0, 1)", "Machine(CPU)", "d"],
    "set": ["m[0, 0]", "m[1, *]"],
}
FORMS = {
    "int": [
        *("{int} + {int}", "{int} - {int}", "{int} * {int}", "{int} / {int}", "{int} % {int}"),
        *("-{int}", "{bool} ? {int} : {int}", "{tuple}[{int}]", "{tuple}.len", "{machine}.len"),
        *("{tuple}.volume", "{machine}.volume", "len({machine})", "min({tuple})", "max({int}, 1)"),
        *("sum({tuple})", "prod({tuple})", "linearize({tuple}, {tuple})", "same({int})"),
        *("add({int}, {int})", "add(*{tuple})", "down({int})", "abs({int})"),
    ],
    "bool": [
        *("{int} < {int}", "{int} == {int}", "{bool} && {bool}", "{bool} || {bool}", "!{bool}"),
        *("{bool} != {bool}", "{set}.has(FBMEM)", "same({bool})", "{int} >= {int} ? True : {bool}"),
    ],
    "tuple": [
        *("{tuple} + {tuple}", "{tuple} * {int}", "{int} % {tuple}", "-{tuple}", "({int}, {int})"),
        *("(*{tuple}, {int})", "{tuple}[{int}:]", "{machine}[:{int}]", "{machine}.size"),
        *("tuple(i + {int} for i in {tuple})", "tuple({int} for i in {tuple})", "same({tuple})"),
        *("delinearize({int}, {tuple})", "abs({tuple})", "{bool} ? {tuple} : {tuple}"),
    ],
    "machine": [
        *("{machine}.split({int}, {int})", "{machine}.merge({int}, {int})"),
        *("{machine}.swap({int}, {int})", "{machine}.slice({int}, 0, {int})"),
        *("{machine}.reverse({int})", "{machine}.balance_split({int}, 2)"),
        *("{machine}.auto_split({int}, {tuple})", "{machine}.greedy_split(0, {tuple})"),
        *("{bool} ? {machine} : {machine}", "same({machine})"),
    ],
    "set": ["{machine}[{int}, {int}]", "{machine}[*{tuple}]", "{machine}[*, {int}]"],
}


@st.composite
def expressions(draw: st.DrawFn, kind: str, depth: int = 3) -> str:
    """Return an expression of one type, whose values may still be wrong."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ATOMS[kind]))
    form = draw(st.sampled_from(FORMS[kind]))
    parts = form.split("{")
    result = parts[0]
    for part in parts[1:]:
        inner, _, rest = part.partition("}")
        result += f"({draw(expressions(inner, depth - 1))})" + rest
    return result


LIBRARY = """
m = Machine(GPU);
def same(x) { return x; }
def add(a, b) { return a + b; }
def down(int i) { return i < 1 ? 0 : down(i - 1); }
"""


@given(expressions("int"), expressions("tuple"), expressions("machine"), expressions("set"))
@settings(max_examples=150, deadline=None)
def test_whatever_passes_the_checks_can_be_evaluated(n: str, k: str, d: str, s: str) -> None:
    """Evaluation of a checked policy gives a processor set or a diagnostic, never a crash."""
    text = (
        f"{LIBRARY}def f(Task t) {{ n = t.ipoint[0]; k = t.ispace; b = n < 1; d = m.reverse(0);\n"
        f"n2 = {n};\nk2 = {k};\nd2 = {d};\n"
        f"return n2 == n2 && k2.len == d2.len ? {s} : m[0, 0]; }}\nIndexTaskMap walk f;\n"
    )
    report = Reporter()
    policy = load_policy(Source("test.mapl", text), report)
    types = {"MAP301", "MAP302", "MAP303", "MAP304", "MAP305", "MAP310", "MAP311", "MAP312"}
    assert types.isdisjoint(d.code.id for d in report.diagnostics) or "add(" in text
    if policy is None:
        return
    with contextlib.suppress(EvaluationError):
        Placement(policy, Shape(2, {ProcKind.GPU: 2})).index("f", "walk", (2, 2))


@given(expressions("int"), expressions("tuple"))
@settings(max_examples=200, deadline=None)
def test_constants_agree_with_evaluation(n: str, k: str) -> None:
    """What the compiler calculates from constants is what evaluation gives."""
    before = f"{LIBRARY}n = 3; k = (4, 5); b = True; d = m;"
    guarded = load_text(f'{before}\nx = {n};\ny = {k};\nprint("{{}} {{}}", x, y);')
    if guarded is None:
        return
    # Behind a parameter nothing is constant.
    hidden = load_text(
        f"{LIBRARY}d = m;\ndef x(n, k, b) {{ return {n}; }}\ndef y(n, k, b) {{ return {k}; }}\n"
        'print("{} {}", x(3, (4, 5), True), y(3, (4, 5), True));'
    )
    if hidden is None:  # what a constant condition skipped before is an error now
        return
    outputs = []
    for policy in (guarded, hidden):
        try:
            outputs.append(Placement(policy, Shape(2, {ProcKind.GPU: 2})).printed)
        except EvaluationError as error:
            outputs.append([error.diagnostic.code.id])
    assert outputs[0] == outputs[1]


def load_text(text: str) -> Policy | None:
    return load_policy(Source("test.mapl", text), Reporter())
