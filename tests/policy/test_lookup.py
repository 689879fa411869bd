"""Precedence of rules where the conformance tables do not go."""

from collections.abc import Callable

from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.lookup import (
    collect_rule,
    index_map_rule,
    layout_rule,
    limit_rule,
    region_candidates,
    replicate_rule,
    single_map_rule,
    task_rule,
)
from mapc.policy.model import Policy

GPU, CPU = ProcKind.GPU, ProcKind.CPU


def test_region_levels_are_concatenated_most_specific_first(load: Callable[[str], Policy]) -> None:
    policy = load(
        """
        Region * * * VIRTUAL;
        Region * parent * REGSOCKMEM;
        Region * 0 * SOCKMEM;
        Region walk * * RDMEM;
        Region walk part CPU ZCMEM, RDMEM;
        Region walk region * SYSMEM;
        Region walk 0 GPU FBMEM;
        """
    )
    names = ["region", "part", "parent"]
    mems, rules = region_candidates(policy, "walk", 0, names, CPU)
    assert [m.value for m in mems] == [
        *("SYSMEM", "ZCMEM", "RDMEM", "SOCKMEM", "REGSOCKMEM", "VIRTUAL")
    ]
    # `Region walk * *` adds nothing that was not there before.
    assert [rule.span.line for rule in rules] == [7, 6, 4, 3, 2]
    on_gpu, _ = region_candidates(policy, "walk", 0, names, GPU)
    assert [m.value for m in on_gpu][:3] == ["FBMEM", "SYSMEM", "RDMEM"]
    assert region_candidates(load(""), "walk", 0, names, CPU) == ((), ())


def test_one_level_has_one_entry(load: Callable[[str], Policy]) -> None:
    policy = load("Region walk 0 * SYSMEM; Region walk 0 GPU FBMEM;")
    assert region_candidates(policy, "walk", 0, [], GPU)[0] == (MemKind.FBMEM,)
    assert region_candidates(policy, "walk", 0, [], CPU)[0] == (MemKind.SYSMEM,)
    assert region_candidates(policy, "walk", 1, ["0"], CPU)[0] == ()


def test_a_quoted_number_is_a_name(load: Callable[[str], Policy]) -> None:
    policy = load('Region walk "0" * SYSMEM;')
    assert region_candidates(policy, "walk", 0, [], CPU)[0] == ()
    assert region_candidates(policy, "walk", 1, ["0"], CPU)[0] == (MemKind.SYSMEM,)


def test_layout_prefers_memory_to_processor_within_a_level(load: Callable[[str], Policy]) -> None:
    policy = load(
        """
        Layout walk 0 * Exact;
        Layout walk 0 GPU AOS;
        Layout walk 0 ZCMEM C_order;
        Layout walk cells FBMEM Compact;
        """
    )

    def line(mem: MemKind, proc: ProcKind, number: int | None = 0) -> int | None:
        rule = layout_rule(policy, "walk", number, ["cells"], mem, proc)
        return rule.span.line if rule else None

    assert line(MemKind.ZCMEM, GPU) == 4
    assert line(MemKind.FBMEM, GPU) == 3
    assert line(MemKind.SYSMEM, CPU) == 2
    assert line(MemKind.FBMEM, GPU, 1) == 5
    assert line(MemKind.SYSMEM, CPU, None) is None


def test_a_quoted_kind_is_a_task(load: Callable[[str], Policy]) -> None:
    policy = load(
        """
        m = Machine(GPU);
        def a(Task t) { return m[0, 0]; }
        def b(Task t) { return m[0, 1]; }
        def c(Task t) { return m[0, 2]; }
        IndexTaskMap GPU a;
        IndexTaskMap "GPU" b;
        IndexTaskMap * c;
        SingleTaskMap walk a;
        """
    )

    def function(task: str, kind: ProcKind | None) -> str | None:
        rule = index_map_rule(policy, task, kind)
        return rule.function if rule else None

    assert function("GPU", CPU) == "b"
    assert function("walk", GPU) == "a"
    assert function("walk", CPU) == "c"
    assert function("walk", None) == "c"
    assert single_map_rule(policy, "run", GPU) is None


def test_exact_names_hide_the_star(load: Callable[[str], Policy]) -> None:
    policy = load(
        """
        Task * GPU; Task walk CPU;
        InstanceLimit * 3; InstanceLimit walk 2;
        CollectMemory walk 0; CollectMemory * halo;
        ControlReplicate top;
        """
    )
    rule, other = task_rule(policy, "walk"), task_rule(policy, "run")
    assert rule is not None
    assert other is not None
    assert (rule.procs, other.procs) == ((CPU,), (GPU,))
    limit = limit_rule(policy, "run")
    assert limit is not None
    assert limit.limit == 3
    assert collect_rule(policy, "walk", 0, [], read_only=True) is not None
    assert collect_rule(policy, "walk", 0, ["halo"], read_only=False) is None
    assert collect_rule(policy, "run", 0, ["halo"], read_only=True) is not None
    assert replicate_rule(policy, "top") is not None
    assert replicate_rule(policy, "walk") is None
