"""Machine models: what the shipped ones say, how they are drawn, and what runs are told of them."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mapc.graph.machine_dot import as_dot
from mapc.graph.machine_text import as_json, as_text
from mapc.legion import machines, probe
from mapc.legion.app_file import read_application
from mapc.legion.application import Application
from mapc.legion.counters import overrun_seconds, read_counters, summed
from mapc.legion.cuda import Device
from mapc.legion.emulator import emulation_environment, require_emulation
from mapc.legion.machine_file import read_machine_file
from mapc.legion.machine_models import model_file, model_names
from mapc.legion.machines import find_machine, find_site, known_machines
from mapc.legion.probe import machine_flags
from mapc.legion.runtime import LegionRuntime
from mapc.policy.kinds import MemKind, ProcKind
from mapc.text import MapcError
from mapc.text.printer import as_text as diagnostics_text

TESTS = Path(__file__).resolve().parent.parent
GOLDEN = TESTS / "golden" / "machines"
BROKEN = sorted(GOLDEN.glob("*.toml"))
SWEEP = TESTS / "emulated" / "programs" / "sweep"
SOURCE = re.compile(
    r"estimate|choice|derived|the same|NVIDIA|LLNL|published|Microway|that of", re.IGNORECASE
)


def test_the_shipped_models() -> None:
    assert {"p100x4", "p100x4-2n", "p100x4-4n", "v100x4", "h200"} <= set(model_names())
    assert known_machines() == ("host", *model_names())
    for name in model_names():
        machine = find_machine(name)
        assert (machine.name, machine.emulated, machine.data_scale) == (name, True, 1)
        assert machine.description
        assert machine.count(ProcKind.GPU) == sum(
            memory.count for memory in machine.memories if memory.kind is MemKind.FBMEM
        )


def test_the_node_of_the_published_experiments() -> None:
    machine = find_machine("p100x4")
    assert machine.count(ProcKind.GPU) == 4
    assert machine.megabytes(MemKind.FBMEM) == 16384
    assert machine.visible(ProcKind.GPU) == (MemKind.FBMEM, MemKind.ZCMEM)
    assert machine.visible(ProcKind.CPU) == (MemKind.SYSMEM, MemKind.ZCMEM)
    assert machine.emulation is not None
    assert machine.emulation.figures.cores == 20


@pytest.mark.parametrize("name", model_names())
def test_every_figure_has_a_source(name: str) -> None:
    """On its line, or on the comment lines behind it and what belongs to it."""
    lines = model_file(name).read_text().splitlines()
    checked = 0
    for number, line in enumerate(lines):
        if not re.match(r"\w+ *= *(\d|\{)", line) or re.fullmatch(r"nodes = \d|GPU = 1", line):
            continue
        behind = "\n".join(lines[number + 1 :]).partition("\n\n")[0]
        source = line.partition("#")[2] or " ".join(re.findall(r"^# .*", behind, re.MULTILINE))
        assert SOURCE.search(source), line
        checked += 1
    assert checked >= 2


@pytest.mark.parametrize("nodes", [2, 4])
def test_several_nodes_have_the_figures_of_one(nodes: int) -> None:
    one, several = find_machine("p100x4"), find_machine(f"p100x4-{nodes}n")
    assert (one.nodes, several.nodes) == (1, nodes)
    assert one.memories == several.memories
    assert one.emulation is not None
    assert several.emulation is not None
    shares = {"cpu": one.emulation.figures.cpu}
    assert replace(several.emulation.figures, **shares) == one.emulation.figures
    whole = {m.count(ProcKind.CPU) * m.emulation.figures.cpu.near.gbs for m in (one, several)}  # type: ignore[union-attr]
    assert len(whole) == 1, "all processors together are the same cores"


@pytest.mark.parametrize(("form", "draw"), [("txt", as_text), ("dot", as_dot)])
@pytest.mark.parametrize("name", ["p100x4", "p100x4-2n", "p100x4-4n", "h200"])
def test_drawings(
    name: str,
    form: str,
    draw: Callable[[machines.Machine], str],
    golden: Callable[[Path, str], None],
) -> None:
    golden(GOLDEN / f"{name}.{form}", draw(find_machine(name)))


def test_a_real_machine_is_drawn_without_speeds(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('name = "m"\n[processors]\nCPU = 2\n[memories.SYSMEM]\nmegabytes = 64\n')
    drawn = as_text(find_machine(str(file)))
    assert "CPU  yes" in drawn
    assert "GB/s" not in drawn
    assert as_json(find_machine(str(file)))["sees"] == {"CPU": ["SYSMEM"]}


@pytest.mark.parametrize("case", BROKEN, ids=lambda p: p.stem)
def test_mistakes(
    case: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.parent)
    with pytest.raises(MapcError) as caught:
        read_machine_file(Path(case.name))
    assert {told.code.id for told in caught.value.diagnostics} == {"MAP804"}
    assert all(told.help for told in caught.value.diagnostics)
    golden(case.with_suffix(".err"), diagnostics_text(caught.value.diagnostics))


@pytest.fixture
def app() -> Application:
    return read_application(SWEEP / "app.toml")


def with_gpu(monkeypatch: pytest.MonkeyPatch, *devices: Device) -> None:
    monkeypatch.setattr(machines, "gpu_devices", lambda: devices)
    monkeypatch.setattr(probe, "gpu_devices", lambda: devices)


def without_variants(app: Application) -> Application:
    tasks = {
        name: task.model_copy(update={"variants": [ProcKind.CPU]})
        for name, task in app.file.tasks.items()
    }
    return app.model_copy(update={"file": app.file.model_copy(update={"tasks": tasks})})


def test_auto(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpu(monkeypatch)
    assert find_machine("auto", app).name == "p100x4"
    assert find_site("auto", app=app).machine.emulated
    assert [find_site("auto", n, app).machine.name for n in (1, 2, 3, 4)] == [
        "p100x4", "p100x4-2n", "host", "p100x4-4n",
    ]  # fmt: skip
    assert find_site("auto", 3, app).machine.nodes == 3
    assert find_machine("host", app).name == "host"
    assert find_machine("auto").name == "host"
    assert find_machine("auto", without_variants(app)).name == "host"
    with_gpu(monkeypatch, Device(name="a", megabytes=16_000))
    assert find_machine("auto", app).name == "host"


def test_a_reference_that_is_no_machine(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpu(monkeypatch)
    table = app.file.machine.model_copy(update={"reference": "p100x5"})
    wrong = app.model_copy(update={"file": app.file.model_copy(update={"machine": table})})
    with pytest.raises(MapcError) as caught:
        find_site("auto", app=wrong)
    (told,) = caught.value.diagnostics
    assert (told.code.id, told.message) == ("MAP804", "there is no machine `p100x5`")
    assert "did you mean `p100x4`?" in told.help
    assert "app.toml" in told.help


def test_too_many_ranks_of_a_model() -> None:
    with pytest.raises(MapcError) as caught:
        find_site("p100x4", 2)
    (told,) = caught.value.diagnostics
    assert told.code.id == "MAP814"
    assert 'based_on = "p100x4"' in told.help


def test_memories_shrink_with_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "available_megabytes", lambda: 16_000)
    machine = find_machine("p100x4")
    assert " ".join(machine_flags(machine)) == (
        "-ll:util 1 -ll:cpu 4 -ll:gpu 4 -ll:csize 4000 -ll:fsize 16384 -ll:zsize 65536"
        " -cuda:contextsync 0"
    )
    flags = " ".join(machine_flags(machine.at_scale(data=400)))
    assert "-ll:csize 335544k -ll:fsize 41943k -ll:zsize 167772k" in flags
    assert machine.at_scale(data=400).megabytes(MemKind.FBMEM) == 16384


def test_what_a_run_is_told(tmp_path: Path) -> None:
    machine = find_machine("p100x4").at_scale(time=20, data=100)
    told = emulation_environment(machine, tmp_path)
    settings = dict(pair.split("=") for pair in told["MAPC_EMU_CONFIG"].split(";"))
    assert settings == {
        "gpus": "4", "fb_mb": "163.84", "fb_mbs": "550000", "launch_us": "5", "time_scale": "20",
        "data_scale": "100", "peer": "1", "h2d_mbs": "11700", "h2d_us": "10", "d2h_mbs": "12900",
        "d2h_us": "10", "peer_mbs": "10000", "peer_us": "10",
    }  # fmt: skip
    assert told["MAPC_MODEL"] == (
        "gpu.fp32_gflops=7905;gpu.fp64_gflops=3995;gpu.fb_gbs=550;gpu.fb_access_ns=0.116;"
        "gpu.zc_gbs=11.7;gpu.zc_access_ns=95;cpu.fp32_gflops=96;cpu.fp64_gflops=48;"
        "cpu.sys_gbs=27.25;cpu.sys_access_ns=1.8;cpu.zc_gbs=27.25;cpu.zc_access_ns=1.8"
    )
    assert told["MAPC_EMU_STATS"] == str(tmp_path / "%.json")
    assert emulation_environment(find_machine("host"), tmp_path) == {}


def test_gpus_without_access_to_each_other(tmp_path: Path) -> None:
    assert "peer=0" in emulation_environment(find_machine("h200"), tmp_path)["MAPC_EMU_CONFIG"]


@pytest.mark.needs_legion
def test_a_legion_without_cuda(legion: LegionRuntime) -> None:
    require_emulation(legion, find_machine("p100x4"))
    without = replace(legion, has_cuda=False, needs_cuda=False)
    require_emulation(without, find_machine("host"))
    with pytest.raises(MapcError) as caught:
        require_emulation(without, find_machine("p100x4"))
    assert [told.code.id for told in caught.value.diagnostics] == ["MAP642"]


RANK = """{"gpus": 1, "time_scale": 10, "data_scale": 4, "resources": {
  "gpu0.h2d": {"operations": 2, "bytes": 800, "busy_us": 1.5},
  "gpu0.d2h": {"operations": 0, "bytes": 0, "busy_us": 0},
  "gpu0.sm": {"operations": 3, "bytes": 0, "busy_us": 7}},
  "copies": 2, "dropped": 0, "kernels": 3, "overruns": 1, "overrun_real_us": 250000,
  "unsupported": ["cuFoo"]}"""
LATE = (
    "mapc: 3 of 9 modelled tasks took longer to compute than the time they stand for, 0.500 s in"
    " all; a larger time scale helps\n"
)


def test_counters(tmp_path: Path) -> None:
    (tmp_path / "0.json").write_text(RANK)
    one = summed(read_counters(tmp_path))
    assert one["bytes"] == {"gpu0.h2d": 800}
    assert one["busy_us"] == {"gpu0.h2d": 1.5, "gpu0.sm": 7}
    assert (one["kernels"], one["kernel_us"], one["unsupported"]) == (3, 7, ["cuFoo"])
    (tmp_path / "1.json").write_text(RANK)
    (tmp_path / "2.json").write_text("{ cut off")
    two = summed(read_counters(tmp_path))
    assert two["bytes"] == {"rank0.gpu0.h2d": 800, "rank1.gpu0.h2d": 800}
    assert (two["kernels"], two["kernel_us"], two["overruns"]) == (6, 14, 2)
    assert overrun_seconds(read_counters(tmp_path), f"x\n{LATE}{LATE}") == pytest.approx(1.5)
    assert summed(()) == {}
