"""What a run saw, merged into what the sources say."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mapc.analyze.observed import with_run
from mapc.analyze.overview import as_text
from mapc.analyze.result import (
    Analysis,
    LaunchFacts,
    LaunchRun,
    RequirementFacts,
    TaskFacts,
    TaskRun,
)

LAUNCH = LaunchFacts(
    kind="index",
    task="step",
    inside="main",
    dim=1,
    file="a.cc",
    line=3,
    requirements=(RequirementFacts(index=0, region="r", privilege="READ_ONLY", fields=("f",)),),
)
TASKS = (
    TaskFacts(name="main", id=1, function="main", top_level=True),
    TaskFacts(name="step", id=2, function="step"),
    TaskFacts(name="rare", id=3, function="rare"),
)
SOURCE = Analysis(tasks=TASKS, launches=(LAUNCH,))


def seen(task: str, domain: tuple[int, ...] = (), parent: str | None = "main") -> dict[str, Any]:
    requirements = [
        {"index": 0, "names": ["r"], "privilege": "READ_ONLY", "fields": ["f"], "bytes": 80}
    ]
    return {
        "event": "seen", "task": task, "id": 9, "variants": ["CPU"], "index": bool(domain),
        "domain": list(domain), "parent": parent, "requirements": requirements,
    }  # fmt: skip


def timing(task: str, count: int) -> dict[str, Any]:
    return {"event": "timing", "task": task, "count": count, "timed": count, "seconds": 0.5}


def test_a_domain_is_filled_in() -> None:
    records = [seen("main", parent=None), seen("step", (8,)), timing("step", 16), timing("step", 8)]
    found = with_run(SOURCE, records)
    (launch,) = found.launches
    assert (launch.domain, launch.domain_origin, launch.origin) == ((8,), "run", "source")
    assert launch.seen == LaunchRun(domains=((8,),), bytes=(80,))
    by_name = {task.name: task for task in found.tasks}
    assert by_name["step"].seen == TaskRun(count=24, seconds=1.0), "of all ranks"
    assert by_name["main"].seen == TaskRun()
    assert by_name["rare"].seen is None, "it never ran"
    assert found.notes == ()


def test_what_sources_say_stays() -> None:
    source = Analysis(tasks=TASKS, launches=(_with(domain=(4,)),))
    (launch,) = with_run(source, [seen("step", (8,))]).launches
    assert (launch.domain, launch.domain_origin) == ((4,), "source")
    assert launch.seen == LaunchRun(domains=((8,),), bytes=(80,))


def test_several_domains_are_none() -> None:
    (launch,) = with_run(SOURCE, [seen("step", (8,)), seen("step", (4,))]).launches
    assert (launch.domain, launch.domain_origin) == ((), "source")
    assert launch.seen is not None
    assert launch.seen.domains == ((4,), (8,))


def test_another_dimension_is_another_launch() -> None:
    (launch,) = with_run(SOURCE, [seen("step", (2, 4))]).launches
    assert (launch.dim, launch.domain) == (1, ())
    unknown = Analysis(tasks=TASKS, launches=(_with(dim=None),))
    (launch,) = with_run(unknown, [seen("step", (2, 4))]).launches
    assert (launch.dim, launch.domain) == (2, (2, 4))


def test_what_the_sources_miss() -> None:
    records = [seen("main", parent=None), seen("step", (8,)), seen("step"), seen("new", parent="x")]
    found = with_run(SOURCE, records)
    assert [(one.task, one.kind, one.origin) for one in found.launches] == [
        ("step", "index", "source"), ("new", "single", "run"), ("step", "single", "run")
    ]  # fmt: skip
    assert found.launches[1].requirements[0].names == ("r",)
    assert [task.name for task in found.tasks if task.origin == "run"] == ["new"]
    assert [note.what for note in found.notes] == [
        "the task new was seen in the run only",
        "a launch of new in x was seen in the run only",
        "a launch of step in main was seen in the run only",
    ]
    text = as_text(found)
    assert "task new, 9 (seen in the run only)" in text
    assert (
        "by main, 8 points in the run   (a.cc:3)\n    0  r  READ_ONLY  f   (80 bytes a point)"
        in text
    )


def _with(**changes: Any) -> LaunchFacts:
    from dataclasses import replace

    return replace(LAUNCH, **changes)


NAMES = st.sampled_from(["main", "step", "rare", "new"])
RECORDS = st.lists(
    st.one_of(
        st.builds(seen, NAMES, st.lists(st.integers(1, 9), max_size=2).map(tuple), NAMES),
        st.builds(timing, NAMES, st.integers(0, 9)),
    ),
    max_size=8,
)


@given(RECORDS)
def test_nothing_is_lost(records: list[dict[str, Any]]) -> None:
    """A run only adds: each launch of the sources is there, and each that was seen has a place."""
    found = with_run(SOURCE, records)
    assert [task.name for task in found.tasks][:3] == [task.name for task in TASKS]
    assert found.launches[0].requirements == LAUNCH.requirements
    shown = [one for one in records if one["event"] == "seen"]
    for record in shown:
        kind = "index" if record["index"] else "single"
        assert any(
            (one.task, one.inside, one.kind) == (record["task"], record["parent"], kind)
            for one in found.launches
        )
    assert with_run(SOURCE, []) == SOURCE
