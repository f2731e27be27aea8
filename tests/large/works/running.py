"""A service that runs in the test's process, and what it is asked to do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx

from bench.growth.past import Past
from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.pruning import Prunable, prune
from libs.common.messaging.relay import TAKE_OLDEST
from libs.testing.explained import Carried

Work = Callable[[], Awaitable[object]]
BATCH, PAGE = 20, 50


@dataclass(frozen=True, slots=True)
class Place:
    """What a service runs with: its settings, the tokens, the clock, and the past of its shop."""

    settings: Mapping[str, Any]
    tokens: Any
    clock: Clock
    past: Past


@dataclass(frozen=True, slots=True)
class Running:
    """Its database, what that carried out so far, and its works by name."""

    database: Database
    heard: list[Carried]
    works: Mapping[str, Work]


def getting(client: httpx.AsyncClient, path: str, headers: Mapping[str, str]) -> Work:
    """Read something."""
    return partial(_answered, client, "GET", path, headers)


def page_of(client: httpx.AsyncClient, path: str, headers: Mapping[str, str], **query: str | int) -> Work:
    """Read the first page of a list without its count, which looks at up to 10,001 rows."""
    return getting(client, f"{path}?{urlencode({**query, 'count': 'none', 'limit': PAGE})}", headers)


async def _answered(client: httpx.AsyncClient, method: str, path: str, headers: Mapping[str, str]) -> None:
    answer = await client.request(method, path, headers=headers)
    assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"


async def sent(
    client: httpx.AsyncClient, method: str, path: str, body: object, headers: Mapping[str, str]
) -> Any:
    """Send a request that must succeed, and return its answer."""
    answer = await client.request(method, path, json=body, headers=headers)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def relaying(database: Database) -> Work:
    """Take the oldest events out of the outbox, as the relay does when the broker has confirmed them."""
    return partial(database.execute, TAKE_OLDEST.encode(), {"limit": BATCH})


def pruning(database: Database, clock: Clock, *prunables: Prunable) -> Mapping[str, Work]:
    """The jobs that delete old rows; there are none that are old enough, or few."""
    return {f"prune {what.table}": partial(prune, what, database=database, clock=clock) for what in prunables}
