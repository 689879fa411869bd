"""`mapc check`: what it prints, from where it reads, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REPLY = """Here is the policy, which keeps ghost cells near:

```mapl
Task * CPU;
Region * "rp ghost" * SYSMEM;
```

Tell me how it goes.
"""
PRINTS = """x = 3;
m = Machine(GPU);
print("x = {}, {}", x, (1,));
print("{}", m.volume);
def twice(int n) { print("in a function"); return 2 * n; }
print("{}", twice(x));
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_extract_prints_the_policy(mapc: Any) -> None:
    reply = write(mapc.folder, "reply.md", REPLY)
    done = mapc("check", "--extract", reply)
    assert done.returncode == 0, done.stderr
    assert done.stdout == 'Task * CPU;\nRegion * "rp ghost" * SYSMEM;\n'
    again = write(mapc.folder, "policy.mapl", done.stdout)
    assert mapc("check", again).returncode == 0


def test_without_extract_the_fence_is_explained_once(mapc: Any) -> None:
    done = mapc("check", write(mapc.folder, "reply.md", REPLY), "--format", "json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["diagnostics"]
    assert (found["code"], found["line"]) == ("MAP101", 3)
    assert "mapc check --extract" in found["help"]


def test_errors_of_an_extracted_policy_are_at_their_lines(mapc: Any) -> None:
    reply = write(mapc.folder, "reply.md", REPLY.replace("CPU;", "CPU"))
    done = mapc("check", "--extract", "--format", "json", reply)
    assert done.returncode == 1
    product = json.loads(done.stdout)
    assert [(d["code"], d["line"]) for d in product["diagnostics"]] == [("MAP111", 4)]
    assert product["policy"].startswith("Task * CPU\n")


def test_a_comment_of_an_extracted_policy_stays_whole(mapc: Any) -> None:
    text = "```\nTask * CPU; # one\x0ccomment\u2028line\n```\n"
    done = mapc("check", "--extract", write(mapc.folder, "reply.md", text))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Task * CPU; # one\x0ccomment\u2028line\n"


def test_standard_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mapc", "check", "-"],
        input="Task a gpu;\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 1
    assert "<stdin>:1:8" in done.stderr


def test_run_prints(mapc: Any) -> None:
    policy = write(mapc.folder, "prints.mapl", PRINTS)
    assert "x = 3" not in mapc("check", policy).stdout
    done = mapc("check", "--run-prints", policy)
    assert done.stdout == "x = 3, (1,)\n6\n"
    assert "line 4: this print depends on the machine" in done.stderr
    with_machine = mapc("check", "--run-prints", "--machine", "host", "--format", "json", policy)
    assert json.loads(with_machine.stdout)["prints"] == ["x = 3, (1,)", "0", "6"]


def test_a_fault_in_a_print_is_a_diagnostic(mapc: Any) -> None:
    text = 'm = Machine(GPU);\nprint("{}", 1 / (m.size[0] - m.size[0]));\n'
    policy = write(mapc.folder, "fault.mapl", text)
    assert mapc("check", "--run-prints", policy).returncode == 0
    assert "error[MAP350]" in mapc("check", "--machine", "host", policy).stderr
    done = mapc("check", "--run-prints", "--machine", "host", policy)
    assert done.returncode == 1
    assert "error[MAP350]" in done.stderr
