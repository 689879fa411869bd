"""What commands say about emulated machines: their scales, and which problem a run stands for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mapc.cli.output import say

if TYPE_CHECKING:
    from mapc.graph.machine import Machine
    from mapc.legion.application import Preset


def scaled(
    machine: "Machine", preset: "Preset", time: float | None, data: float | None
) -> "Machine":
    """Return the machine at the scales of options, preset or its own; a real one has none."""
    if not machine.emulated and (time is not None or data is not None):
        say(f"{machine.name} is a real machine: scales of time and data are not used")
    return machine.at_scale(
        time=preset.time_scale if time is None else time,
        data=preset.data_scale if data is None else data,
    )


def problem_json(machine: "Machine", preset: "Preset", arguments: Sequence[str]) -> dict[str, Any]:
    """Return which problem was computed and which it stands for; nothing on a real machine."""
    if not machine.emulated:
        return {}
    return {
        "problem": {
            "computed": " ".join(arguments),
            "modelled": preset.models,
            "data_scale": machine.data_scale,
            "time_scale": machine.time_scale,
        }
    }


def problem_text(machine: "Machine", preset: "Preset", arguments: Sequence[str]) -> str:
    """Return the same in two lines."""
    if not machine.emulated:
        return ""
    data, time = f"{machine.data_scale:g}", f"{machine.time_scale:g}"
    stands = "itself" if machine.data_scale == 1 else f"{data} bytes for each of its bytes"
    if preset.models:
        stands = f"{preset.models} ({stands})"
    return (
        f"computed: {' '.join(arguments) or 'the application without arguments'}\n"
        f"modelled: {stands}; {time} real seconds are one modelled second\n"
    )
