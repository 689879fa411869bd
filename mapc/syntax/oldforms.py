"""Recognises statements of older dialects and shows their modern text.

The first occurrence of each form is reported, with the number of the others.
"""

from dataclasses import dataclass, field

from mapc.syntax.tokens import Kind, Token
from mapc.text import Diagnostic, Severity, Span
from mapc.text.codes import (
    OLD_DEFAULTS,
    OLD_INDEX_MAP,
    OLD_INDEX_MAP_DEFAULT,
    OLD_LAYOUT_WORD,
    OLD_LIMIT,
    OLD_LOWER_CASE,
    OLD_TASK_STEAL,
    Code,
)
from mapc.text.reporter import Reporter

MAPPING_FORMS = frozenset(("IndexTaskMap", "IndexTaskMap_Default"))
"""The forms that name functions."""

_LAYOUT_WORDS = {"row_major": "C_order", "column_major": "F_order", "align": "Align"}


@dataclass(slots=True)
class _Found:
    """One form of an older dialect in this file."""

    code: Code
    message: str
    span: Span
    help: str
    further: int = 0


@dataclass(slots=True)
class OldForms:
    """The older forms in a list of tokens."""

    tokens: list[Token]
    found: dict[str, _Found] = field(default_factory=dict)

    def match(self, at: int) -> int | None:
        """Return the token behind the older statement that begins at `at`, None if there is none.

        A match is kept for the report.
        """
        word = self.tokens[at].text
        following = self.tokens[at + 1]
        if following.kind is Kind.OPERATOR and following.text in {"=", "(", "."}:
            return None
        match word:
            case "IndexTaskMap":
                return self._index_map(at)
            case "IndexTaskMap_Default":
                return self._index_map_default(at)
            case "InstanceLimit":
                return self._limit(at)
            case "Layout":
                return self._layout(at)
            case "TaskSteal":
                end = self._end(at)
                self._add(
                    word,
                    OLD_TASK_STEAL,
                    "`TaskSteal` is not part of the language",
                    self._span(at, end),
                    "remove the statement; placement functions say where tasks run",
                )
                return end
            case "task_default" | "taskdefault" | "region_default" | "regiondefault":
                return self._default(at)
            case "task" | "region":
                return self._lower_case(at)
        return None

    def report(self, report: Reporter) -> None:
        """Report every form once."""
        for form in self.found.values():
            further = f" ({form.further} more in this file)" if form.further else ""
            report.add(
                Diagnostic(
                    code=form.code,
                    severity=Severity.ERROR,
                    message=form.message + further,
                    span=form.span,
                    help=form.help,
                )
            )

    def _add(self, form: str, code: Code, message: str, span: Span, advice: str) -> None:
        if form in self.found:
            self.found[form].further += 1
        else:
            self.found[form] = _Found(code, message, span, advice)

    # --- the forms ---

    def _index_map(self, at: int) -> int | None:
        operands = self._list_end(at + 1)
        if operands is None or not self._words(operands, 2):
            return None
        end = self._end(at)
        if operands + 2 != self._last(end):
            return None
        tasks = self._text(at + 1, operands)
        machine, function = (self.tokens[operands + i].text for i in range(2))
        suffix = self.tokens[at + 1].text.strip('"') if operands == at + 2 else function
        self._add(
            "IndexTaskMap",
            OLD_INDEX_MAP,
            "`IndexTaskMap` takes two operands; a machine as third is of an older dialect",
            self.tokens[operands + 1].span,
            _modern_map(_identifier(suffix), tasks, machine, function),
        )
        return end

    def _index_map_default(self, at: int) -> int | None:
        if not self._words(at + 1, 2):
            return None
        end = self._end(at)
        machine, function = (self.tokens[at + i].text for i in (1, 2))
        self._add(
            "IndexTaskMap_Default",
            OLD_INDEX_MAP_DEFAULT,
            "`IndexTaskMap_Default` is of an older dialect",
            self._span(at, end),
            _modern_map("default", "*", machine, function),
        )
        return end

    def _limit(self, at: int) -> int | None:
        operands = self._list_end(at + 1)
        if operands is None or not self._words(operands, 1):
            return None
        number = self.tokens[operands + 1]
        if number.kind is not Kind.INT:
            return None
        end = self._end(at)
        self._add(
            "InstanceLimit",
            OLD_LIMIT,
            "`InstanceLimit` takes no processor kind; that is of an older dialect",
            self.tokens[operands].span,
            f"write `InstanceLimit {self._text(at + 1, operands)} {number.text};`",
        )
        return end

    def _layout(self, at: int) -> int | None:
        end = self._end(at)
        places = [
            i
            for i in range(at + 4, end)
            if self.tokens[i].kind is Kind.WORD
            and self.tokens[i].text in _LAYOUT_WORDS
            # A name in a list is followed or preceded by a comma; a layout word never is.
            and self.tokens[i - 1].text != ","
            and self.tokens[i + 1].text != ","
        ]
        for i in places:
            old = self.tokens[i].text
            modern = _LAYOUT_WORDS[old]
            self._add(
                old,
                OLD_LAYOUT_WORD,
                f"layout word `{old}` is of an older dialect",
                self.tokens[i].span,
                f"write `{modern}`",
            )
        return end if places else None

    def _default(self, at: int) -> int:
        end = self._line_end(at)
        word = self.tokens[at].text
        operands = self._text(at + 1, self._last(end))
        start = "Task *" if word.startswith("task") else "Region * *"
        modern = f"{start} {operands};"
        self._add(
            word,
            OLD_DEFAULTS,
            f"`{word}` is of an older dialect",
            self._span(at, end),
            f"write `{modern}`",
        )
        return end

    def _lower_case(self, at: int) -> int | None:
        word = self.tokens[at].text
        count = 2 if word == "task" else 3
        if not self._names(at + 1, count):
            return None
        end = self._line_end(at)
        names = [self.tokens[at + 1 + i].text for i in range(count)]
        quoted = [name if name.startswith('"') else f'"{name}"' for name in names[: count - 1]]
        last = self._text(at + count, self._last(end))
        if word == "task":
            modern = f"Task {quoted[0]} {last};"
        else:
            modern = f"Region {quoted[0]} {quoted[1]} * {last};"
        self._add(
            word,
            OLD_LOWER_CASE,
            f"`{word}` in lower case is a statement of an older dialect",
            self._span(at, end),
            f"write `{modern}`",
        )
        return end

    # --- looking at tokens ---

    def _end(self, at: int) -> int:
        """Return the token behind the `;` of a statement; without one, behind its line."""
        line = self.tokens[at].span.line
        for i in range(at, len(self.tokens)):
            token = self.tokens[i]
            if token.kind is Kind.OPERATOR and token.text == ";":
                return i + 1
            if token.kind is Kind.END or (token.kind is Kind.OPERATOR and token.text in "={}"):
                break
        return self._line_end(at) if self.tokens[at].span.line == line else at + 1

    def _line_end(self, at: int) -> int:
        """Return the token behind a statement that needs no `;` and ends with its line."""
        line = self.tokens[at].span.line
        i = at
        while self.tokens[i].kind is not Kind.END and self.tokens[i].span.line == line:
            i += 1
            if self.tokens[i - 1].text == ";":
                break
        return i

    def _last(self, end: int) -> int:
        """Return the token behind the operands of a statement, its `;` where it has one."""
        return end - 1 if self.tokens[end - 1].text == ";" else end

    def _list_end(self, at: int) -> int | None:
        """Return the token behind a list of names, or behind a star."""
        if self.tokens[at].text == "*" and self.tokens[at].kind is Kind.OPERATOR:
            return at + 1
        while self.tokens[at].kind in {Kind.WORD, Kind.STRING}:
            if self.tokens[at + 1].text != ",":
                return at + 1
            at += 2
        return None

    def _words(self, at: int, count: int) -> bool:
        """Return whether `count` words follow each other."""
        row = self.tokens[at : at + count]
        return len(row) == count and all(token.kind is Kind.WORD for token in row)

    def _names(self, at: int, count: int) -> bool:
        """Return whether `count` words or strings follow each other, the last one a word."""
        row = self.tokens[at : at + count]
        return (
            len(row) == count
            and all(token.kind in {Kind.WORD, Kind.STRING} for token in row)
            and row[-1].kind is Kind.WORD
        )

    def _span(self, at: int, end: int) -> Span:
        return self.tokens[at].span.to(self.tokens[max(end - 1, at)].span)

    def _text(self, at: int, end: int) -> str:
        """Return the source text of some tokens, on one line."""
        if end <= at:
            return ""
        return " ".join(self._span(at, end).text.split())


def _modern_map(suffix: str, tasks: str, machine: str, function: str) -> str:
    """Return the modern text for a mapping function that took point, space and machine."""
    name = f"{function}_{suffix}" if suffix != function else f"{function}_task"
    call = f"{function}(t.ipoint, t.ispace, {machine})"
    return (
        f"write `def {name}(Task t) {{ return {machine}[*{call}]; }} IndexTaskMap {tasks} {name};`"
    )


def _identifier(text: str) -> str:
    """Return a task name as part of a word."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text).strip("_") or "all"
