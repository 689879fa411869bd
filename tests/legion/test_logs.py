"""Reading the log: heads, details of errors, the mapper's own records."""

from mapc.legion.capture import Capture
from mapc.legion.logs import Level, log_records, mapper_records

OUTPUT = """\
[0 - 7fbb8fd92000]    0.000000 {4}{gpu}: cuInit(0) returned 100
program output
[3 - 7f31be8d5000]   12.375262 {5}{legion}: LEGION MAPPER EXCEPTION: no slices for fill (ID 12).
-----------------------------------
Task Tree Trace:
[0]<0,(0)>: top_level(UID: 2)

-----------------------------------
Backtrace:
\x1b[34m0x00007f31c29081c3\x1b[0m at \x1b[32mliblegion.so\x1b[0m
[1f - 7f31be8d5000]    0.500000 {3}{mapc}: {"record": "task", "name": "fill"}
more output
[0 - 7f31be8d5000]    0.500000 {3}{mapc}: {"record": "ta
[0 - 7f31be8d5000]    0.500000 {3}{mapc}: 17 is no record
[0 - 7f31be8d5000]    0.500000 {3}{other}: {"record": "not ours"}
"""


def test_records() -> None:
    records = log_records(OUTPUT)
    assert [r.category for r in records] == ["gpu", "legion", "mapc", "mapc", "mapc", "other"]
    first, error = records[:2]
    assert (first.level, first.rank, first.line) == (Level.WARNING, 0, 1)
    assert first.details == ()
    assert (error.level, error.rank, error.seconds) == (Level.ERROR, 3, 12.375262)
    assert error.text.startswith("LEGION MAPPER EXCEPTION: no slices")
    assert "[0]<0,(0)>: top_level(UID: 2)" in error.details
    assert error.details[-1] == "0x00007f31c29081c3 at liblegion.so"
    assert records[2].rank == 0x1F


def test_mapper_records_survive_broken_lines() -> None:
    assert mapper_records(OUTPUT) == ({"record": "task", "name": "fill"},)


def test_nothing_to_read() -> None:
    assert log_records("") == ()
    assert mapper_records("plain\n[0 - zz] nothing\n") == ()


def test_capture_joins_pieces_of_lines() -> None:
    capture = Capture(1000)
    for stream, data in [(1, b"a"), (2, b"x\ny"), (1, b"b\nc"), (2, b"z\n")]:
        capture.feed(stream, data)
    assert capture.finish() == "x\nab\nyz\nc\n"


def test_capture_keeps_the_end_however_it_arrives() -> None:
    for pieces in ([b"x" * 70 + b"\n"] * 50, [b"".join([b"x" * 70 + b"\n"] * 50)]):
        capture = Capture(1000)
        capture.feed(1, b"first\n")
        for piece in pieces:
            capture.feed(1, piece)
        capture.feed(1, b"last\n")
        text = capture.finish()
        assert text.startswith("first\n")
        assert text.endswith("x\nlast\n")
        assert capture.dropped == 50 * 71 + 11 - 1000


def test_capture_of_an_endless_line() -> None:
    capture = Capture(100_000)
    for _ in range(100):
        capture.feed(1, b"x" * 10_000)
    text = capture.finish()
    assert len(text) < 300_000
    assert capture.dropped > 700_000
