"""Decides from looks at the databases which invariants hold, are broken, or wait for work under way."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from tests.e2e.invariants.queues import Queues
from tests.e2e.invariants.rules import BETWEEN, EXPLAIN_DIFFERENCES, INSIDE, UNDER_WAY, Between
from tests.e2e.invariants.snapshots import STATEMENT_SECONDS, Difference, Waiting, snapshots

PAUSE_SECONDS = 1.0


class Verdict(IntEnum):
    """A verdict; the value is the exit code of the command."""

    OK = 0
    BROKEN = 1
    IN_FLIGHT = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule's verdict, with the rows that break it or are not decided yet."""

    invariant: int
    name: str
    verdict: Verdict
    rows: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at all databases and queues found."""

    broken: Mapping[str, Sequence[str]]
    """Rule inside a database → the rows that break it."""
    differences: frozenset[Difference]
    undecided: frozenset[str]
    waiting: Mapping[str, Waiting]
    queues: Queues


@dataclass(frozen=True, slots=True)
class Suite:
    """The suite to judge. `queues` counts its queues; the time zone is the store's."""

    urls: Mapping[str, str]
    timezone: str
    queues: Callable[[], Queues]
    statement_seconds: int = STATEMENT_SECONDS


def look_at(suite: Suite) -> Look:
    """Read everything once. Raises `psycopg.Error`."""
    queues = suite.queues()
    with snapshots(suite.urls, suite.timezone, suite.statement_seconds) as read:
        return Look(
            broken={rule.name: read.broken(rule) for rule in INSIDE},
            differences=frozenset(found for rule in BETWEEN for found in read.differences(rule)),
            undecided=frozenset(read.undecided()),
            waiting={work.name: read.waiting(work) for work in UNDER_WAY},
            queues=queues,
        )


def judge(suite: Suite, *, patience_seconds: float) -> tuple[list[Judgement], Look]:
    """Judge all rules. A difference is broken if every look of `patience_seconds` has found the same row."""
    look = look_at(suite)
    lasting = look.differences
    deadline = time.monotonic() + patience_seconds
    while lasting and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
        look = look_at(suite)
        lasting &= look.differences
    return [*_inside(look), *(_between(rule, lasting, look) for rule in BETWEEN), _dead_letters(look)], look


def worst(judgements: Sequence[Judgement], look: Look) -> Verdict:
    """BROKEN if any rule is; IN_FLIGHT if work is under way; else OK."""
    verdicts = {judgement.verdict for judgement in judgements}
    if Verdict.BROKEN in verdicts:
        return Verdict.BROKEN
    is_under_way = any(work.count for work in look.waiting.values()) or look.queues.waits()
    return Verdict.IN_FLIGHT if is_under_way or Verdict.IN_FLIGHT in verdicts else Verdict.OK


def age(work: Waiting, now: datetime) -> float:
    """The age of the oldest piece in seconds."""
    return max((now - work.oldest).total_seconds(), 0.0) if work.oldest else 0.0


def _inside(look: Look) -> list[Judgement]:
    return [
        Judgement(
            rule.invariant,
            rule.name,
            Verdict.BROKEN if look.broken[rule.name] else Verdict.OK,
            look.broken[rule.name],
        )
        for rule in INSIDE
    ]


def _between(rule: Between, lasting: frozenset[Difference], look: Look) -> Judgement:
    """A row that is explained by work under way is not decided; one that nothing explains breaks the rule."""
    rows = sorted(found for found in lasting if found.rule == rule.name)
    at_work = any(look.waiting[work.name].count for work in EXPLAIN_DIFFERENCES)
    is_behind = at_work or look.queues.waits(rule.service)
    broken = [row for row in rows if not is_behind and row.order not in look.undecided]
    verdict = Verdict.BROKEN if broken else Verdict.IN_FLIGHT if rows else Verdict.OK
    shown = [f"only in {row.only_in}: {row.row}" for row in broken or rows]
    return Judgement(rule.invariant, rule.name, verdict, shown)


def _dead_letters(look: Look) -> Judgement:
    rows = [f"{count} of {service}" for service, count in look.queues.dead.items() if count]
    verdict = Verdict.BROKEN if rows else Verdict.OK
    return Judgement(3, "no event is a dead letter", verdict, rows)
