"""The Caddyfile, as far as a stand-in for Caddy must understand it: its sites, and who answers which path there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

TIME = re.compile(r"([\d.]+)(ms|s|m)")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}
TOKEN = re.compile(r'"[^"]*"|\S+')


@dataclass(frozen=True)
class Directive:
    """One line with its words, and the lines in its braces."""

    words: list[str]
    block: list["Directive"]

    @property
    def name(self) -> str:
        return self.words[0]


@dataclass(frozen=True)
class Balanced:
    """Several that answer the same; how they are watched and chosen between. Times are seconds."""

    upstreams: list[str]
    health_path: str
    health_every: float
    health_within: float
    out_for: float
    """How long one that refused a connection is left out."""
    try_for: float
    try_every: float
    taken_off: list[str]
    """Headers that a request loses on its way."""


@dataclass(frozen=True)
class Fixed:
    """An answer of the door's own."""

    status: int


Answer: TypeAlias = Balanced | Fixed


@dataclass(frozen=True)
class Site:
    """An address, and who answers which paths there; the first that fits."""

    address: str
    routes: list[tuple[str, Answer]] = field(default_factory=list)


def fits(path: str, pattern: str) -> bool:
    """Whether the path is the pattern's; `*` at its end stands for anything."""
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def sites(text: str, environment: Mapping[str, str]) -> list[Site]:
    """The sites of a Caddyfile, its snippets put in.

    Raises ValueError for what only Caddy itself understands.
    """
    filled = re.sub(r"\{\$(\w+)\}", lambda found: environment[found[1]], text)
    written = _read(iter([TOKEN.findall(line.partition("#")[0]) for line in filled.splitlines()]))
    snippets = {each.name[1:-1]: each.block for each in written if each.name.startswith("(")}
    return [
        Site(each.name, _routes(_put_in(each.block, snippets)))
        for each in written
        if each.name != "{" and not each.name.startswith("(")
    ]


def _read(lines: Iterator[list[str]]) -> list[Directive]:
    found = []
    for words in lines:
        if words == ["}"]:
            break
        if words and words[-1] == "{":
            found.append(Directive(words[:-1] or ["{"], _read(lines)))
        elif words:
            found.append(Directive([word.strip('"') for word in words], []))
    return found


def _put_in(block: list[Directive], snippets: Mapping[str, list[Directive]]) -> list[Directive]:
    """The block with every `import` replaced by what it names."""
    whole: list[Directive] = []
    for each in block:
        whole += (
            snippets[each.words[1]] if each.name == "import" else [Directive(each.words, _put_in(each.block, snippets))]
        )
    return whole


def _routes(block: list[Directive]) -> list[tuple[str, Answer]]:
    """Caddy sorts `handle`s by how exactly they say what they are for; ours are written in that order."""
    handles = [each for each in block if each.name == "handle"]
    return [(each.words[1] if each.words[1:] else "*", _answer(each.block)) for each in handles]


def _answer(block: list[Directive]) -> Answer:
    match block:
        case [Directive(words=["respond", status])]:
            return Fixed(int(status))
        case [Directive(words=["reverse_proxy", *upstreams], block=options)]:
            return _balanced(upstreams, options)
        case _:
            raise ValueError(f"only Caddy understands {block}")


def _balanced(upstreams: list[str], options: list[Directive]) -> Balanced:
    one = {each.name: each.words[1] for each in options if each.words[1:]}
    if one["lb_policy"] != "least_conn":
        raise ValueError("only Caddy balances like that")
    return Balanced(
        upstreams,
        health_path=one["health_uri"],
        health_every=seconds(one["health_interval"]),
        health_within=seconds(one["health_timeout"]),
        out_for=seconds(one["fail_duration"]),
        try_for=seconds(one["lb_try_duration"]),
        try_every=seconds(one["lb_try_interval"]),
        taken_off=[each.words[1].removeprefix("-") for each in options if each.name == "header_up"],
    )


def seconds(written: str) -> float:
    """Caddy's way of writing a time, such as 1500ms."""
    found = TIME.fullmatch(written)
    if found is None:
        raise ValueError(f"{written} is no time")
    return float(found[1]) * SECONDS[found[2]]
