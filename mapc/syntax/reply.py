"""Finds the policy in text that also holds something else: what chat programs and people send.

Markdown fences around the policy, sentences before and behind it. What is no policy is replaced
by blanks, character by character, so that every place in the rest stays true.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mapc.syntax.lexical import LOOKALIKES
from mapc.syntax.words import STATEMENT_WORDS
from mapc.text import Reporter, Source, Span
from mapc.text.codes import UNEXPECTED_CHARACTER, UNKNOWN_STATEMENT
from mapc.text.nearest import nearest

_FENCE = re.compile(r"^[ >]{0,4}(?P<mark>```+|~~~+)[ \t]*(?P<info>[\w+#.-]*)[^\n]*$", re.MULTILINE)
_OURS = frozenset(("mapl", "mapc", "mapper", "mapple", "dsl", "dslmapper", "mapping"))
_WHATEVER = frozenset(("", "text", "txt", "plaintext"))
_STATEMENT = re.compile(
    rf"[ \t]*(?:(?:{'|'.join((*STATEMENT_WORDS, 'def', 'print'))})\b|\w+[ \t]*=|#|//|[}}])"
)
_FIXED = str.maketrans(
    {c: meant for c, meant in LOOKALIKES.items() if len(meant) == 1 and not c.isascii()}
)
"""One character for one, so that places stay true."""
_FEWEST_WORDS = 3
_MOST_CAREFUL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text and where its policy lies.

    `text` has the length of the source's text, with blanks in place of all that is no policy;
    `strange` are the places of that, with the code and the words for each.
    """

    text: str
    fences: tuple[Span, ...] = ()
    prose: tuple[Span, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but policy."""
        return not self.fences and not self.prose

    def report(self, report: Reporter) -> None:
        """Report what is no policy, once for all fences, once for every run of sentences."""
        if self.fences:
            report.error(
                UNEXPECTED_CHARACTER,
                "unexpected backquotes: the policy stands in a Markdown code block"
                if "`" in self.fences[0].text
                else "unexpected `~`: the policy stands in a Markdown code block",
                self.fences[0],
                help="remove the lines that begin and end the block and the text around it; "
                "`mapc check --extract` does that",
            )
        for span in self.prose:
            lines = span.text.count("\n")
            more = f" and {lines} more line{'s' if lines > 1 else ''}" if lines else ""
            report.error(
                UNKNOWN_STATEMENT,
                f"this line{more} is a sentence, not a statement",
                Span(span.source, span.start, span.start + len(span.text.partition("\n")[0])),
                help="remove it, or begin the line with `#`; `mapc check --extract` takes the "
                "policy out of a text",
            )


def find_reply(source: Source) -> Reply:
    """Return the policy of a text, and what stands around it."""
    fences = list(_FENCE.finditer(source.text))
    if fences:
        return _fenced(source, fences)
    prose = tuple(_around(source))
    return Reply(text=_without(source.text, prose), prose=prose)


def extract(source: Source) -> Source:
    """Return the policy of a text at the places where it stands, with plain quotes and signs."""
    reply = find_reply(source)
    return Source(source.name, reply.text.translate(_FIXED))


def _fenced(source: Source, fences: list[re.Match[str]]) -> Reply:
    """Return the one block that is most likely the policy; of equal ones the last."""
    blocks: list[tuple[tuple[int, int], int, int]] = []
    marks: list[Span] = []
    opening: re.Match[str] | None = None
    for fence in [*fences, None]:
        if opening is None:
            opening = fence
            continue
        closing = fence is None or (fence["mark"][0] == opening["mark"][0] and not fence["info"])
        if fence is not None and not closing:
            continue
        start, end = opening.end(), fence.start() if fence is not None else len(source.text)
        blocks.append((_likeness(opening["info"], source.text[start:end]), start, end))
        marks.append(Span(source, opening.start("mark"), opening.end()))
        opening = None
    _, start, end = max(blocks, key=lambda block: (block[0], block[1]))
    text = source.text
    kept = _blank(text[:start]) + text[start:end] + _blank(text[end:])
    return Reply(text=kept, fences=tuple(marks))


def _likeness(info: str, block: str) -> tuple[int, int]:
    """Return how much a block looks like a policy: by its language, by its statements."""
    word = info.lower()
    known = 2 if word in _OURS else 1 if word in _WHATEVER else 0
    statements = sum(1 for line in block.splitlines() if _STATEMENT.match(line))
    return (known if statements else 0), statements


def _around(source: Source) -> Iterator[Span]:
    """Yield the sentences before the first statement and behind the last one."""
    # Only a line feed ends a comment, so only it ends a line here.
    lines = re.findall(r"[^\n]*\n|[^\n]+", source.text)
    first = 0
    while first < len(lines) and not lines[first].strip():
        first += 1
    if (end := _prose_end(lines, first)) > first:
        yield _lines_span(source, lines, first, end)
    last = next((i for i in reversed(range(end, len(lines))) if _closes(lines[i])), None)
    if last is None:
        return
    start = last + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    if (end := _prose_end(lines, start)) > start:
        yield _lines_span(source, lines, start, end)


def _closes(line: str) -> bool:
    """Return whether a line ends a statement or a function, or is a comment."""
    return _code(line).endswith((";", "}")) or line.lstrip().startswith(("#", "//"))


def _code(line: str) -> str:
    """Return a line without its comment."""
    return re.sub(r'("[^"\n]*")|(?:#|//).*', lambda match: match[1] or "", line).strip()


def _prose_end(lines: list[str], start: int) -> int:
    """Return the line behind the sentences that begin at a line."""
    end = start
    for i in range(start, len(lines)):
        if not lines[i].strip():
            continue
        if not _is_prose(lines[i], careful=i - start < _MOST_CAREFUL):
            break
        end = i + 1
    return end


def _is_prose(line: str, *, careful: bool) -> bool:
    """Return whether a line reads like a sentence, and not like a statement gone wrong.

    When `careful`, misspelt statement words are recognised too, which takes long.
    """
    text = _code(line)
    words = re.findall(r"[^\W\d_][\w'\u2019-]*", text)
    if len(words) < _FEWEST_WORDS or _STATEMENT.match(line) or text.endswith(("{", ",")):
        return False
    if _closes(line):
        return False
    known = (*STATEMENT_WORDS, "def", "print", "return")
    if careful and nearest(words[0], known) is not None:
        return False
    return not re.search(r"[={}]|\w\(|\b(?:CPU|GPU|SYSMEM|FBMEM|ZCMEM)\s*,?\s*$", text)


def _lines_span(source: Source, lines: list[str], start: int, end: int) -> Span:
    offset = sum(map(len, lines[:start]))
    text = "".join(lines[start:end])
    return Span(source, offset, offset + len(text.rstrip()))


def _without(text: str, spans: tuple[Span, ...]) -> str:
    for span in spans:
        text = text[: span.start] + _blank(text[span.start : span.end]) + text[span.end :]
    return text


def _blank(text: str) -> str:
    """Return blanks that fill the same lines."""
    return re.sub(r"[^\n]", " ", text)
