"""The examples of the language reference, as tables of expressions and values."""

from collections.abc import Callable

import pytest

from mapc.policy.evaluate import Placement
from mapc.policy.kinds import ProcKind
from mapc.policy.model import Policy
from mapc.policy.shape import Shape

EXPRESSIONS = [
    ("-7 / 3", "-2"),
    ("-7 % 3", "-1"),
    ("7 % -3", "1"),
    ("-2 * 3", "-6"),
    ("False ? 1 : 0 + 10", "10"),
    ("False ? 1 : True ? 2 : 3", "2"),
    ("(7, -7) / 2", "(3, -3)"),
    ("10 - (1, 2)", "(9, 8)"),
    ("(2, 3) * (4, 5)", "(8, 15)"),
    ("-(1, -2)", "(-1, 2)"),
    ("t[-1]", "40"),
    ("t[1:3]", "(20, 30)"),
    ("t[:-1]", "(10, 20, 30)"),
    ("t[0:4]", "(10, 20, 30, 40)"),
    ("t[-9:2]", "(10, 20)"),
    ("t[1:0]", "()"),
    ("t[3:1]", "()"),
    ("t[1:0].volume", "1"),
    ("sum(t[1:0])", "0"),
    ("(*t[:2], 5)", "(10, 20, 5)"),
    ("(3,)", "(3,)"),
    ("(3)", "3"),
    ("tuple(2 * i for i in (1, 2, 5))", "(2, 4, 10)"),
    ("tuple(t[i] for i in range(len(t) - 1))", "(10, 20, 30)"),
    ("max(3, 7, 5)", "7"),
    ("min((4, 2))", "2"),
    ("min(4)", "4"),
    ("abs((-3, 2))", "(3, 2)"),
    ("sum((1, 2, 3))", "6"),
    ("prod((4, 2, 3))", "24"),
    ("len((5, 6))", "2"),
    ("range(2, 5)", "(2, 3, 4)"),
    ("range(5, 2)", "()"),
    ("linearize((1, 2), (3, 4))", "6"),
    ("delinearize(6, (3, 4))", "(1, 2)"),
    ("not False and True or False", "True"),
    ("!(1 < 2) || 3 != 4 && True", "True"),
    ('"walk" == "walk"', "True"),
    ('"ns::a"', "ns::a"),
    ("007", "7"),
    ("True || 1 / zero == 0", "True"),
    ("False && 1 / zero == 0", "False"),
    ("True ? 1 : 1 / zero", "1"),
]
# With a machine of size (2, 4).
MACHINES = [
    ("m.size", "(2, 4)"),
    ("m", "Machine(GPU) 2x4"),
    ("len(m) + m.len + m.volume", "12"),
    ("m.split(1, 2).size", "(2, 2, 2)"),
    ("m.split(1, 2)[1, 1, 1]", "{GPU[1,3]}"),
    ("m.merge(0, 1).size", "(8,)"),
    ("m.merge(0, 1)[5]", "{GPU[1,1]}"),
    ("m.merge(1, 0)[5]", "{GPU[1,2]}"),
    ("m.swap(0, 1)[3, 1]", "{GPU[1,3]}"),
    ("m.slice(1, 1, 2).size", "(2, 2)"),
    ("m.slice(1, 1, 2)[0, 1]", "{GPU[0,2]}"),
    ("m.reverse(0)[0, 3]", "{GPU[1,3]}"),
    ("m.split(1, 2).merge(2, 1)[1, 3]", "{GPU[1,3]}"),
    ("m.split(0, 2).split(2, 2)[:-1]", "(2, 1, 2)"),
    ("m[1, *]", "{GPU[1,0], GPU[1,1], GPU[1,2], GPU[1,3]}"),
    ("m[*, 1]", "{GPU[0,1], GPU[1,1]}"),
    ("m[*(1, 2)]", "{GPU[1,2]}"),
    ("m[0, 0].has(FBMEM)", "True"),
    ("m[0, 0].has(SYSMEM)", "False"),
    ("m[0, 0].has(VIRTUAL)", "True"),
    ("Machine(CPU)[0, 0].has(SOCKMEM)", "True"),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS)
def test_expression(value: Callable[..., str], expression: str, expected: str) -> None:
    before = "t = (10, 20, 30, 40);\nzero = len(range(0));"
    assert value(expression, before=before) == expected


@pytest.mark.parametrize(("expression", "expected"), MACHINES)
def test_machine(value: Callable[..., str], expression: str, expected: str) -> None:
    assert value(expression, before="m = Machine(GPU);") == expected


def test_balance_split_of_six_nodes(value: Callable[..., str]) -> None:
    before = "m = Machine(GPU);\nb = m.balance_split(0, 2);"
    assert value("b.size", 6, 4, before) == "(3, 2, 4)"
    assert value("b[2, 1, 0]", 6, 4, before) == "{GPU[5,0]}"


def test_auto_split_of_four_nodes(value: Callable[..., str]) -> None:
    assert value("Machine(GPU).auto_split(0, (8, 8)).size", 4, 4) == "(2, 2, 4)"


def test_print_fills_placeholders_in_turn(load: Callable[[str], Policy]) -> None:
    policy = load('print("a {} b {} c", 1, (2, 3));\nprint("{}{}", True, Machine(CPU)[0, *]);')
    placement = Placement(policy, Shape(1, {ProcKind.CPU: 2}))
    assert placement.printed == ["a 1 b (2, 3) c", "True{CPU[0,0], CPU[0,1]}"]


def test_sets_are_dealt_in_row_major_order(load: Callable[[str], Policy]) -> None:
    policy = load(
        "m = Machine(GPU);\ndef f(Task t) { return m[t.ipoint[0], *]; }\nIndexTaskMap walk f;"
    )
    placed = Placement(policy, Shape(2, {ProcKind.GPU: 4})).index("f", "walk", (2, 8))
    dealt = dict(zip(placed.points, placed.dealt(), strict=True))
    assert dealt[1, 5] == (1, 1)
    assert sorted(set(dealt.values())) == [(n, p) for n in range(2) for p in range(4)]


def test_complete_example(load: Callable[[str], Policy]) -> None:
    policy = load(
        """
        gpus = Machine(GPU);
        def block(p, s, m, n) {
            return tuple(p[i] * m.size[i] / s[i] for i in range(n));
        }
        def grid2d(Task t) {
            nodes = gpus.auto_split(0, t.ispace);
            per_node = t.ispace / nodes[:-1];
            full = nodes.auto_split(2, per_node);
            upper = block(t.ipoint, t.ispace, full, 2);
            lower = t.ipoint % full[2:4];
            return full[*upper, *lower];
        }
        IndexTaskMap update, relax grid2d;
        """
    )
    placed = Placement(policy, Shape(4, {ProcKind.GPU: 4})).index("grid2d", "update", (8, 8))
    found = dict(zip(placed.points, placed.sets, strict=True))
    assert found[5, 2].processors == ((1, 1),)
    instances = [(i.function.name, [t.value for t in i.parameters]) for i in policy.instances]
    assert instances == [("block", ["tuple", "tuple", "machine", "int"]), ("grid2d", ["task"])]
