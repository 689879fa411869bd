"""Policies inside other text: what chat programs send, and that plain policies stay as they are."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.policy.load import load_policy
from mapc.syntax.reply import extract, find_reply
from mapc.text import Reporter, Source

TESTS = Path(__file__).parent.parent
PLAIN = sorted((TESTS / "conformance" / "place").glob("*.mapl"))
POLICY = """Task * GPU, CPU;
Region * rp_ghost GPU ZCMEM;   # ghost cells

m = Machine(GPU);
def block(Task t) {
    return m[*(t.ipoint * m.size / t.ispace)];
}
IndexTaskMap solve block;
"""
REPLIES = {
    "fence": f"Here is the policy:\n\n```mapl\n{POLICY}```\n",
    "fence without a language": f"```\n{POLICY}```\nIt is faster, because ghosts don't move.",
    "fence that is never closed": f"Improved version below.\n```mapl\n{POLICY}",
    "tildes": f"~~~\n{POLICY}~~~",
    "fence in a quotation": f"> ```\n{POLICY}> ```\n",
    "after other code": f"Old:\n```cpp\nint x = 3;\nint y = 4;\n```\nNow:\n```\n{POLICY}```",
    "before a command": f"```mapl\n{POLICY}```\nRun it:\n```bash\nmapc check p.mapl\n```\n",
    "a fragment first": f"The idea:\n```mapl\nTask * GPU;\n```\nin full\n```mapl\n{POLICY}```\n",
    "sentences around": f"Sure! Here is the policy you wanted.\n\n{POLICY}\nIt keeps ghosts near.",
    "numbered reasons": f"{POLICY}\n1. Ghosts are read by all.\n2. Blocks keep neighbours near.\n",
    "typographic": "Here you are:\n```\n" + POLICY.replace("solve", "\u201csolve\u201d") + "```",
    "no-break blanks": "```\n" + POLICY.replace("Task *", "Task\u00a0*") + "```",
}


@pytest.mark.parametrize("text", REPLIES.values(), ids=REPLIES.keys())
def test_the_policy_is_found_at_its_place(text: str) -> None:
    found = extract(Source("reply.md", text))
    report = Reporter()
    policy = load_policy(found, report)
    assert policy is not None, [d.render() for d in report.diagnostics]
    (rule,) = policy.index_maps
    assert rule.task == "solve"
    # Every line stands where it stood.
    assert len(found.text) == len(text)
    assert text.splitlines()[rule.span.line - 1].startswith("IndexTaskMap")


@pytest.mark.parametrize("text", REPLIES.values(), ids=REPLIES.keys())
def test_without_extract_it_is_explained(text: str) -> None:
    report = Reporter()
    assert load_policy(Source("reply.md", text), report) is None
    assert {d.code.id for d in report.diagnostics} <= {"MAP101", "MAP106", "MAP110", "MAP116"}
    helps = "\n".join(d.help for d in report.diagnostics)
    assert "--extract" in helps or "begin the line with `#`" in helps


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_a_plain_policy_stays_as_it_is(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    reply = find_reply(source)
    assert reply.is_plain
    assert reply.text == source.text


@given(st.text("ab `~\n#;={}>\t“T", max_size=80))
@settings(max_examples=300, deadline=None)
def test_places_stay_true_for_any_text(text: str) -> None:
    source = Source("reply.md", text)
    found = find_reply(source)
    assert len(found.text) == len(text)
    assert all(new in {old, " "} for old, new in zip(text, found.text, strict=True))
    assert found.text.count("\n") == text.count("\n")
