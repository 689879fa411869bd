"""Backtraces: frames that lie in the generated mapper are brought back to the policy.

Knows what gdb prints (`bt`, `thread apply all bt`, of a process or of a core) and what Realm prints
with REALM_BACKTRACE=1. A frame without a line, because the mapper was built without line
information, is brought back to the function that its symbol names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePath

from mapc.guide.backmap import line_span
from mapc.guide.sourcemap import SourceMap
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Severity, Span
from mapc.text.codes import BAD_SOURCE_MAP, MAPPER_FRAME

MOST_SHOWN = 20
_LONGEST = 4000
_MOST_ROWS = 400_000
_THREAD = re.compile(r"^Thread (\d{1,9}) \(")
_GDB = re.compile(r"^#(?P<number>\d{1,6}) +(?:0x[0-9a-f]+ in )?(?P<what>\S.*)$")
_REALM = re.compile(r"^(?:0x[0-9a-f]+|\(inlined\)) +(?:in (?P<what>\S.*?) )?at (?P<where>\S.*)$")
_OLD_REALM = re.compile(r"^ *\[(?P<number>\d{1,6})\] = (?P<what>\S.*)$")
_PLACE = re.compile(r" at (?P<file>[^:\n]{1,1000}):(?P<line>\d{1,9})(?::\d{1,9})?$")
_MANGLED = re.compile(r"_program(?P<size>\d{1,3})(?P<rest>\w+)")
_MENTIONED = re.compile(r"\.(?:cc|cpp|cxx):\d|_program(?:::|\d)")
_LOGGED = re.compile(r'"event":"loaded"[^\n]{0,1000}"digest":"([0-9a-f]{16})"')
_NAME = re.compile(r"[A-Za-z_]\w*")
_GLOBALS = "_program"
"""How the name of the class ends whose constructor evaluates the global variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One call on the stack of a thread; `function` has no namespaces and no arguments.

    `generated` tells that it is a member of the class that a generated mapper has.
    """

    number: int
    function: str
    generated: bool = False
    thread: int | None = None
    file: str = ""
    line: int = 0


def frames_in(text: str) -> Iterator[Frame]:
    """Yield the frames of every backtrace in a log, whose colours were removed."""
    thread: int | None = None
    count = 0
    rows = text.split("\n", _MOST_ROWS)
    for at, row in enumerate(rows):
        if len(row) > _LONGEST or not row:
            continue
        if found := _THREAD.match(row):
            thread = int(found[1])
        elif row.startswith("stack trace:"):
            thread, count = None, 0
        elif found := _GDB.match(row) or _OLD_REALM.match(row):
            what = found["what"]
            if _PLACE.search(row) is None:
                # A terminal breaks long frames; the rest of one is indented.
                rest = takewhile(lambda more: more.startswith("    "), rows[at + 1 : at + 5])
                what = " ".join([what, *map(str.strip, rest)])
            yield replace(_frame(what, int(found["number"])), thread=thread)
        elif found := _REALM.match(row):
            yield _frame(f"{found['what'] or '?'} at {found['where']}", count)
            count += 1


def backtrace(
    text: str, policy: Policy | None, source_map: SourceMap | None
) -> tuple[Diagnostic, ...]:
    """Return what to tell about the frames of a log that lie in the generated mapper."""
    if not _MENTIONED.search(text):
        return ()
    found = dict.fromkeys(_note(frame, policy, source_map) for frame in frames_in(text))
    found.pop(None, None)
    notes = [note for note in found if note is not None][:MOST_SHOWN]
    if not notes or policy is None:
        return tuple(notes)
    made_of = source_map.digest if source_map is not None and source_map.file else ""
    logged = _LOGGED.search(text)
    other = (made_of or (logged[1] if logged else policy.digest)) != policy.digest
    return (_other_text(policy),) if other else tuple(notes)


def _other_text(policy: Policy) -> Diagnostic:
    """Return the warning that the mapper was made from another text of the policy than this."""
    name = PurePath(policy.source.name).name
    return Diagnostic(
        code=BAD_SOURCE_MAP,
        severity=Severity.WARNING,
        message=f"`{name}` has changed since the mapper was made: lines of frames are left out",
        help="give the policy as it was then, or build and run again",
    )


def _frame(what: str, number: int) -> Frame:
    place = _PLACE.search(what)
    called = what[: place.start()] if place is not None else what
    return Frame(
        number=number,
        function=_function(called),
        generated="_program::" in called or _MANGLED.search(called) is not None,
        file=place["file"] if place is not None else "",
        line=int(place["line"]) if place is not None else 0,
    )


def _function(called: str) -> str:
    """Return the bare name of a function, as the debugger prints it or as the linker knows it."""
    if mangled := _MANGLED.search(called):
        return mangled["rest"][: int(mangled["size"])]
    head = called.replace("(anonymous namespace)", "").partition("(")[0]
    name = _NAME.match(head.rpartition("::")[2].strip())
    return name[0] if name is not None else ""


def _note(frame: Frame, policy: Policy | None, source_map: SourceMap | None) -> Diagnostic | None:
    span = None
    line = _line(frame, policy, source_map)
    if line is not None and policy is not None:
        span = line_span(policy, line)
    if line is None and frame.generated and not frame.line:
        span = _definition(frame, policy)
    if span is None and (line is None or policy is not None):
        return None
    thread = f" of thread {frame.thread}" if frame.thread is not None else ""
    where = f" ({PurePath(frame.file).name}:{frame.line})" if frame.line else ""
    name = _policy_name(frame.function)
    what = f"in `{name}`" if name and name != "operator" else "here"
    if frame.function.endswith(_GLOBALS):
        what = "in the statements outside of functions"
    place = f", at {source_map.policy}:{line}" if span is None and source_map is not None else ""
    return Diagnostic(
        code=MAPPER_FRAME,
        severity=Severity.NOTE,
        message=f"frame #{frame.number}{thread}{where} is {what}{place}",
        span=span,
    )


def _line(frame: Frame, policy: Policy | None, source_map: SourceMap | None) -> int | None:
    """Return the policy's line of a frame, None for one that is none of the policy's."""
    if source_map is None or not frame.line or not source_map.is_generated(frame.file):
        return None
    if frame.function == "call_entry":
        return None  # it only calls the function that the next frame is in
    if not source_map.file and policy is not None and not _of_policy(frame.function, policy):
        return None  # an application's own mapper may lie in a file of such a name, too
    return source_map.lines.get(frame.line)


def _of_policy(function: str, policy: Policy) -> bool:
    known = policy.index.functions
    own = _policy_name(function) in known or function in known
    return own or function.endswith(_GLOBALS) or function == "operator"  # a comprehension's body


def _definition(frame: Frame, policy: Policy | None) -> Span | None:
    """Return where the policy defines the function of a frame that has no line."""
    if policy is None or not frame.function:
        return None
    functions = policy.index.functions
    found = functions.get(frame.function) or functions.get(_policy_name(frame.function))
    return found.name_span if found is not None else None


def _policy_name(function: str) -> str:
    """Return a function's name in the policy; C++ has words that are names there."""
    return function.removeprefix("my_")
