"""«Thêm đối tượng»: looking for them by every number they have, then registering them (R18)."""

from uuid import uuid4

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, LargeBinary, Text, Uuid, bindparam, func, select

from api.acts.look_up import looked_for
from api.acts.subject_work import must_keep
from api.people import Person
from api.schemas.areas import AreaSeen
from api.schemas.subjects import LookAlikes, LookAlikesAsked, NewSubject, SubjectRegistered
from api.statements import Compiled
from api.turns import Alone, Turn
from models.full_name import full_name
from models.given_particulars import Given
from models.look_up import LookUpSecrets, wanted_by
from models.places import Area, Unit
from models.refusals import NotFound, NotLookedFor
from models.roles import SUBJECT_KEEPERS, Level
from models.rules import VIETNAM
from models.sealed_subjects import sealed

NEXT = Compiled(select(func.next_subject()))
REGISTER = Compiled(
    select(
        func.register_subject(
            bindparam("shown", type_=Text),
            bindparam("change", type_=Uuid),
            bindparam("subject", type_=BigInteger),
            bindparam("look_ups", type_=ARRAY(Uuid)),
            bindparam("phone_key", type_=BigInteger),
            bindparam("document_key", type_=BigInteger),
            bindparam("more_keys", type_=ARRAY(BigInteger)),
            bindparam("scheme", type_=Integer),
            bindparam("area", type_=Text),
            bindparam("sensitive", type_=LargeBinary),
            bindparam("rest", type_=LargeBinary),
            bindparam("now", type_=DateTime(timezone=True)),
        )
    )
)


async def look_for_look_alikes(alone: Alone, token: str, given: LookAlikes) -> LookAlikesAsked:
    """Look for somebody of that name by each of the numbers; each is a look-up like any other (R16, T20).

    Raises:
        FullNameInvalid, NumberInvalid, LookUpsPaused, SessionEnded, PasswordMustChange: as for one.
        NotFound: whoever asks registers nobody.
    """
    name = full_name(given.full_name)
    whom = [wanted_by(name, number) for number in given.numbers]
    asked = [await looked_for(alone, token, one, SUBJECT_KEEPERS) for one in dict.fromkeys(whom)]
    return LookAlikesAsked(look_ups=asked)


async def register_subject(turn: Turn, person: Person, token: str, given: NewSubject) -> SubjectRegistered:
    """Register somebody, kept by one's own unit.

    Raises:
        NotFound: whoever asks registers nobody, or there is no such commune.
        NotLookedFor: they were not looked for by each of their numbers lately, or somebody was registered by that.
        NumberMissing and other refusals of `Given.particulars`: what is wrong with what is given.
    """
    must_keep(person)
    particulars = given_of(given).particulars(turn.now().astimezone(VIETNAM).date())
    await must_be_a_commune(turn, given.scheme, given.area)
    subject_id = (await NEXT.row(turn.db))[0]
    row = sealed(particulars, subject_id, turn.keys, LookUpSecrets.of(turn.keys))
    registered = await REGISTER.row(
        turn.db,
        shown=token,
        change=uuid4(),
        subject=subject_id,
        look_ups=given.look_ups,
        phone_key=row.phone_key,
        document_key=row.document_key,
        more_keys=row.more_keys,
        scheme=row.scheme,
        area=row.area,
        sensitive=row.sensitive,
        rest=row.rest,
        now=turn.now(),
    )
    if not registered[0]:
        raise NotLookedFor
    return SubjectRegistered(id=subject_id)


def given_of(given: NewSubject) -> Given:
    """What was given, as the rules read it."""
    return Given(
        full_name=given.full_name,
        birth=given.birth,
        gender=given.gender,
        id_numbers=tuple(given.id_numbers),
        phones=tuple(given.phones),
        guardian=given.guardian or "",
        scheme=given.scheme,
        area=given.area,
        address=given.address or "",
    )


async def home(turn: Turn, person: Person) -> AreaSeen:
    """The area where one's own unit stands: most who come live there.

    Raises:
        NotFound: whoever asks registers nobody.
    """
    must_keep(person)
    unit = await turn.db.get_one(Unit, person.unit_id)
    return _seen(await turn.db.get_one(Area, (unit.scheme, unit.area)))


async def areas_to_live_in(turn: Turn, person: Person, scheme: int, code: str) -> list[AreaSeen]:
    """The areas one level down, by name, anywhere in the country; none in a commune.

    Raises:
        NotFound: there is no such area, or whoever asks registers nobody.
    """
    must_keep(person)
    if await turn.db.get(Area, (scheme, code)) is None:
        raise NotFound
    parts = select(Area).where(Area.scheme == scheme, Area.parent == code).order_by(Area.name)
    return [_seen(area) for area in await turn.db.scalars(parts)]


async def must_be_a_commune(turn: Turn, scheme: int, code: str) -> None:
    """Raises NotFound if nobody can live there."""
    area = await turn.db.get(Area, (scheme, code))
    if area is None or area.level is not Level.COMMUNE:
        raise NotFound


def _seen(area: Area) -> AreaSeen:
    return AreaSeen(scheme=area.scheme, code=area.code, level=area.level, name=area.name)
