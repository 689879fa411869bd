"""The flow of data of the circuit application, against what one reads in its sources."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.analyze.drawing import as_dot, shortened
from mapc.analyze.result import Analysis
from tests.analyze.applications import analysis_of

HERE = Path(__file__).parent
pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

BEFORE = """\
init_piece rp_ghost_ranges -> create_ghost_partition ghost_ranges: range
init_piece rp_wires -> init_pointers rp_wires: in_ptr, in_loc, out_ptr, out_loc
init_piece rp_private -> calculate_new_currents rp_private: node_voltage
init_piece rp_shared -> calculate_new_currents rp_shared: node_voltage
init_piece rp_shared -> calculate_new_currents rp_ghost: node_voltage
init_pointers rp_wires -> calculate_new_currents rp_wires: in_ptr, in_loc, out_ptr, out_loc
init_piece rp_wires -> calculate_new_currents rp_wires: inductance, resistance, wire_cap
init_piece rp_wires -> calculate_new_currents rp_wires: current_0…9, voltage_0…8
fill all_times -> calculate_new_currents rp_times: start
init_piece rp_private -> distribute_charge rp_private: charge
init_pointers rp_wires -> distribute_charge rp_wires: in_ptr, in_loc, out_ptr, out_loc
init_piece rp_private -> update_voltages rp_private: node_voltage
init_piece rp_shared -> update_voltages rp_shared: node_voltage, charge
init_piece rp_private -> update_voltages rp_private: node_cap, leakage
init_piece rp_shared -> update_voltages rp_shared: node_cap, leakage
fill all_times -> update_voltages rp_times: stop
"""
# Charges are reduced into shared and ghost nodes, which are the same nodes: both arrive in shared.
LOOP = """\
calculate_new_currents rp_wires -> distribute_charge rp_wires: current_0, current_9
distribute_charge rp_private -> update_voltages rp_private: charge
distribute_charge rp_shared -> update_voltages rp_shared: charge
distribute_charge rp_ghost -> update_voltages rp_shared: charge
"""
# Nobody but update_voltages writes voltages, so all voltages of the next iteration are its.
CARRIED = """\
update_voltages rp_private -> calculate_new_currents rp_private: node_voltage
update_voltages rp_shared -> calculate_new_currents rp_shared: node_voltage
update_voltages rp_shared -> calculate_new_currents rp_ghost: node_voltage
calculate_new_currents rp_wires -> calculate_new_currents rp_wires: current_0…9, voltage_0…8
calculate_new_currents rp_times -> calculate_new_currents rp_times: start
update_voltages rp_private -> distribute_charge rp_private: charge
update_voltages rp_private -> update_voltages rp_private: node_voltage
update_voltages rp_shared -> update_voltages rp_shared: node_voltage, charge
update_voltages rp_times -> update_voltages rp_times: stop
"""
AFTER = """\
calculate_new_currents rp_times -> get_elapsed rp_times: start
update_voltages rp_times -> get_elapsed rp_times: stop
update_voltages rp_private -> check rp_private: node_voltage
update_voltages rp_shared -> check rp_shared: node_voltage
calculate_new_currents rp_wires -> check rp_wires: current_0…9, voltage_0…8
calculate_new_currents rp_times -> print_summary rp_times: start
update_voltages rp_times -> print_summary rp_times: stop
"""


@pytest.fixture(scope="module")
def circuit() -> Analysis:
    return analysis_of("circuit")


def told(analysis: Analysis, *, carried: bool) -> list[str]:
    def end(kind: str, number: int, requirement: int) -> str:
        facts = (analysis.launches if kind == "launch" else analysis.operations)[number]
        used = facts.requirements[requirement]
        name = getattr(facts, "task", facts.kind)
        return f"{name} {used.partition or used.region}"

    return sorted(
        f"{end(f.writer_kind, f.writer, f.writer_requirement)} -> "
        f"{end(f.reader_kind, f.reader, f.reader_requirement)}: {shortened(f.fields)}"
        for f in analysis.flows
        if f.loop_carried is carried
    )


def test_flows_of_the_circuit(circuit: Analysis) -> None:
    assert told(circuit, carried=False) == sorted((BEFORE + LOOP + AFTER).splitlines())
    assert told(circuit, carried=True) == sorted(CARRIED.splitlines())
    assert all(flow.certain for flow in circuit.flows)


def test_the_circuit_drawn(circuit: Analysis, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "golden" / "circuit.dot", as_dot(circuit))
