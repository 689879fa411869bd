"""Runs every example of the language pages, `docs/language.md` and `docs/reference.md`.

The first word behind a fence says what a block is, the words behind it what happens to it:

- `mapl` is a policy, which must check without errors and warnings. `mapl FILE` also keeps it under
  that name for later blocks of the page; `mapl +FILE` adds it to what the file holds by then, and
  the whole is checked. With `reports` (`mapl reports`), the policy has findings, and the next block
  is exactly what `mapc check` says about it, as a file `example.mapl` or FILE.
- `console` has commands behind `$ ` and exactly what they print. They run in a folder that holds
  the files named so far, and no others.
- `values NODESxPROCS` (2x4 if left out) has lines `expression -> value`, evaluated for a machine of
  this shape; a value `MAP352` stands for a failure with this code. Lines that end in `;` are
  statements for all lines below them.
- `ebnf` is the grammar.
- Any other block is not tested, but kept if a name follows its first word (`markdown reply.md`).

`pytest --update-golden` rewrites what `reports` and `console` blocks show.
"""

import math
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lark import Lark
from lark.grammar import NonTerminal, Symbol

from mapc.passes.pipeline import map_policy
from mapc.policy.builtins import BUILTINS
from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import REACHES, MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.policy.namewords import METHODS, PLAIN_MEMBERS
from mapc.policy.shape import Shape
from mapc.syntax.words import (
    KIND_WORDS,
    LAYOUT_WORDS,
    RESERVED,
    STATEMENT_WORDS,
    TYPE_WORDS,
)
from mapc.text import Reporter, Severity, Source
from mapc.text.codes import CODES
from mapc.text.printer import as_text

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("language.md", "reference.md")
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$", re.M | re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page."""

    page: str
    number: int
    line: int
    words: tuple[str, ...]
    body: str

    @property
    def kind(self) -> str:
        """What the block is: the first word behind its fence."""
        return self.words[0] if self.words else ""

    @property
    def file(self) -> str:
        """The file that the block is kept in, or an empty string."""
        named = [word for word in self.words[1:] if "." in word]
        return named[0] if named else ""


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            number=number,
            line=text.count("\n", 0, match.start()) + 1,
            words=tuple(match["info"].split()),
            body=match["body"],
        )
        for number, match in enumerate(FENCE.finditer(text))
    ]


def files(block: Block) -> dict[str, str]:
    """Return the files that exist when the reader has come to a block, itself included."""
    kept: dict[str, str] = {}
    for earlier in blocks(block.page)[: block.number + 1]:
        name = earlier.file.removeprefix("+")
        if name:
            before = kept[name] + "\n" if earlier.file.startswith("+") else ""
            kept[name] = before + earlier.body
    return kept


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    """Parametrize a test with the blocks of these kinds."""
    found = [block for page in PAGES for block in blocks(page) if block.kind in kinds]
    return pytest.mark.parametrize(
        "block", [pytest.param(b, id=f"{b.page}-{b.line}") for b in found]
    )


@pytest.fixture
def shown(request: pytest.FixtureRequest) -> Callable[[Block, str], None]:
    """Compare what a block shows with what is true, or correct the page."""

    def check(block: Block, actual: str) -> None:
        if not request.config.getoption("--update-golden"):
            assert actual == block.body
            return
        path = DOCS / block.page
        text = path.read_text(encoding="utf-8")
        match = list(FENCE.finditer(text))[block.number]
        path.write_text(text[: match.start("body")] + actual + text[match.end("body") :])

    return check


@of_kind("mapl")
def test_policy(block: Block, shown: Callable[[Block, str], None]) -> None:
    name = block.file.removeprefix("+") or "example.mapl"
    report = Reporter()
    policy = load_policy(Source(name, files(block).get(name, block.body)), report)
    if policy is not None:
        map_policy(policy, report)
    if "reports" in block.words:
        rendering = blocks(block.page)[block.number + 1]
        assert rendering.kind == "text"
        assert report.diagnostics
        shown(rendering, as_text(report.diagnostics))
    else:
        wrong = [d for d in report.diagnostics if d.severity is not Severity.NOTE]
        assert as_text(wrong) == ""


@of_kind("console")
def test_console(block: Block, shown: Callable[[Block, str], None], tmp_path: Path) -> None:
    for name, text in files(block).items():
        (tmp_path / name).write_text(text)
    rows = []
    for command in re.findall(r"^\$ (.+)$", block.body, re.M):
        assert command.startswith("mapc "), "only `mapc` commands are run"
        output = run(command, tmp_path)
        assert "Traceback" not in output
        assert "Usage:" not in output, "the page names an option that does not exist"
        rows.append(f"$ {command}\n{output}")
    assert rows, "a console block needs a line that begins with `$ `"
    shown(block, "".join(rows))


def run(command: str, folder: Path) -> str:
    """Return what a shell prints for a command line."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    ).stdout


def value_lines() -> Iterator[object]:
    for page in PAGES:
        for block in blocks(page):
            if block.kind != "values":
                continue
            nodes, procs = (block.words[1] if block.words[1:] else "2x4").split("x")
            before = ""
            for offset, row in enumerate(block.body.splitlines(), start=1):
                line = re.sub(r"\s+(#|//) .*", "", row).strip()
                if line.endswith(";"):
                    before += line + "\n"
                elif line:
                    expression, _, value = line.rpartition("->")
                    yield pytest.param(
                        (int(nodes), int(procs)),
                        before,
                        expression.strip(),
                        value.strip(),
                        id=f"{page}-{block.line + offset}",
                    )


@pytest.mark.parametrize(("shape", "before", "expression", "value"), list(value_lines()))
def test_value(shape: tuple[int, int], before: str, expression: str, value: str) -> None:
    assert evaluate(f'{before}print("{{}}", {expression});', shape) == value


def evaluate(text: str, shape: tuple[int, int]) -> str:
    """Return the last line that a program prints, or the code of what stops it."""
    report = Reporter()
    policy = load_policy(Source("example.mapl", text), report)
    if policy is None:
        return next(d.code.id for d in report.diagnostics if d.severity is Severity.ERROR)
    try:
        return Placement(policy, Shape(shape[0], dict.fromkeys(ProcKind, shape[1]))).printed[-1]
    except EvaluationError as error:
        return error.diagnostic.code.id


# --- is the reference complete, and is it true? ---


def reference() -> str:
    return (DOCS / "reference.md").read_text(encoding="utf-8")


def one_block(kind: str) -> str:
    """Return the only block of this kind in the reference."""
    (block,) = [block for block in blocks("reference.md") if block.kind == kind]
    return block.body


@pytest.mark.parametrize(
    "word",
    [
        *STATEMENT_WORDS,
        *KIND_WORDS,
        *TYPE_WORDS,
        *LAYOUT_WORDS,
        *BUILTINS,
        *PLAIN_MEMBERS,
        *METHODS,
    ],
)
def test_every_word_is_explained(word: str) -> None:
    """Each word stands in a code span of a sentence or table, not just in the grammar."""
    prose = FENCE.sub("", reference())
    spans = re.findall(r"`[^`\n]+`", prose)
    assert any(re.search(rf"(?<![A-Za-z_]){re.escape(word)}(?![A-Za-z_])", span) for span in spans)


def test_reserved_words() -> None:
    assert set(one_block("reserved").split()) == RESERVED


def test_every_code_is_listed_once() -> None:
    listed = re.findall(r"^\| (MAP\d{3}) \| (E\*?|W|N|E, W) \| \S", reference(), re.M)
    language = [code for code in CODES if code < "MAP600"]
    assert [code for code, _ in listed] == language


def test_memories_that_processors_reach() -> None:
    rows = re.findall(
        r"^\| ((?:`[A-Z]+`(?:, )?)+) \| ((?:[a-z ]+ \| ){6}[a-z ]+) \|$", reference(), re.M
    )
    header = re.search(r"^\| processor \| (.+) \|$", reference(), re.M)
    assert header is not None
    memories = [MemKind(cell.strip("` ")) for cell in header[1].split("|")]
    shown = {
        ProcKind(proc): {
            m for m, cell in zip(memories, cells.split(" | "), strict=True) if cell != "no"
        }
        for procs, cells in rows
        for proc in re.findall(r"[A-Z]+", procs)
    }
    assert shown == {kind: set(reached) for kind, reached in REACHES.items()}


@pytest.mark.parametrize("page", PAGES)
def test_links(page: str) -> None:
    text = FENCE.sub("", (DOCS / page).read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        linked = DOCS / (path or page)
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^a-z0-9 _-]", "", h.lower()).replace(" ", "-") for h in headings}


# --- is the grammar shown the grammar that holds? ---


@pytest.fixture(scope="module")
def shown_grammar() -> Lark:
    """Return a parser made from the grammar of the reference."""
    text = re.sub(r";(?=\n)", "\n", one_block("ebnf"))
    # Braces and brackets are repetition and choice, unless they stand in quotes.
    pieces = re.split(r'("[^"]*")', text)
    signs = str.maketrans({"=": ":", "{": "(", "}": ")*", "[": "(", "]": ")?"})
    pieces[::2] = [piece.translate(signs) for piece in pieces[::2]]
    words = "|".join(sorted(RESERVED, key=len, reverse=True))
    return Lark(
        "".join(pieces)
        + f"""
        NAME: /(?!(?:{words})\\b)[A-Za-z_][A-Za-z0-9_]*/
        WORD: /[A-Za-z_][A-Za-z0-9_]*/
        INT: /[0-9]+/
        STRING: /"[^"\\n]*"/
        %ignore /[ \\t\\r\\n]+/
        %ignore /(#|\\/\\/)[^\\n]*/
        """,
        start="program",
        parser="earley",
        lexer="dynamic",
    )


POLICIES = sorted(
    [
        *Path(__file__).parents[1].glob("conformance/place/*.mapl"),
        *DOCS.parent.glob("apps/*/*.mapl"),
    ]
)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_grammar_takes_policies(shown_grammar: Lark, path: Path) -> None:
    shown_grammar.parse(path.read_text(encoding="utf-8"))


def test_every_terminal_is_in_the_grammar() -> None:
    text = (DOCS.parent / "grammar" / "mapl.lark").read_text(encoding="utf-8")
    literals = set(re.findall(r'^[A-Z_]+: (?:"(\S+)"|/(\w+)\\b/)$', text, re.M))
    written = {one or other for one, other in literals}
    assert {"Task", "not", "for", "&&", "]"} <= written
    assert sorted(t for t in written if f'"{t}"' not in one_block("ebnf")) == []


WORDS = {
    "NAME": ["alpha", "size", "split", "SOA", "linearize"],
    "WORD": ["alpha", "for", "Task", "size", "volume"],
    "INT": ["0", "1", "16"],
    "STRING": ['"alpha"', '"3d step"'],
}


@pytest.mark.parametrize("seed", range(10))
def test_parser_takes_what_the_grammar_makes(shown_grammar: Lark, seed: int) -> None:
    """Random sentences of the grammar have no syntax errors, whatever else they have."""
    dice = random.Random(seed)
    for _ in range(50):
        report = Reporter()
        load_policy(Source("example.mapl", sentence(shown_grammar, dice)), report)
        assert [d.render() for d in report.diagnostics if d.code.id < "MAP200"] == []


def sentence(grammar: Lark, dice: random.Random) -> str:
    """Return a random sentence of a grammar, a space between any two words."""
    rules: dict[str, list[list[Symbol]]] = {}
    for rule in grammar.rules:
        rules.setdefault(rule.origin.name, []).append(list(rule.expansion))
    literals = {t.name: t.pattern.value for t in grammar.terminals if t.name not in WORDS}
    depth = least_depths(rules)

    def write(symbol: Symbol, room: int) -> str:
        if symbol.is_term:
            return literals.get(symbol.name) or dice.choice(WORDS[symbol.name])
        ways = rules[symbol.name]
        fitting = [way for way in ways if deepest(way, depth) < room]
        way = dice.choice(fitting) if fitting else min(ways, key=lambda w: deepest(w, depth))
        return " ".join(part for s in way if (part := write(s, room - 1)))

    return write(NonTerminal("statement"), dice.randint(12, 21))


def deepest(way: list[Symbol], depth: dict[str, float]) -> float:
    return max((depth.get(s.name, 0) for s in way if not s.is_term), default=0)


def least_depths(rules: dict[str, list[list[Symbol]]]) -> dict[str, float]:
    """Return how deep the shallowest tree under each symbol is."""
    depth = dict.fromkeys(rules, math.inf)
    for _ in rules:
        for name, ways in rules.items():
            depth[name] = 1 + min(deepest(way, depth) for way in ways)
    return depth
