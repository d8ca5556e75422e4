"""Telegram's HTML: what becomes an entity, and what is refused in which words."""

import pytest

from simulator.telegram_html import parse_html
from simulator.wire import BotApiError


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("", "", []),
        ("➡️ ➡️<i>➡️ ➡️</i>", "➡️ ➡️➡️ ➡️", [("italic", 5, 5)]),
        ("<b>đ<i>ậ</i>m</b>", "đậm", [("bold", 0, 3), ("italic", 1, 1)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins><s>c</s><del>d</del>", "abcd", None),
        ("&lt;b&gt; &amp;amp; &quot; &#272; &#x110; &ge; & x", '<b> &amp; " Đ Đ &ge; & x', []),
        ("<b></b>rỗng", "rỗng", []),
        ('<span class="tg-spoiler">ẩn</span>', "ẩn", [("spoiler", 0, 2)]),
        ("<blockquote expandable>dài</blockquote>", "dài", [("expandable_blockquote", 0, 3)]),
        ("<code>x</code>", "x", [("code", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ('<a href="không">x</a>', "x", []),
        ("<b >a</b >", "a", [("bold", 0, 1)]),
    ],
)
def test_html_becomes_text_with_entities(source: str, text: str, entities: list[tuple[str, int, int]] | None) -> None:
    found, marks = parse_html(source)
    assert found == text
    if entities is not None:
        assert [(each["type"], each["offset"], each["length"]) for each in marks] == entities


def test_a_link_keeps_its_address() -> None:
    assert parse_html('<a href="https://example.vn/?a=1&amp;b=2">đây</a>')[1] == [
        {"type": "text_link", "offset": 0, "length": 3, "url": "https://example.vn/?a=1&b=2"}
    ]


# The cases and the words are those of TDLib's own tests; offsets count bytes.
@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<abac>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            "🏟 🏟&lt;<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        (
            "&#57311;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("5 <", "Unclosed start tag at byte offset 2"),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, why: str) -> None:
    with pytest.raises(BotApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"
