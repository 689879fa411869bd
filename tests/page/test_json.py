"""The JSON of `mapc inspect`, and the command's other products."""

import json
from pathlib import Path

from mapc.graph.mapping import Mapping
from tests.conftest import Mapc


def test_json_keeps_the_contract(mapping: Mapping) -> None:
    product = json.loads(json.dumps(mapping.to_json()))
    assert set(product) == {"tasks", "idle"}
    keys = {"processors", "index_map", "single_map", "limit", "replicate", "arguments", "lines"}
    for task in product["tasks"].values():
        assert set(task) == keys
        for argument in task["arguments"].values():
            assert set(argument) == {"memories", "layout", "collect"}
    a = product["tasks"]["a"]
    assert a["processors"] == ["GPU", "CPU"]
    assert a["index_map"] == "f"
    assert a["limit"] is None
    assert a["replicate"] is False
    # Of two arguments with one name the second goes by its number.
    assert a["arguments"]["r"]["memories"] == {"GPU": ["FBMEM", "ZCMEM"]}
    assert set(a["arguments"]) == {"r", "1"}
    assert (a["arguments"]["r"]["collect"], a["arguments"]["1"]["collect"]) == (True, False)
    assert a["arguments"]["r"]["layout"]["FBMEM"] == {
        "fields": "SOA", "order": "C", "align": None, "exact": False, "compact": False,
    }  # fmt: skip
    assert product["tasks"]["b<i>"]["limit"] == 2
    assert product["idle"] == [
        {
            "line": 6,
            "text": "Region a r GPU ZCMEM;",
            "reason": "line 5 is for the same and comes first",
        },
        {
            "line": 7,
            "text": "Region * x GPU FBMEM;",
            "reason": "the application has no region `x`",
        },
        {
            "line": 15,
            "text": "def unused(Task t) { return m[0, 0]; }",
            "reason": "nothing that decides uses it",
        },
    ]


def test_command(tmp_path: Path) -> None:
    mapc = Mapc(tmp_path)
    policy = tmp_path / "p.mapl"
    policy.write_text("Task a CPU;\nTask a GPU;\n")
    shown = mapc("inspect", policy)
    assert shown.stdout.endswith(
        "never decides anything\n  line 2: Task a GPU;\n"
        "    line 1 is for the same and comes first\n"
    )
    product = json.loads(mapc("inspect", policy, "--format", "json").stdout)
    assert [one["line"] for one in product["idle"]] == [2]
    failed = mapc("inspect", policy, "-o", policy / "p.txt")
    assert failed.returncode == 3
    assert "MAP707" in failed.stderr
