"""The commands as scripts see them: exit codes, streams, JSON shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from mapc.resources import resource
from mapc.text.codes import CODES

POLICY = """\
Task * GPU, CPU;
Region * ghost GPU ZCMEM, FBMEM;
Layout * * * SOA C_order;
InstanceLimit solve 2;
m = Machine(GPU);
def block(Task t) { return m[*(t.ipoint * m.size / t.ispace)]; }
IndexTaskMap solve block;
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "p.mapl"
    path.write_text(POLICY)
    return path


def test_check(mapc: Any, policy: Path) -> None:
    done = mapc("check", policy)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no errors" in done.stdout


def test_check_json(mapc: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.mapl"
    path.write_text("Region * * GPU SYSMEM;\n")
    done = mapc("check", path, "--format", "json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["diagnostics"]
    assert (found["code"], found["line"], found["column"]) == ("MAP402", 1, 16)
    assert found["severity"] == "error"
    assert found["help"]


def test_check_against_an_application(mapc: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.mapl"
    path.write_text("Task update_voltage CPU;\nRegion * rp_gost * SYSMEM;\n")
    done = mapc("check", path, "--app", "circuit")
    assert done.returncode == 0
    assert "did you mean `update_voltages`?" in done.stderr
    assert "did you mean `rp_ghost`?" in done.stderr


def test_place_json(mapc: Any, policy: Path) -> None:
    done = mapc(
        *("place", policy, "--task", "solve", "--nodes", "2", "--procs", "2"),
        *("--domain", "4,2", "--format", "json"),
    )
    answer = json.loads(done.stdout)
    assert answer["task"] == "solve"
    assert answer["function"] == "block"
    assert (answer["nodes"], answer["procs"], answer["domain"]) == (2, 2, [4, 2])
    assert answer["points"][5] == {"point": [2, 1], "targets": [[1, 1]]}


def test_place_fails_on_a_point(mapc: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.mapl"
    path.write_text(POLICY.replace("/ t.ispace", ""))
    done = mapc("place", path, "--task", "solve", "--domain", "4,2", "--format", "json")
    assert done.returncode == 1
    assert "error[MAP509]" in done.stderr
    assert "(0, 1)" in done.stderr
    assert "help:" in done.stderr


def test_place_cases(mapc: Any, policy: Path, tmp_path: Path) -> None:
    """Answers come in the order of the cases; a failing one holds its diagnostic."""
    cases = [
        {"task": "solve", "nodes": 1, "procs": 2, "domain": [2, 2]},
        {"task": "other", "nodes": 1, "procs": 2, "domain": [2, 2]},
        {"task": "solve", "nodes": 0, "procs": 2, "domain": [2, 2]},
        {"task": "solve", "nodes": 1, "procs": 2, "domain": [2]},
        3,
    ]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    answers = json.loads(mapc("place", policy, "--cases", path).stdout)
    assert len(answers) == len(cases)
    assert answers[0]["points"][1] == {"point": [0, 1], "targets": [[0, 1]]}
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes == [None, "MAP812", "MAP811", "MAP318", "MAP811"]


def test_inspect_json(mapc: Any, policy: Path) -> None:
    tasks = json.loads(mapc("inspect", policy, "--format", "json").stdout)["tasks"]
    solve = tasks["solve"]
    assert solve["processors"] == ["GPU", "CPU"]
    assert solve["index_map"] == "block"
    assert solve["single_map"] is None
    assert (solve["limit"], solve["replicate"]) == (2, False)
    ghost = solve["arguments"]["ghost"]
    assert ghost["memories"]["GPU"] == ["ZCMEM", "FBMEM"]
    assert ghost["layout"]["ZCMEM"]["order"] == "C"
    assert ghost["collect"] is False
    assert solve["lines"]["index_map"] == 7


@pytest.mark.parametrize("stage", ["tokens", "ast", "policy", "graph", "mapping", "cxx"])
def test_emit(mapc: Any, policy: Path, stage: str) -> None:
    done = mapc("build", policy, "--emit", stage)
    assert done.returncode == 0, done.stderr
    assert "solve" in done.stdout


def test_build_writes_once_and_tells_make(mapc: Any, policy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    out, deps, stamp = folder / "p_mapper.cc", folder / "p.d", folder / "p.stamp"
    arguments = ("build", policy, "-o", out, "--depfile", deps, "--vendor")
    assert mapc(*arguments).returncode == 0
    product = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert sorted(path.name for path in product) == ["mapc_support.h", "p.d", "p_mapper.cc"]
    assert '#include "mapc_support.h"\n' in out.read_text()
    first, *others = deps.read_text().replace(" \\\n", "").splitlines()
    assert first.startswith(f"{out}:  {policy}  ".replace("a folder", "a\\ folder"))
    for part in ("mapper.cc.j2", "mapl.lark", "codegen/vendor.py", "include/mapc/mapper.h"):
        assert f"/{part}  " in first
    assert others == []

    assert mapc(*arguments).returncode == 0
    written = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert written == product, "an unchanged product is not written again"

    assert mapc("build", policy, "-o", out, "--depfile", deps, "--stamp", stamp).returncode == 0
    assert "mapc/generated.h" in out.read_text()
    assert deps.read_text().startswith(f"{stamp}:".replace("a folder", "a\\ folder"))
    assert "include/mapc/" not in deps.read_text(), "what is only included is not in the product"
    before = stamp.stat().st_mtime_ns
    arguments = ("build", policy, "-o", out, "--depfile", deps, "--stamp", stamp, "--phony")
    assert mapc(*arguments).returncode == 0
    assert stamp.stat().st_mtime_ns > before
    assert "\n\n" in deps.read_text()
    rules = deps.read_text().partition("\n\n")[2].split("\n\n")
    assert all(rule.rstrip("\n").endswith(":") for rule in rules)
    assert f"{policy}:" not in rules


def test_build_takes_a_name(mapc: Any, policy: Path) -> None:
    done = mapc("build", policy, "--name", "other")
    assert 'extern "C" void mapc_register_other()' in done.stdout


def test_how_to_build_with_legion(mapc: Any) -> None:
    assert mapc("cmake-dir").stdout.strip() == str(resource("backends", "legion", "cmake"))
    done = mapc("legion", "json", Legion_ROOT="/nowhere")
    assert done.returncode == 3
    assert "MAP704" in done.stderr


def test_usage_errors(mapc: Any, policy: Path, tmp_path: Path) -> None:
    cases = [
        ("check", tmp_path / "missing.mapl"),
        ("check", policy, "--app", "circiut"),
        ("check", policy, "--machine", "nowhere"),
        ("run", "circuit", "--preset", "huge"),
        ("tune", "circuit", "--time", "soon"),
        ("place", policy, "--task", "solve", "--domain", "x"),
        ("build", policy, "--vendor"),
        ("build", policy, "-o", tmp_path / "x", "--emit", "graph", "--vendor"),
        ("build", policy, "--depfile", tmp_path / "x.d"),
        ("runs", "show", "nothing"),
        ("frobnicate",),
    ]
    for arguments in cases:
        done = mapc(*arguments)
        assert done.returncode == 2, (arguments, done)
        assert "Traceback" not in done.stderr
        assert done.stderr


def test_unreadable_bytes_are_named(mapc: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.mapl"
    path.write_bytes(b"\xef\xbb\xbfTask a CPU;\n# caf\xe9\n")
    done = mapc("check", path)
    assert done.returncode == 1
    assert "error[MAP102]: byte 0xe9 is not valid UTF-8" in done.stderr
    assert f"{path}:2:6" in done.stderr


def test_explain_knows_every_code(mapc: Any) -> None:
    done = mapc("explain", "map610")
    assert done.returncode == 0
    assert "MAP610" in done.stdout
    assert mapc("explain", "MAP999").returncode == 2
    assert all(code.summary for code in CODES.values())


def test_doctor_changes_nothing(mapc: Any, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    done = mapc("doctor", MAPC_CACHE=str(cache))
    assert "C++ compiler" in done.stdout
    assert "Legion" in done.stdout
    assert not cache.exists()


def test_no_compiler_is_one_clear_sentence(mapc: Any, tmp_path: Path) -> None:
    done = mapc("doctor", CXX="no-such-compiler")
    assert done.returncode == 3
    assert "missing" in done.stdout
    done = mapc("run", "circuit", CXX="no-such-compiler")
    assert done.returncode == 3
    assert "MAP701" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_network_is_one_clear_sentence(mapc: Any, tmp_path: Path) -> None:
    done = mapc(
        *("run", "circuit"),
        MAPC_CACHE=str(tmp_path / "cache"),
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL="",
        PIP_RETRIES="0",
        PIP_CONFIG_FILE="/dev/null",
    )
    assert done.returncode == 3
    assert "MAP702" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_output_that_cannot_be_written_is_named(mapc: Any, policy: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = mapc("build", policy, "-o", tmp_path / "file" / "x.cc")
    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
