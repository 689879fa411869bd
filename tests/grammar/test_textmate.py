"""The grammar for editors: its words are the language's, and an engine reads policies rightly."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textmate_grammar.parsers.base import LanguageParser

from mapc.lsp.analysis import Analysis
from mapc.lsp.slots import Slot, slot_after
from mapc.policy.builtins import BUILTINS
from mapc.policy.namewords import METHODS, PLAIN_MEMBERS
from mapc.resources import resource
from mapc.syntax import words
from mapc.syntax.tokens import Kind
from mapc.text import Source

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
GRAMMAR: dict[str, Any] = json.loads(resource("grammar", "mapl.tmLanguage.json").read_text())
RULES: dict[str, Any] = GRAMMAR["repository"]
POLICIES = [*sorted(ROOT.glob("apps/*/*.mapl")), HERE / "scopes" / "sample.mapl"]


def scopes(text: str) -> list[tuple[int, int, str, list[str]]]:
    """Return line, column, text and scopes of every stretch of a text."""
    parsed = LanguageParser(GRAMMAR).parse_string(text)
    assert parsed is not None
    return [(line, column, part, all_) for (line, column), part, all_ in parsed.flatten()]


def group_of(pattern: str, number: int = 0) -> list[str]:
    """Return the words of one of a pattern's alternations."""
    groups = re.findall(r"\((?:\?:)?([A-Za-z_]+(?:\|[A-Za-z_]+)*)\)", pattern)
    return groups[number].split("|")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("processor-kinds", words.PROC_WORDS),
        ("memory-kinds", words.MEM_WORDS),
        ("layout-words", words.LAYOUT_WORDS),
        ("types", words.TYPE_WORDS),
        ("builtins", BUILTINS),
    ],
)
def test_words_are_the_languages(rule: str, expected: tuple[str, ...]) -> None:
    assert group_of(RULES[rule]["match"]) == list(expected)


def test_statement_words() -> None:
    rules = [RULES[pattern["include"][1:]] for pattern in RULES["statements"]["patterns"]]
    found = [word for rule in rules for word in group_of(rule["begin"])]
    assert sorted(found) == sorted(words.STATEMENT_WORDS)
    for rule in rules:
        assert group_of(rule["end"]) == [*words.STATEMENT_WORDS, "def"]


def test_members() -> None:
    plain, has, methods, _ = (pattern["match"] for pattern in RULES["members"]["patterns"])
    assert group_of(plain) == list(PLAIN_MEMBERS)
    assert group_of(has, 1) == list(words.MEM_WORDS)
    assert group_of(methods) == list(METHODS)
    assert group_of(RULES["machine"]["match"], 1) == list(words.PROC_WORDS)


def test_every_reserved_word_is_coloured() -> None:
    for word in sorted(words.RESERVED - set(words.KIND_WORDS) - set(words.TYPE_WORDS)):
        text = f"{word} a;" if word in words.STATEMENT_WORDS else f"x = {word} a;"
        found = {part: all_[-1] for _, _, part, all_ in scopes(text)}
        assert not found[word].startswith("variable"), word


def test_every_rule_is_used() -> None:
    used = set(re.findall(r'"#([a-z-]+)"', json.dumps(GRAMMAR)))
    assert used == set(RULES)


def test_sample(golden: Callable[[Path, str], None]) -> None:
    rows = [
        f"{line + 1}:{column + 1} {part.strip()}  {' '.join(s.removesuffix('.mapl') for s in all_)}"
        for line, column, part, all_ in scopes((HERE / "scopes" / "sample.mapl").read_text())
        if part.strip()
    ]
    golden(HERE / "scopes" / "sample.scopes", "\n".join(rows) + "\n")


MEANING = {
    Slot.TASK: r"entity\.name\.type\.task|string\..*\.task|.*wildcard",
    Slot.MAPPED_TASK: r"entity\.name\.type\.task|string\..*\.task|.*wildcard|.*kind\.processor",
    Slot.REGION: r"variable\.other\.region|string\..*\.region|.*wildcard|constant\.numeric",
    Slot.PROC: r"constant\.language\.kind\.processor",
    Slot.PROC_OR_ALL: r"constant\.language\.kind\.processor|.*wildcard",
    Slot.MEM: r"constant\.language\.kind\.memory",
    Slot.LAYOUT_KIND: r"constant\.language\.kind|.*wildcard",
    Slot.FUNCTION: r"entity\.name\.function",
    Slot.TYPE: r"support\.type|variable\.parameter|punctuation",
    Slot.MEMBER: r"support\.variable\.property|support\.function\.member",
    Slot.STATEMENT: r"keyword\.other\.statement|storage\.type\.function|support\.function\.print"
    r"|variable\.other\.assignment",
    Slot.BODY_STATEMENT: r"keyword\.control\.return|support\.function\.print"
    r"|variable\.other\.assignment",
}


@pytest.mark.parametrize("file", POLICIES, ids=lambda p: p.parent.name + "/" + p.name)
def test_scopes_agree_with_the_compiler(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = {
        (line, column + i): all_[-1]
        for line, column, part, all_ in scopes(text)
        for i in range(len(part.partition("\n")[0]))
    }
    seen = 0
    for piece in Analysis(Source(file.name, text)).pieces:
        for i, token in enumerate(piece.tokens):
            slot = slot_after(piece.tokens[:i], in_function=piece.head is not None)
            if slot not in MEANING or token.text == ",":
                continue
            if token.kind is Kind.OPERATOR and token.text != "*":
                continue
            line, column = token.span.position()
            scope = found[line - 1, column - 1]
            assert re.match(MEANING[slot], scope), (str(token.span), token.text, scope)
            seen += 1
    assert seen > 0


def test_configuration() -> None:
    configuration = json.loads(resource("grammar", "language-configuration.json").read_text())
    assert configuration["comments"] == {"lineComment": "#"}
    assert re.fullmatch(configuration["wordPattern"], "rp_shared")
    rules = configuration["indentationRules"]
    assert re.search(rules["increaseIndentPattern"], "def f(Task t) {")
    assert not re.search(rules["increaseIndentPattern"], "def f(Task t) { return 1; }")
    assert re.search(rules["decreaseIndentPattern"], "    }")
