"""The questions about a subject, each by itself: for a new one, and for correcting one (R17, R18)."""

from api.schemas.areas import AreaSeen
from conversations.talk import Press, Talk, part
from conversations.talks.choose_commune import choose_commune
from models.birth import Birth, birth
from models.full_name import full_name
from models.given_particulars import address, apart, id_numbers, subject_phones
from models.words import Gender


@part
async def ask_name(talk: Talk) -> str:
    """«Họ và tên»."""
    return await talk.ask("full_name", full_name)


@part
async def ask_birth(talk: Talk) -> Birth:
    """«Ngày sinh», or only the year."""
    return await talk.ask("birth", birth)


@part
async def ask_sex(talk: Talk) -> Gender:
    """«Giới tính»."""
    return Gender(await talk.choose("gender", list(Gender), columns=2))


@part
async def ask_papers(talk: Talk, born: Birth, gender: Gender) -> tuple[str, ...]:
    """«CMT/CCCD/Hộ chiếu»; none, if there is none."""
    answer = await talk.ask("numbers", lambda typed: id_numbers(apart(typed), born, gender), options=["none"])
    return () if isinstance(answer, Press) else answer


@part
async def ask_phones(talk: Talk) -> tuple[str, ...]:
    """«Điện thoại», in E.164: the own one, or a guardian's; none, if there is none."""
    answer = await talk.ask("phones", lambda typed: subject_phones(apart(typed)), options=["none"])
    return () if isinstance(answer, Press) else answer


@part
async def ask_guardian(talk: Talk) -> str:
    """«Người giám hộ», whose phone it is; none, if it is the subject's own."""
    answer = await talk.ask("guardian", full_name, options=["own"])
    return "" if isinstance(answer, Press) else answer


@part
async def ask_residence(talk: Talk) -> tuple[AreaSeen, str]:
    """«Nơi ở hiện tại»: the commune, and what comes before it."""
    commune = await choose_commune(talk)
    answer = await talk.ask("address", address, options=["none"], commune=commune.name)
    return commune, "" if isinstance(answer, Press) else answer
