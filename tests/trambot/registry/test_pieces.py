"""A file in pieces is the same rows, whatever stands in its cells and wherever it is cut."""

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trambot.registry.pieces import LONGEST_ROW, NoTable, pieces, rows_of

CELLS = st.text(st.sampled_from('a,"\n;ễ 1'), max_size=12)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=30)


@given(ROWS, st.integers(1, 200), st.sampled_from(["\n", "\r\n"]))
def test_R19_T46_however_it_is_cut_the_rows_are_the_same_and_lie_end_to_end(
    rows: list[list[str]], size: int, end: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows(rows)
    whole = text.getvalue().encode()
    cut = list(pieces(io.BytesIO(whole), 7, size))
    assert b"".join(piece.rows for piece in cut) == whole
    assert [row for piece in cut for _, row in rows_of(piece.rows)] == rows
    assert all(one.end == other.begin for one, other in pairwise(cut))
    assert not cut or (cut[0].begin, cut[-1].end) == (7, 7 + len(whole))


def test_lines_are_counted_as_an_editor_does() -> None:
    assert [line for line, _ in rows_of(b'a,b\n\n"c\nd",e\nf,g')] == [0, 2, 4]


@pytest.mark.parametrize("rows", [b'a,"b\n' + b"c,d\n" * LONGEST_ROW, b'a,"b\nc,d\n'])
def test_T21_a_quote_that_nobody_closes_is_told_and_does_not_fill_the_memory(rows: bytes) -> None:
    with pytest.raises(NoTable, match="not closed"):
        list(pieces(io.BytesIO(rows), 0, 1000))
