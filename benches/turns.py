"""B3, B4: a full durable turn, alone and in a crowd, beside the same turn of the peers."""

from collections.abc import Callable

from benches.figure import Figure, Spread, ratios
from benches.program import Broken, Program, asked
from benches.rounds import Contender, Results, Sample, Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 5
PEER, TALK = "python-telegram-bot", "ConversationHandler + PicklePersistence"
WORK = ("answerCallbackQuery", "editMessageReplyMarkup", "sendMessage")


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures."""
    many = sizes.crowd_of_chats
    alone, crowd = (1, sizes.warm_turns, sizes.turns), (many, many * 2, many * sizes.turns_of_crowd)
    slow_crowd = (many, many, many * sizes.turns_of_crowd // 4)
    contenders: dict[str, Contender] = {
        "ours at 1": turns_of(stage, "turn_ours", *alone),
        "aiogram at 1": turns_of(stage, "turn_aiogram", *alone),
        f"{PEER} at 1": turns_of(stage, "turn_stock", *alone),
        f"ours at {many}": turns_of(stage, "turn_ours", *crowd),
        f"{PEER} at {many}": turns_of(stage, "turn_stock", *slow_crowd),
    }
    results = interleaved(contenders, sizes.rounds, tick)
    return [_growth(results, many, sizes.rounds), _latency(results, sizes.rounds)]


def _growth(results: Results, many: int, rounds: int) -> Figure:
    def growth(of: str) -> Spread:
        return ratios(results.of(f"{of} at {many}", "cpu"), results.of(f"{of} at 1", "cpu"))

    parts = {f"{PEER}: {many} ÷ 1": growth(PEER)}
    for name in ("ours", PEER):
        parts |= {f"{name} at {n}, CPU ms/turn": Spread.of(results.of(f"{name} at {n}", "cpu")) for n in (1, many)}
    return Figure("B3", f"CPU per turn, {many} chats at once ÷ 1", growth("ours"), 1.2, "lower", parts, rounds)


def _latency(results: Results, rounds: int) -> Figure:
    ours, aiogram, stock = (results.of(f"{name} at 1", "p50") for name in ("ours", "aiogram", PEER))
    parts = {
        f"ours ÷ {TALK}": ratios(ours, stock),
        "ours, p50 ms": Spread.of(ours),
        "aiogram + RedisStorage, p50 ms": Spread.of(aiogram),
        f"{TALK}, p50 ms": Spread.of(stock),
        "ours, CPU ms/turn": Spread.of(results.of("ours at 1", "cpu")),
        "aiogram + RedisStorage, CPU ms/turn": Spread.of(results.of("aiogram at 1", "cpu")),
    }
    what = "durable turn with one read, p50 ÷ aiogram FSM with RedisStorage"
    return Figure("B4", what, ratios(ours, aiogram), 1.0, "lower", parts, rounds)


def turns_of(stage: Stage, module: str, chats: int, warm: int, turns: int) -> Callable[[], Sample]:
    def measured() -> Sample:
        before = asked(f"{stage.telegram}/tally")
        redis = [] if module == "turn_stock" else [stage.redis()]
        sample = Program(module, (stage.telegram, *redis, chats, warm, turns)).ran()
        check_work(module, before, asked(f"{stage.telegram}/tally"), warm + turns, chats)
        return sample

    return measured


def check_work(module: str, before: dict[str, int], after: dict[str, int], turns: int, chats: int) -> None:
    """All contenders must have made the same calls: each turn answers, retires a question, reads, and asks.

    Raises:
        Broken: this one did not. In each chat the first turn has nothing to retire.
    """
    made = {name: after.get(name, 0) - before.get(name, 0) for name in (*WORK, "sessions", "login-history")}
    made["reads"] = made.pop("sessions") + made.pop("login-history")
    made["editMessageReplyMarkup"] += chats
    if set(made.values()) != {turns}:
        raise Broken(f"{module} made {made} in {turns} turns")
