"""What the editor says about tasks and regions: which statements speak of them, what is decided."""

from dataclasses import replace

from mapc.graph.mapping import EVERY_TASK, ArgumentDecision, Mapping
from mapc.graph.render import as_text
from mapc.graph.taskgraph import Origin
from mapc.lsp.analysis import Analysis
from mapc.lsp.slots import Slot, slot_after
from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import STATEMENT_WORDS

MOST_GROUPS = 4
"""A hover has room for so many different decisions about one region."""


def about_task(analysis: Analysis, name: str) -> str:
    """Return what a hover over the name of a task shows; `*` is every task without its own."""
    rows = ["**every task**" if name == EVERY_TASK else f"**task** `{name}`"]
    if name != EVERY_TASK:
        rows.append(_known(analysis, name, "task"))
    rows.append(_mentions(analysis, name, (Slot.TASK, Slot.MAPPED_TASK)))
    if analysis.mapping is not None:
        decided = tuple(t for t in analysis.mapping.tasks if t.task == name)
        if decided:
            rows.append(_fenced(as_text(replace(analysis.mapping, tasks=decided))))
    return "\n\n".join(row for row in rows if row)


def about_region(analysis: Analysis, name: str) -> str:
    """Return what a hover over the name or the number of a region shows."""
    what = "argument" if name.isdecimal() else "region"
    rows = ["**every region**" if name == "*" else f"**{what}** `{name}`"]
    if what == "region" and name != "*":
        rows.append(_known(analysis, name, "region"))
    rows.append(_mentions(analysis, name, (Slot.REGION,)))
    if analysis.mapping is not None:
        rows += _argument_decisions(analysis.mapping, name)
    return "\n\n".join(row for row in rows if row)


def _known(analysis: Analysis, name: str, what: str) -> str:
    graph = analysis.graph
    if graph is None or graph.origin is Origin.POLICY:
        return ""
    known = name in (graph.by_name if what == "task" else graph.regions)
    return f"{'' if known else '**no** '}{what} of application {graph.application}"


def _mentions(analysis: Analysis, name: str, slots: tuple[Slot, ...]) -> str:
    """Return which statements name something, with their lines."""
    found: dict[str, list[int]] = {}
    for piece in analysis.pieces:
        if not piece.tokens or piece.tokens[0].text not in STATEMENT_WORDS:
            continue
        for i, token in enumerate(piece.tokens):
            if not _spells(token, name):
                continue
            if slot_after(piece.tokens[:i], in_function=False) in slots:
                found.setdefault(piece.tokens[0].text, []).append(piece.tokens[0].span.line)
    shown = [f"`{word}` ({_lines(lines)})" for word, lines in found.items()]
    return f"named by {', '.join(shown)}" if shown else ""


def _spells(token: Token, name: str) -> bool:
    """Return whether a token is a name; in quotes, `*` is a name like any other."""
    if token.kind is Kind.STRING:
        return token.text == f'"{name}"' and name != "*"
    return token.text == name


def _argument_decisions(mapping: Mapping, label: str) -> list[str]:
    """Return what is decided for the arguments of one label, tasks with the same together."""
    groups: dict[ArgumentDecision, list[str]] = {}
    for task in mapping.tasks:
        for argument in task.arguments:
            if argument.label == label:
                groups.setdefault(argument, []).append(task.task)
    rows = []
    for argument, tasks in list(groups.items())[:MOST_GROUPS]:
        every = EVERY_TASK in tasks
        who = "every other task" if every else ", ".join(f"`{task}`" for task in tasks[:6])
        more = f" and {len(tasks) - 6} more" if len(tasks) > 6 and not every else ""
        rows.append(f"for {who}{more}:\n{_fenced(_argument(argument))}")
    return rows


def _argument(argument: ArgumentDecision) -> str:
    rows = [
        f"on {memory.proc.value}: {', '.join(m.value for m in memory.memories)}"
        f"   ({_lines(list(memory.lines))})"
        for memory in argument.memories
    ]
    rows += [
        f"in {layout.memory.value}: {layout.layout.words()}   (line {layout.line})"
        for layout in argument.layouts
    ]
    if argument.collect_line is not None:
        rows.append(f"collected once read   (line {argument.collect_line})")
    return "\n".join(rows) or "the default mapper decides"


def _lines(lines: list[int]) -> str:
    numbers = ", ".join(map(str, dict.fromkeys(lines)))
    return f"line{'s' if len(set(lines)) > 1 else ''} {numbers}"


def _fenced(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"
