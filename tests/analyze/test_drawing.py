"""An analysis drawn for Graphviz."""

import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mapc.analyze.drawing import as_dot, shortened
from mapc.analyze.result import (
    Analysis,
    FlowFacts,
    LaunchFacts,
    OperationFacts,
    PartitionFacts,
    RegionFacts,
    RequirementFacts,
    TaskFacts,
    VariantFacts,
)

HERE = Path(__file__).parent


def task(name: str, **flags: bool) -> TaskFacts:
    variants = (VariantFacts(kind="CPU", **flags), VariantFacts(kind="GPU", **flags))  # type: ignore[arg-type]
    return TaskFacts(name=name, id=None, function=name, variants=variants)


def example(name: str) -> Analysis:
    """Return a program with one of everything; a region has the given name."""
    part = RequirementFacts(index=0, region=name, partition="parts")
    whole = RequirementFacts(index=0, region=name)
    return Analysis(
        tasks=(task("top", inner=True), task("begin"), task("step", leaf=True), task("never")),
        launches=(
            LaunchFacts(kind="index", task="begin", inside="top", requirements=(part,), line=1),
            LaunchFacts(
                kind="index", task="step", inside="top", requirements=(part,), line=3, loops=(2,)
            ),
        ),
        operations=(
            OperationFacts(
                kind="fill", inside="top", file="a.cc", line=9, regions=(name,),
                requirements=(whole,),
            ),
            OperationFacts(kind="fence", inside="top", file="a.cc", line=10),
        ),
        regions=(
            RegionFacts(name=name, fields=("f_0", "f_1")),
            RegionFacts(name="left", partition="parts"),
        ),
        partitions=(PartitionFacts(name="parts", region=name, made="", kind="unknown"),),
        flows=(
            FlowFacts(
                writer=0, writer_requirement=0, writer_kind="operation",
                reader=0, reader_requirement=0, region="parts", fields=("f_0", "f_1"),
            ),
            FlowFacts(
                writer=0, writer_requirement=0, reader=1, reader_requirement=0, region="parts",
                fields=("f_0",), certain=False,
            ),
            FlowFacts(
                writer=1, writer_requirement=0, reader=1, reader_requirement=0, region="parts",
                fields=("f_1",), loop_carried=True,
            ),
        ),
    )  # fmt: skip


def test_everything_once(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "golden" / "drawing.dot", as_dot(example("cells")))


@given(st.text(min_size=1))
def test_any_name_can_be_drawn(name: str) -> None:
    drawing = as_dot(example(name))
    quoted = r'"(?:[^"\\]|\\.)*"'
    assert '"' not in re.sub(quoted, "", drawing)
    assert "\n" not in "".join(re.findall(quoted, drawing))


def test_fields_in_few_words() -> None:
    assert shortened(()) == ""
    assert shortened(("a", "v_9", "v_10", "v_11", "v_13", "b")) == "a, v_9…11, v_13, b"
    assert shortened(tuple("abcdef")) == "a, b, c, d, 2 more"
