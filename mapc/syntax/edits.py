"""Small repairs of a statement, for help texts: the statement as it would be after the edit."""

from itertools import islice

from mapc.syntax.tokens import Kind, Token

_LONGEST = 100
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_GLUE = frozenset("<>=+-*:/|&.!")


def glued(tokens: list[Token], at: int) -> str:
    """Return a token with the operator characters directly behind it: `->`, `::`, `+=`, `...`."""
    text = tokens[at].text
    if tokens[at].kind is not Kind.OPERATOR or not set(text) <= _GLUE:
        return text
    end = tokens[at].span.end
    for token in islice(tokens, at + 1, at + 3):
        joined = token.span.start == end and token.kind is Kind.OPERATOR
        if not joined or not set(token.text) <= _GLUE or len(text) >= 3:
            break
        # Two operators that may follow each other are not one: `-` and `!` begin operands.
        if token.text in {"-", "!"} or (token.text == "*" and text != "*"):
            break
        text += token.text
        end = token.span.end
    return text


def edited(edit: str, tokens: list[Token], start: int, at: int) -> str:
    """Return the text of the statement from token `start` on, after an edit at token `at`."""
    whole = tokens[start].span.source.text
    begin, end = tokens[start].span.start, _end(tokens, at)
    low, high = tokens[at].span.start, tokens[at].span.start + len(glued(tokens, at))
    action, _, text = edit.partition(":")
    match action:
        case "remove":
            new = ""
        case "replace":
            new = text
        case "insert":
            high, new = low, f"{text} "
        case "insert-tight":
            high, new = low, text
        case "remove-before":
            low, high, new = tokens[at - 1].span.start, tokens[at - 1].span.end, ""
        case "remove-brackets":
            high, new = tokens[_partner(tokens, at)].span.end, ""
        case "unwrap":
            close = tokens[_partner(tokens, at)].span
            new = f" {whole[high : close.start]} "
            high = close.end
        case "unquote":
            new = whole[low:high].strip('"')
        case "quote":
            low, high = _run(whole, low, high)
            new = f'"{whole[low:high]}"'
        case _:
            raise AssertionError(edit)
    text = f"{whole[begin:low]}{new}{whole[high:end]}"
    return _tidy(text)


def _tidy(text: str) -> str:
    """Return a statement on one line, shortened if it is long."""
    line = " ".join(text.split())
    for mark in (",", ";", ")"):
        line = line.replace(f" {mark}", mark)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def _end(tokens: list[Token], at: int) -> int:
    """Return where the statement ends: behind its `;`, or with its line."""
    line = tokens[at].span.line
    end = tokens[at].span.end
    for token in islice(tokens, at, None):
        if token.kind is Kind.END or token.span.line > line:
            break
        end = token.span.end
        if token.text == ";":
            break
    return end


def _partner(tokens: list[Token], at: int) -> int:
    """Return the token that closes the bracket at `at`, else the last one of its line."""
    depth = 0
    line = tokens[at].span.line
    for i in range(at, len(tokens)):
        if tokens[i].kind is Kind.END or tokens[i].span.line > line:
            return i - 1
        if tokens[i].text in _CLOSING:
            depth += 1
        elif tokens[i].text in _CLOSING.values():
            depth -= 1
            if depth == 0:
                return i
    return at


def _run(text: str, low: int, high: int) -> tuple[int, int]:
    """Return the ends of what is written without a blank or a comma around a place."""
    while low > 0 and not text[low - 1].isspace() and text[low - 1] not in ',;"':
        low -= 1
    while high < len(text) and not text[high].isspace() and text[high] not in ',;"':
        high += 1
    return low, high
