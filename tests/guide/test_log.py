"""Header and end of a saved log are read as its programs mean them."""

import pytest

from mapc.guide.log import raw_log, records_in
from mapc.guide.status import StatusKind


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("x\n[exit code 0, wall 1.5 s]\n", StatusKind.OK, 0),
        ("x\n[exit code 139]", StatusKind.SIGNAL, 11),
        ("x\n[exit code -6]", StatusKind.SIGNAL, 6),
        ("x\n[exit code 3]", StatusKind.EXIT, 3),
        ("x\n[exit code 255]", StatusKind.EXIT, 255),
        ("x\n[exit code 124, wall 12.06 s]", StatusKind.TIMEOUT, 0),
        ("exit status: 1\n", StatusKind.EXIT, 1),
        # The rank that died explains the ranks that waited, and those that ended well.
        ("rank rc=139\nrank rc=124\nwall 20\n", StatusKind.SIGNAL, 11),
        ("rank rc=0\nrank rc=1\nrank rc=0\n", StatusKind.EXIT, 1),
        ("rank rc=0\nrank rc=124\n", StatusKind.TIMEOUT, 0),
        ("rank rc=0\nrank rc=0\n", StatusKind.OK, 0),
        ("the program says exit code 3\n", StatusKind.UNKNOWN, 0),
        ("", StatusKind.UNKNOWN, 0),
    ],
)
def test_how_it_ended(text: str, kind: StatusKind, value: int) -> None:
    status = raw_log(text).status
    assert (status.kind, status.value) == (kind, value)


def test_the_command_and_its_flags() -> None:
    log = raw_log("$ ./app -ll:csize 256 -ll:csize 512 'two words' -ll:fsize\nx\n")
    assert log.command[-2] == "two words"
    assert log.flag("-ll:csize") == "512"
    assert log.flag("-ll:fsize") is None
    assert raw_log("$ ./app 'open\n").command == ("./app", "'open")


def test_records_are_found_behind_prefixes_and_in_spite_of_damage() -> None:
    text = (
        '[0 - 7f] 0.1 {2}{mapc}: {"event":"loaded","ranks":1}\r\n'
        '{"event": "task", "task": "a"} trailing\n'
        '{"event":"cut\n'
        '{"event":3}\n'
        '["event"]\n'
    )
    assert [r["event"] for r in records_in(raw_log(text))] == ["loaded", "task"]


def test_long_lines_are_read_around_the_part() -> None:
    log = raw_log("a" * 9000 + "needle" + "b" * 9000)
    ((offset, line),) = log.lines_with("needle", 3)
    assert offset == 0
    assert len(line) == 4000
    assert "needle" in line
