"""Views: every transformation is a bijection, and forward undoes back."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.policy.faults import Fault
from mapc.policy.kinds import ProcKind
from mapc.policy.machine_view import View
from mapc.policy.shape import Shape

SHAPES = st.builds(lambda n, p: Shape(n, {ProcKind.GPU: p}), st.integers(1, 6), st.integers(1, 6))


@st.composite
def views(draw: st.DrawFn) -> View:
    """Return a machine behind a few random transformations; only some of them are slices."""
    view = View.root(ProcKind.GPU, draw(SHAPES))
    for _ in range(draw(st.integers(0, 5))):
        rank = len(view.extents)
        d = draw(st.integers(0, rank - 1))
        extent = view.extents[d]
        choices = ["reverse", "balance_split", "auto_split", "greedy_split", "split", "slice"]
        if rank >= 2:
            choices += ["merge", "swap"]
        method = draw(st.sampled_from(choices))
        match method:
            case "reverse":
                rest: tuple = ()
            case "split":
                rest = (draw(st.sampled_from([f for f in range(1, 37) if extent % f == 0])),)
            case "balance_split":
                rest = (draw(st.integers(1, 3)),)
            case "slice":
                low = draw(st.integers(0, extent - 1))
                rest = (low, draw(st.integers(low, extent - 1)))
            case "merge" | "swap":
                rest = (draw(st.sampled_from([e for e in range(rank) if e != d])),)
            case _:
                rest = (tuple(draw(st.lists(st.integers(0, 9), min_size=1, max_size=3))),)
        view = view.transform(method, (d, *rest))
    return view


@given(views())
def test_views_are_bijective(view: View) -> None:
    indices = list(product(*map(range, view.extents)))
    processors = [view.locate(index) for index in indices]
    assert len(set(processors)) == len(processors) == view.volume
    assert [view.index_of(p, ProcKind.GPU) for p in processors] == indices


@given(views())
def test_a_view_reaches_only_processors_of_its_machine(view: View) -> None:
    root = view
    while root.base is not None:
        root = root.base
    for index in product(*map(range, view.extents)):
        node, proc = view.locate(index)
        assert 0 <= node < root.extents[0]
        assert 0 <= proc < root.extents[1]


@given(views(), st.data())
def test_stars_are_in_index_order(view: View, data: st.DataObject) -> None:
    index = tuple(
        data.draw(st.one_of(st.none(), st.integers(0, extent - 1))) for extent in view.extents
    )
    ranges = [range(e) if i is None else [i] for i, e in zip(index, view.extents, strict=True)]
    expected = tuple(view.at(p).processors[0] for p in product(*ranges))
    assert view.at(index).processors == expected


def test_split_and_merge_restore() -> None:
    view = View.root(ProcKind.GPU, Shape(2, {ProcKind.GPU: 6}))
    there_and_back = view.transform("split", (1, 3)).transform("merge", (2, 1))
    assert there_and_back.extents == view.extents
    for index in product(range(2), range(6)):
        assert there_and_back.locate(index) == view.locate(index)


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("split", (2, 1), "MAP504"),
        ("split", (0, 0), "MAP507"),
        ("split", (1, 3), "MAP503"),
        ("merge", (0, 0), "MAP505"),
        ("swap", (0, -1), "MAP504"),
        ("slice", (1, 2, 1), "MAP506"),
        ("slice", (1, 0, 4), "MAP506"),
        ("slice", (1, -1, 2), "MAP506"),
        ("reverse", (5,), "MAP504"),
        ("balance_split", (0, 0), "MAP507"),
        ("auto_split", (0, ()), "MAP507"),
        ("decompose", (0, (1, -1)), "MAP507"),
    ],
)
def test_conditions(method: str, arguments: tuple, code: str) -> None:
    view = View.root(ProcKind.GPU, Shape(2, {ProcKind.GPU: 4}))
    with pytest.raises(Fault) as caught:
        view.transform(method, arguments)
    assert caught.value.code.id == code


@pytest.mark.parametrize("method", ["auto_split", "greedy_split", "decompose"])
def test_no_processors(method: str) -> None:
    view = View.root(ProcKind.GPU, Shape(2, {}))
    with pytest.raises(Fault) as caught:
        view.transform(method, (1, (2, 2)))
    assert caught.value.code.id == "MAP501"


def test_a_processor_outside_a_slice() -> None:
    view = View.root(ProcKind.GPU, Shape(2, {ProcKind.GPU: 4})).transform("slice", (1, 1, 2))
    assert view.index_of((1, 2), None) == (1, 1)
    with pytest.raises(Fault) as caught:
        view.index_of((1, 3), ProcKind.GPU)
    assert caught.value.code.id == "MAP518"
    with pytest.raises(Fault) as caught:
        view.index_of((1, 2), ProcKind.CPU)
    assert caught.value.code.id == "MAP514"
