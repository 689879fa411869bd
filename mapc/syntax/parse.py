"""Text to syntax tree: the entry of the package."""

from mapc.syntax import ast
from mapc.syntax.driver import Driver
from mapc.syntax.tokens import Kind, Token, tokenize
from mapc.syntax.walk import deeper
from mapc.syntax.wordcheck import check_words
from mapc.text import Reporter, Source, Span
from mapc.text.codes import NESTED_TOO_DEEPLY

DEEPEST = 250
"""The deepest nesting of brackets or of operators that is accepted.

Everything behind the parser may walk the tree recursively because of this limit.
"""


def parse(source: Source, report: Reporter) -> ast.Program | None:
    """Return the syntax tree of a text, None when it has errors."""
    # What other people reported before does not concern this text.
    found = Reporter()
    program = _parse(source, found)
    for diagnostic in found.diagnostics:
        report.add(diagnostic)
    return None if found.has_errors else program


def _parse(source: Source, report: Reporter) -> ast.Program | None:
    tokens = tokenize(source, report)
    if (token := _too_deep(tokens)) is not None:
        _report_depth(token.span, report)
        return None
    statements = Driver(tokens, report).run()
    if statements is None:
        return None
    for statement in statements:
        if (node := deeper(statement, DEEPEST)) is not None:
            _report_depth(node.span, report)
            return None
    program = ast.Program(source=source, statements=statements)
    check_words(program, report)
    return program


def _report_depth(span: Span, report: Reporter) -> None:
    report.error(
        NESTED_TOO_DEEPLY,
        f"expression is nested deeper than {DEEPEST} levels",
        Span(span.source, span.start, min(span.end, span.start + 1)),
        help="assign parts of it to variables",
    )


def _too_deep(tokens: list[Token]) -> Token | None:
    """Return the first bracket that lies deeper than the limit."""
    depth = 0
    for token in tokens:
        if token.kind is not Kind.OPERATOR:
            continue
        if token.text in {"(", "["}:
            depth += 1
            if depth > DEEPEST:
                return token
        elif token.text in {")", "]"}:
            depth -= 1
        elif token.text in {";", "{", "}"}:
            depth = 0
    return None
