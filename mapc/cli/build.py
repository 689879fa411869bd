"""`mapc build`: turn a policy into a C++ mapper, or show one stage on the way."""

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.output import require_policy, say, show
from mapc.text import ExitCode, MapcError, Reporter

if TYPE_CHECKING:
    from mapc.policy.model import Policy


class Stage(StrEnum):
    """Where the compiler stops."""

    TOKENS = "tokens"
    AST = "ast"
    POLICY = "policy"
    GRAPH = "graph"
    MAPPING = "mapping"
    CXX = "cxx"
    SO = "so"


def build(
    file: Annotated[Path, typer.Argument(help="Policy file (.mapl).")],
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")] = None,
    emit: Annotated[Stage, typer.Option(help="Stop after this stage.")] = Stage.CXX,
    name: Annotated[
        str | None,
        typer.Option(help="The mapper's name, instead of the file's: mapc_register_NAME()."),
    ] = None,
    depfile: Annotated[Path | None, typer.Option(help="Make-style dependencies.")] = None,
    phony: Annotated[
        bool,
        typer.Option("--phony", help="Dependencies for make: they may disappear, as with g++ -MP."),
    ] = False,
    stamp: Annotated[
        Path | None,
        typer.Option(help="Touch this file at the end; the dependencies are then its own."),
    ] = None,
    source_map: Annotated[
        Path | None,
        typer.Option("--source-map", help="Write which policy line each C++ line belongs to."),
    ] = None,
    vendor: Annotated[
        bool,
        typer.Option("--vendor", help="Write a pair that needs Legion only: mapper and header."),
    ] = False,
) -> None:
    """Turn a policy into C++, a loadable mapper, or show one stage on the way.

    What is there already and would not change is not written again.

    Example: mapc build circuit.mapl -o circuit_mapper.cc --vendor
    """
    if vendor and (out is None or emit is not Stage.CXX):
        raise typer.BadParameter(
            "the pair is C++ and goes beside -o: give -o, leave out --emit", param_hint="--vendor"
        )
    if depfile is not None and out is None and stamp is None and emit is not Stage.SO:
        raise typer.BadParameter("give -o too: it is what depends", param_hint="--depfile")
    if source_map is not None and emit not in (Stage.CXX, Stage.SO):
        raise typer.BadParameter("leave out --emit: only C++ has one", param_hint="--source-map")
    report = Reporter()
    policy = require_policy(file, report)
    show(report.diagnostics)
    mapper = name or file.stem
    written = out
    if emit is Stage.SO:
        written = _library(policy, mapper, out)
    else:
        text = _TEXT[emit](policy, mapper)
        _deliver(_vendored(text, out.parent) if vendor and out is not None else text, out)
    if source_map is not None:
        from mapc.cli.source_maps import source_map_of

        # Whatever the library is called, it was compiled from a file of this name.
        named = out if emit is Stage.CXX and out is not None else f"{mapper}_mapper.cc"
        _deliver(json.dumps(source_map_of(policy, str(named)).to_json()) + "\n", source_map)
    target = stamp or written
    if depfile is not None and target is not None:
        from mapc.codegen.depfile import depfile as rule
        from mapc.codegen.depfile import own_files

        inputs = [file] if str(file) != "-" else []
        own = own_files(with_headers=vendor or emit is Stage.SO)
        _deliver(rule(target, inputs, own, phony=phony), depfile)
    if stamp is not None:
        from mapc.paths import write_atomic

        write_atomic(stamp, "")


def _tokens(policy: "Policy", name: str) -> str:
    from mapc.syntax.tokens import tokenize

    rows = []
    for token in tokenize(policy.source, Reporter()):
        line, column = token.span.position()
        rows.append(f"{line}:{column} {token.kind.value} {token.text}\n")
    return "".join(rows)


def _ast(policy: "Policy", name: str) -> str:
    from mapc.syntax.parse import parse
    from mapc.text.dump import dump

    return dump(parse(policy.source, Reporter()))


def _policy(policy: "Policy", name: str) -> str:
    from mapc.text.dump import dump

    return dump(policy)


def _graph(policy: "Policy", name: str) -> str:
    from mapc.passes.pipeline import map_policy
    from mapc.text.dump import dump

    return dump(map_policy(policy, Reporter()).graph.tasks)


def _mapping(policy: "Policy", name: str) -> str:
    from mapc.passes.pipeline import map_policy
    from mapc.text.dump import dump

    return dump(map_policy(policy, Reporter()).tasks)


def _cxx(policy: "Policy", name: str) -> str:
    from mapc.codegen.generate import generate

    return generate(policy, name=name).text


_TEXT: dict[Stage, Callable[["Policy", str], str]] = {
    Stage.TOKENS: _tokens,
    Stage.AST: _ast,
    Stage.POLICY: _policy,
    Stage.GRAPH: _graph,
    Stage.MAPPING: _mapping,
    Stage.CXX: _cxx,
}


def _deliver(text: str, out: Path | None) -> None:
    """Write the product to a file, or to standard output without one."""
    if out is None:
        sys.stdout.write(text)
    else:
        _write_new(out, text.encode())


def _write_new(out: Path, content: bytes) -> None:
    """Write a file only if that changes it, so that a build system sees what is new."""
    from mapc.paths import write_atomic, writing

    with writing(out):
        known = out.is_file() and out.read_bytes() == content
    if not known:
        write_atomic(out, content)


def _library(policy: "Policy", name: str, out: Path | None) -> Path:
    """Compile the mapper and return where its library is.

    What stays in the cache may use what else is there. A library that is handed out must not: it
    contains everything that it needs besides Legion.
    """
    from mapc.codegen.generate import generate
    from mapc.guide.guide import guide_build
    from mapc.legion.compile import build_mapper
    from mapc.legion.runtime import find_runtime

    generated = generate(policy, name=name)
    runtime = find_runtime(say)
    result = build_mapper(generated.text, f"{name}_mapper", runtime=runtime, plain=out is not None)
    if result.library is None:
        found = guide_build(result.text, policy, dict(generated.lines)).diagnostics
        raise MapcError(*found, exit_code=ExitCode.TOOL)
    if out is None:
        sys.stdout.write(f"{result.library}\n")
        return result.library
    _write_new(out, result.library.read_bytes())
    return out


def _vendored(text: str, folder: Path) -> str:
    """Write the one header into the folder; return the mapper that includes it."""
    from mapc.codegen.vendor import HEADER, vendored_header, vendored_source
    from mapc.resources import resource

    header = vendored_header(resource("backends", "legion", "include"))
    _write_new(folder / HEADER, header.encode())
    return vendored_source(text)
