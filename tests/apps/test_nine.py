"""All nine applications: right answers everywhere, as their `app.toml` describes them."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import find_application, find_preset, known_applications
from mapc.legion.machines import find_machine, find_site
from mapc.legion.names import names_of
from mapc.legion.runtime import find_runtime
from mapc.passes.pipeline import map_policy
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source
from mapc.tune.evaluate import Evaluator, Verdict

NINE = known_applications()
ON_TWO_RANKS = ("circuit", "stencil", "cannon", "johnson")
POLICIES = ("expert", "naive")
LIMIT_SECONDS = 180  # of the nine smoke runs together


@cache
def built(name: str) -> BuiltApplication:
    return build_application(find_application(name), find_runtime())


def policy_of(name: str, policy: str) -> str:
    return (find_application(name).folder / f"{policy}.mapl").read_text()


def run(name: str, policy: str, machine: str, ranks: int = 1) -> Verdict:
    """Run the smoke preset; every run is under Legion's checks of mappers (`-lg:safe_mapper`)."""
    app = find_application(name)
    site = find_site(machine, ranks)
    evaluator = Evaluator(
        application=built(name),
        runtime=find_runtime(),
        machine=site.machine,
        arguments=tuple(find_preset(app, "smoke").args),
        graph=names_of(app),
        launcher=site.launcher,
    )
    checked = evaluator.check(policy, f"{name}.mapl")
    verdict = evaluator.run(evaluator.prepare(checked))
    told = [d.render() for d in verdict.diagnostics]
    assert verdict.outcome_class == "ok", (told, verdict.outcome and verdict.outcome.output[-2000:])
    assert verdict.score is not None
    assert verdict.score > 0
    return verdict


@pytest.mark.needs_legion
@pytest.mark.slow
def test_nine_smoke_runs(mapc: Any, tell: Callable[[str], None]) -> None:
    """As users run them, on the cores of this machine; all together in less than three minutes."""
    for name in NINE:
        built(name)
    failed: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for name in NINE:
        policy = find_application(name).folder / "expert.mapl"
        started = time.monotonic()
        how = ("--machine", "host", "--preset", "smoke", "--format", "json")
        done = mapc("run", name, "--mapping", policy, *how)
        seconds[name] = time.monotonic() - started
        if done.returncode != 0 or json.loads(done.stdout)["class"] != "ok":
            failed[name] = done.stdout + done.stderr
    assert failed == {}
    total = sum(seconds.values())
    each = ", ".join(f"{name} {spent:.1f}" for name, spent in seconds.items())
    tell(f"nine smoke runs on host: {total:.0f} s ({each})")
    assert total < LIMIT_SECONDS


@pytest.mark.needs_legion
@pytest.mark.slow
@pytest.mark.parametrize("name", NINE)
def test_default_mapper(name: str) -> None:
    """Without a policy Legion's own mapper decides everything."""
    run(name, "", "host")


@pytest.mark.needs_legion
@pytest.mark.slow
@pytest.mark.parametrize("name", NINE)
def test_emulated_gpus(name: str, tell: Callable[[str], None]) -> None:
    """The expert's mapper uses the GPUs, and everything is as `app.toml` says."""
    verdict = run(name, policy_of(name, "expert"), "p100x4")
    assert verdict.counters["kernels"] > 0
    seen = [record for record in verdict.records if record["event"] == "seen"]
    compared = [described_as_seen(name, record) for record in seen]
    requirements = sum(len(record["requirements"]) for record in seen)
    tell(f"{name}: {len(compared)} tasks with {requirements} requirements are as described")


def described_as_seen(name: str, record: dict[str, Any]) -> str:
    """Check what `app.toml` says of a task against what the mapper was given."""
    table = find_application(name).file.tasks[record["task"]]
    assert {kind.value for kind in table.variants} == set(record["variants"]), record
    assert table.launch in ("both", "index" if record["index"] else "single"), record
    assert table.requirements is not None
    assert len(table.requirements) == len(record["requirements"]), record
    for told, real in zip(table.requirements, record["requirements"], strict=True):
        said = [told.region, told.partition, told.parent]
        names = list(dict.fromkeys(real["names"]))  # parts may be called as what they are part of
        assert [n for n in dict.fromkeys(said) if n] == names, (record["task"], real)
        assert told.privilege.value == real["privilege"], (record["task"], real)
        assert set(told.fields) <= set(real["fields"]), (record["task"], real)
    return str(record["task"])


@pytest.mark.needs_legion
@pytest.mark.slow
@pytest.mark.parametrize("name", ON_TWO_RANKS)
def test_two_ranks(name: str) -> None:
    """Two processes, each with its memory and its cores, under control replication."""
    verdict = run(name, policy_of(name, "expert"), "host", ranks=2)
    assert verdict.outcome is not None
    assert len(verdict.outcome.ranks) == 2


@pytest.mark.parametrize("machine", ["host", "p100x4", "p100x4-2n"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", NINE)
def test_nothing_is_said_of_the_policies(name: str, policy: str, machine: str) -> None:
    """They are examples: neither errors nor warnings, on whatever machine."""
    app = find_application(name)
    reporter = Reporter()
    loaded = load_policy(Source(f"{policy}.mapl", policy_of(name, policy)), reporter)
    assert loaded is not None
    map_policy(loaded, reporter, graph=names_of(app), machine=find_machine(machine))
    assert [d.render() for d in reporter.diagnostics] == []


@pytest.mark.parametrize("name", NINE)
def test_every_task_and_region_is_described(name: str) -> None:
    app = find_application(name)
    graph = names_of(app)
    assert graph.complete
    assert set(app.file.names.tasks) == set(app.file.tasks)
    listed = set(app.file.names.regions)
    assert {n for t in graph.tasks for r in t.requirements for n in r.names} <= listed
    assert set(app.file.presets) >= {"smoke", "default", "paper", "emulated"}
