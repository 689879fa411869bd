"""The journal: nothing that was paid for is lost, whatever happens to the process."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.text import MapcError
from mapc.tune.journal import Journal, is_same_run, read
from mapc.tune.trial import Measurement, Trial

HEADER = {"application": "circuit", "seed": 0}


def trial(number: int, policy: str = "") -> Trial:
    return Trial(
        number=number,
        policy=policy,
        signature=f"s{number}",
        reason="because",
        seed=0,
        outcome_class="ok",
        samples=(1.5, 2.5),
        candidate=(0, 1),
        versions={"mapc": "0"},
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "journal.jsonl"


def test_what_is_written_is_read(path: Path) -> None:
    journal = Journal.open(path, HEADER)
    measurement = Measurement(
        label="expert", round=0, after=2, policy="", score=1.0, outcome_class="ok"
    )
    journal.add_observation(({"event": "seen", "task": "a"},))
    journal.add_trial(trial(0))
    journal.add_trial(trial(1, 'Task "ä" CPU;\n'))
    journal.add_measurement(measurement)
    assert read(path) == journal.contents
    assert journal.contents.trials == (trial(0), trial(1, 'Task "ä" CPU;\n'))
    assert journal.contents.measurements == (measurement,)
    assert journal.contents.observation == ({"event": "seen", "task": "a"},)
    journal.close()


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(min_value=0, max_value=2000))
def test_a_journal_cut_anywhere_keeps_every_whole_line(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After kill -9 in the middle of a write: the torn line goes, all lines before it stay."""
    path = tmp_path_factory.mktemp("cut") / "journal.jsonl"
    journal = Journal.open(path, HEADER)
    for number in range(4):
        journal.add_trial(trial(number))
    journal.close()
    data = path.read_bytes()[:cut]
    path.write_bytes(data)
    whole = max(0, data.count(b"\n") - 1)

    again = Journal.open(path, HEADER)
    assert [t.number for t in again.contents.trials] == list(range(whole))
    again.add_trial(trial(whole))
    again.close()
    assert [t.number for t in read(path).trials] == list(range(whole + 1))


def test_two_tuners_do_not_share_a_run(path: Path) -> None:
    journal = Journal.open(path, HEADER)
    with pytest.raises(MapcError, match="another tuner"):
        Journal.open(path, HEADER)
    journal.close()
    Journal.open(path, HEADER).close()


def test_other_settings_are_refused(path: Path) -> None:
    Journal.open(path, HEADER).close()
    with pytest.raises(MapcError, match="another seed"):
        Journal.open(path, {**HEADER, "seed": 1})


@pytest.mark.parametrize("line", ["{", "[]", '{"type":"trial"}', '{"type":"nonsense"}', ""])
def test_damage_in_the_middle_is_named(path: Path, line: str) -> None:
    journal = Journal.open(path, HEADER)
    journal.add_trial(trial(0))
    journal.close()
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], line, lines[1]]) + "\n")
    with pytest.raises(MapcError, match="line 2 of"):
        read(path)


def test_lines_are_plain_json(path: Path) -> None:
    journal = Journal.open(path, HEADER)
    journal.add_trial(trial(0, "Task a CPU;\n"))
    journal.close()
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert records[0] == {"type": "run", "version": 1, **HEADER}
    assert records[1]["policy"] == "Task a CPU;\n"
    assert records[1]["samples"] == [1.5, 2.5]


@pytest.mark.parametrize("left", ["", '{"type":"ru'])
def test_a_tuner_killed_before_its_first_line_is_resumed(path: Path, left: str) -> None:
    path.parent.mkdir()
    path.write_text(left)
    assert is_same_run(read(path).header, HEADER)
    Journal.open(path, HEADER).close()
    assert is_same_run(read(path).header, HEADER)
    assert not is_same_run(read(path).header, {**HEADER, "seed": 1})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MapcError, match="cannot write"):
        Journal.open(tmp_path / "file" / "run" / "journal.jsonl", HEADER)
