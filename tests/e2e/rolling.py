"""Replaces the processes of a suite one at a time, as a rolling update of a cluster does."""

import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from deploy.local.layout import ServiceProcess
from deploy.local.revision import checked_out
from deploy.local.sources import OURS, Sources
from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.e2e.steady_work import Answers, SteadyWork
from tests.e2e.tills import Goods

SHORT = ("gateway", "sales", "sales-worker", "catalog", "customers-worker")
"""The processes that the short form replaces: one of two of each."""


Pair = tuple[ServiceProcess, ServiceProcess]
"""A process and its successor."""


def is_long() -> bool:
    """Whether every process is replaced: `make rolling`."""
    return bool(os.environ.get("ROLLING"))


@contextmanager
def replaced_release() -> Iterator[Sources]:
    """The sources of the release that is replaced: ROLLING_FROM, a git revision, or ours."""
    if revision := os.environ.get("ROLLING_FROM"):
        with checked_out(revision) as sources:
            yield sources
    else:
        yield OURS


def replacements(suite: LocalSuite) -> list[Pair]:
    """The processes that are to be replaced, each with its successor."""
    pairs = list(zip(suite.layout.processes, suite.layout.successors, strict=True))
    return pairs if is_long() else [pair for pair in pairs if pair[0].name in SHORT]


def roll_under_load(
    suite: LocalSuite, shop: Shop, goods: Goods, pairs: Collection[Pair], tell: Callable[[str], None]
) -> Answers:
    """Replace process after process while all sorts of clients are at work; returns their answers."""
    with SteadyWork(shop, goods) as work:
        work.wait_for_answers()
        roll(suite, pairs, tell)
        work.wait_for_answers()
    tell(f"answered: {dict(work.answers.given)}")
    return work.answers


def roll(suite: LocalSuite, pairs: Collection[Pair], tell: Callable[[str], None]) -> None:
    """Replace process after process; each successor is ready before its predecessor is told to end."""
    for number, (process, successor) in enumerate(pairs, start=1):
        begun = time.monotonic()
        suite.replace(process, successor)
        seconds = time.monotonic() - begun
        tell(f"{number:3}/{len(pairs)} {process.name} replaced by {successor.name} in {seconds:.1f} s")


def silent(suite: LocalSuite, pairs: Collection[Pair]) -> list[str]:
    """The modules of which no process of the old release, or none of the new one, has answered a request.

    A single process may have got none: where a connection suffices, it leads to one of them.
    """
    replaced = {process.module for process, _ in pairs if process.module.endswith(".main")}
    releases = {"old": suite.layout.processes, "new": [successor for _, successor in pairs]}
    answering = {
        (module, release)
        for module in replaced
        for release, processes in releases.items()
        if any(_has_answered(suite, each) for each in processes if each.module == module)
    }
    return [
        f"{release} {module}"
        for module in sorted(replaced)
        for release in releases
        if (module, release) not in answering
    ]


def _has_answered(suite: LocalSuite, process: ServiceProcess) -> bool:
    with suite.log(process.name).open() as log:
        return any(json.loads(line).get("event") == "request" for line in log if line.startswith("{"))
