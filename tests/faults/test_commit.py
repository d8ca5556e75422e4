"""The answer to COMMIT cut at every byte: it was done, and the caller never learns, or learns half of it (T35)."""

import pytest

from api.client.faults import ApiSilent
from tests.faults.asked_about_lists import ASKS
from tests.faults.conftest import Beset
from tests.faults.proxy import Trap
from tests.faults.trials import Trial
from tests.fire.series import Fire

ANSWER = 18  # bytes: CommandComplete, ReadyForQuery
COMMIT = b"COMMIT\0"
STEPS = (
    "the_right_password",
    "a_first_phone",
    "a_resend",
    "the_right_code",
    "a_wrong_code",
    "the_fifth_wrong_code",
    "the_current_password",
    "a_new_password",
    "a_new_account",
    "another_role_for_a_colleague",
    "a_colleague_who_leaves",
    "another_number_for_a_colleague",
    "a_code_for_a_colleague",
    "the_first_password",
    "units_from_a_file",
    "a_focal_officer",
    "an_account_asked_for",
    "a_request_approved",
)

pytestmark = pytest.mark.fire("faults")


async def test_T35_a_commit_whose_answer_is_cut_at_any_byte_is_done_once_and_found_under_its_key(
    beset: Beset, fire: Fire
) -> None:
    steps = [ask for ask in ASKS if ask.what in STEPS]
    assert len(steps) == len(STEPS)
    pieces = [(step, after) for step in range(len(steps)) for after in range(ANSWER)]
    if not fire.is_long:
        pieces = fire.dice().sample(pieces, 2)
    for step, after in (series := fire.series("commits", pieces)):
        good = await (await Trial(beset, steps[step]).prepare()).go()
        trial = await Trial(beset, steps[step]).prepare()
        ended = await trial.go(Trap("cut_answer", says=COMMIT, after=after))
        again = await trial.go_again()
        where = f"{steps[step]}, cut after {after}: {ended}, again {again}"
        assert ended.was_spoilt, where
        assert isinstance(ended.answer, ApiSilent), where
        assert ended.left == good.left, where
        assert (again.kind, again.left) == (good.kind, good.left), where
        assert again.sms <= good.sms, where
        series.keep(None)
    count = f"{len(series.results)} COMMITs of {len(STEPS)} requests, each cut at one byte of its answer"
    fire.figure("T35", "lost or doubled by a lost COMMIT", f"0 of {count}")
