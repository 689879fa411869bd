"""Scales of an emulated machine: an option before the preset, the preset before the machine."""

import pytest

from mapc.cli.modelled import problem_text, scaled
from mapc.legion.application import Preset
from mapc.legion.machines import find_machine

P100 = find_machine("p100x4")  # time scale 10
ALONE = Preset()
BOTH = Preset(data_scale=100, time_scale=2)


@pytest.mark.parametrize(
    ("preset", "time", "data", "expected"),
    [
        (ALONE, None, None, (10, 1)),
        (ALONE, 4.0, 50.0, (4, 50)),
        (BOTH, None, None, (2, 100)),
        (BOTH, 4.0, None, (4, 100)),
        (BOTH, None, 50.0, (2, 50)),
    ],
)
def test_who_decides(
    preset: Preset, time: float | None, data: float | None, expected: tuple[float, float]
) -> None:
    machine = scaled(P100, preset, time, data)
    assert (machine.time_scale, machine.data_scale) == expected


def test_they_are_told() -> None:
    assert problem_text(scaled(P100, BOTH, None, None), BOTH, ()) == (
        "computed: the application without arguments\n"
        "modelled: 100 bytes for each of its bytes; 2 real seconds are one modelled second\n"
    )


def test_real_machines_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    host = find_machine("host")
    assert scaled(host, BOTH, None, None) == host
    assert capsys.readouterr().err == ""
    assert scaled(host, BOTH, 3.0, None) == host
    assert "scales of time and data are not used" in capsys.readouterr().err
