"""The flow of data between recorded operations: which areas handles are, and equal domains."""

from mapc.analyze.accesses import colour_key, domain_key
from mapc.analyze.build import Builder
from mapc.analyze.program import Program
from mapc.analyze.trace import LoopMark, Operation, Trace
from mapc.analyze.values import Cell, Choice, Handle, Obj, Place, Unknown, Value

HERE = Place("a.cc", 1)
READ, WRITE, UPDATE = 1, 0x10000007, 7
DISJOINT_COMPLETE = 3


class Recorder:
    """Records a program of one task, whose launches stand in lines 1, 2, ..."""

    def __init__(self) -> None:
        self.trace = Trace(current="1")
        self.fields = Handle("fields", parts={"field 0": "f", "field 1": "g"})
        self.colours = Handle("space", parts={"bounds": rectangle(0, 3)})

    def handle(self, kind: str, name: str, made: str = "", **parts: Value) -> Handle:
        found = Handle(kind, made=made, place=HERE, parts=parts, name=Cell(name))
        self.trace.handles.append(found)
        return found

    def region(self, name: str) -> Handle:
        return self.handle("region", name, "create_logical_region", fields=self.fields)

    def partition(self, region: Handle, name: str, kind: Value = DISJOINT_COMPLETE) -> Handle:
        colouring = Handle("colouring", parts={"disjointness": kind, "colours": self.colours})
        return self.handle("partition", name, region=region, colouring=colouring)

    def part(self, partition: Handle, name: str, color: Value) -> Handle:
        return self.handle("region", name, partition=partition, color=color)

    def launch(self, target: Value, privilege: Value, *, over: Value = None,
               field: Value = 0, loops: tuple[LoopMark, ...] = (), task: int = 2,
               **more: Value) -> None:  # fmt: skip
        kind = target.kind if isinstance(target, Handle) else "region"
        requirement = obj(
            **{kind: target}, privilege=privilege, projection=0, parent=target,
            privilege_fields=(field,), **more,
        )  # fmt: skip
        launcher = obj(
            task_id=task, launch_space=over, region_requirements=obj(**{"[0]": requirement})
        )
        self.add("single" if over is None else "index", launcher, loops)

    def add(self, kind: str, launcher: Obj, loops: tuple[LoopMark, ...] = ()) -> None:
        place = Place("a.cc", len(self.trace.operations) + 1)
        self.trace.operations.append(
            Operation(
                kind=kind, task=self.trace.current, place=place, launcher=launcher, loops=loops
            )
        )

    def flows(self) -> list[str]:
        found = Builder(self.trace, Program([])).analysis(complete=True)
        lines = {"launch": found.launches, "operation": found.operations}
        return sorted(
            f"{lines[f.writer_kind][f.writer].line}->{lines[f.reader_kind][f.reader].line} "
            f"{f.region} {','.join(f.fields)}"
            f"{' loop' if f.loop_carried else ''}{'' if f.certain else '?'}"
            for f in found.flows
        )


def obj(**slots: Value) -> Obj:
    return Obj("any", slots={name: Cell(value) for name, value in slots.items()})


def rectangle(low: Value, high: Value) -> Obj:
    return obj(lo=low, hi=high, dimension=1)


def test_a_partition_over_its_own_colours_replaces_a_region() -> None:
    made = Recorder()
    region = made.region("r")
    halves = made.partition(region, "p")
    made.launch(region, WRITE)
    made.launch(halves, WRITE, over=rectangle(0, 3))  # equal to the colours, but another object
    made.launch(region, READ)
    assert made.flows() == ["2->3 r f"]


def test_a_partition_over_other_colours_may_leave_some() -> None:
    made = Recorder()
    region = made.region("r")
    halves = made.partition(region, "p")
    made.launch(region, WRITE)
    made.launch(halves, WRITE, over=rectangle(0, 1))
    made.launch(region, READ)
    assert made.flows() == ["1->3 r f?", "2->3 r f"]


def test_parts_by_colour() -> None:
    made = Recorder()
    halves = made.partition(made.region("r"), "p")
    left, right = made.part(halves, "left", 0), made.part(halves, "right", 1)
    some = made.part(halves, "some", Unknown("loop variable", HERE))
    made.launch(left, WRITE)
    made.launch(right, READ)
    made.launch(some, READ)
    assert made.flows() == ["1->3 some f?"]


def test_a_task_that_is_one_of_several_is_fed_like_each() -> None:
    made = Recorder()
    region = made.region("r")
    made.launch(region, UPDATE)
    made.launch(region, UPDATE)
    made.trace.operations[1].launcher.slots["task_id"].value = Choice((3, 4))
    made.launch(region, READ)
    assert made.flows() == ["1->2 r f", "1->2 r f", "2->3 r f", "2->3 r f"]


def test_a_region_that_is_one_of_two() -> None:
    made = Recorder()
    one, other = made.region("one"), made.region("other")
    made.launch(one, WRITE)
    made.launch(Choice((one, other)), WRITE)
    made.launch(one, READ)
    assert made.flows() == ["1->3 one f", "2->3 one f?"]


def test_fields_and_privileges() -> None:
    made = Recorder()
    region = made.region("r")
    made.launch(region, WRITE, field=0)
    made.launch(region, READ, field=1)
    made.launch(region, 0, field=0)  # no access
    made.launch(region, Unknown("privilege"), field=0)
    made.launch(region, 1 | 0x20000000, field=0)  # whose output is discarded
    assert made.flows() == ["1->4 r f?", "1->5 r f", "4->5 r f?"]


def test_reductions_feed_and_keep() -> None:
    made = Recorder()
    region = made.region("r")
    made.launch(region, WRITE)
    made.launch(region, READ, redop=5)
    made.launch(region, READ)
    assert made.flows() == ["1->3 r f", "2->3 r f"]


def test_operations_that_are_no_tasks() -> None:
    made = Recorder()
    one, other = made.region("one"), made.region("other")
    made.add("fill", obj(handle=one, parent=one, fid=0))
    source = obj(region=one, privilege=READ, privilege_fields=(0,))
    target = obj(region=other, privilege=WRITE, privilege_fields=(1,))
    lists = {"src_requirements": (source,), "dst_requirements": (target,)}
    made.add("copy", obj(**lists))
    made.add("inline", obj(requirement=obj(region=other, privilege=UPDATE, privilege_fields=(1,))))
    physical = Handle("physical", parts={"region": other, "fields": (1,)})
    made.add("detach", obj(region=physical))
    made.add("discard", obj(handle=other, privilege_fields=(1,)))
    made.launch(other, READ, field=1)
    assert made.flows() == ["1->2 one f", "2->3 other g", "3->4 other g"]


def test_launches_of_another_task_are_another_flow() -> None:
    made = Recorder()
    region = made.region("r")
    made.launch(region, WRITE)
    made.trace.current = "2"
    mine = made.handle("region", "", "argument", task=2, index=0)
    made.launch(mine, READ)
    made.launch(mine, UPDATE)
    made.launch(mine, READ)
    assert made.flows() == ["3->4 r f"]


def test_a_loop_in_the_trace() -> None:
    made = Recorder()
    region, loops = made.region("r"), (LoopMark(HERE, None, 1),)
    made.launch(region, READ, loops=loops)
    made.launch(region, UPDATE, loops=loops)
    assert made.flows() == ["2->1 r f loop", "2->2 r f loop"]


def test_domains_are_equal_if_their_bounds_are_the_same_expressions() -> None:
    size = Unknown("pieces - 1")
    assert domain_key(rectangle(0, size)) == domain_key(rectangle(0, Unknown("pieces - 1")))
    assert domain_key(rectangle(0, size)) != domain_key(rectangle(0, Unknown("others - 1")))
    assert domain_key(rectangle(0, Unknown("loop variable", HERE))) is None
    space = Handle("space", parts={"bounds": rectangle(0, 3)})
    assert domain_key(space) == domain_key(rectangle(0, 3))
    assert domain_key(Handle("space")) != domain_key(Handle("space"))


def test_a_colour_is_known_if_all_its_coordinates_are() -> None:
    assert colour_key(1) == 1
    assert colour_key(obj(**{"[0]": 1, "[1]": 2})) == ("point", 1, 2)
    assert colour_key(obj(**{"[0]": 1, "[1]": Unknown("i")})) is None
    assert colour_key(Unknown("pieces")) is None
