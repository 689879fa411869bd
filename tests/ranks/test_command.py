"""`mapc run --ranks N`: the contract, errors on policy lines, machine files, launchers."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

FIELD = Path(__file__).resolve().parent / "programs"
PAIR = """\
name = "pair"
nodes = 2

[processors]
CPU = 2

[memories.SYSMEM]
megabytes = 64
"""


def answer(done: Any) -> dict[str, Any]:
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_circuit_on_two_ranks(mapc: Any) -> None:
    how = ("--machine", "host", "--preset", "smoke", "--ranks", "2")
    done = mapc("run", "circuit", *how, "--format", "json")
    found = answer(done)
    assert done.returncode == 0, done.stderr
    assert (found["class"], found["ranks"], found["machine"]) == ("ok", 2, "host")
    assert found["score"] > 0
    assert found["counters"]["logged_ranks"] == 2


def test_the_machine_s_nodes_are_ranks(mapc: Any, tmp_path: Path) -> None:
    (tmp_path / "pair.toml").write_text(PAIR)
    (tmp_path / "p.mapl").write_text(
        "m = Machine(CPU);\ndef all(Task t) { return m[*, *]; }\nIndexTaskMap blur all;\n"
    )
    asked = ("run", FIELD, "--machine", "pair.toml", "--mapping", "p.mapl", "--format", "json")
    found = answer(mapc(*asked))
    assert (found["class"], found["ranks"], found["machine"]) == ("ok", 2, "pair")
    assert found["diagnostics"] == []
    found = answer(mapc(*asked, "--ranks", "1"))
    assert (found["class"], found["ranks"]) == ("ok", 1)
    done = mapc(*asked, "--ranks", "4")
    assert done.returncode == 2
    assert "4 ranks are asked for, but the machine pair has 2 nodes" in done.stderr
    assert "use `--ranks 2`, or write `nodes = 4` in pair.toml" in done.stderr


@pytest.mark.parametrize(
    ("task", "code_of_exit"), [("tally", 1), ("blur", 3)], ids=["before the run", "in the run"]
)
def test_a_node_off_the_machine(task: str, code_of_exit: int, mapc: Any, tmp_path: Path) -> None:
    """Of `tally` the domain is known, so the checks find it; of `blur` only the run knows."""
    (tmp_path / "p.mapl").write_text(
        "m = Machine(CPU);\n"
        "def off(Task t) {\n"
        "  node = t.ipoint[0] + 1;\n"
        "  return m[node, 0];\n"
        "}\n"
        f"IndexTaskMap {task} off;\n"
    )
    done = mapc(
        *("run", FIELD, "--mapping", "p.mapl", "--ranks", "2", "--preset", "where"),
        *("--format", "json"),
    )
    found = answer(done)
    assert done.returncode == code_of_exit, done.stderr
    assert found["class"] == ("check" if task == "tally" else "placement")
    (told,) = [d for d in found["diagnostics"] if d["severity"] == "error"]
    assert (told["code"], told["file"], told["line"]) == ("MAP509", "p.mapl", 4)
    assert "2" in told["message"]


def test_a_legion_without_a_network(mapc: Any, tmp_path: Path) -> None:
    from mapc.legion.runtime import find_runtime

    legion = find_runtime()
    root = tmp_path / "own"
    (root / "include").mkdir(parents=True)
    for path in legion.include_dirs[0].iterdir():
        if path.name != "realm_defines.h":
            (root / "include" / path.name).symlink_to(path)
    defines = (legion.include_dirs[0] / "realm_defines.h").read_text()
    assert "#define REALM_USE_UCX" in defines
    (root / "include" / "realm_defines.h").write_text(defines.replace("#define REALM_USE_UCX", ""))
    (root / "lib64").symlink_to(legion.library_dirs[0])
    done = mapc("run", FIELD, "--ranks", "2", Legion_ROOT=str(root))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("error[") == 1
    assert "error[MAP641]: 2 ranks are asked for, but the Legion in" in done.stderr
    assert "-DLegion_NETWORKS=ucx" in done.stderr


def mpirun_problem() -> str:
    """Return why the ranks of this test cannot be started with Open MPI; empty if they can."""
    if shutil.which("mpirun") is None:
        return "no `mpirun` on the path"
    libraries = [Path(f"/usr/lib/{name}") for name in ("x86_64-linux-gnu", "../lib64/openmpi/lib")]
    if not any((folder / "libmpi.so.40").exists() for folder in libraries):
        return "no Open MPI 4 (`libmpi.so.40`), with which the wheel's plugin is linked"
    return ""


MPI = (
    PAIR
    + """
[launcher]
use = "mpirun"
ranks_per_node = 2
options = [
  "--oversubscribe",
  "--mca", "btl_tcp_if_include", "lo",
  "--mca", "oob_tcp_if_include", "lo",
]

[launcher.environment]
UCX_TLS = "sm,tcp,self"
UCX_NET_DEVICES = "lo"
MAPC_RANK_NAP_US = "100"
"""
)
AS_ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


@pytest.mark.skipif(bool(mpirun_problem()), reason=mpirun_problem() or "-")
def test_two_ranks_with_mpirun(mapc: Any, tmp_path: Path) -> None:
    """Through Realm's MPI plugin of the wheel, on the loopback device."""
    (tmp_path / "mpi.toml").write_text(MPI)
    (tmp_path / "p.mapl").write_text(
        "m = Machine(CPU);\ndef all(Task t) { return m[*, *]; }\nIndexTaskMap blur all;\n"
        "ControlReplicate main;\n"
    )
    asked = ("run", FIELD, "--machine", "mpi.toml", "--mapping", "p.mapl", "--format", "json")
    environment = AS_ROOT if os.geteuid() == 0 else {}
    found = answer(mapc(*asked, **environment))
    assert (found["class"], found["ranks"], found["score"]) == ("ok", 2, 3)
    assert found["counters"]["logged_ranks"] == found["counters"]["logged_loaded"] == 2
    done = mapc(*asked, "--", "-exit-on", "1", **environment)
    (told,) = [d for d in answer(done)["diagnostics"] if d["code"] == "MAP640"]
    assert told["message"].startswith("rank 1 of 2 failed: exit code 3")
    assert "rank 1 said: node 1 has had enough" in told["help"]
