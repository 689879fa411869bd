"""Strategies of syntactically valid policies: every statement, every expression, any layout.

`programs()` and `expressions()` give text. Names and types are random, so that most programs have
errors of later stages; their syntax is always right.
"""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from mapc.syntax.words import (
    KIND_WORDS,
    LAYOUT_WORDS,
    MEM_WORDS,
    PROC_WORDS,
    RESERVED,
    STATEMENT_WORDS,
    TYPE_WORDS,
)

Tokens = list[str]

VARIABLES = ("a", "b_2", "m", "_x", "size", "row", "task", "gpus_of_this_machine", "v" * 45)
NAMES = (
    *("solve", "x", "rp_ghost", "CalcNewCurrents", "init_all_the_private_nodes", "n" * 60),
    *('"ns::solve.a"', '"3d step"', '"*"', '"0"', '"GPU"', '"für alle"', '"# no // comment"'),
    *sorted(RESERVED),
)
MEMBERS = ("size", "len", "ipoint", "parent", "Task", "def", "not", "in", "Machine", "split")
NUMBERS = ("0", "1", "007", "42", str(2**63 - 1))
PRINTED = ('""', '"{} of {}"', '"text; with // all # of { it }"')
OPERATORS = (
    *((1, "||"), (1, "or"), (2, "&&"), (2, "and"), (3, "=="), (3, "!=")),
    *((4, "<"), (4, ">"), (4, "<="), (4, ">="), (5, "+"), (5, "-"), (6, "*"), (6, "/"), (6, "%")),
)
"""Binary operators with their levels in the grammar."""
HEADS = frozenset((*STATEMENT_WORDS, "def"))


def expressions(*, comments: bool = True) -> st.SearchStrategy[str]:
    """Return a strategy of single expressions, as they may stand behind `x =`."""
    return _written(lambda draw: _Maker(draw).expression(3), comments=comments)


def programs(*, statements: int = 6, comments: bool = True) -> st.SearchStrategy[str]:
    """Return a strategy of whole policies with at most so many statements."""
    return _written(lambda draw: _Maker(draw).program(statements), comments=comments)


class _Maker:
    """Makes the tokens of one policy."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one_of(self, choices: Sequence[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def either(self) -> bool:
        return self.draw(st.booleans())

    # --- statements ---

    def program(self, most: int) -> Tokens:
        tokens: Tokens = []
        for _ in range(self.number(0, most)):
            tokens += self.statement()
        return tokens

    def statement(self) -> Tokens:
        word = self.one_of((*STATEMENT_WORDS, "assign", "print", "def", "def"))
        match word:
            case "Task":
                rest = [*self.names(), *self.listed(lambda: [self.one_of(PROC_WORDS)])]
            case "Region":
                kind = self.one_of((*PROC_WORDS, "*"))
                memories = self.listed(lambda: [self.one_of(MEM_WORDS)])
                rest = [*self.names(), *self.regions(), kind, *memories]
            case "Layout":
                kind = self.one_of((*KIND_WORDS, "*"))
                rest = [*self.names(), *self.regions(), kind, *self.constraints()]
            case "InstanceLimit":
                rest = [*self.names(), self.one_of(NUMBERS)]
            case "CollectMemory":
                rest = [*self.names(), *self.regions()]
            case "IndexTaskMap" | "SingleTaskMap":
                rest = [*self.names(), self.one_of(VARIABLES)]
            case "ControlReplicate":
                rest = self.names()
            case "def":
                return self.function()
            case _:
                return self.simple(word)
        return [word, *rest, ";"]

    def names(self) -> Tokens:
        return ["*"] if self.either() else self.listed(lambda: [self.one_of(NAMES)])

    def regions(self) -> Tokens:
        choices = (*NAMES, *NUMBERS)
        return ["*"] if self.either() else self.listed(lambda: [self.one_of(choices)])

    def constraints(self) -> Tokens:
        tokens: Tokens = []
        for _ in range(self.number(0, 4)):
            word = self.one_of(LAYOUT_WORDS)
            tokens.append(word)
            if word == "Align":
                operator = self.one_of(("<", "<=", ">", ">=", "==", "!="))
                tokens += [operator, self.one_of(NUMBERS)]
        return tokens

    def function(self) -> Tokens:
        parameters = self.listed(self.parameter) if self.either() else []
        tokens = ["def", self.one_of(VARIABLES), "(", *parameters, ")", "{"]
        for _ in range(self.number(0, 3)):
            tokens += self.simple(self.one_of(("assign", "print", "return")))
        return [*tokens, "}", *([";"] if self.either() else [])]

    def parameter(self) -> Tokens:
        kind = [self.one_of(TYPE_WORDS)] if self.either() else []
        return [*kind, self.one_of(VARIABLES)]

    def simple(self, word: str) -> Tokens:
        match word:
            case "print":
                arguments: Tokens = []
                for _ in range(self.number(0, 2)):
                    arguments += [",", *self.expression(1)]
                return ["print", "(", self.one_of(PRINTED), *arguments, ")", ";"]
            case "return":
                return ["return", *self.expression(3), ";"]
            case _:
                return [self.one_of(VARIABLES), "=", *self.expression(3), ";"]

    def listed(self, make: Callable[[], Tokens], most: int = 4) -> Tokens:
        tokens = make()
        for _ in range(self.number(0, most - 1)):
            tokens += [",", *make()]
        return tokens

    # --- expressions ---

    def expression(self, depth: int, level: int = 0) -> Tokens:
        """Return an expression that may stand where the grammar wants one of a level."""
        if depth <= 0:
            return self.atom()
        least, tokens = self.compound(depth - 1)
        return tokens if least >= level else ["(", *tokens, ")"]

    def compound(self, depth: int) -> tuple[int, Tokens]:
        """Return an expression and its level: 0 for `? :` up to 8 for calls and their like."""
        form = self.one_of(("atom", "? :", "binary", "binary", "unary", "tuple", "postfix", "call"))
        match form:
            case "? :":
                condition = self.expression(depth, 1)
                then, otherwise = self.expression(depth), self.expression(depth)
                return 0, [*condition, "?", *then, ":", *otherwise]
            case "binary":
                level, operator = self.draw(st.sampled_from(OPERATORS))
                left, right = self.expression(depth, level), self.expression(depth, level + 1)
                return level, [*left, operator, *right]
            case "unary":
                return 7, [self.one_of(("-", "!", "not")), *self.expression(depth, 7)]
            case "tuple":
                return 8, self.tuple_(depth)
            case "postfix":
                return 8, [*self.expression(depth, 8), *self.postfix(depth)]
            case "call":
                return 8, [self.one_of(VARIABLES), *self.arguments(depth)]
            case _:
                return 8, self.atom()

    def atom(self) -> Tokens:
        match self.one_of(("number", "name", "name", "bool", "string", "machine")):
            case "number":
                return [self.one_of(NUMBERS)]
            case "bool":
                return [self.one_of(("True", "False"))]
            case "string":
                return [self.one_of(('"solve"', '"a; b"'))]
            case "machine":
                return ["Machine", "(", self.one_of((*PROC_WORDS, "and", "not", "for")), ")"]
            case _:
                return [self.one_of((*VARIABLES, *KIND_WORDS))]

    def tuple_(self, depth: int) -> Tokens:
        match self.one_of(("parentheses", "one", "many", "comprehension")):
            case "parentheses":
                return ["(", *self.expression(depth), ")"]
            case "one":
                return ["(", *self.element(depth), ",", ")"]
            case "many":
                rest = self.listed(lambda: self.element(depth))
                comma = [","] if self.either() else []
                return ["(", *self.element(depth), ",", *rest, *comma, ")"]
            case _:
                body, values = self.expression(depth), self.expression(depth)
                return ["tuple", "(", *body, "for", self.one_of(VARIABLES), "in", *values, ")"]

    def postfix(self, depth: int) -> Tokens:
        match self.one_of(("member", "method", "subscript", "slice")):
            case "member":
                return [".", self.one_of(MEMBERS)]
            case "method":
                return [".", self.one_of(MEMBERS), *self.arguments(depth)]
            case "slice":
                lower = self.expression(depth) if self.either() else []
                upper = self.expression(depth) if self.either() else []
                return ["[", *lower, ":", *upper, "]"]
            case _:
                return ["[", *self.listed(lambda: self.index(depth)), "]"]

    def arguments(self, depth: int) -> Tokens:
        found = self.listed(lambda: self.element(depth)) if self.either() else []
        return ["(", *found, ")"]

    def index(self, depth: int) -> Tokens:
        return ["*"] if self.number(0, 4) == 0 else self.element(depth)

    def element(self, depth: int) -> Tokens:
        if self.number(0, 4) == 0:
            return ["*", *self.expression(depth, 7)]
        return self.expression(depth)


# --- layout --------------------------------------------------------------------------------------

_BLANKS = ("", "", "", " ", " ", "  ", "\t", "\n", "\r\n", "\n\n", "\n \n\n    ")
_SOME_COMMENT = st.builds(
    "{}{}".format,
    st.sampled_from(("#", "//", "# ", "//// ")),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12),
)


@st.composite
def _written(draw: st.DrawFn, make: Callable[[st.DrawFn], Tokens], *, comments: bool) -> str:
    """Return tokens as text with random trivia around each."""
    tokens = make(draw)
    parts = []
    for i, token in enumerate(tokens):
        parts += [_trivia(draw, tokens, i, comments), token]
    end = draw(st.sampled_from(_BLANKS))
    if comments and draw(st.booleans()):
        end += draw(_SOME_COMMENT)  # nothing need end the last line
    return "".join((*parts, end))


def _trivia(draw: st.DrawFn, tokens: Tokens, i: int, comments: bool) -> str:
    """Return what stands before a token."""
    if not _may_begin_line(tokens, i):
        return " "
    parts = [draw(st.sampled_from(_BLANKS))]
    if comments:
        for _ in range(max(0, draw(st.integers(-12, 2)))):
            parts += [draw(_SOME_COMMENT), "\n", draw(st.sampled_from(_BLANKS))]
    text = "".join(parts)
    return " " + text if i and _needs_blank(tokens[i - 1], text or tokens[i]) else text


def _may_begin_line(tokens: Tokens, i: int) -> bool:
    """Return whether a token is not taken for the head of a statement where it begins a line."""
    if tokens[i] not in HEADS or i == 0:
        return True
    before = tokens[i - 1]
    return before in {",", "(", ".", ";", "{", "}"}


def _needs_blank(before: str, text: str) -> bool:
    """Return whether text directly behind a token would be read with it."""
    last, first = before[-1], text[0]
    if last == "/" and first == "/":
        return True
    if before[0].isdigit() and first == ".":
        return True
    return (last.isalnum() or last == "_") and (first.isalnum() or first == "_")
