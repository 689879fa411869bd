"""Edits of a policy that feedback offers, each checked to leave the policy valid.

An edit that does not parse, or that the checks reject, is never shown: whoever follows the
feedback, a person or an optimizer, must not be sent into a compiler error.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from mapc.policy.model import Policy
from mapc.text import Reporter, Source, Span
from mapc.text.codes import DUPLICATE_KEY

EditKind: TypeAlias = Literal["insert", "replace", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of a policy's text.

    `line` counts from 1: the line that is replaced or deleted, or the one before which `text` is
    inserted; None appends at the end.
    """

    kind: EditKind
    line: int | None
    text: str
    why: str

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this edit."""
        return {"kind": self.kind, "line": self.line, "text": self.text, "why": self.why}

    def advice(self) -> str:
        """Return the edit as one line of help."""
        match self.kind:
            case "insert":
                return f"add `{self.text}` {self.why}"
            case "replace":
                return f"write `{self.text}` instead, {self.why}"
            case "delete":
                return f"delete this statement {self.why}"


def apply(text: str, edit: Edit) -> str:
    """Return the policy text after one edit."""
    rows = text.splitlines()
    at = len(rows) if edit.line is None else max(0, min(edit.line - 1, len(rows)))
    end = at if edit.kind == "insert" else at + 1
    rows[at:end] = [] if edit.kind == "delete" else edit.text.splitlines()
    return "\n".join(rows) + "\n"


def propose(text: str, why: str, policy: Policy | None, decided: Span | None) -> Edit | None:
    """Return the edit that brings a statement into force, or None if that is not valid policy.

    `decided` is the statement that decides now. It stands alone on its line with the same first
    words: then the new one replaces it. Otherwise the new one goes before it, because of
    statements with equal keys the first holds.
    """
    edit = Edit(kind="insert", line=None, text=text, why=why)
    if decided is not None:
        same = _operands(decided.text) == _operands(text) and _alone(decided)
        edit = Edit(kind="replace" if same else "insert", line=decided.line, text=text, why=why)
        if same and " ".join(decided.text.split()) == " ".join(text.split()):
            return None
    return edit if is_valid(edit, policy) else None


def remove(why: str, policy: Policy | None, decided: Span | None) -> Edit | None:
    """Return the edit that deletes a statement, or None if it is not alone on its line."""
    if decided is None or not _alone(decided):
        return None
    edit = Edit(kind="delete", line=decided.line, text="", why=why)
    return edit if is_valid(edit, policy) else None


def is_valid(edit: Edit, policy: Policy | None) -> bool:
    """Return whether the policy, or the statement alone where there is none, has no errors."""
    # The parser is heavy, and most runs end without an edit.
    from mapc.policy.load import load_policy

    source = policy.source if policy is not None else Source("edit.mapl", "")
    report = Reporter()
    loaded = load_policy(Source(source.name, apply(source.text, edit)), report)
    if loaded is None or report.has_errors:
        return False
    # At the end of a file, a statement whose key is taken would have no effect.
    return edit.line is not None or not any(d.code is DUPLICATE_KEY for d in report.diagnostics)


def _alone(span: Span) -> bool:
    return span.source.line(span.line).strip() == span.text.strip()


def _operands(statement: str) -> list[str]:
    """Return the words that make a statement's key, or the best guess of them."""
    words = statement.replace(",", " , ").split()
    keep = {"Region": 4, "Layout": 4, "Task": 2, "InstanceLimit": 2, "IndexTaskMap": 2}
    return words[: keep.get(words[0], 3)] if words else []
