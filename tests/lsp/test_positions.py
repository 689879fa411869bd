"""Offsets and positions: the two directions agree, and agree with the protocol's rules."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind

from mapc.lsp.positions import Positions
from mapc.text import Source, Span

TEXTS = st.text(alphabet=st.sampled_from("aé€𝄞😀\u2028\x0b\t\r\n"), max_size=40)
CODECS = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
    PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


@pytest.mark.parametrize("encoding", CODECS)
@given(text=TEXTS, data=st.data())
def test_there_and_back(encoding: PositionEncodingKind, text: str, data: st.DataObject) -> None:
    positions = Positions(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    if text[max(offset - 1, 0) : offset + 1] == "\r\n":
        return
    position = positions.position(offset)
    assert positions.offset(position) == offset
    codec, size = CODECS[encoding]
    *above, line = re.split("\r\n|\r|\n", text[:offset])
    assert position == Position(len(above), len(line.encode(codec)) // size)


@given(text=TEXTS, line=st.integers(0, 50), character=st.integers(0, 50))
def test_every_position_is_moved_into_the_text(text: str, line: int, character: int) -> None:
    positions = Positions(text)
    offset = positions.offset(Position(line, character))
    assert 0 <= offset <= len(text)
    there = positions.position(offset)
    assert there.line <= line
    if there.line == line:
        assert there.character <= character


def test_columns_are_utf16() -> None:
    positions = Positions("é𝄞x\r\n𝄞")
    assert positions.position(2) == Position(0, 3)
    assert positions.offset(Position(0, 2)) == 1  # inside the clef
    assert positions.position(len("é𝄞x\r\n𝄞")) == Position(1, 2)
    assert positions.offset(Position(0, 99)) == 3
    assert positions.position(4) == Position(0, 4)  # between \r and \n


def test_ranges() -> None:
    source = Source("x", "a\n𝄞b\n")
    found = Positions(source.text).range(Span(source, 2, 4))
    assert (found.start, found.end) == (Position(1, 0), Position(1, 3))
    assert Positions(source.text).whole().end == Position(2, 0)


def test_half_a_surrogate_pair() -> None:
    assert Positions("\ud800x", PositionEncodingKind.Utf8).position(1) == Position(0, 3)
