"""«Mất SIM / đổi máy»: the account is frozen, and thaws with a number that an admin vouches for (T08)."""

from api.acts.accounts import account_seen
from api.acts.managed_account import act_on, end_what_is_open, managed, must_leave_a_system_admin
from api.acts.otp_challenge import phone_key
from api.acts.otp_sms import claim_notice, no_sms
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.accounts import AccountSeen, PhoneRebound
from api.turns import Turn
from models.phone import otp_phone
from models.seals import ACCOUNT_PHONE
from models.words import Act, SmsOutcome


async def freeze(turn: Turn, person: Person, account_id: int) -> AccountSeen:
    """Let nobody in by the account any more; every session ends.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        OtpNotFresh, LastSystemAdmin: why it cannot be.
    """
    account = await managed(turn, person, account_id)
    await must_leave_a_system_admin(turn, account)
    must_be_fresh(turn, person)
    if account.frozen_at is None:
        await act_on(turn, person, account, Act.PHONE_FROZEN, {})
        account.frozen_at = turn.now()
        await turn.db.flush()
        await end_what_is_open(turn, account)
    return await account_seen(turn, person, account_id)


async def rebind(turn: Turn, person: Person, account_id: int, typed: str) -> PhoneRebound:
    """Give the account the number that its person has now, and thaw it; the number before is told by SMS.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        PhoneInvalid, OtpNotFresh: why it cannot be.
    """
    account = await managed(turn, person, account_id)
    phone = otp_phone(typed)
    must_be_fresh(turn, person)
    keys, now_key, old_key = turn.keys, phone_key(turn, phone), account.phone_key
    old = keys.opened(account.phone_sealed, ACCOUNT_PHONE, account.id) if account.phone_sealed else None
    act_id = await act_on(turn, person, account, Act.PHONE_REBOUND, {"phone": [old, phone]})
    account.phone_sealed, account.phone_key = keys.seal(phone, ACCOUNT_PHONE, account.id), now_key
    account.phone_proof, account.frozen_at = None, None
    await turn.db.flush()
    await end_what_is_open(turn, account)
    told: SmsOutcome | None = None
    if old is not None and old_key is not None and old_key != now_key:
        told = SmsOutcome.FAILED
        if await no_sms(turn, account.id, old_key, is_code=False) is None:
            claim_notice(turn, act_id, account, old, old_key, "sms.phone_rebound")
            told = SmsOutcome.CLAIMED
    return PhoneRebound(account=await account_seen(turn, person, account_id), old_phone_told=told)
