"""The circuit application on the real runtime, under the expert's policy and under broken ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from mapc.graph.machine import Machine
from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import find_application, find_preset
from mapc.legion.probe import host_machine
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.text import Reporter, Source
from mapc.tune.evaluate import Evaluator, Verdict

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]


@pytest.fixture(scope="module")
def runtime() -> LegionRuntime:
    return find_runtime()


@pytest.fixture(scope="module")
def circuit(runtime: LegionRuntime) -> BuiltApplication:
    return build_application(find_application("circuit"), runtime)


@pytest.fixture(scope="module")
def machine() -> Machine:
    return host_machine()


def run(circuit: BuiltApplication, runtime: LegionRuntime, machine: Machine, text: str) -> Verdict:
    evaluator = Evaluator(
        application=circuit,
        runtime=runtime,
        machine=machine,
        arguments=tuple(find_preset(circuit.app, "smoke").args),
    )
    checked = evaluator.check(text, "circuit.mapl")
    return evaluator.run(evaluator.prepare(checked))


def events(verdict: Verdict, kind: str, **fields: Any) -> list[dict[str, Any]]:
    return [
        record
        for record in verdict.records
        if record["event"] == kind and all(record.get(k) == v for k, v in fields.items())
    ]


EVERY_STATEMENT = """\
Task * GPU, CPU;
Region * * GPU FBMEM;
Region * * CPU SYSMEM;
Layout * * * SOA C_order;
Layout * rp_wires * AOS C_order Align == 128;
Layout update_voltages rp_shared CPU SOA F_order Exact;
InstanceLimit calculate_new_currents 1;
CollectMemory * rp_ghost;
cpus = Machine(CPU);
def mirror(Task t) { return cpus[0, cpus.size[1] - 1 - t.ipoint[0] % cpus.size[1]]; }
IndexTaskMap calculate_new_currents, distribute_charge mirror;
"""


def line_of(fragment: str) -> int:
    return next(n for n, line in enumerate(EVERY_STATEMENT.splitlines(), 1) if fragment in line)


@pytest.fixture(scope="module")
def steered(circuit: BuiltApplication, runtime: LegionRuntime, machine: Machine) -> Verdict:
    verdict = run(circuit, runtime, machine, EVERY_STATEMENT)
    assert verdict.outcome_class == "ok", [d.render() for d in verdict.diagnostics]
    return verdict


def test_expert_policy_takes_effect(
    circuit: BuiltApplication, runtime: LegionRuntime, machine: Machine
) -> None:
    """Every statement of `expert.mapl` that can act without a GPU acts, and the log says where."""
    path = circuit.app.folder / "expert.mapl"
    text = path.read_text()
    verdict = run(circuit, runtime, machine, text)
    assert verdict.outcome_class == "ok", [d.render() for d in verdict.diagnostics]
    assert verdict.score is not None

    from mapc.policy.kinds import ProcKind
    from mapc.policy.load import load_policy

    policy = load_policy(Source("expert.mapl", text), Reporter())
    assert policy is not None
    gpu = machine.count(ProcKind.GPU) > 0
    expected = {("task", rule.span.line) for rule in policy.tasks}
    expected |= {
        ("region", rule.span.line)
        for rule in policy.regions
        if rule.proc is not ProcKind.GPU or gpu
    }
    expected |= {("layout", rule.span.line) for rule in policy.layouts}
    expected |= {("index", rule.span.line) for rule in policy.index_maps}
    expected |= {("single", rule.span.line) for rule in policy.single_maps}
    logged = {(record["event"], record.get("line")) for record in verdict.records}
    assert expected <= logged, expected - logged


def test_loaded_once_and_asked(steered: Verdict) -> None:
    (loaded,) = events(steered, "loaded")
    assert loaded["policy"] == "circuit.mapl"
    assert loaded["ranks"] == 1
    assert events(steered, "seen", task="calculate_new_currents")


def test_layouts(steered: Verdict) -> None:
    wires = events(steered, "layout", line=line_of("rp_wires"))
    assert wires
    assert {record["layout"] for record in wires} == {"AOS C_order Align == 128"}
    exact = events(steered, "layout", line=line_of("Exact"))
    assert {record["task"] for record in exact} == {"update_voltages"}
    assert {record["layout"] for record in exact} == {"SOA F_order Exact"}


def test_memories_and_processors(steered: Verdict) -> None:
    assert {r["memory"] for r in events(steered, "region", line=3)} == {"SYSMEM"}
    assert {r["kind"] for r in events(steered, "task", line=1)} == {"CPU"}


def test_index_map(steered: Verdict, machine: Machine) -> None:
    """The points went where the function says: the last processor first."""
    from mapc.policy.kinds import ProcKind

    count = machine.count(ProcKind.CPU)
    records = events(steered, "index", line=line_of("IndexTaskMap"))
    assert {r["task"] for r in records} == {"calculate_new_currents", "distribute_charge"}
    for record in records:
        assert len(record["places"]) == record["points"] > count
        for point, target in record["places"].items():
            (index,) = json.loads(point)
            assert target == [0, count - 1 - index % count]
        assert sum(record["targets"].values()) == record["points"]


def test_limit_and_collection(steered: Verdict) -> None:
    assert events(steered, "limit", line=line_of("InstanceLimit"))
    collected = events(steered, "collect", line=line_of("CollectMemory"))
    assert {r["task"] for r in collected} >= {"calculate_new_currents"}


def test_another_policy_gives_another_log(
    circuit: BuiltApplication, runtime: LegionRuntime, machine: Machine
) -> None:
    """The log is about the run: without statements nothing claims a line."""
    verdict = run(circuit, runtime, machine, "")
    assert verdict.outcome_class == "ok"
    assert {r["line"] for r in verdict.records if r.get("line") is not None} == set()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Task calc GPU\nRegion * * GPU FBMEM;\n", "MAP111", 1),
        ("Region * * GPU SYSMEM;\n", "MAP402", 1),
        (
            "m = Machine(CPU);\n"
            "def f(Task t) { return m[t.ipoint[0], 0]; }\n"
            "IndexTaskMap distribute_charge f;\n",
            "MAP509",
            2,
        ),
    ],
)
def test_broken_policy_is_explained(
    mapc: Any, tmp_path: Path, text: str, code: str, line: int
) -> None:
    """A mistake ends in its diagnostic, with place and help, and never in a traceback."""
    policy = tmp_path / "broken.mapl"
    policy.write_text(text)
    how = ("--machine", "host", "--preset", "smoke", "--format", "json")
    done = mapc("run", "circuit", "--mapping", policy, *how)
    assert "Traceback" not in done.stderr
    if done.returncode == 1:  # found before anything was built or run
        assert f"[{code}]" in done.stderr
        assert f"broken.mapl:{line}:" in done.stderr
        assert "help:" in done.stderr
        return
    result = json.loads(done.stdout)
    assert result["score"] is None
    assert (code, line) in {(d["code"], d["line"]) for d in result["diagnostics"]}


def test_broken_policy_costs_no_run(mapc: Any, tmp_path: Path) -> None:
    """A static mistake is told in the time of a check: nothing is fetched, built or run."""
    policy = tmp_path / "broken.mapl"
    policy.write_text("Region * * GPU SYSMEM;\n")
    cache = tmp_path / "cache"
    done = mapc("run", "circuit", "--mapping", policy, MAPC_CACHE=str(cache))
    assert done.returncode == 1
    assert "error[MAP402]" in done.stderr
    assert not (cache / "runtime").exists()
    assert not (cache / "build").exists()
