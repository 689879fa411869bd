"""Both sides of the overhead benchmark: programs, generated mappers, and mappers by hand, built."""

from dataclasses import dataclass
from pathlib import Path

from mapc.codegen.generate import generate
from mapc.legion.app_build import build_application
from mapc.legion.app_file import find_application
from mapc.legion.build_cache import Recipe, build, digest_of
from mapc.legion.compile import build_mapper
from mapc.legion.launch import LaunchSpec, launch
from mapc.legion.outcome import Outcome
from mapc.legion.prebuilt import base_flags
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.load import load_policy
from mapc.resources import resource
from mapc.text import Reporter, Source

HERE = Path(__file__).resolve().parent
_EXPERT = HERE.parents[1] / "apps" / "circuit" / "expert.mapl"
_CIRCUIT = "-npp 50 -wpp 100 -p 4 -pps 1 -i 1 -prune 1 -l {loops}"
_MATMUL = "-points 8 -block 2 -steps {loops}"
# Without physical tracing mappers are asked in every loop. Kernel threads, because a profiler
# cannot follow Realm's own switching of stacks.
_MACHINE = (
    "-ll:cpu {cpus} -ll:util 1 -ll:csize 256 -ll:networks none -ll:force_kthreads "
    "-logfile stderr -lg:no_auto_tracing -lg:no_physical_tracing"
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One program with two mappers that decide alike."""

    name: str
    program: Path
    arguments: str
    generated: Path
    by_hand: Path

    def sides(self) -> tuple[Path, Path]:
        return self.generated, self.by_hand

    def command(self, loops: int, *more: str, cpus: int = 2) -> tuple[str, ...]:
        """Return the command line of a run with so many loops."""
        arguments = self.arguments.format(loops=loops).split()
        return (str(self.program), *arguments, *_MACHINE.format(cpus=cpus).split(), *more)

    def shown(self, loops: int) -> str:
        """Return the command line for people: without folders."""
        return " ".join([self.program.name, *self.command(loops)[1:]])


def circuit() -> Pair:
    """Return the circuit with `expert.mapl`, and with what an expert wrote for it."""
    runtime = find_runtime()
    return Pair(
        name="circuit",
        program=build_application(find_application("circuit"), runtime).binary,
        arguments=_CIRCUIT,
        generated=_generated(_EXPERT, "circuit", runtime),
        by_hand=library(HERE / "mappers" / "circuit_by_hand.cc"),
    )


def matmul() -> Pair:
    """Return the matrix multiplication on a two-dimensional launch."""
    runtime = find_runtime()
    return Pair(
        name="matmul",
        program=_program(HERE / "programs" / "matmul2d.cc", runtime),
        arguments=_MATMUL,
        generated=_generated(HERE / "policies" / "matmul.mapl", "matmul", runtime),
        by_hand=library(HERE / "mappers" / "matmul_by_hand.cc"),
    )


def run(command: tuple[str, ...], *libraries: Path, **environment: str) -> Outcome:
    """Run a program with libraries loaded before its own; it must succeed."""
    runtime = find_runtime()
    outcome = launch(
        LaunchSpec(
            command=command,
            environment={
                "LD_PRELOAD": ":".join(map(str, libraries)),
                "LD_LIBRARY_PATH": ":".join(map(str, runtime.ld_library_path)),
                **environment,
            },
            timeout=120,
        )
    )
    assert outcome.exit_code == 0, outcome.output
    return outcome


def library(source: Path) -> Path:
    """Return a library that is loaded before a program's own ones."""
    runtime = find_runtime()
    return _built(source, f"lib{source.stem}.so", (*base_flags(runtime), "-O2", "-shared"), runtime)


def _program(source: Path, runtime: LegionRuntime) -> Path:
    flags = ("-std=c++17", "-O2", "-rdynamic", *runtime.compile_flags)
    return _built(source, source.stem, flags, runtime)


def _built(source: Path, output: str, flags: tuple[str, ...], runtime: LegionRuntime) -> Path:
    toolchain = find_toolchain()
    headers = [
        *source.parent.glob("*.h"),
        resource("backends", "legion", "include", "mapc") / "preload.h",
    ]
    entry = build(
        Recipe(
            command=(
                *toolchain.command, *flags, "-Wall", "-Wextra", "-Werror", f"-I{source.parent}",
            ),
            source_name=source.name,
            source=source.read_text(),
            output=output,
            tail=(*runtime.link_flags, "-ldl"),
            inputs=(toolchain.identity, runtime.identity, digest_of(headers)),
        )
    )  # fmt: skip
    assert entry.ok, entry.text
    assert entry.output is not None
    return entry.output


def _generated(policy_file: Path, name: str, runtime: LegionRuntime) -> Path:
    report = Reporter()
    policy = load_policy(Source(policy_file.name, policy_file.read_text()), report)
    assert policy is not None, "".join(d.render() for d in report.diagnostics)
    built = build_mapper(generate(policy, name=name).text, name, runtime=runtime)
    assert built.library is not None, built.text
    return built.library
