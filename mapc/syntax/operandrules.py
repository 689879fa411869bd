"""Rules for operands that statements lack, and for commas that their lists lack."""

from mapc.syntax.edits import edited
from mapc.syntax.expected import place_of
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.tokens import Kind
from mapc.syntax.words import MEM_WORDS, PROC_WORDS, STATEMENT_WORDS, USAGE
from mapc.text import Reporter
from mapc.text.codes import UNEXPECTED_TOKEN


def missing_operand(failure: Failure, report: Reporter) -> Resume | None:
    """Report a statement that ends before all of its operands are there."""
    first = failure.first
    if first.text not in STATEMENT_WORDS or "SEMICOLON" in failure.accepted:
        return None
    if failure.token.text != ";" or failure.token.kind is not Kind.OPERATOR:
        return None
    if failure.tokens[failure.at - 1].text == "," or failure.at == failure.start + 1:
        return None
    texts = [token.span.text for token in failure.tokens[failure.start + 1 : failure.at]]
    lacks = place_of(failure)
    if first.text == "Region" and texts[-1] in MEM_WORDS:
        lacks = "a region" if set(texts) & set(PROC_WORDS) else "a processor kind"
    report.error(
        UNEXPECTED_TOKEN,
        f"the `{first.text}` statement lacks {lacks}",
        failure.token.span,
        help=f"write `{_repaired(failure, texts)}`",
    )
    return Resume.NEXT


def _repaired(failure: Failure, texts: list[str]) -> str:
    """Return the statement with what is probably missing."""
    *rest, last = texts
    match failure.first.text:
        case "Task" if last in PROC_WORDS and len(rest) >= 2 and rest[-1] == ",":
            return _joined("Task", [*rest[:-1], last])
        case "Task" if last in PROC_WORDS and not rest:
            return f"Task * {last};"
        case "Task":
            return _joined("Task", [*texts, "GPU", ",", "CPU"])
        case "Region" if last in MEM_WORDS and not set(rest) & set(PROC_WORDS):
            stars = ["*"] * (3 - _operands(rest))
            return _joined("Region", [*stars[1:], *rest, "*", last])
        case "Region" if last in MEM_WORDS and rest and rest[-1] in PROC_WORDS:
            stars = ["*"] * (3 - _operands(rest))
            return _joined("Region", [*rest[:-1], *stars, rest[-1], last])
        case "Region" if last in PROC_WORDS and _operands(rest) >= 2:
            return _joined("Region", [*texts, "FBMEM" if last == "GPU" else "SYSMEM"])
        case "Layout" if _operands(texts) == 2:
            return _joined("Layout", [*texts, "*", "SOA"])
        case "InstanceLimit":
            return _joined("InstanceLimit", [*texts, "4"])
        case "CollectMemory":
            return _joined("CollectMemory", [*texts, "*"])
        case "IndexTaskMap" | "SingleTaskMap" as word:
            return _joined(word, [*texts, "place"])
        case word:
            return USAGE[word]


def _operands(texts: list[str]) -> int:
    """Return how many operands a row of words and commas makes."""
    return len(texts) - 2 * texts.count(",")


def _joined(word: str, texts: list[str]) -> str:
    return " ".join([word, *texts]).replace(" ,", ",") + ";"


def missing_comma(failure: Failure, report: Reporter) -> Resume | None:
    """Report two words of a list without a comma between them."""
    token, before = failure.token, failure.previous
    if failure.first.text not in {"Task", "Region"} or before is None:
        return None
    if token.kind is not Kind.WORD or not failure.accepted <= {"SEMICOLON", "COMMA"}:
        return None
    at = failure.at
    if failure.first.text == "Task" and before.text not in PROC_WORDS and token.text in PROC_WORDS:
        at -= 1
        message = "names of a list are separated by commas"
    else:
        message = "kinds of a list are separated by commas"
    report.error(
        UNEXPECTED_TOKEN,
        message,
        failure.tokens[at].span,
        help=f"write `{edited('insert:,', failure.tokens, failure.start, at)}`",
    )
    return Resume.NEXT
