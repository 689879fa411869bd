"""The flow of data between the launches of a task."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.analyze.areas import Answer, Area, Use, covers, overlap
from mapc.analyze.flows import Access, Step, flows
from mapc.analyze.result import FlowFacts
from mapc.analyze.trace import Branch, LoopMark
from tests.analyze.concrete import HERE, Program, region_tree

COLOURS = object()
R = Area(name="r")
HALVES = Area(name="halves", above=R, partition=True, disjoint=True, complete=True, colours=COLOURS)
LEFT, RIGHT = (Area(name=name, above=HALVES, colour=c) for c, name in enumerate(("left", "right")))
TILES = Area(name="tiles", above=LEFT, partition=True, disjoint=True, colours=COLOURS)
HALOS = Area(name="halos", above=R, partition=True, disjoint=False, colours=COLOURS)
OTHER = Area(name="other")
LOOP, OUTER = LoopMark(HERE, None, 1), LoopMark(HERE, None, 2)
THEN, ELSE = Branch(HERE, 0, 2, 7, 0), Branch(HERE, 1, 2, 7, 0)


def use(area: Area, *, over: object = COLOURS, direct: bool = True) -> Use:
    return Use(area=area, over=over if area.partition else None, direct=direct)


def write(area: Area, fields: str = "f", number: int = 0, **more: object) -> Access:
    return _access(area, fields, number, writes=True, replaces=True, **more)


def read(area: Area, fields: str = "f", number: int = 0, **more: object) -> Access:
    return _access(area, fields, number, reads=True, **more)


def reduce(area: Area, fields: str = "f", number: int = 0, **more: object) -> Access:
    return _access(area, fields, number, writes=True, **more)


def _access(area: Area, fields: str, number: int, **more: object) -> Access:
    return Access(requirement=number, use=use(area), fields=tuple(fields), **more)  # type: ignore[arg-type]


def program(*parts: Access | tuple[object, ...]) -> list[Step]:
    """Return steps of one requirement each; a tuple adds the loops and branches it is in."""
    steps = []
    for number, part in enumerate(parts):
        access, *marks = part if isinstance(part, tuple) else (part,)
        steps.append(
            Step(
                kind="launch",
                number=number,
                accesses=(access,),  # type: ignore[arg-type]
                loops=tuple(mark for mark in marks if isinstance(mark, LoopMark)),
                branches=tuple(mark for mark in marks if isinstance(mark, Branch)),
            )
        )
    return steps


def told(*parts: Access | tuple[object, ...]) -> list[str]:
    """Return the flows of a program, such as `0->2 fg loop?`."""
    return sorted(map(words, flows(program(*parts))))


def words(flow: FlowFacts) -> str:
    loop = " loop" if flow.loop_carried else ""
    sure = "" if flow.certain else "?"
    return f"{flow.writer}->{flow.reader} {''.join(flow.fields)}{loop}{sure}"


def test_the_last_write_feeds_a_read_by_field() -> None:
    assert told(write(R, "fg"), write(R, "f"), read(R, "fg")) == ["0->2 g", "1->2 f"]


def test_parts_of_a_disjoint_partition_do_not_meet() -> None:
    assert told(write(LEFT), read(RIGHT)) == []
    assert told(write(TILES), read(RIGHT)) == []
    assert told(write(OTHER), read(R)) == []


def test_a_region_and_its_parts_meet() -> None:
    assert told(write(LEFT), write(RIGHT), read(R)) == ["0->2 f", "1->2 f"]
    assert told(write(HALVES), read(TILES)) == ["0->1 f"]


def test_other_partitions_of_a_region_meet_for_certain_if_one_is_complete() -> None:
    assert told(write(HALVES), read(HALOS)) == ["0->1 f"]
    assert told(write(HALOS), read(LEFT)) == ["0->1 f?"]


def test_a_whole_region_or_complete_partition_replaces_what_was_there() -> None:
    assert told(write(HALOS), write(R), read(HALOS)) == ["1->2 f"]
    assert told(write(R), write(HALVES), read(HALOS)) == ["1->2 f"]
    assert told(write(R), write(HALOS), read(HALVES)) == ["0->2 f", "1->2 f"]


def test_a_partition_replaces_itself_over_the_same_launch_domain() -> None:
    ghost = Area(name="ghost", above=R, partition=True)
    domain, elsewhere = object(), object()
    first, again, last = (
        Access(requirement=0, use=Use(area=ghost, over=over), fields=("f",), reads=reads,
               writes=not reads, replaces=not reads)
        for over, reads in ((domain, False), (domain, False), (domain, True))
    )  # fmt: skip
    assert told(first, again, last) == ["1->2 f"]
    other = Access(
        requirement=0, use=Use(area=ghost, over=elsewhere), fields=("f",), writes=True,
        replaces=True,
    )  # fmt: skip
    assert told(first, other, last) == ["0->2 f?", "1->2 f"]


def test_a_projection_functor_replaces_nothing_for_certain() -> None:
    projected = Access(
        requirement=0, use=use(HALVES, direct=False), fields=("f",), writes=True, replaces=True
    )
    assert told(write(HALVES), projected, read(HALVES)) == ["0->2 f", "1->2 f"]


def test_reductions_add_to_what_is_there() -> None:
    assert told(write(R), reduce(HALVES), reduce(HALOS), read(R)) == [
        "0->3 f", "1->3 f", "2->3 f",
    ]  # fmt: skip


def test_an_iteration_feeds_the_next() -> None:
    assert told((read(R), LOOP), (write(R), LOOP)) == ["1->0 f loop"]
    update = _access(R, "f", 0, reads=True, writes=True, replaces=True)
    assert told(write(R), (update, LOOP), read(R)) == ["0->1 f", "1->1 f loop", "1->2 f"]


def test_what_an_iteration_replaces_first_is_not_carried() -> None:
    assert told((write(R), LOOP), (read(R), LOOP)) == ["0->1 f"]


def test_loops_in_loops() -> None:
    inner = LoopMark(HERE, None, 3)
    assert told((read(R), OUTER, inner), (write(R), OUTER)) == ["1->0 f loop"]
    assert told((write(R), OUTER), (read(R), OUTER, inner), (write(R), OUTER, inner)) == [
        "0->1 f", "2->1 f loop",
    ]  # fmt: skip


def test_iterations_that_are_known_follow_each_other() -> None:
    turns = [LoopMark(HERE, turn, 1) for turn in range(3)]
    steps = [
        Step(kind="launch", number=0, accesses=(read(part),), loops=(turn,))
        if kind == "read"
        else Step(kind="launch", number=1, accesses=(write(part),), loops=(turn,))
        for turn, part in zip(turns, (LEFT, RIGHT, LEFT), strict=True)
        for kind in ("read", "write")
    ]
    assert sorted(map(words, flows(steps))) == ["1->0 f loop"]


def test_the_same_loop_entered_again_is_no_further_iteration() -> None:
    again = LoopMark(HERE, None, 9)
    assert told((write(R), LOOP), (read(R), again)) == ["0->1 f"]


def test_a_part_that_a_loop_chooses_may_be_another_one() -> None:
    some = Area(name="some", above=HALVES)
    assert told((read(some), LOOP), (write(some), LOOP)) == ["1->0 f loop?"]
    assert told((write(some), LOOP), (read(some), LOOP)) == ["0->1 f"]
    assert told(write(R), (write(some), LOOP), (read(some), LOOP), read(R)) == [
        "0->3 f", "1->2 f", "1->3 f",
    ]  # fmt: skip


def test_sides_of_a_condition_exclude_each_other() -> None:
    assert told((write(R), THEN), (read(R), ELSE)) == []
    assert told((write(R), THEN), (read(R), THEN)) == ["0->1 f"]


def test_a_conditional_write_may_leave_what_was_there() -> None:
    assert told(write(R), (write(R), THEN), read(R)) == ["0->2 f", "1->2 f"]
    assert told(write(R), (write(R), THEN), (read(R), THEN)) == ["1->2 f"]
    assert told(write(R), (write(R), THEN), (write(R), ELSE), read(R)) == ["1->3 f", "2->3 f"]


def test_a_condition_in_a_loop_is_met_in_every_iteration() -> None:
    then, other = (Branch(HERE, side, 2, 7, 1) for side in (0, 1))
    assert told((write(R), LOOP, then), (read(R), LOOP, other)) == ["0->1 f loop"]


def test_launches_of_one_epoch_do_not_wait_for_each_other() -> None:
    both = (write(R), read(R, number=1))
    steps = [
        Step(kind="launch", number=n, accesses=(one,), loops=(LOOP,), group=5)
        for n, one in enumerate(both)
    ]
    assert list(map(words, flows(steps))) == ["0->1 f loop"]


def test_fields_that_are_not_known_may_be_any() -> None:
    assert told(write(R, "f"), read(R, "?")) == ["0->1 ??"]
    assert told(write(R, "f"), write(R, "?"), read(R, "f")) == ["0->2 f", "1->2 f?"]


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_what_flows_in_a_run_is_known_before_it(seed: int) -> None:
    random = Random(seed)
    made = Program(region_tree(random), random)
    made.write(random.randrange(1, 7))
    said = {
        (f.writer, f.writer_requirement, f.reader, f.reader_requirement, name, f.loop_carried)
        for f in flows(made.steps)
        for name in f.fields
    }
    for _ in range(3):
        assert made.run() <= said


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_what_is_certain_of_areas_is_true_of_their_points(seed: int) -> None:
    random = Random(seed)
    parts = [part for part in region_tree(random) if not part.choices]
    one, other = random.choice(parts), random.choice(parts)
    uses = [Use(area=part.area, over=part.area.colours) for part in (one, other)]
    meet = overlap(*uses, together=False)
    assert meet is overlap(*reversed(uses), together=False)
    shared = bool(one.points & other.points)
    assert not (meet is Answer.NO and shared)
    assert not (meet is Answer.YES and not shared)
    assert covers(*uses, together=False) is not Answer.YES or one.points >= other.points


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_a_certain_flow_between_two_steps_happens(seed: int) -> None:
    random = Random(seed)
    made = Program(region_tree(random), random)
    made.write(6)
    made.steps = [step for step in made.steps if not step.loops and not step.branches][:2]
    happened = {flow[:4] for flow in made.run()}
    assert {
        (f.writer, f.writer_requirement, f.reader, f.reader_requirement)
        for f in flows(made.steps)
        if f.certain and all(_is_whole(made.steps, n) for n in (f.writer, f.reader))
    } <= happened


def _is_whole(steps: list[Step], number: int) -> bool:
    """Whether a step is known to use every part of its partitions."""
    return all(a.use.whole for step in steps if step.number == number for a in step.accesses)
