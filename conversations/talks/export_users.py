"""Taking the list of users away as a workbook (R7, T22)."""

from api.client import Api
from api.client.accounts import AccountFilter
from conversations.talk import Talk, part
from conversations.talks.step_up import sensitively
from models.refusals import ListTooLong, NotFound


@part
async def export_users(talk: Talk, wanted: AccountFilter, count: int) -> None:
    """What is listed, with the filters that are set; it is written down who took it."""
    await talk.choose("sure", ["yes"], count=count)
    try:
        exported = await sensitively(talk, Api.export_accounts, wanted)
        await talk.say("done", document=(Api.exported_accounts, exported.id), count=exported.count)
    except ListTooLong as refusal:
        await talk.tell(refusal)
    except NotFound:  # the file was there for a short while only
        await talk.say("too_late")
