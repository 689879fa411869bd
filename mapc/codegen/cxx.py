"""Spelling of C++: string literals, comments and identifiers that no policy text can break out of.

Non-goals: knowing what a name stands for, formatting whole statements.
"""

import re
from collections.abc import Iterable

from mapc.policy.kinds import MemKind, ProcKind

_SIMPLE = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}

_KEYWORDS = """
alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool
break case catch char char16_t char32_t char8_t class co_await co_return co_yield compl concept
const const_cast consteval constexpr constinit continue decltype default delete do double
dynamic_cast else enum explicit export extern false float for friend goto if inline int long
mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public
reflexpr register reinterpret_cast requires restrict return short signed sizeof static
static_assert static_cast struct switch synchronized template this thread_local throw true try
typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq
"""

# Macros of system headers that are not written in capitals.
_MACROS = """
alloca assert assert_perror bcopy bzero errno isfinite isgreater isgreaterequal isinf isless
islessequal islessgreater isnan isnormal isunordered linux major makedev minor offsetof setjmp
si_addr si_int si_pid si_ptr si_status si_uid si_value signbit sigev_notify_attributes
sigev_notify_function stderr stdin stdout strdupa strndupa unix va_arg va_copy va_end va_start
"""

# What generated functions use of the support header.
_HELPERS = """
all arguments call_entry each function machine_of mapc mark open print range_of scope shape task
unknown_entry Call Int MachineView Name Printed ProcessorSet Program Shape TaskView Tuple
"""

_RESERVED = frozenset(
    {*_KEYWORDS.split(), *_MACROS.split(), *_HELPERS.split(), *ProcKind, *MemKind}
)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")  # may be a macro
_GENERATED = re.compile(r"run_[0-9]+")  # what generated lambdas call their arguments


def cxx_string(text: str) -> str:
    """Return a C++ string literal with the UTF-8 bytes of any text.

    Bytes outside printable ASCII become three-digit octal escapes, which end by themselves; a
    question mark after another is escaped, so that no trigraph arises.
    """
    out: list[str] = []
    previous = ""
    for char in text:
        if char in _SIMPLE:
            out.append(_SIMPLE[char])
        elif char == "?" and previous == "?":
            out.append("\\?")
        elif " " <= char <= "~":
            out.append(char)
        else:
            out.extend(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogatepass"))
        previous = char
    return '"' + "".join(out) + '"'


def cxx_comment(text: str) -> str:
    """Return text that is safe inside a C++ comment of either form.

    No line ends, no backslash (it would continue the line), no trigraph, no end of comment.
    """
    shown = "".join(c if " " <= c <= "~" and c != "\\" else "_" for c in text)
    return shown.replace("*/", "*_").replace("/*", "_*").replace("??", "_?")


def _is_safe(name: str) -> bool:
    """Return whether C++ takes a policy's name as it stands."""
    return not (
        name in _RESERVED
        or name.startswith("_")
        or "__" in name
        or _CAPITALS.fullmatch(name)
        or _GENERATED.fullmatch(name)
    )


class Names:
    """The C++ identifiers of one file: one per policy name, never the same for two.

    `taken` are identifiers that the generated file uses itself.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._used = set(taken)
        self._known: dict[str, str] = {}

    def claim(self, names: Iterable[str]) -> None:
        """Let the policy's names that need no change keep their spelling."""
        for name in names:
            if _is_safe(name) and name not in self._used:
                self._known[name] = name
                self._used.add(name)

    def of(self, name: str) -> str:
        """Return the identifier of a policy's name."""
        if name not in self._known:
            self._known[name] = self.fresh(name)
        return self._known[name]

    def fresh(self, name: str, prefix: str = "my_") -> str:
        """Return an identifier that nothing else has, reminding of `name`."""
        stem = prefix + re.sub("__+", "_", name).strip("_")
        stem = stem if not stem.endswith("_") else stem + "name"
        number, result = 1, stem
        while result in self._used or not _is_safe(result):
            number += 1
            result = f"{stem}_{number}"
        self._used.add(result)
        return result
