"""Makes tree nodes from grammar rules: one method for every rule of `grammar/mapl.lark`.

The parser calls a method when it has seen the whole rule; it gets the rule's tokens and the nodes
made from its parts. No checks here.
"""

from dataclasses import replace
from typing import TypeAlias, TypeVar

from mapc.syntax import ast
from mapc.syntax.tokens import Token
from mapc.text import Span

Part: TypeAlias = Token | ast.Node
Words: TypeAlias = tuple[ast.Word, ...]
T = TypeVar("T", bound=ast.Node)

_SPELLING = {"and": "&&", "or": "||", "not": "!"}


def _span(parts: list[Part]) -> Span:
    """Return the span of a rule that has at least one part."""
    return parts[0].span.to(parts[-1].span)


def _nodes(parts: list[Part], kind: type[T]) -> tuple[T, ...]:
    """Return the nodes of one class among the parts."""
    return tuple(part for part in parts if isinstance(part, kind))


def _words(tokens: list[Token]) -> Words:
    """Return one word for every word among the tokens."""
    return tuple(
        ast.Word(text=token.text, span=token.span) for token in tokens if token.type == "WORD"
    )


def _name(token: Token) -> ast.Word:
    """Return the word for a name, quoted or not, or for a star."""
    if token.type == "STRING":
        return ast.Word(text=token.text[1:-1], quoted=True, span=token.span)
    return ast.Word(text=token.text, span=token.span)


class TreeBuilder:
    """The actions of the parser; a method has the name of its rule or alternative.

    Parameters are annotated with what the grammar delivers. Nothing checks that at run time; the
    tests of the parser do.
    """

    def start(self, parts: list[tuple[ast.Statement, ...]]) -> tuple[ast.Statement, ...]:
        """Return the statements of the file."""
        return parts[0]

    def program(self, parts: list[ast.Statement]) -> tuple[ast.Statement, ...]:
        """Return the statements in source order."""
        return tuple(parts)

    # --- policy statements ---

    def name(self, parts: list[Token]) -> ast.Word:
        """Return the name of a task or region."""
        return _name(parts[0])

    def number(self, parts: list[Token]) -> ast.Word:
        """Return the number of a requirement."""
        return _name(parts[0])

    def kind(self, parts: list[Token]) -> ast.Word:
        """Return a kind or a star."""
        return _name(parts[0])

    def words(self, parts: list[Token]) -> Words:
        """Return a list of words."""
        return _words(parts)

    def tasks(self, parts: list[Part]) -> Words:
        """Return the operand for tasks: a star or names."""
        if isinstance(parts[0], Token):
            return (_name(parts[0]),)
        return _nodes(parts, ast.Word)

    regions = tasks

    def constraint(self, parts: list[Token]) -> ast.Constraint:
        """Return one layout word."""
        if len(parts) == 1:
            return ast.Constraint(word=parts[0].text, span=parts[0].span)
        word, op, value = parts
        return ast.Constraint(
            word=word.text, op=op.text, value=int(value.text), span=word.span.to(value.span)
        )

    def task(self, parts: tuple[Token, Words, Words, Token]) -> ast.TaskStatement:
        """Return `Task tasks procs;`."""
        head, tasks, procs, end = parts
        return ast.TaskStatement(tasks=tasks, procs=procs, span=head.span.to(end.span))

    def region(
        self, parts: tuple[Token, Words, Words, ast.Word, Words, Token]
    ) -> ast.RegionStatement:
        """Return `Region tasks regions proc mems;`."""
        head, tasks, regions, proc, mems, end = parts
        return ast.RegionStatement(
            tasks=tasks, regions=regions, proc=proc, mems=mems, span=head.span.to(end.span)
        )

    def layout(self, parts: list[object]) -> ast.LayoutStatement:
        """Return `Layout tasks regions kind constraints;`."""
        head, tasks, regions, kind, *rest, end = parts
        assert isinstance(head, Token)
        assert isinstance(end, Token)
        assert isinstance(kind, ast.Word)
        return ast.LayoutStatement(
            tasks=_as_words(tasks),
            regions=_as_words(regions),
            kind=kind,
            constraints=tuple(part for part in rest if isinstance(part, ast.Constraint)),
            span=head.span.to(end.span),
        )

    def limit(self, parts: tuple[Token, Words, Token, Token]) -> ast.LimitStatement:
        """Return `InstanceLimit tasks n;`."""
        head, tasks, number, end = parts
        return ast.LimitStatement(
            tasks=tasks,
            limit=int(number.text),
            limit_span=number.span,
            span=head.span.to(end.span),
        )

    def collect(self, parts: tuple[Token, Words, Words, Token]) -> ast.CollectStatement:
        """Return `CollectMemory tasks regions;`."""
        head, tasks, regions, end = parts
        return ast.CollectStatement(tasks=tasks, regions=regions, span=head.span.to(end.span))

    def index_map(self, parts: tuple[Token, Words, Token, Token]) -> ast.IndexMapStatement:
        """Return `IndexTaskMap tasks function;`."""
        head, tasks, function, end = parts
        return ast.IndexMapStatement(
            tasks=tasks,
            function=function.text,
            function_span=function.span,
            span=head.span.to(end.span),
        )

    def single_map(self, parts: tuple[Token, Words, Token, Token]) -> ast.SingleMapStatement:
        """Return `SingleTaskMap tasks function;`."""
        head, tasks, function, end = parts
        return ast.SingleMapStatement(
            tasks=tasks,
            function=function.text,
            function_span=function.span,
            span=head.span.to(end.span),
        )

    def replicate(self, parts: tuple[Token, Words, Token]) -> ast.ReplicateStatement:
        """Return `ControlReplicate tasks;`."""
        head, tasks, end = parts
        return ast.ReplicateStatement(tasks=tasks, span=head.span.to(end.span))

    # --- the placement program ---

    def assign(self, parts: tuple[Token, Token, ast.Expr, Token]) -> ast.Assign:
        """Return `name = value;`."""
        name, _, value, end = parts
        return ast.Assign(
            name=name.text, name_span=name.span, value=value, span=name.span.to(end.span)
        )

    def print_(self, parts: list[Part]) -> ast.Print:
        """Return `print("text", values);`."""
        text = parts[2]
        assert isinstance(text, Token)
        return ast.Print(
            text=text.text[1:-1],
            text_span=text.span,
            arguments=_expressions(parts),
            span=_span(parts),
        )

    def parameter(self, parts: list[Token]) -> ast.Parameter:
        """Return `[type] name`."""
        return ast.Parameter(
            name=parts[-1].text,
            type=parts[0].text if len(parts) > 1 else "",
            name_span=parts[-1].span,
            span=parts[0].span.to(parts[-1].span),
        )

    def head(self, parts: list[Part]) -> ast.Function:
        """Return a function that has no body yet."""
        name = parts[1]
        assert isinstance(name, Token)
        return ast.Function(
            name=name.text,
            name_span=name.span,
            parameters=_nodes(parts, ast.Parameter),
            body=(),
            span=_span(parts),
        )

    def function(self, parts: list[Part]) -> ast.Function:
        """Return `def name(parameters) { body }`."""
        head = parts[0]
        assert isinstance(head, ast.Function)
        body = tuple(p for p in parts if isinstance(p, ast.Assign | ast.Print | ast.Return))
        return replace(head, body=body)

    def return_(self, parts: tuple[Token, ast.Expr, Token]) -> ast.Return:
        """Return `return value;`."""
        head, value, end = parts
        return ast.Return(value=value, span=head.span.to(end.span))

    # --- expressions ---

    def conditional(self, parts: tuple[ast.Expr, Token, ast.Expr, Token, ast.Expr]) -> ast.Expr:
        """Return `condition ? then : otherwise`."""
        condition, _, then, _, otherwise = parts
        return ast.Conditional(
            condition=condition,
            then=then,
            otherwise=otherwise,
            span=condition.span.to(otherwise.span),
        )

    def binary(self, parts: tuple[ast.Expr, Token, ast.Expr]) -> ast.Expr:
        """Return `left op right`."""
        left, op, right = parts
        return ast.Binary(
            op=_SPELLING.get(op.text, op.text),
            left=left,
            right=right,
            op_span=op.span,
            span=left.span.to(right.span),
        )

    def unary_operator(self, parts: tuple[Token, ast.Expr]) -> ast.Expr:
        """Return `op operand`."""
        op, operand = parts
        return ast.Unary(
            op=_SPELLING.get(op.text, op.text), operand=operand, span=op.span.to(operand.span)
        )

    def subscript(self, parts: list[Part]) -> ast.Expr:
        """Return `base[indices]`."""
        base, *indices = (part for part in parts if not isinstance(part, Token))
        return ast.Subscript(
            base=base,  # type: ignore[arg-type]  # the grammar has an expression here
            indices=tuple(indices),  # type: ignore[arg-type]  # and indices here
            span=_span(parts),
        )

    def slice_(self, parts: list[Part]) -> ast.Expr:
        """Return `base[lower:upper]`."""
        colon = next(i for i, p in enumerate(parts) if isinstance(p, Token) and p.type == "COLON")
        lower, upper = parts[colon - 1], parts[colon + 1]
        return ast.Slice(
            base=parts[0],  # type: ignore[arg-type]  # the grammar has an expression here
            lower=None if isinstance(lower, Token) else lower,  # type: ignore[arg-type]  # same
            upper=None if isinstance(upper, Token) else upper,  # type: ignore[arg-type]  # same
            span=_span(parts),
        )

    def member(self, parts: tuple[ast.Expr, Token, Token]) -> ast.Expr:
        """Return `base.name`."""
        base, _, name = parts
        return ast.Member(
            base=base, name=name.text, name_span=name.span, span=base.span.to(name.span)
        )

    def method(self, parts: list[Part]) -> ast.Expr:
        """Return `base.name(arguments)`."""
        name = parts[2]
        assert isinstance(name, Token)
        return ast.MethodCall(
            base=parts[0],  # type: ignore[arg-type]  # the grammar has an expression here
            name=name.text,
            name_span=name.span,
            arguments=_expressions(parts[3:]),
            span=_span(parts),
        )

    def star(self, parts: list[Token]) -> ast.Star:
        """Return a bare star."""
        return ast.Star(span=parts[0].span)

    def unpack(self, parts: tuple[Token, ast.Expr]) -> ast.Unpack:
        """Return `*operand`."""
        star, operand = parts
        return ast.Unpack(operand=operand, span=star.span.to(operand.span))

    def integer(self, parts: list[Token]) -> ast.Expr:
        """Return an integer."""
        return ast.IntLiteral(value=int(parts[0].text), span=parts[0].span)

    def string(self, parts: list[Token]) -> ast.Expr:
        """Return the name of a task."""
        return ast.NameLiteral(value=parts[0].text[1:-1], span=parts[0].span)

    def boolean(self, parts: list[Token]) -> ast.Expr:
        """Return `True` or `False`."""
        return ast.BoolLiteral(value=parts[0].text == "True", span=parts[0].span)

    def variable(self, parts: list[Token]) -> ast.Expr:
        """Return the use of a name."""
        return ast.NameRef(name=parts[0].text, span=parts[0].span)

    def call(self, parts: list[Part]) -> ast.Expr:
        """Return `function(arguments)`."""
        name = parts[0]
        assert isinstance(name, Token)
        return ast.Call(
            function=name.text,
            function_span=name.span,
            arguments=_expressions(parts),
            span=_span(parts),
        )

    def machine(self, parts: list[Token]) -> ast.Expr:
        """Return `Machine(kind)`."""
        return ast.MachineOf(
            kind=parts[2].text,
            kind_span=parts[2].span,
            span=parts[0].span.to(parts[3].span),
        )

    def parenthesized(self, parts: tuple[Token, ast.Expr, Token]) -> ast.Expr:
        """Return the expression between parentheses, whose span then includes them."""
        left, inner, right = parts
        return replace(inner, span=left.span.to(right.span))

    def tuple_literal(self, parts: list[Part]) -> ast.Expr:
        """Return `(a, *b)`."""
        return ast.TupleLiteral(elements=_expressions(parts), span=_span(parts))

    def comprehension(self, parts: list[Part]) -> ast.Expr:
        """Return `tuple(element for variable in iterable)`."""
        element, iterable = (part for part in parts if not isinstance(part, Token))
        variable = parts[4]
        assert isinstance(variable, Token)
        return ast.Comprehension(
            element=element,  # type: ignore[arg-type]  # the grammar has expressions here
            variable=variable.text,
            variable_span=variable.span,
            iterable=iterable,  # type: ignore[arg-type]  # same
            span=_span(parts),
        )


def _as_words(part: object) -> Words:
    """Return a part that the grammar guarantees to be a list of words."""
    assert isinstance(part, tuple)
    return part


def _expressions(parts: list[Part]) -> tuple[ast.Expr, ...]:
    """Return the expressions among the parts (unpacked ones where the grammar admits them)."""
    return tuple(p for p in parts if not isinstance(p, Token))  # type: ignore[misc]  # see above
