"""`mapc build`: turn a policy into a C++ mapper, or show one stage on the way."""

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.output import require_policy, say, show
from mapc.text import Diagnostic, ExitCode, MapcError, Reporter, Severity, codes

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
    depfile: Annotated[Path | None, typer.Option(help="Make-style dependencies.")] = None,
    vendor: Annotated[
        bool, typer.Option("--vendor", help="Write the support headers beside the output.")
    ] = False,
) -> None:
    """Turn a policy into C++, a loadable mapper, or show one stage on the way.

    Example: mapc build circuit.mapl -o circuit_mapper.cc --vendor
    """
    report = Reporter()
    policy = require_policy(file, report)
    show(report.diagnostics)
    if vendor and out is None:
        raise typer.BadParameter("give -o too: the headers go beside it", param_hint="--vendor")
    written = out
    if emit is Stage.SO:
        written = _library(policy, file, out)
    else:
        _deliver(_TEXT[emit](policy, file), out)
    if vendor and out is not None:
        _vendor(out.parent)
    if depfile is not None and written is not None:
        from mapc.paths import write_atomic

        write_atomic(depfile, f"{_escaped(written)}: {_escaped(file)}\n")


def _tokens(policy: "Policy", file: Path) -> str:
    from mapc.syntax.tokens import tokenize

    rows = []
    for token in tokenize(policy.source, Reporter()):
        line, column = token.span.position()
        rows.append(f"{line}:{column} {token.kind.value} {token.text}\n")
    return "".join(rows)


def _ast(policy: "Policy", file: Path) -> str:
    from mapc.syntax.parse import parse
    from mapc.text.dump import dump

    return dump(parse(policy.source, Reporter()))


def _policy(policy: "Policy", file: Path) -> str:
    from mapc.text.dump import dump

    return dump(policy)


def _graph(policy: "Policy", file: Path) -> str:
    from mapc.passes.pipeline import map_policy
    from mapc.text.dump import dump

    return dump(map_policy(policy, Reporter()).graph.tasks)


def _mapping(policy: "Policy", file: Path) -> str:
    from mapc.passes.pipeline import map_policy
    from mapc.text.dump import dump

    return dump(map_policy(policy, Reporter()).tasks)


def _cxx(policy: "Policy", file: Path) -> str:
    from mapc.codegen.generate import generate

    return generate(policy, name=file.stem).text


_TEXT: dict[Stage, Callable[["Policy", Path], str]] = {
    Stage.TOKENS: _tokens,
    Stage.AST: _ast,
    Stage.POLICY: _policy,
    Stage.GRAPH: _graph,
    Stage.MAPPING: _mapping,
    Stage.CXX: _cxx,
}


def _deliver(text: str, out: Path | None) -> None:
    """Write the product, only if it changed, so that a build system sees what is new."""
    if out is None:
        sys.stdout.write(text)
        return
    from mapc.paths import write_atomic

    if not out.is_file() or out.read_text(encoding="utf-8") != text:
        write_atomic(out, text)


def _library(policy: "Policy", file: Path, out: Path | None) -> Path:
    """Compile the mapper and return where its library is."""
    import shutil

    from mapc.codegen.generate import generate
    from mapc.guide.guide import guide_build
    from mapc.legion.compile import build_mapper
    from mapc.legion.runtime import find_runtime
    from mapc.paths import writing

    generated = generate(policy, name=file.stem)
    runtime = find_runtime(say)
    result = build_mapper(generated.text, f"{file.stem}_mapper", runtime=runtime)
    if result.library is None:
        found = guide_build(result.text, policy, dict(generated.source_map)).diagnostics
        raise MapcError(*found, exit_code=ExitCode.TOOL)
    if out is None:
        sys.stdout.write(f"{result.library}\n")
        return result.library
    with writing(out):
        shutil.copyfile(result.library, out)
    return out


def _vendor(folder: Path) -> None:
    """Copy the support headers to `folder/mapc`."""
    import shutil

    from mapc.resources import resource

    try:
        shutil.copytree(
            resource("backends", "legion", "include", "mapc"), folder / "mapc", dirs_exist_ok=True
        )
    except OSError as error:
        raise MapcError(
            Diagnostic(
                code=codes.CANNOT_WRITE,
                severity=Severity.ERROR,
                message=f"cannot write the support headers to {folder}: {error.strerror}",
                help="give -o a path in a folder that can be written",
            )
        ) from error


def _escaped(path: Path) -> str:
    """Return a path as make reads it."""
    return str(path).replace("$", "$$").replace(" ", "\\ ").replace("#", "\\#")
