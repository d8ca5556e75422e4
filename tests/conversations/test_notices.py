"""How a delivery reads in a chat."""

import pytest

from api.schemas.deliveries import DeliveryClaimed
from conversations.notices import message_of
from models.words import Language, Notice

FACTS = {
    "at": "2021-10-15T01:05:00+00:00",
    "channel": "chat",
    "source": "…1011",
    "act": "deactivated",
    "full_name": "<b>Demo</b>",
    "username": "demo",
    "unit": "Trạm y tế xã Tứ Hiệp",
    "position": "Điều dưỡng",
    "by": "demo.tuhiep",
    "reason": "Đã có tài khoản",
    "waiting": "5",
    "uncoded": "demo",
    "count": "5",
    "people": '[{"full_name": "<i>Lê</i>", "position": "Y sĩ", "rights": ["data_entry"], "by": "demo"}]',
    "latest": '[{"full_name": "Lê", "state": "approved", "by": "demo", "at": "2021-10-15T01:05:00+00:00"}]',
    "requests": "2",
    "fields": "full_name,birth",
    "misses": "100",
    "minutes": "10",
    "phones": "0987 654 321",
    "id_numbers": "001090123456",
    "address": "Xã Tứ Hiệp",
}


def told(notice: Notice, language: Language = Language.VIETNAMESE) -> str:
    return message_of(delivery(notice, language), lambda *parts: "-".join(map(str, parts))).text


def delivery(notice: Notice, language: Language = Language.VIETNAMESE, **more: str) -> DeliveryClaimed:
    return DeliveryClaimed(
        id=1,
        account_id=7,
        chat=1001,
        language=language,
        notice=notice,
        facts=FACTS | more,
        replaces=None,
        lease_seconds=30,
    )


def test_facts_are_written_as_people_write_them() -> None:
    text = told(Notice.SIGNED_IN_ELSEWHERE)
    assert "08:05 15/10/2021" in text
    assert "Telegram" in text


def test_T28_facts_are_no_markup() -> None:
    assert "&lt;b&gt;Demo&lt;/b&gt;" in told(Notice.NOT_ME_REPORTED)


def test_R14_T28_a_card_names_who_waits_and_what_was_decided_last_and_no_markup() -> None:
    text = told(Notice.ACCOUNT_REQUESTED)
    assert "• <b>&lt;i&gt;Lê&lt;/i&gt;</b> (Y sĩ): nhập liệu. Người gửi: demo." in text
    assert "Gần nhất: Lê đã duyệt, bởi demo, lúc 08:05 15/10/2021." in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", Notice)
def test_every_notice_has_words(notice: Notice, language: Language) -> None:
    assert told(notice, language)


def test_a_button_about_something_names_it_and_is_left_out_where_nobody_said_what() -> None:
    named = message_of(delivery(Notice.SIGNED_IN_ELSEWHERE, row="123"), lambda *parts: "-".join(map(str, parts)))
    assert [[button.id for button in row] for row in named.buttons] == [
        ["123.standing-7-not_me-123"],
        ["standing-7-login_history"],
    ]
    assert len(message_of(delivery(Notice.SIGNED_IN_ELSEWHERE), lambda *_: "").buttons) == 1
