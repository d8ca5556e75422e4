"""The order of measuring."""

from benches.rounds import interleaved


def test_contenders_take_turns() -> None:
    told: list[str] = []
    results = interleaved({"a": lambda: {"ms": len(told)}, "b": lambda: {"ms": -1}}, 3, told.append)
    assert told == ["a", "b", "a", "b", "a", "b"]
    assert results.of("a", "ms") == [1, 3, 5]
