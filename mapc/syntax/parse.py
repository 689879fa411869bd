"""Text to syntax tree: the entry of the package."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a text.

    `program` has the statements without syntax errors, None where nothing could be read. If it is
    `complete`, every function, variable and mapping statement is there.
    """

    program: ast.Program | None
    complete: bool


def parse(source: Source, report: Reporter) -> ast.Program | None:
    """Return the syntax tree of a text, None when it has errors."""
    # What other people reported before does not concern this text.
    found = Reporter()
    parsed = parse_what_is_right(source, found)
    for diagnostic in found.diagnostics:
        report.add(diagnostic)
    return None if found.has_errors else parsed.program


def parse_what_is_right(source: Source, report: Reporter) -> Parsed:
    """Return the statements of a text that have no errors, reporting those of the others."""
    tokens = tokenize(source, report)
    clean = not report.has_errors
    if (token := _too_deep(tokens)) is not None:
        _report_depth(token.span, report)
        return Parsed(None, complete=False)
    driver = Driver(tokens, report)
    statements = driver.run()
    if statements is None:
        return Parsed(None, complete=False)
    for statement in statements:
        if (node := deeper(statement, DEEPEST)) is not None:
            _report_depth(node.span, report)
            return Parsed(None, complete=False)
    program = ast.Program(source=source, statements=statements)
    words = check_words(program, report)
    return Parsed(program, complete=clean and driver.complete and words)


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
