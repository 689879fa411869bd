"""The parts alone: bootstrap plugin between processes, strict C, launchers' output, refusals."""

import ctypes
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mapc.legion.launchers import LOCAL, Launcher, shipped_launcher
from mapc.legion.outcome import Outcome
from mapc.legion.rank_output import attributed
from mapc.legion.rank_parts import FLAGS, bootstrap_plugin, ucx_shim
from mapc.legion.ranks import require_ranks
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import find_toolchain
from mapc.resources import resource
from mapc.text import MapcError
from tests.ranks.conftest import machine

# Plays Realm: joins, gathers blocks of several sizes, ends; prints what it was told.
JOIN = """
import ctypes, json, sys
plugin = ctypes.CDLL(sys.argv[1])
handle = (ctypes.c_byte * 256)()
status = plugin.realm_ucp_bootstrap_plugin_init(None, handle)
numbers = ctypes.cast(handle, ctypes.POINTER(ctypes.c_int))
told = {"status": status, "rank": numbers[0], "ranks": numbers[1], "gathered": []}
if status == 0:
    members = ctypes.cast(handle, ctypes.POINTER(ctypes.c_void_p))  # two of them are the numbers
    gather = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(members[6])
    for size in json.loads(sys.argv[2]):
        result = ctypes.create_string_buffer(size * numbers[1])
        failed = gather(bytes([numbers[0] + 1]) * size, result, size, handle)
        parts = [result.raw[i * size : (i + 1) * size] for i in range(numbers[1])]
        same = all(len(set(part)) == 1 for part in parts)
        told["gathered"].append([failed, size, [part[0] for part in parts] if same else None])
    told["end"] = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(members[10])(handle)
print(json.dumps(told))
"""


def join(
    folder: Path, ranks: Sequence[object], count: int, sizes: Sequence[int] = ()
) -> list[tuple[dict[str, object], str]]:
    """Start processes with these rank numbers; return what each was told, and its errors."""
    own = folder / "own"
    own.mkdir()
    common = {"MAPC_RANKS": str(count), "MAPC_RANK_SOCKET": str(own / "socket")}
    started = [
        subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", JOIN, str(bootstrap_plugin()), json.dumps(sizes)],
            env={**common, "MAPC_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in ranks
    ]
    said = [process.communicate(timeout=60) for process in started]
    return [(json.loads(output), errors) for output, errors in said]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_plugin_gathers(count: int, tmp_path: Path) -> None:
    sizes = (1, 24, 300_000)  # the last is more than a socket holds
    for rank, (told, errors) in enumerate(join(tmp_path, range(count), count, sizes)):
        assert errors == ""
        assert (told["status"], told["rank"], told["ranks"], told["end"]) == (0, rank, count, 0)
        everybody = list(range(1, count + 1))
        assert told["gathered"] == [[0, size, everybody] for size in sizes]
    assert not list(tmp_path.iterdir())  # neither the socket nor its folder


@pytest.mark.parametrize(("rank", "count"), [("", 2), ("x", 2), (2, 2), (-1, 2), (0, 0), ("1 ", 2)])
def test_the_plugin_refuses_nonsense(rank: object, count: int, tmp_path: Path) -> None:
    ((told, errors),) = join(tmp_path, [rank], count)
    assert told["status"] == -1
    assert errors.startswith("mapc ranks: rank ")
    assert "MAPC_RANK, MAPC_RANKS or MAPC_RANK_SOCKET" in errors


def test_two_ranks_with_one_number(tmp_path: Path) -> None:
    answers = join(tmp_path, [0, 1, 1], 3, (8,))
    assert "two ranks have one number" in answers[0][1]
    assert answers[0][0]["status"] == -1
    assert not list(tmp_path.iterdir())  # neither the socket nor its folder


@pytest.mark.parametrize("name", ["bootstrap", "ucx_shim"])
def test_our_c_is_strict(name: str, tmp_path: Path) -> None:
    source = resource("backends", "legion", "ranks", f"{name}.c")
    done = subprocess.run(
        [
            *(*find_toolchain().command, *FLAGS, "-Wall", "-Wextra", "-Werror", "-pedantic"),
            *(str(source), "-o", str(tmp_path / "x.so"), "-ldl"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_shim_says_nothing_without_realm() -> None:
    """It is in every process of a rank's environment: shells, `env`, Python."""
    done = subprocess.run(
        [sys.executable, "-c", "print('here')"],
        env={"LD_PRELOAD": str(ucx_shim())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "here\n", "")
    shim = ctypes.CDLL(str(ucx_shim()))
    for name in ("ucp_worker_progress", "ucc_context_progress", "ucp_config_modify"):
        assert getattr(shim, name)


def outcome(output: str, code: int) -> Outcome:
    return Outcome(
        command=("x",),
        exit_code=code,
        signal=None,
        timed_out=False,
        memory_exceeded=False,
        interrupted=False,
        seconds=1.0,
        output=output,
        dropped_bytes=0,
        max_rss=0,
    )


@pytest.mark.parametrize(
    ("name", "code", "failed", "ending"),
    [
        ("mpirun", 3, 1, "exit code 3"),
        ("mpirun-signal", 137, 1, "ended by SIGKILL"),
        ("mpirun-good", 0, None, "exit code 0"),
        ("srun", 1, 2, "exit code 3"),
        ("srun-signal", 134, 0, "failed"),
    ],
)
def test_a_launcher_s_output(name: str, code: int, failed: int | None, ending: str) -> None:
    """Real output of Open MPI 4.1; of Slurm, what its manual and its users show."""
    text = (Path(__file__).parent / "outputs" / f"{name}.txt").read_text()
    launcher = shipped_launcher(name.partition("-")[0])
    ended = attributed(outcome(text, code), launcher, 3)
    assert ended.failed_rank == failed
    assert ended.ranks[failed or 0].ending == ending
    assert [end.stopped for end in ended.ranks] == [failed not in (None, r) for r in range(3)]
    assert launcher.tag
    for rank in (0, 1):
        assert ended.ranks[rank].output == f"hello err\nhello out {rank}\npart rest\n"
    assert "<stdout>" not in ended.output
    assert ended.output.count("hello out") == 2
    assert "1: hello out 1\n" in ended.labelled


def test_output_without_tags() -> None:
    ended = attributed(outcome("a\nb\n", 1), Launcher(name="own", command="x {program}"), 2)
    assert ended.output == "a\nb\n"
    assert [end.output for end in ended.ranks] == ["", ""]
    assert ended.failed_rank is None


@pytest.fixture
def refused(legion: LegionRuntime) -> Callable[..., str]:
    """Return what is said about a run of several ranks that cannot work."""

    def refuse(launcher: Launcher = LOCAL, **changes: str) -> str:
        with pytest.raises(MapcError) as caught:
            require_ranks(replace(legion, **changes), machine(2, 1), launcher)  # type: ignore[arg-type]
        (told,) = caught.value.diagnostics
        assert told.help
        return f"{told.code.id} {told.message}"

    return refuse


@pytest.mark.needs_legion
def test_refusals(refused: Callable[..., str], legion: LegionRuntime) -> None:
    none = refused(network="", release="26.6.1")
    assert none == (
        "MAP641 2 ranks are asked for, but the wheel 26.6.1 was built without a network"
    )
    other = refused(network="gasnetex", release="")
    assert other.startswith("MAP641 2 ranks are asked for, but the Legion in ")
    assert other.endswith("was built without UCX, with which mapc starts ranks itself")
    gone = Launcher(name="command", command="no-such-launcher -n {ranks} {program}")
    assert refused(gone).startswith("MAP711 the ranks are to be started with `no-such-launcher`")
    here = Launcher(name="command", command="env {program}")
    require_ranks(replace(legion, network="gasnetex"), machine(2, 1), here)
    require_ranks(replace(legion, network=""), machine(1, 1), LOCAL)
