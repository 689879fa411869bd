"""The parser: what it accepts, what the tree says, and that nothing makes it crash."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.syntax import ast
from mapc.syntax.parse import DEEPEST, parse
from mapc.syntax.tokens import OPERATORS
from mapc.syntax.walk import children, walk
from mapc.syntax.words import LAYOUT_WORDS, RESERVED
from mapc.text import Diagnostic, Reporter, Source


def program(text: str) -> ast.Program:
    report = Reporter()
    found = parse(Source("test.mapl", text), report)
    assert found is not None, "\n".join(d.render() for d in report.diagnostics)
    return found


def findings(text: str) -> tuple[Diagnostic, ...]:
    report = Reporter()
    assert parse(Source("test.mapl", text), report) is None
    return report.diagnostics


def expression(text: str) -> ast.Expr:
    (statement,) = program(f"x = {text};").statements
    assert isinstance(statement, ast.Assign)
    return statement.value


def shown(expr: ast.Node) -> str:
    """Return an expression with all its parentheses."""
    match expr:
        case ast.Binary():
            return f"({shown(expr.left)} {expr.op} {shown(expr.right)})"
        case ast.Unary():
            return f"({expr.op}{shown(expr.operand)})"
        case ast.Conditional():
            parts = (expr.condition, expr.then, expr.otherwise)
            return "({} ? {} : {})".format(*map(shown, parts))
    return expr.span.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2 * 3", "((-2) * 3)"),
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c % d", "(a + ((b * c) % d))"),
        ("c ? 1 : 0 + 10", "(c ? 1 : (0 + 10))"),
        ("a ? 1 : b ? 2 : 3", "(a ? 1 : (b ? 2 : 3))"),
        ("a ? b ? 1 : 2 : 3", "(a ? (b ? 1 : 2) : 3)"),
        ("a || b && c == d < e + f", "(a || (b && (c == (d < (e + f)))))"),
        ("a or b and not c", "(a || (b && (!c)))"),
        ("not a < b", "((!a) < b)"),
        ("- -a", "(-(-a))"),
        ("-a[0].len", "(-a[0].len)"),
        ("a < b < c", "((a < b) < c)"),
    ],
)
def test_precedence(text: str, expected: str) -> None:
    assert shown(expression(text)) == expected


@pytest.mark.parametrize("word", sorted({*RESERVED, *LAYOUT_WORDS, "size", "parent", "x"}))
def test_every_word_is_a_task_and_region_name(word: str) -> None:
    text = f'Task {word}, "{word}" CPU; Region {word} {word} * SYSMEM; InstanceLimit {word} 1;'
    task, region, limit = program(text).statements
    assert isinstance(task, ast.TaskStatement)
    assert [(w.text, w.quoted) for w in task.tasks] == [(word, False), (word, True)]
    assert isinstance(region, ast.RegionStatement)
    assert [w.text for w in region.tasks + region.regions] == [word, word]
    assert isinstance(limit, ast.LimitStatement)
    assert limit.tasks[0].text == word


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_reserved_word_is_a_variable(word: str) -> None:
    assert [d.code.id for d in findings(f"{word} = 3;")] == ["MAP115"]


def test_words_that_begin_like_keywords() -> None:
    text = "format = 1; order = tuple(format for formats in (1, 2)); notes = format andy;"
    assert [d.code.id for d in findings(text)] == ["MAP110"]
    program("format = 1; inner = format; Tasks = tuple(inner for innermost in (1, inner));")


def test_strings_are_names_and_not_wildcards() -> None:
    (region,) = program('Region "*" "0", 0, * * SYSMEM;'.replace(", *", "", 1)).statements
    assert isinstance(region, ast.RegionStatement)
    assert not region.tasks[0].is_star
    assert [w.is_number for w in region.regions] == [False, True]


def test_subscripts() -> None:
    index = expression("m[*, *t.size[:2], (a, *b), -1]")
    assert isinstance(index, ast.Subscript)
    kinds = [type(i) for i in index.indices]
    assert kinds == [ast.Star, ast.Unpack, ast.TupleLiteral, ast.Unary]
    for text, bounds in {":": (0, 0), "a:": (1, 0), ":b": (0, 1), "a:b": (1, 1)}.items():
        cut = expression(f"t[{text}]")
        assert isinstance(cut, ast.Slice)
        assert (cut.lower is not None, cut.upper is not None) == bounds


def test_a_conditional_may_bound_a_slice() -> None:
    cut = expression("t[a ? b : c : d]")
    assert isinstance(cut, ast.Slice)
    assert isinstance(cut.lower, ast.Conditional)


def test_comments_blanks_and_marks() -> None:
    text = '\ufeff// one ; }\n#two "\n\tTask\ra # three\n CPU // é\n;'
    assert len(program(text).statements) == 1
    assert program("").statements == ()
    assert program(" # nothing").statements == ()


def test_spans_enclose_their_parts() -> None:
    text = """
    def f(Task t, p) {
        print("{}", (p + 1) * 2);
        a = tuple(i % 2 for i in (t.ipoint)[1:]);
        return Machine(GPU).merge(0, *a)[*, (1, 2)[0] ? 1 : g(*p)];
    }
    Layout a, "b" 0, r GPU SOA Align == 64;
    """
    for statement in program(text).statements:
        for node in walk(statement):
            below = [c for c in children(node)]
            if isinstance(node, ast.Function):
                continue
            for child in below:
                assert node.span.start <= child.span.start <= child.span.end <= node.span.end
            for first, second in pairwise(below):
                if not isinstance(node, ast.Comprehension):
                    assert first.span.end <= second.span.start


def test_deep_nesting_is_accepted() -> None:
    depth = 200
    expression("(" * depth + "1" + ")" * depth)
    expression("-" * depth + "1")
    expression("t" + "[t" * depth + "]" * depth)
    expression("a ? " * depth + "1" + " : 2" * depth)
    expression("1" + " + 1" * depth)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 20_000])
def test_deeper_nesting_is_refused(depth: int) -> None:
    for text in (
        "(" * depth + "1" + ")" * depth,
        "-" * (depth + 1) + "1",
        "1" + " + 1" * (depth + 1),
        "(" * depth,
    ):
        assert [d.code.id for d in findings(f"x = {text};")][:1] == ["MAP107"]


def test_several_errors_are_reported_in_one_run() -> None:
    text = "Task walk;\nRegoin a b;\nx = (1;\ndef f(Task t) { y = ; return m[0 }\nTask ok CPU\n"
    lines = [d.span.line for d in findings(text) if d.span is not None]
    assert lines == [1, 2, 3, 4, 4, 5]


_WORDS = "x t f ipoint 0 17 1.5 /* task row_major IndexTaskMap_Default TaskSteal region_default"
_PIECES = st.sampled_from(
    [
        *OPERATORS,
        *sorted(RESERVED),
        *LAYOUT_WORDS,
        *_WORDS.split(),
        *('"a b"', '"', "''", "\n", "# c\n"),
    ]
)


@given(st.lists(_PIECES, max_size=60).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_token_soup_never_crashes(text: str) -> None:
    report = Reporter()
    found = parse(Source("test.mapl", text), report)
    assert (found is None) == report.has_errors
    for diagnostic in report.diagnostics:
        assert diagnostic.render()


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_text_never_crashes(text: str) -> None:
    report = Reporter()
    assert (parse(Source("test.mapl", text), report) is None) == report.has_errors
