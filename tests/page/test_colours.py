"""Colouring shows every character, in the colour of what it is."""

from hypothesis import given
from hypothesis import strategies as st

from mapc.page import cxx_colours, policy_colours
from mapc.page.pieces import Look, Piece, joined, shown
from mapc.text import Source

POLICY = """\
Task * GPU; # Task
def f(Task t) { return min(t.ipoint[0], 12) > 3 and True ? m["x # y"] : m.size; }  // x
Layout a Task * SOA;
"""


def looks(pieces: tuple[Piece, ...], look: Look) -> list[str]:
    """Return the words that have a look."""
    return [piece.text.strip() for piece in pieces if piece.look is look]


def test_policy() -> None:
    first, second, third, _ = policy_colours.coloured(Source("p.mapl", POLICY))
    assert looks(first, Look.KEYWORD) == ["Task"]
    assert looks(first, Look.KIND) == ["GPU"]
    assert looks(first, Look.COMMENT) == ["# Task"]
    assert looks(second, Look.KEYWORD) == ["def", "return", "and"]
    assert looks(second, Look.TYPE) == ["Task"]
    assert looks(second, Look.FUNCTION) == ["f", "min"]
    assert looks(second, Look.NUMBER) == ["0", "12", "3", "True"]
    assert looks(second, Look.STRING) == ['"x # y"']
    assert looks(second, Look.COMMENT) == ["// x"]
    assert looks(third, Look.KEYWORD) == ["Layout"]


def test_cxx() -> None:
    pieces = cxx_colours.coloured(r'  return f(GPU, "a \" // b", 12, Rules(x)); // "c"')
    assert looks(pieces, Look.KEYWORD) == ["return"]
    assert looks(pieces, Look.FUNCTION) == ["f"]
    assert looks(pieces, Look.KIND) == ["GPU"]
    assert looks(pieces, Look.STRING) == [r'"a \" // b"']
    assert looks(pieces, Look.NUMBER) == ["12"]
    assert looks(pieces, Look.TYPE) == ["Rules"]
    assert looks(pieces, Look.COMMENT) == ['// "c"']
    assert looks(cxx_colours.coloured("#include <mapc/a.h>"), Look.STRING) == ["<mapc/a.h>"]


@given(
    st.lists(st.sampled_from([*POLICY.split(" "), "\n", "\r\n", "\t", '"', "/*", "\u00e9", "'"]))
)
def test_every_character_of_a_policy_is_shown(words: list[str]) -> None:
    source = Source("p.mapl", " ".join(words))
    lines = policy_colours.coloured(source)
    texts = ["".join(piece.text for piece in pieces) for pieces in lines]
    assert texts == [shown(source.line(n)) for n in range(1, len(source.line_starts) + 1)]


@given(st.text(st.characters(blacklist_characters="\n\r")))
def test_every_character_of_cxx_is_shown(line: str) -> None:
    pieces = cxx_colours.coloured(line)
    assert "".join(piece.text for piece in pieces) == shown(line)


def test_neighbours_come_together() -> None:
    pieces = [Piece("a"), Piece(" "), Piece("b"), Piece(" "), Piece("c", Look.KIND), Piece(" ")]
    assert list(joined(pieces)) == [Piece("a b "), Piece("c ", Look.KIND)]


def test_what_cannot_be_seen_is_marked() -> None:
    assert shown("a\x00b\u202ec\ud800\td\u3000e\u200d") == "a\ufffdb\ufffdc\ufffd\td\u3000e\u200d"
