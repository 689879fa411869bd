"""Whatever stands in a policy, loading it ends in a policy or in findings."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

NAME = st.sampled_from(
    ["walk", "run", '"a.b"', "*", "GPU", "CPU", "gpu", "FBMEM", "VIRTUAL", "SYSMEM", "f", "g", "m"]
)
NUMBER = st.sampled_from(["0", "1", "7", "64", "9223372036854775808", "x"])
WORD = st.sampled_from(
    ["SOA", "AOS", "C_order", "Exact", "Align == 8", "Align > 3", "Align", "soa"]
)
LIST = st.lists(NAME, min_size=1, max_size=3).map(", ".join)
EXPRESSION = st.sampled_from(
    [
        *("m", "m[0, 0]", "m[*t.ipoint]", "t", "t.parent", "f(t)", "g(t, 1)", "f", "nope", "1 / 0"),
        *("(1, 2)", "tuple(t for t in (1, 2))", "True ? m : 1", "m.merge(0, 0)", "g(1)", "min()"),
        *("t.name == walk", 't.name == "walk"', "m.size[5]", "Machine(gpu)", "GPU", "-t", "!m"),
    ]
)
NEW = st.sampled_from(["f", "g", "h", "m", "t", "x", "linearize", "for"])
PARAMETERS = st.sampled_from(["Task t", "t", "", "int a, b", "a, a", "MSpace m", "Foo x", "Task"])
BODY = st.lists(
    st.one_of(
        st.builds("return {};".format, EXPRESSION),
        st.builds("{} = {};".format, NEW, EXPRESSION),
        st.builds('print("{{}}", {});'.format, EXPRESSION),
    ),
    max_size=3,
).map(" ".join)
STATEMENT = st.one_of(
    st.builds("Task {} {};".format, LIST, LIST),
    st.builds("Region {} {} {} {};".format, LIST, st.one_of(LIST, NUMBER), NAME, LIST),
    st.builds("Layout {} {} {} {} {};".format, NAME, NAME, NAME, WORD, WORD),
    st.builds("InstanceLimit {} {};".format, LIST, NUMBER),
    st.builds("CollectMemory {} {};".format, LIST, LIST),
    st.builds("ControlReplicate {};".format, LIST),
    st.builds("IndexTaskMap {} {};".format, LIST, NEW),
    st.builds("SingleTaskMap {} {};".format, LIST, NEW),
    st.builds("IndexTaskMap {} m f;".format, LIST),
    st.builds("{} = {};".format, NEW, EXPRESSION),
    st.builds("m = Machine({});".format, NAME),
    st.builds("def {}({}) {{ {} }}".format, NEW, PARAMETERS, BODY),
    st.sampled_from(["task walk GPU", ";", "}", "def f(Task t) {", "TaskSteal x;"]),
)


@given(st.lists(STATEMENT, max_size=12).map("\n".join))
@settings(max_examples=300, deadline=None)
def test_loading_never_crashes(text: str) -> None:
    report = Reporter()
    assert (load_policy(Source("test.mapl", text), report) is None) == report.has_errors
    for diagnostic in report.diagnostics:
        assert diagnostic.span is not None
        first = diagnostic.message.split()[0]
        assert first == first.lower() or first.isupper() or first.startswith("`"), first
        assert not diagnostic.message.endswith(".")
        assert "\n" not in diagnostic.message
