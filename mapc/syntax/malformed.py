"""Labels syntax errors by malformed examples: `grammar/malformed.toml`, matched by lark.

An error has the label of an example that fails in the same state of the parser at the same token.
The examples go through the same driver as policies, once, when the first error is met.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from mapc.resources import resource
from mapc.syntax.edits import edited, glued
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.tokens import Kind, tokenize
from mapc.syntax.words import USAGE
from mapc.text import Reporter, Source
from mapc.text.codes import CODES, UNEXPECTED_TOKEN

_CONTEXTS = (
    *("x = @;", "x = 1 + @;", "x = -@;", "x = !@;", "x = a ? @ : 1;", "x = a ? 1 : @;", "x = (@);"),
    *("x = (1, @);", "x = f(@);", "x = f(1, @);", "x = m[@];", "x = m[0, @];", "x = m.split(@);"),
    *("x = a && @;", "x = a || @;", "x = a == @;", "x = a < @;", "x = 2 * @;", "x = f(*@);"),
    *("x = tuple(@ for i in t);", "x = tuple(i for i in @);", "x = t[1:@];", "x = m.split(0, @);"),
    *("def f(Task t) { return @; }", 'print("", @);', "x = a > @;", "x = a != @;", "x = 2 / @;"),
)
"""Every place in which an expression may begin; `@` is the expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One entry of the file."""

    name: str
    message: str
    help: str
    code: int = UNEXPECTED_TOKEN.number
    edit: str = ""
    exact: bool = False
    """Whether only the example's own tokens match, not others of their class."""
    examples: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """Return every example as a text of its own."""
        return (
            *self.examples,
            *(context.replace("@", e) for e in self.expressions for context in _CONTEXTS),
        )


@cache
def labels() -> dict[str, Label]:
    """Return the entries of the file by name."""
    table = tomllib.loads(resource("grammar", "malformed.toml").read_text(encoding="utf-8"))
    return {name: _label(name, entry) for name, entry in table.items()}


def _label(name: str, entry: dict[str, Any]) -> Label:
    return Label(
        name=name,
        message=entry["message"],
        help=entry["help"],
        code=entry.get("code", UNEXPECTED_TOKEN.number),
        edit=entry.get("edit", ""),
        exact=entry.get("exact", False),
        examples=tuple(entry.get("examples", ())),
        expressions=tuple(entry.get("expressions", ())),
    )


def malformed(failure: Failure, report: Reporter) -> Resume | None:
    """Report an error that looks like one of the examples."""
    label = match(failure)
    if label is None:
        return None
    words = _words(failure, label)
    report.error(
        CODES[f"MAP{label.code}"],
        label.message.format_map(words),
        failure.place,
        help=label.help.format_map(words),
    )
    return Resume.NEXT


def match(failure: Failure) -> Label | None:
    """Return the label of the example that fails like this."""
    found = _unexpected(failure)
    names = {name: label.texts() for name, label in labels().items()}
    name = found.match_examples(_fail_again, names, token_type_match_fallback=True)
    if name is None:
        return None
    label = labels()[name]
    # Lark falls back to an example whose token differs altogether, which is a guess too far.
    like = [_known()[text] for text in label.texts()]
    if any(e.state == found.state and e.token == found.token for e in like):
        return label
    if label.exact or failure.token.kind is Kind.END:
        return None
    same = any(e.state == found.state and e.token.type == found.token.type for e in like)
    return label if same else None


def _unexpected(failure: Failure) -> Any:
    """Return a failure as lark's error."""
    from lark import Token
    from lark.exceptions import UnexpectedToken

    text = glued(failure.tokens, failure.at)
    if text in {"-", "/"} and failure.is_tight:
        text = f"tight {text}"  # `a-b` is meant as one name, `a -1` is not
    if text == "=" and failure.inside("LPAR"):
        text = "( ="  # the name of an argument, not a second assignment
    token = Token(failure.token.type or failure.token.kind.name, text)
    make: Any = UnexpectedToken  # its constructor has no types
    return make(token, set(failure.accepted), state=failure.state)


def _fail_again(text: str) -> None:
    """Fail as the parser fails on an example."""
    # Each raise would add to the traceback of the one before, for as long as the process lives.
    raise _known()[text].with_traceback(None)


@cache
def _known() -> dict[str, Any]:
    """Return the first failure of every example."""
    return {text: _failure_of(text) for label in labels().values() for text in label.texts()}


def _failure_of(text: str) -> Any:
    from mapc.syntax.driver import first_failure

    failure = first_failure(tokenize(Source("example", text), Reporter()))
    assert failure is not None, f"the example is not malformed: {text}"
    return _unexpected(failure)


def _words(failure: Failure, label: Label) -> dict[str, str]:
    """Return what the placeholders of an entry stand for."""
    tokens, at, start = failure.tokens, failure.at, failure.start
    shown = glued(tokens, at)
    after = at + 1
    while after < len(tokens) - 1 and tokens[after].span.start < tokens[at].span.start + len(shown):
        after += 1
    head = failure.first.span.to(tokens[max(at - 1, start)].span).text
    return {
        "token": shown or "end of file",
        "before": tokens[at - 1].span.text if at > start else "",
        "after": tokens[after].span.text,
        "first": failure.first.text,
        "head": " ".join(head.split()),
        "usage": USAGE.get(failure.first.text, ""),
        "edited": edited(label.edit, tokens, start, at) if label.edit else "",
    }
