"""What the editor says about the fixed words of statements: syntax, one sentence, an example."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: how it is written, what it does, and an example."""

    head: str
    about: str
    example: str = ""

    def markdown(self) -> str:
        """Return the text that an editor shows."""
        rows = [f"```mapl\n{self.head}\n```", self.about]
        if self.example:
            rows.append(f"```mapl\n{self.example}\n```")
        return "\n\n".join(rows)


STATEMENTS = {
    "Task": Entry(
        "Task TASKS PROC, PROC, ...;",
        "The processor kinds for tasks, best first: the first one that the node has and for which "
        "the task has a variant is used.",
        "Task solve, relax GPU, CPU;",
    ),
    "Region": Entry(
        "Region TASKS REGIONS PROC MEM, MEM, ...;",
        "The memories for regions of tasks that run on a processor kind (`*`: on any), tried in "
        "this order; a more specific statement is tried first.",
        "Region * rp_ghost GPU ZCMEM;",
    ),
    "Layout": Entry(
        "Layout TASKS REGIONS KIND WORD WORD ...;",
        "The layout of instances in a memory kind, or of tasks on a processor kind; the most "
        "specific statement applies as a whole.",
        "Layout solve 0 FBMEM AOS F_order Align == 128;",
    ),
    "InstanceLimit": Entry(
        "InstanceLimit TASKS N;",
        "How many tasks of one name may be unfinished on a node before the next one is held back; "
        "`*` gives every other task a limit of its own.",
        "InstanceLimit solve 4;",
    ),
    "CollectMemory": Entry(
        "CollectMemory TASKS REGIONS;",
        "Lets the runtime collect instances of read-only regions as soon as they are no longer "
        "needed.",
        "CollectMemory solve rp_ghost;",
    ),
    "IndexTaskMap": Entry(
        "IndexTaskMap TASKS FUNCTION;",
        "Places each point of index launches by a function of the task; an exact name hides a "
        "processor kind, and that hides `*`.",
        "IndexTaskMap solve, relax block;",
    ),
    "SingleTaskMap": Entry(
        "SingleTaskMap TASKS FUNCTION;",
        "Places tasks that are launched one by one: each runs on the first processor that the "
        "function gives, on any node.",
        "SingleTaskMap report home;",
    ),
    "ControlReplicate": Entry(
        "ControlReplicate TASKS;",
        "Runs one shard of a task on every node; with any such statement, only the tasks named "
        "are replicated.",
        "ControlReplicate top_level;",
    ),
    "def": Entry(
        "def NAME(PARAMETERS) { STATEMENTS }",
        "Defines a function; one that places tasks takes a `Task` and returns processors of a "
        "machine.",
        "def block(Task t) { return gpus[0, t.ipoint[0] % gpus.size[1]]; }",
    ),
    "return": Entry(
        "return EXPRESSION;",
        "Ends a function with its result.",
        "return gpus[0, *];",
    ),
    "print": Entry(
        'print("TEXT {} {}", VALUE, VALUE);',
        "Writes a line in which each `{}` is replaced by the next value.",
        'print("{} GPUs", gpus.volume);',
    ),
}

_HOST = "CPU, OMP, IO, PY and PROC processors"

KINDS = {
    "CPU": Entry("CPU", "Processor kind: a core of the host (Realm's `LOC_PROC`)."),
    "GPU": Entry("GPU", "Processor kind: a GPU (Realm's `TOC_PROC`); it sees FBMEM and ZCMEM."),
    "OMP": Entry("OMP", "Processor kind: a group of cores for OpenMP tasks (Realm's `OMP_PROC`)."),
    "IO": Entry("IO", "Processor kind: for tasks that wait for files (Realm's `IO_PROC`)."),
    "PY": Entry("PY", "Processor kind: a Python interpreter (Realm's `PY_PROC`)."),
    "PROC": Entry("PROC", "Processor kind: a set of processors (Realm's `PROC_SET`)."),
    "SYSMEM": Entry("SYSMEM", f"Memory kind: the node's main memory; seen by {_HOST}."),
    "FBMEM": Entry("FBMEM", "Memory kind: a GPU's own memory (frame buffer); seen by that GPU."),
    "ZCMEM": Entry(
        "ZCMEM",
        "Memory kind: zero-copy memory, host memory that GPUs read over the bus; seen by all "
        "processors of the node.",
    ),
    "RDMEM": Entry(
        "RDMEM", f"Memory kind: memory registered for access by other nodes; seen by {_HOST}."
    ),
    "SOCKMEM": Entry("SOCKMEM", f"Memory kind: memory of one CPU socket; seen by {_HOST}."),
    "REGSOCKMEM": Entry(
        "REGSOCKMEM", f"Memory kind: registered memory of one CPU socket; seen by {_HOST}."
    ),
    "VIRTUAL": Entry(
        "VIRTUAL",
        "No instance at all: the region is mapped by the tasks that this task launches. Never for "
        "a reduction.",
    ),
}

LAYOUT = {
    "SOA": Entry("SOA", "Structure of arrays: one array per field. This is the default."),
    "AOS": Entry("AOS", "Array of structures: the fields of one element lie side by side."),
    "C_order": Entry("C_order", "The last dimension is the fastest, as in C."),
    "F_order": Entry(
        "F_order", "The first dimension is the fastest, as in Fortran. This is the default."
    ),
    "Align": Entry(
        "Align OP BYTES",
        "An alignment for every field; the number of bytes is a power of two.",
        "Layout * * GPU SOA Align == 128;",
    ),
    "No_Align": Entry("No_Align", "States that there is no alignment, which is the default."),
    "Exact": Entry(
        "Exact",
        "The instance covers exactly the region asked for; a larger one is not reused.",
    ),
    "Compact": Entry("Compact", "A sparse instance without gaps; ignored for reductions."),
}

TYPES = {
    "Task": Entry("Task t", "The task being placed, or an ancestor of it."),
    "int": Entry("int n", "A signed number of 64 bits."),
    "bool": Entry("bool b", "`True` or `False`."),
    "IPoint": Entry("IPoint p", "A tuple of ints, such as a point; the same as `ISpace`."),
    "ISpace": Entry("ISpace s", "A tuple of ints, such as extents; the same as `IPoint`."),
    "MSpace": Entry("MSpace m", "A machine: a view of the processors of one kind."),
}

EXPRESSIONS = {
    "Machine": Entry(
        "Machine(KIND)",
        "All processors of one kind, as a machine of two dimensions: nodes, and processors per "
        "node.",
        "gpus = Machine(GPU);",
    ),
    "tuple": Entry(
        "tuple(EXPRESSION for NAME in TUPLE)",
        "A tuple with one element for each element of another.",
        "double = tuple(2 * i for i in (1, 2, 5));  # (2, 4, 10)",
    ),
    "for": Entry(
        "tuple(EXPRESSION for NAME in TUPLE)", "Binds a name to each element of a tuple in turn."
    ),
    "in": Entry(
        "tuple(EXPRESSION for NAME in TUPLE)", "Stands before the tuple that is gone through."
    ),
    "True": Entry("True", "The bool that holds."),
    "False": Entry("False", "The bool that does not hold."),
    "and": Entry("a and b", "True if both are; the same as `&&`. `b` counts only if `a` is true."),
    "or": Entry("a or b", "True if one is; the same as `||`. `b` counts only if `a` is false."),
    "not": Entry("not a", "The opposite of a bool; the same as `!`. Write `not (a < b)`."),
}
