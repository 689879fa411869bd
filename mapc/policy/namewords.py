"""Checks of words in expressions: kinds, members, parameter types, placeholders."""

from mapc.policy import habits
from mapc.syntax import ast
from mapc.syntax.words import (
    KIND_WORDS,
    MEM_WORDS,
    PROC_WORDS,
    TYPE_WORDS,
    proposal,
)
from mapc.text import Reporter
from mapc.text.codes import (
    ARGUMENT_COUNT,
    KIND_AS_VALUE,
    NOT_A_FUNCTION,
    PRINT_VALUES,
    UNKNOWN_MEMBER,
    UNKNOWN_MEMORY_KIND,
    UNKNOWN_PROCESSOR_KIND,
    UNKNOWN_TYPE,
)

PLAIN_MEMBERS = ("size", "len", "volume", "name", "ipoint", "ispace", "depth", "parent")
METHODS = {
    "split": ("d", "f"),
    "merge": ("a", "b"),
    "swap": ("a", "b"),
    "slice": ("d", "lo", "hi"),
    "reverse": ("d",),
    "balance_split": ("d", "k"),
    "auto_split": ("d", "L"),
    "decompose": ("d", "L"),
    "greedy_split": ("d", "L"),
    "processor": ("m",),
    "has": ("K",),
}


def check_machine(node: ast.MachineOf, report: Reporter) -> None:
    """Report a word in `Machine(...)` that is no processor kind."""
    if node.kind not in PROC_WORDS:
        report.error(
            UNKNOWN_PROCESSOR_KIND,
            f"unknown processor kind `{node.kind}`",
            node.kind_span,
            help=habits.stands_for(node.kind, habits.PROCESSORS)
            or proposal(node.kind, PROC_WORDS, f"choose among {', '.join(PROC_WORDS)}"),
        )


def check_kind(node: ast.NameRef, report: Reporter) -> None:
    """Report a kind that stands where a value should be."""
    what = "processor" if node.name in PROC_WORDS else "memory"
    advice = f"write `Machine({node.name})`" if what == "processor" else "use it in `.has(...)`"
    report.error(KIND_AS_VALUE, f"{what} kind `{node.name}` is not a value", node.span, help=advice)


def check_member(node: ast.Member | ast.MethodCall, report: Reporter) -> None:
    """Report a member that no type has, or that is used with or without arguments wrongly."""
    name = node.name
    if name not in PLAIN_MEMBERS and name not in METHODS:
        report.error(
            UNKNOWN_MEMBER,
            f"unknown member `{name}`",
            node.name_span,
            help=habits.MEMBERS.get(name)
            or proposal(
                name,
                (*PLAIN_MEMBERS, *METHODS),
                f"members are {', '.join((*PLAIN_MEMBERS, *METHODS))}",
            ),
        )
    elif isinstance(node, ast.Member) and name in METHODS:
        report.error(
            NOT_A_FUNCTION,
            f"member `{name}` needs arguments",
            node.name_span,
            help=f"write `.{name}({', '.join(METHODS[name])})`",
        )
    elif isinstance(node, ast.MethodCall) and name in PLAIN_MEMBERS:
        report.error(
            NOT_A_FUNCTION,
            f"member `{name}` takes no arguments",
            node.name_span,
            help=f"write `.{name}`",
        )
    elif isinstance(node, ast.MethodCall) and name == "has":
        _check_has(node, report)


def _check_has(node: ast.MethodCall, report: Reporter) -> None:
    """Report a `.has` whose argument is not one memory kind."""
    if len(node.arguments) != 1:
        report.error(
            ARGUMENT_COUNT,
            f"`has` takes 1 argument, not {len(node.arguments)}",
            node.name_span,
            help="write `.has(FBMEM)`, for example",
        )
        return
    (kind,) = node.arguments
    if isinstance(kind, ast.NameRef) and kind.name in MEM_WORDS:
        return
    shown = kind.name if isinstance(kind, ast.NameRef) else kind.span.text
    what = "a processor kind, not a memory kind" if shown in KIND_WORDS else "not a memory kind"
    report.error(
        UNKNOWN_MEMORY_KIND,
        f"`{shown}` is {what}",
        kind.span,
        help=habits.stands_for(shown, habits.MEMORIES)
        or proposal(shown, MEM_WORDS, f"choose among {', '.join(MEM_WORDS)}"),
    )


def check_parameter_type(parameter: ast.Parameter, report: Reporter) -> None:
    """Report a type that does not exist."""
    if parameter.type and parameter.type not in TYPE_WORDS:
        report.error(
            UNKNOWN_TYPE,
            f"unknown type `{parameter.type}`",
            parameter.span,
            help=habits.stands_for(parameter.type, habits.TYPES)
            or proposal(
                parameter.type, TYPE_WORDS, f"choose among {', '.join(TYPE_WORDS)}, or leave it out"
            ),
        )


def check_print(node: ast.Print, report: Reporter) -> None:
    """Report values that do not agree with the placeholders in number."""
    places, values = node.text.count("{}"), len(node.arguments)
    message = (
        f"{places} placeholder{'' if places == 1 else 's'} for "
        f"{values} value{'' if values == 1 else 's'}"
    )
    if values < places:
        report.error(PRINT_VALUES, message, node.span, help="give a value for every `{}`")
    elif values > places:
        report.warning(PRINT_VALUES, message, node.span, help="write `{}` for every value")
