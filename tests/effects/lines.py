"""Lines that say something, of applications, policies and generated mappers."""

import re
from collections import Counter
from dataclasses import dataclass

from mapc.codegen.generate import generate
from mapc.legion.app_file import find_application, known_applications
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

# Lines of the published mappers in C++. The six products share one.
PUBLISHED = {"circuit": 450, "stencil": 378, "pennant": 379}
SHARED_PUBLISHED = 369

_TEXT_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_GPU = {"gpu.cc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What one application consists of; what it takes from other folders is `shared`."""

    name: str
    own: int
    shared: tuple[tuple[str, int], ...]  # by folder
    gpu: int  # of both, those in files for GPUs
    policy: int
    generated: int
    published: int

    @property
    def ratio(self) -> float:
        """How many lines of the published mapper one line of policy stands for."""
        return self.published / self.policy


def cxx_lines(text: str) -> int:
    """Return how many lines of C++ are neither empty nor only comment."""
    kept = _TEXT_OR_COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else "\n" * m[0].count("\n"), text)
    return sum(bool(line.strip()) for line in kept.splitlines())


def policy_lines(text: str) -> int:
    """Return how many lines of a policy are neither empty nor only comment."""
    return sum(bool(re.sub(r"#.*", "", line).strip()) for line in text.splitlines())


def lines_of(name: str) -> Lines:
    """Count the lines of one application."""
    app = find_application(name)
    home, table = app.folder.resolve(), app.file.build
    files = {path.resolve() for pattern in table.sources for path in home.glob(pattern)}
    for folder in (home, *((home / one).resolve() for one in table.include)):
        files |= set(folder.glob("*.h"))
    counts = {path: cxx_lines(path.read_text(encoding="utf-8")) for path in sorted(files)}
    own = {path: lines for path, lines in counts.items() if path.is_relative_to(home)}
    shared = Counter[str]()
    for path in counts.keys() - own.keys():
        shared[str(path.parent.relative_to(home.parent))] += counts[path]
    text = (home / "expert.mapl").read_text(encoding="utf-8")
    policy = load_policy(Source("expert.mapl", text), Reporter())
    assert policy is not None, f"{name}: the expert's policy has errors"
    return Lines(
        name=name,
        own=sum(own.values()),
        shared=tuple(sorted(shared.items())),
        gpu=sum(lines for path, lines in counts.items() if path.name in _GPU),
        policy=policy_lines(text),
        generated=cxx_lines(generate(policy, name=name).text),
        published=PUBLISHED.get(name, SHARED_PUBLISHED),
    )


def all_lines() -> list[Lines]:
    """Count the lines of all applications."""
    return [lines_of(name) for name in known_applications()]
