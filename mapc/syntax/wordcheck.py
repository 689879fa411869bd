"""Checks words that the grammar lets pass: reserved ones as new names, and empty names."""

from mapc.syntax import ast
from mapc.syntax.walk import walk
from mapc.syntax.words import RESERVED
from mapc.text import Reporter, Span
from mapc.text.codes import EMPTY_NAME, RESERVED_WORD


def check_words(program: ast.Program, report: Reporter) -> bool:
    """Report names that a policy must not introduce; return whether there are none."""
    found = Reporter()
    for statement in program.statements:
        for node in walk(statement):
            match node:
                case ast.Assign(name=name, name_span=span):
                    _new_name("variable", name, span, found)
                case ast.Comprehension(variable=name, variable_span=span):
                    _new_name("variable", name, span, found)
                case ast.Parameter(name=name, name_span=name_span, span=span):
                    _new_name("parameter", name, name_span or span, found)
                case ast.Function(name=name, name_span=span):
                    _new_name("function", name, span, found)
                case ast.Word(text="", quoted=True) | ast.NameLiteral(value=""):
                    found.error(
                        EMPTY_NAME,
                        "a name must not be empty",
                        node.span,
                        help="write the name of a task or region between the quotes, "
                        "or `*` for every one",
                    )
                case _:
                    pass
    for diagnostic in found.diagnostics:
        report.add(diagnostic)
    return not found.has_errors


def _new_name(what: str, name: str, span: Span, report: Reporter) -> None:
    if name in RESERVED:
        report.error(
            RESERVED_WORD,
            f"`{name}` cannot be the name of a {what}",
            span,
            help=f"choose another name, such as `{name.lower()}_` or `my_{name.lower()}`",
        )
