"""Machine files: what they say, and what is wrong in them, on its line and with an edit."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.graph.machine import Machine, Memory
from mapc.legion.launchers import LOCAL, known_launchers, shipped_launcher
from mapc.legion.machine_file import read_machine_file
from mapc.legion.machines import find_machine, find_site
from mapc.legion.probe import shared_out
from mapc.policy.kinds import MemKind, ProcKind
from mapc.text import MapcError
from mapc.text.printer import as_text

HERE = Path(__file__).resolve().parent
CASES = sorted((HERE / "golden").glob("*.toml"))

WHOLE = """\
name = "two-gpus"
nodes = 3

[processors]
GPU = 2
CPU = 4

[memories.SYSMEM]
megabytes = 2048

[memories.FBMEM]
count = 2
megabytes = 512

[launcher]
use = "srun"
ranks_per_node = 2
options = ["--account=abc", "--mpi=pmix"]

[launcher.environment]
UCX_TLS = "rc,self"
"""


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_mistakes(
    case: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each broken file gives exactly the diagnostics stored beside it, each with an edit."""
    monkeypatch.chdir(case.parent)
    with pytest.raises(MapcError) as caught:
        read_machine_file(Path(case.name))
    assert caught.value.exit_code == 2
    assert {told.code.id for told in caught.value.diagnostics} == {"MAP804"}
    golden(case.with_suffix(".err"), as_text(caught.value.diagnostics))


def test_every_golden_has_its_input() -> None:
    assert {p.stem for p in (HERE / "golden").glob("*.err")} == {p.stem for p in CASES}


def test_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(WHOLE)
    site = find_site(str(file))
    assert site.machine == Machine(
        name="two-gpus",
        nodes=3,
        procs=((ProcKind.CPU, 4), (ProcKind.GPU, 2)),
        memories=(
            Memory(kind=MemKind.SYSMEM, count=1, megabytes=2048),
            Memory(kind=MemKind.FBMEM, count=2, megabytes=512),
        ),
    )
    assert site.launcher.name == "srun"
    assert site.launcher.environment == {"UCX_TLS": "rc,self"}
    assert find_machine(str(file)) == site.machine
    assert find_site(str(file), 2).machine.nodes == 2


def test_a_file_without_a_launcher(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('name = "m"\n[processors]\nCPU = 1\n')
    site = find_site(str(file))
    assert (site.launcher, site.machine.nodes) == (LOCAL, 1)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("hots", "MAP804", "there is no machine `hots`"),
        ("none.toml", "MAP804", "there is no machine file none.toml"),
        ("a/b", "MAP804", "there is no machine file a/b"),
    ],
)
def test_no_such_machine(name: str, code: str, message: str) -> None:
    with pytest.raises(MapcError) as caught:
        find_site(name)
    (told,) = caught.value.diagnostics
    assert (told.code.id, told.message) == (code, message)
    assert told.help


def test_shares_of_a_host() -> None:
    host = Machine(
        name="host",
        procs=((ProcKind.CPU, 7), (ProcKind.GPU, 2)),
        memories=(
            Memory(kind=MemKind.SYSMEM, count=1, megabytes=4000),
            Memory(kind=MemKind.FBMEM, count=2, megabytes=900),
            Memory(kind=MemKind.ZCMEM, count=1, megabytes=512),
        ),
    )
    two = shared_out(host, 2)
    assert (two.nodes, two.procs) == (2, ((ProcKind.CPU, 3), (ProcKind.GPU, 1)))
    assert [(m.kind.value, m.count, m.megabytes) for m in two.memories] == [
        ("SYSMEM", 1, 2000),
        ("FBMEM", 1, 900),
        ("ZCMEM", 1, 256),
    ]
    eight = shared_out(host, 8)
    assert eight.procs == ((ProcKind.CPU, 1),)
    assert [m.kind.value for m in eight.memories] == ["SYSMEM"]


PROGRAM = ("/apps/a program", "-ll:cpu", "4")
SETTINGS = {"LD_PRELOAD": "/m.so", "B": "two words"}
RANK = ["env", "LD_PRELOAD=/m.so", "B=two words", *PROGRAM]


def machine(nodes: int) -> Machine:
    return Machine(name="m", nodes=nodes, procs=((ProcKind.CPU, 4), (ProcKind.GPU, 2)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "mpirun",
            "mpirun -np 5 --map-by ppr:2:node --bind-to none --tag-output --opt 1",
        ),
        (
            "srun",
            "srun --ntasks=5 --nodes=3 --ntasks-per-node=2 --distribution=block --cpu-bind=none"
            " --kill-on-bad-exit=1 --label --unbuffered --export=ALL --opt 1",
        ),
        (
            "jsrun",
            "jsrun --nrs 5 --rs_per_host 2 --tasks_per_rs 1 --cpu_per_rs 4 --gpu_per_rs 2"
            " --bind none --exit_on_error 1 --stdio_mode prepended --opt 1",
        ),
    ],
)
def test_template_rendering_only(name: str, words: str) -> None:
    """The command that would be run; that clusters take it was not tried here (mpirun: it was)."""
    launcher = shipped_launcher(name).model_copy(
        update={"ranks_per_node": 2, "options": ["--opt", "1"]}
    )
    command = launcher.command_line(machine(5), PROGRAM, SETTINGS)
    assert list(command) == [*words.split(), *RANK]


def test_the_launchers_there_are() -> None:
    assert known_launchers() == ("local", "mpirun", "srun", "jsrun")
    assert all(shipped_launcher(name).tag for name in known_launchers()[1:])
    assert {shipped_launcher(name).mpi for name in ("mpirun", "srun")} == {"ompi"}


def test_an_own_command(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(
        'name = "m"\nnodes = 2\n[processors]\nCPU = 3\n[launcher]\n'
        "command = \"flux run -n{ranks} -N{nodes} -c {cpus} '-o a=b c' {options} {program}\"\n"
        "mpi = 'mpich'\n"
    )
    site = find_site(str(file))
    command = site.launcher.command_line(site.machine, PROGRAM, {})
    assert command == ("flux", "run", "-n2", "-N2", "-c", "3", "-o a=b c", "env", *PROGRAM)
    assert (site.launcher.name, site.launcher.mpi) == ("command", "mpich")


def test_the_files_in_the_documentation(tmp_path: Path) -> None:
    text = (HERE.parent.parent / "docs" / "ranks.md").read_text(encoding="utf-8")
    whole, launcher = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "whole.toml").write_text(whole)
    site = find_site(str(tmp_path / "whole.toml"))
    assert (site.machine.nodes, site.machine.count(ProcKind.GPU)) == (2, 2)
    assert (site.launcher.name, site.launcher.mpi) == ("srun", "ompi")
    (tmp_path / "own.toml").write_text(f'name = "own"\n[processors]\nCPU = 1\n{launcher}')
    own = find_site(str(tmp_path / "own.toml")).launcher
    assert (own.command or "").split()[0] == "flux"
    assert own.tag
