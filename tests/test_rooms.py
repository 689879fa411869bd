"""The house rules that a machine can check: imports go one way, modules stay small."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "mapc").rglob("*.py"))

# What each room may import besides itself; `text` is everybody's.
MAY_IMPORT = {
    "text": set(),
    "syntax": {"text"},
    "policy": {"syntax", "text"},
    "graph": {"policy", "text"},
    "analyze": {"graph", "policy", "text"},
    "passes": {"graph", "policy", "syntax", "text"},
    "codegen": {"graph", "policy", "syntax", "text"},
    "page": {"codegen", "graph", "policy", "syntax", "text"},
    "legion": {"graph", "policy", "text"},
    "guide": {"graph", "legion", "policy", "text"},
    "lsp": {"graph", "legion", "passes", "policy", "syntax", "text"},
    "tune": {"analyze", "codegen", "graph", "guide", "legion", "passes", "policy", "text"},
}
EVERYWHERE = {"resources", "paths"}


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("mapc."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found.update(n.name.split(".")[1] for n in node.names if n.name.startswith("mapc."))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT / "mapc").parts[0]
    if room not in MAY_IMPORT:
        return
    assert imported_rooms(path) <= MAY_IMPORT[room] | {room} | EVERYWHERE


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_every_room_is_known() -> None:
    rooms = {p.name for p in (ROOT / "mapc").iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert rooms - {"__pycache__"} == set(MAY_IMPORT) | {"cli"}
