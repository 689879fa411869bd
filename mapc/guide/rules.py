"""Feedback rules: TOML files that say what a line of output means and what to do about it.

Job: read, validate and order them. Widening AutoGuide means adding a rule, not code. The house
rules lie in `feedback/rules`; folders of the user's come after them and win at equal priority.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from mapc.guide.facts import KNOWN_FACTS
from mapc.guide.feedback import OutcomeClass
from mapc.guide.status import StatusKind
from mapc.guide.templates import places
from mapc.resources import resource
from mapc.text import Diagnostic, ExitCode, MapcError, Severity
from mapc.text.codes import BAD_RULES, CODES, Code

ABOUT = ("", "task", "region", "layout", "limit", "index", "single", "collect", "replicate")
_KEYS = {
    "id", "class", "code", "contains", "match", "explain", "suggest", "edit", "severity",
    "priority", "about", "when", "sample", "paper",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTemplate:
    """A change to offer: `text` empty means that the deciding statement is deleted."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one kind of message means.

    `contains` is a fixed part of every line that `match` can match: it is looked for first, so
    that a long log costs one fast scan a rule. Of the templates in `explain` the first whose
    facts are known is used, of those in `suggest` all whose facts are known. `about` names the
    kind of statement that decides what failed; `when` restricts the rule to some ways of ending.
    A rule of severity `error` is about a message that no run survives.
    """

    id: str
    outcome_class: OutcomeClass
    code: Code
    contains: str
    match: re.Pattern[str]
    explain: tuple[str, ...]
    sample: str
    suggest: tuple[str, ...] = ()
    edits: tuple[EditTemplate, ...] = ()
    severity: Severity = Severity.ERROR
    priority: int = 50
    about: str = ""
    when: frozenset[StatusKind] = frozenset()
    paper: int | None = None


def load_rules(extra: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """Return all rules, those of highest priority first; raises MapcError for a bad file."""
    return _ordered((*extra[::-1], resource("feedback", "rules")))


@cache
def _ordered(folders: tuple[Path, ...]) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.toml")):
            for rule in read_rules(file):
                rules.setdefault(rule.id, rule)
    return tuple(sorted(rules.values(), key=lambda rule: -rule.priority))


def read_rules(file: Path) -> tuple[Rule, ...]:
    """Return the rules of one file; raises MapcError, naming the file, if it is not valid."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        _fail(file, str(error))
    tables = data.get("rule")
    if not isinstance(tables, list) or set(data) != {"rule"}:
        _fail(file, "a rule file holds `[[rule]]` tables and nothing else")
    rules = tuple(_rule(file, table) for table in tables)
    names = [rule.id for rule in rules]
    if len(set(names)) < len(names):
        _fail(file, f"rule `{max(names, key=names.count)}` is defined twice")
    return rules


def _rule(file: Path, table: Mapping[str, Any]) -> Rule:
    name = str(table.get("id", "?"))
    try:
        rule = _build(table)
    except KeyError as error:
        _fail(file, f"rule `{name}` has no {error}")
    except (TypeError, ValueError, re.error) as error:
        _fail(file, f"rule `{name}`: {error}")
    if rule.match.search(rule.sample) is None or rule.contains not in rule.sample:
        _fail(file, f"rule `{name}` does not match its own sample")
    return rule


def _build(table: Mapping[str, Any]) -> Rule:
    """Return the rule that a table describes; raises ValueError or KeyError if it does not."""
    if unknown := sorted(set(table) - _KEYS):
        raise ValueError(f"unknown key `{unknown[0]}`")
    match = re.compile(_text(table, "match"))
    rule = Rule(
        id=_text(table, "id"),
        outcome_class=OutcomeClass(_text(table, "class")),
        code=_code(_text(table, "code")),
        contains=_text(table, "contains"),
        match=match,
        explain=_texts(table["explain"]),
        suggest=_texts(table.get("suggest", [])),
        edits=tuple(
            EditTemplate(text=item.get("text", ""), why=item["why"])
            for item in table.get("edit", [])
        ),
        severity=Severity(table.get("severity", "error")),
        priority=int(table.get("priority", 50)),
        about=table.get("about", ""),
        when=frozenset(StatusKind(item) for item in table.get("when", [])),
        sample=_text(table, "sample"),
        paper=table.get("paper"),
    )
    if (rule.severity is Severity.ERROR) is (rule.outcome_class is OutcomeClass.OK):
        raise ValueError(
            "class `ok` goes with severity `warning` or `note`, any other with `error`"
        )
    if rule.about not in ABOUT:
        raise ValueError(f"`about` must be one of {', '.join(ABOUT[1:])}")
    templates = (*rule.explain, *rule.suggest, *(edit.text for edit in rule.edits))
    known = KNOWN_FACTS | match.groupindex.keys()
    for template in templates:
        if strange := sorted(places(template) - known):
            raise ValueError(f"`{{{strange[0]}}}` is neither a group of `match` nor a known fact")
    return rule


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value:
        raise ValueError(f"`{key}` must be a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(item, str) for item in texts):
        raise ValueError("`explain` and `suggest` must be a text or a list of texts")
    return tuple(texts)


def _code(name: str) -> Code:
    if name not in CODES:
        raise ValueError(f"there is no code {name}")
    return CODES[name]


def _fail(file: Path, problem: str) -> NoReturn:
    raise MapcError(
        Diagnostic(
            code=BAD_RULES,
            severity=Severity.ERROR,
            message=f"{file}: {problem}",
            help="correct the rule, or leave its folder out",
        ),
        exit_code=ExitCode.POLICY,
    )


def with_paper_labels(rules: Iterable[Rule]) -> dict[int, Rule]:
    """Return the rules for the nine published examples, by their number."""
    return {rule.paper: rule for rule in rules if rule.paper is not None}
