"""What words of other languages and interfaces stand for here: help texts for unknown words.

Looked up before the nearest known word, which looks alike but often means something else.
"""

NAMES = {
    **dict.fromkeys(("None", "null", "nil", "nullptr"), "there is no empty value: leave it out"),
    **dict.fromkeys(("floor", "round", "ceil", "float"), "remove it: all numbers are whole"),
    **dict.fromkeys(("math", "np", "numpy"), "write the formula: there are no modules"),
    **dict.fromkeys(("zip", "enumerate"), "go over the indices: `for i in range(len(t))`"),
    **dict.fromkeys(("nodes", "num_nodes"), "write `m.size[0]` with a machine `m`"),
    **dict.fromkeys(("procs", "num_procs", "num_gpus"), "write `m.size[1]` with a machine `m`"),
    **{name: f"write `t.{name}` with the task `t`" for name in ("ipoint", "ispace", "parent")},
    "pow": "write `x * x`",
    "size": "write the member `.size`",
    "volume": "write the member `.volume`, or `prod(t)`",
    "self": "name the parameter of the function",
    "task": "name the parameter of the function: `def f(Task task) { ... }`",
    "mod": "write `a % b`",
    "div": "write `a / b`",
}
"""Variables and functions."""

MEMBERS = {
    **dict.fromkeys(("shape", "dims", "extents", "extent"), "write `.size`"),
    **dict.fromkeys(("dim", "rank", "ndim", "length", "count"), "write `.len`"),
    **dict.fromkeys(("index", "point", "index_point"), "write `.ipoint`"),
    **dict.fromkeys(("domain", "launch_domain", "index_domain"), "write `.ispace`"),
    **dict.fromkeys(("task_name", "get_task_name"), "write `.name`"),
    **dict.fromkeys(("parent_task", "get_parent"), "write `.parent`"),
    **{axis: f"write `[{i}]`" for i, axis in enumerate("xyzw")},
    "proc": "write `.processor(m)` with a machine `m`",
    "processors": "take an element: `m[0, 0]`, or `m[*, *]` for all",
    "transpose": "write `.swap(0, 1)`",
    "flatten": "write `.merge(0, 1)`",
    "reshape": "write `.split(d, f)` and `.merge(a, b)`",
}

PROCESSORS = {
    "TOC_PROC": "GPU",
    "TOC": "GPU",
    "CUDA": "GPU",
    "LOC_PROC": "CPU",
    "LOC": "CPU",
    "OMP_PROC": "OMP",
    "OPENMP": "OMP",
    "OpenMP": "OMP",
    "IO_PROC": "IO",
    "UTIL_PROC": "IO",
    "PY_PROC": "PY",
    "PYTHON": "PY",
    "PROC_SET": "PROC",
    "ANY": "PROC",
}
"""Processor kinds: Realm's names, and what people say."""

MEMORIES = {
    "SYSTEM_MEM": "SYSMEM",
    "RAM": "SYSMEM",
    "DRAM": "SYSMEM",
    "SYS": "SYSMEM",
    "GPU_FB_MEM": "FBMEM",
    "FB": "FBMEM",
    "HBM": "FBMEM",
    "VRAM": "FBMEM",
    "Z_COPY_MEM": "ZCMEM",
    "ZC": "ZCMEM",
    "ZEROCOPY": "ZCMEM",
    "PINNED": "ZCMEM",
    "REGDMA_MEM": "RDMEM",
    "SOCKET_MEM": "SOCKMEM",
    "NUMA": "SOCKMEM",
}
"""Memory kinds: Realm's names, and what people say."""

TYPES = {
    **dict.fromkeys(("tuple", "Tuple", "Point", "point", "list", "IPOINT"), "IPoint"),
    **dict.fromkeys(("Domain", "Rect", "IDomain"), "ISpace"),
    **dict.fromkeys(("Machine", "machine", "MachineSpace"), "MSpace"),
    **dict.fromkeys(("Int", "integer", "long", "size_t", "coord_t"), "int"),
    "boolean": "bool",
    "task": "Task",
}

LAYOUT_WORDS = {
    **dict.fromkeys(("fortran", "Fortran", "col_major", "ColumnMajor", "F"), "F_order"),
    **dict.fromkeys(("RowMajor", "row", "c_style", "C"), "C_order"),
    **dict.fromkeys(("struct_of_arrays", "soa_layout"), "SOA"),
    **dict.fromkeys(("array_of_structs", "aos_layout"), "AOS"),
    **dict.fromkeys(("alignment", "Alignment", "Aligned"), "Align"),
}


def stands_for(word: str, meant: dict[str, str]) -> str:
    """Return `did you mean ...` for a word that stands for a known one, empty for any other."""
    return f"did you mean `{meant[word]}`?" if word in meant else ""
