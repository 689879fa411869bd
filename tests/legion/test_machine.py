"""The running machine: cores, memory, GPUs, and what Realm is told."""

import os
from pathlib import Path

import pytest

from mapc.graph.machine import Machine, Memory
from mapc.legion import memory, probe
from mapc.legion.cuda import Device
from mapc.legion.machines import find_machine
from mapc.legion.probe import host_machine, machine_flags
from mapc.policy.kinds import MemKind, ProcKind
from mapc.text import MapcError


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend to be a machine with 8 cores, 64 GB and no GPU."""
    monkeypatch.setattr(probe, "usable_cores", lambda: 8)
    monkeypatch.setattr(probe, "available_megabytes", lambda: 64_000)
    monkeypatch.setattr(probe, "gpu_devices", lambda: ())


@pytest.mark.usefixtures("machine")
def test_a_machine_without_gpu() -> None:
    found = host_machine()
    assert (found.name, found.nodes, found.emulated) == ("host", 1, False)
    assert found.count(ProcKind.CPU) == 7
    assert found.kinds == (ProcKind.CPU,)
    assert found.megabytes(MemKind.SYSMEM) == 8192
    assert machine_flags(found) == ("-ll:util", "1", "-ll:cpu", "7", "-ll:csize", "8192")


@pytest.mark.usefixtures("machine")
def test_a_machine_with_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = (Device(name="a", megabytes=16_000), Device(name="b", megabytes=8_000))
    monkeypatch.setattr(probe, "gpu_devices", lambda: devices)
    found = host_machine()
    assert found.count(ProcKind.GPU) == 2
    flags = " ".join(machine_flags(found))
    assert "-ll:gpu 2 -ll:csize 8192 -ll:fsize 6000 -ll:zsize 512" in flags


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("cores", "expected"), [(1, 1), (2, 2), (3, 2)])
def test_small_machines_give_every_core(
    cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "usable_cores", lambda: cores)
    assert host_machine().count(ProcKind.CPU) == expected


def test_flags_of_every_memory() -> None:
    kinds = [MemKind.SYSMEM, MemKind.FBMEM, MemKind.ZCMEM, MemKind.RDMEM, MemKind.SOCKMEM]
    found = Machine(
        name="m",
        procs=((ProcKind.CPU, 2), (ProcKind.GPU, 0)),
        memories=tuple(Memory(kind=k, count=1, megabytes=n) for n, k in enumerate(kinds, 1)),
    )
    assert " ".join(machine_flags(found)) == (
        "-ll:util 1 -ll:cpu 2 -ll:gpu 0 -ll:csize 1 -ll:fsize 2 -ll:zsize 3 -ll:rsize 4 -ll:nsize 5"
    )


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give two nested control groups that this process seems to be in."""
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    monkeypatch.setattr(memory, "_GROUPS", tmp_path)
    monkeypatch.setattr(memory, "_own_groups", lambda: [inner, inner.parent, tmp_path])
    return inner


def test_limits_of_control_groups(groups: Path) -> None:
    (groups.parent / "memory.max").write_text(f"{300 << 20}\n")
    (groups.parent / "memory.current").write_text(f"{100 << 20}\n")
    (groups / "memory.max").write_text("max\n")
    (groups / "memory.current").write_text("5\n")
    (groups / "cpu.max").write_text("150000 100000\n")
    assert memory.available_megabytes() == 200
    assert memory.usable_cores() == 1


def test_no_limits(groups: Path) -> None:
    (groups / "cpu.max").write_text("max 100000\n")
    assert memory.usable_cores() == len(os.sched_getaffinity(0))
    assert memory.available_megabytes() > 200


def test_resident_memory_of_a_process() -> None:
    own = memory.resident_bytes([os.getpid()])
    assert 10_000_000 < own < 10_000_000_000
    assert own < memory.resident_bytes([os.getpid()] * 2) < 2 * own  # shared pages count once
    assert memory.resident_bytes([os.getpid(), 2**22 + 1]) == pytest.approx(own, rel=0.2)


def test_machines_by_name() -> None:
    assert find_machine("host").name == find_machine("auto").name == "host"
    with pytest.raises(MapcError) as caught:
        find_machine("hots")
    (told,) = caught.value.diagnostics
    assert (told.code.id, told.message) == ("MAP804", "there is no machine `hots`")
    assert told.help == "did you mean `host`?"
