"""What a chat's journal tells after it was compacted."""

from conversations.journal import Chat
from conversations.replies import REPLIES, Button, Document, Keyboard, Message, Reply, Retire, Toast

REPLIES_OF_EVERY_KIND: list[Reply] = [
    Message(text="một", buttons=[[Button(label="Có", id="x")]], picture=b"\x89PNG\x00\xff", is_question=True),
    Message(text="tệp", document=Document(name="danh sách.xlsx", content=b"PK\x00\xff")),
    Message(text="hai", keyboard=Keyboard(share_contact="Chia sẻ", words=["Quay lại"]), closes_keyboard=True),
    Toast(press="1"),
    Toast(press="2", text="Đã ghi"),
    Retire(message=3),
]


def test_T17_a_snapshot_keeps_what_is_still_to_be_sent() -> None:
    chat = Chat().note(["turn", 1, REPLIES.dump_json(REPLIES_OF_EVERY_KIND).decode()])
    again = Chat.of([chat.snapshot()])
    assert again.unsent[0].replies == REPLIES_OF_EVERY_KIND
    assert again == chat


def test_T17_a_snapshot_keeps_an_open_talk_of_nobody() -> None:
    chat = Chat().note(["open", "id", "sign_in", "2021-10-15T08:00:00+07:00"])
    chat = chat.note(["ask", "sign_in/username", ["has_keyboard"]])
    assert Chat.of([chat.snapshot()]) == chat


def test_replies_are_sent_one_by_one() -> None:
    chat = Chat().note(["turn", 1, REPLIES.dump_json(REPLIES_OF_EVERY_KIND).decode()])
    assert chat.note(["sent", 1, 2]).unsent[0].replies == REPLIES_OF_EVERY_KIND[2:]
    assert chat.note(["sent", 1, len(REPLIES_OF_EVERY_KIND) - 2]).unsent == []
