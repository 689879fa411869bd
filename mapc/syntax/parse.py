"""Text to syntax tree: the entry of the package."""

from bisect import bisect_left
from dataclasses import dataclass

from mapc.syntax import ast
from mapc.syntax.driver import Driver
from mapc.syntax.reply import find_reply
from mapc.syntax.tokens import Kind, Token, tokenize
from mapc.syntax.walk import deeper
from mapc.syntax.wordcheck import check_words
from mapc.text import Reporter, Source, Span
from mapc.text.codes import CANNOT_READ, NESTED_TOO_DEEPLY

DEEPEST = 250
"""The deepest nesting of brackets or of operators that is accepted.

Everything behind the parser may walk the tree recursively because of this limit.
"""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a text.

    `program` has the statements without syntax errors, None where nothing could be read. `lost`
    are the names that the other statements would have defined; if the program is `complete`,
    nothing that names and types depend on is missing.
    """

    program: ast.Program | None
    complete: bool
    lost: frozenset[str] = frozenset()


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
    lexical = Reporter()
    reply = find_reply(source)
    reply.report(lexical)
    tokens = tokenize(source, lexical, reply.text)
    for diagnostic in lexical.diagnostics:
        report.add(diagnostic)
        if diagnostic.code is CANNOT_READ:
            return Parsed(None, complete=False)
    if (token := _too_deep(tokens)) is not None:
        _report_depth(token.span, report)
        return Parsed(None, complete=False)
    driver = Driver(tokens, report)
    statements = driver.run()
    if driver.too_deep is not None:
        _report_depth(driver.too_deep.span, report)
        return Parsed(None, complete=False)
    for statement in statements:
        if (node := deeper(statement, DEEPEST)) is not None:
            _report_depth(node.span, report)
            return Parsed(None, complete=False)
    wrong = sorted(d.span.start for d in lexical.diagnostics if d.span is not None)
    sound = _without(statements, wrong)
    program = ast.Program(source=source, statements=sound)
    words = check_words(program, report)
    lost = driver.lost.union(
        *({s.name} for s in statements if isinstance(s, ast.Assign | ast.Function)),
    ) - {s.name for s in sound if isinstance(s, ast.Assign | ast.Function)}
    complete = driver.complete and words and len(sound) == len(statements)
    return Parsed(program, complete=complete and not reply.fences, lost=frozenset(lost))


def _without(statements: tuple[ast.Statement, ...], wrong: list[int]) -> tuple[ast.Statement, ...]:
    """Return the statements in which none of the characters `wrong` stands.

    What such a statement means is a guess, too weak to find more mistakes by. The span of a
    function covers its head only, so a statement is taken to reach to the next one.
    """
    if not wrong or not statements:
        return statements
    ends = [s.span.start for s in statements[1:]] + [wrong[-1] + 1]
    return tuple(
        statement
        for statement, end in zip(statements, ends, strict=True)
        if bisect_left(wrong, statement.span.start) == bisect_left(wrong, end)
    )


def _report_depth(span: Span, report: Reporter) -> None:
    report.error(
        NESTED_TOO_DEEPLY,
        f"expression has more than {DEEPEST} levels of brackets and operators",
        Span(span.source, span.start, min(span.end, span.start + 1)),
        help="assign parts of it to variables",
    )


def _too_deep(tokens: list[Token]) -> Token | None:
    """Return the first token that certainly lies deeper than the limit.

    A bracket behind so many open ones, or an operator behind so many others at the same level
    that, whatever their precedence, one of them has the rest in its operand.
    """
    operators = [0]
    for token in tokens:
        if token.kind is Kind.WORD:
            if token.text in _WORD_OPERATORS:
                operators[-1] += 1
        elif token.kind is Kind.OPERATOR:
            match token.text:
                case "(" | "[":
                    operators[-1] += 1
                    operators.append(0)
                case ")" | "]":
                    if len(operators) > 1:
                        operators.pop()
                case ";" | "{" | "}":
                    operators = [0]
                case ",":
                    operators[-1] = 0
                case _:
                    operators[-1] += 1
            if len(operators) > DEEPEST + 1 or operators[-1] > _LEVELS * DEEPEST:
                return token
    return None


_WORD_OPERATORS = frozenset(("and", "or", "not"))
_LEVELS = 9
"""How many levels of precedence operators have."""
