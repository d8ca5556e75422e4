"""Cells that no spreadsheet takes for a formula (T22), and the way back."""

import unicodedata

FORMULA_SIGNS = frozenset("=+-@＝＋－＠")
"""What Excel, LibreOffice and Google Sheets begin a formula with; the full-width ones under Asian settings."""
APOSTROPHE = "'"
"""Before a cell's text it says: this is text."""


def begins_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet might reckon instead of show: by its first sign, or by what stands before that unseen."""
    if text[:1].isalnum():  # as nearly all do
        return False
    seen = text.lstrip(APOSTROPHE)
    if seen[:1] in {"\t", "\r", "\n", "\0"}:
        return True
    return next((c for c in seen if not _is_unseen(c)), "") in FORMULA_SIGNS


def harmless(text: str) -> str:
    """The text with an apostrophe before it, where it might be taken for a formula."""
    return APOSTROPHE + text if begins_like_a_formula(text) else text


def harmed(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith(APOSTROPHE) and begins_like_a_formula(text) else text


def _is_unseen(c: str) -> bool:
    return unicodedata.category(c)[0] in "CZ"
