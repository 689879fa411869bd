"""Rules for the beginnings of statements: wrong words, prose, statements inside functions."""

import re

from mapc.syntax.failure import Failure, Resume
from mapc.syntax.tokens import Kind
from mapc.syntax.words import STATEMENT_WORDS, TYPE_WORDS, USAGE, proposal
from mapc.text import Related, Reporter
from mapc.text.codes import STATEMENT_IN_FUNCTION, UNEXPECTED_TOKEN, UNKNOWN_STATEMENT
from mapc.text.nearest import nearest

_CONTROL = frozenset(
    (
        *("if", "elif", "else", "while", "for", "switch", "case", "do", "break", "continue"),
        *("try", "with"),
    )
)
_DECLARATIONS = frozenset(("let", "var", "const", "auto", "val", "global", "local", "static"))
_FUNCTIONS = frozenset(("function", "func", "fn", "fun", "void", "proc", "sub", "inline"))
_IMPORTS = frozenset(("import", "from", "using", "include", "namespace", "package", "require"))
_NOTHING = frozenset(("pass", "class", "assert", "raise", "del", "end", "struct", "mapper"))
_FOREIGN = _CONTROL | _DECLARATIONS | _FUNCTIONS | _IMPORTS | _NOTHING
_KNOWN = (*STATEMENT_WORDS, "def", "print")
_FEWEST_WORDS = 3


def in_function(failure: Failure, report: Reporter) -> Resume | None:
    """Report a policy statement or a function inside a function."""
    first = failure.first
    if failure.head is None or failure.at != failure.start + 1:
        return None
    if first.text not in {*STATEMENT_WORDS, "def"} or failure.token.text == "=":
        return None
    head = failure.tokens[failure.head]
    name = failure.tokens[failure.head + 1].text
    what = "function" if first.text == "def" else f"`{first.text}` statement"
    report.error(
        STATEMENT_IN_FUNCTION,
        f"{what} inside function `{name}`",
        first.span,
        help="move it out of the function: functions stand side by side"
        if first.text == "def"
        else "write `}` before it, or move it out of the function",
        related=(Related(message=f"function `{name}` begins here", span=head.span),),
    )
    # Where it stands as far left as the `def`, the function's closing brace is what is missing.
    outdented = first.span.position()[1] <= head.span.position()[1]
    return Resume.OUTSIDE if outdented else Resume.NEXT


def list_marker(failure: Failure, report: Reporter) -> Resume | None:
    """Report `-`, `*` or `1.` before a statement, as in a Markdown list."""
    token, following = failure.token, failure.following
    if failure.at != failure.start or token.kind not in {Kind.OPERATOR, Kind.INT}:
        return None
    line = token.span.source.line(token.span.line)
    begins = following.text in {*STATEMENT_WORDS, "def", "print"}
    if not begins or following.span.line != token.span.line:
        return None
    if not re.match(r"\s*([-*+>]|[0-9]+[.):]?)\s", line):
        return None
    # A number such as `1.` was reported as malformed before.
    if not token.broken:
        report.error(
            UNEXPECTED_TOKEN,
            f"unexpected {token.shown()}: statements are not items of a list",
            token.span,
            help=f"remove it: begin the line with `{following.text}`",
        )
    return Resume.SKIP_TOKEN


def prose(failure: Failure, report: Reporter) -> Resume | None:
    """Report a sentence among the statements."""
    first = failure.first
    if failure.at > failure.start + 1 or failure.head is not None or first.kind is not Kind.WORD:
        return None
    line = first.span.source.line(first.span.line)
    words = re.findall(r"[^\W\d_][\w'-]*", line)
    if len(words) < _FEWEST_WORDS or failure.token.span.line != first.span.line:
        return None
    if re.search(r"[;={}]|\w\(", line) or failure.token.kind is Kind.STRING:
        return None
    if first.text in _FOREIGN or first.text in _KNOWN or nearest(first.text, _KNOWN):
        return None
    report.error(
        UNKNOWN_STATEMENT,
        "this line is a sentence, not a statement",
        first.span.source.line_span(first.span.line),
        help="remove it, or begin the line with `#`",
    )
    return Resume.NEXT_LINE


def statement_word(failure: Failure, report: Reporter) -> Resume | None:
    """Report a statement that begins with a word which begins none."""
    first, token = failure.first, failure.token
    if failure.at != failure.start + 1 or first.type != "WORD":
        return None
    word = first.text
    known = [*_KNOWN, "return"] if failure.head is not None else list(_KNOWN)
    message, advice = _habit(failure, word)
    if message:
        report.error(
            UNEXPECTED_TOKEN if word in TYPE_WORDS or word == "return" else UNKNOWN_STATEMENT,
            message,
            first.span,
            help=advice,
        )
    elif token.kind is Kind.OPERATOR and nearest(word, known) is None:
        _not_an_assignment(failure, report)
    else:
        every = f"a statement begins with one of {', '.join(known)}"
        report.error(
            UNKNOWN_STATEMENT,
            f"unknown statement `{word}`",
            first.span,
            help=proposal(word, known, every),
        )
    return Resume.NEXT


def _habit(failure: Failure, word: str) -> tuple[str, str]:
    """Return message and help for a word that other languages begin statements with."""
    token = failure.token
    named = token.kind is Kind.WORD
    name = token.text if named else "f"
    called = named and failure.following.text == "("
    if word == "return":
        return "`return` outside a function", "remove it, or write `def f(Task t) { return ...; }`"
    if word in _FUNCTIONS or (word in TYPE_WORDS and called):
        return "a function begins with `def`", f"write `def {name}(...) {{ ... }}`"
    if named and word in TYPE_WORDS:
        return "variables are not declared with a type", f"write `{name} = ...`"
    if named and word in _DECLARATIONS:
        return "variables are not declared", f"write `{name} = ...;`"
    if word in _CONTROL and (named or token.text in {"(", "{", ":"}):
        advice = "choose with `c ? a : b`, repeat with `tuple(e for i in t)`"
        return f"there is no `{word}` statement", advice
    if word in _IMPORTS and named:
        return f"there is no `{word}` statement", "remove it: a policy is one file"
    if word in _NOTHING and (named or token.text in {";", "(", "}"}):
        return f"there is no `{word}` statement", f"remove it; a statement is `{USAGE['Task']}`"
    return "", ""


def _not_an_assignment(failure: Failure, report: Reporter) -> None:
    """Report a name followed by an operator that is not `=`."""
    name, token = failure.first.text, failure.token
    advice = f"write `{name} = ...;`"
    if token.text == "(":
        advice = f"use the value: `x = {name}(...);`"
    elif failure.following.text == "=":
        advice = f"variables are assigned once; write `other = {name} {token.text} ...;`"
    report.error(
        UNEXPECTED_TOKEN, f"unexpected {token.shown()}, expected `=`", token.span, help=advice
    )
