"""Shares a process's connections among addresses, and keeps some for staff, who have shown a valid token.

A token comes with a request, long after its connection was accepted. So staff are recognised by the address
from which their valid token came before. Shoppers are strangers: anybody may register as one.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from cachetools import TTLCache
from starlette.types import Scope

KNOWN_SECONDS = 900
"""An address is known for this time after its last connection with a valid token of staff was closed."""

KNOWN_MAX = 10_000
"""Addresses remembered; above it those known longest are forgotten."""

EXTENSION = "mostrador.valid_token"


class Connection(Protocol):
    """A client's connection, as far as its place is concerned."""

    address: str
    """The key of the limit per address."""
    is_proxy: bool
    """True for a trusted proxy, which is many clients."""
    has_token: bool
    """True once a valid token of staff came over it."""

    @property
    def is_idle(self) -> bool:
        """True between two requests."""

    @property
    def is_awaited(self) -> bool:
        """True while the client is waited for: to send a request or the rest of it, or to read its answer."""

    def give_way(self) -> None:
        """Close at once."""


@dataclass(frozen=True, slots=True)
class PlaceLimits:
    """Open connections: of all, of one address, and kept for known addresses."""

    total: int
    per_address: int
    reserved: int

    def __post_init__(self) -> None:
        """Raise `ValueError` unless every address can have a connection."""
        if not 0 <= self.reserved < self.total or self.per_address < 1:
            raise ValueError(
                "CONNECTIONS_RESERVED must be less than CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS at least 1"
            )


class Places:
    """The places of one process. A full house closes an idle connection to admit a new one."""

    def __init__(self, limits: PlaceLimits, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._open: dict[Connection, bool] = {}  # oldest first; True if it takes a place kept for staff
        self._of_address: dict[str, dict[Connection, None]] = {}
        self._strangers = 0
        self._known: TTLCache[str, None] = TTLCache(KNOWN_MAX, KNOWN_SECONDS, now)

    def take(self, connection: Connection) -> HTTPStatus | None:
        """Give a new connection a place, or return the status to refuse it with.

        At its address's limit it takes the place of an idle connection of the same address, or of the one
        that has been awaited longest. Strangers leave the reserved places free; when the house is full, a
        known address takes the place of a stranger that is idle or awaited.
        """
        limits, neighbours = self._limits, self._of_address.get(connection.address, {})
        if len(neighbours) >= limits.per_address and not connection.is_proxy:
            victim = _idle(neighbours) or _awaited(neighbours)
            if victim is None:
                return HTTPStatus.TOO_MANY_REQUESTS
            self._displace(victim)
        is_known = connection.is_proxy or self._is_known(connection.address)
        is_full = len(self._open) >= limits.total
        if is_full or (not is_known and self._strangers >= limits.total - limits.reserved):
            victim = self._victim_of_known() if is_known else _idle(self._without_token())
            if victim is None:
                return HTTPStatus.SERVICE_UNAVAILABLE
            self._displace(victim)
        self._open[connection] = is_known
        self._of_address.setdefault(connection.address, {})[connection] = None
        self._strangers += not is_known
        return None

    def meet(self, connection: Connection) -> None:
        """A valid token of staff came over this connection: its address is known."""
        connection.has_token = True
        self._known[connection.address] = None
        if self._open.get(connection) is False:
            self._open[connection] = True
            self._strangers -= 1

    def leave(self, connection: Connection) -> None:
        """Free the place, if the connection has one."""
        is_known = self._open.pop(connection, None)
        if is_known is None:
            return
        self._strangers -= not is_known
        if connection.has_token:
            self._known[connection.address] = None
        neighbours = self._of_address[connection.address]
        del neighbours[connection]
        if not neighbours:
            del self._of_address[connection.address]

    def _is_known(self, address: str) -> bool:
        return address in self._known or any(
            neighbour.has_token for neighbour in self._of_address.get(address, ())
        )

    def _without_token(self) -> Iterable[Connection]:
        return (connection for connection in self._open if not connection.has_token)

    def _victim_of_known(self) -> Connection | None:
        return _idle(self._without_token()) or _awaited(self._without_token()) or _idle(self._open)

    def _displace(self, connection: Connection) -> None:
        self.leave(connection)
        connection.give_way()


def _idle(connections: Iterable[Connection]) -> Connection | None:
    return next((connection for connection in connections if connection.is_idle), None)


def _awaited(connections: Iterable[Connection]) -> Connection | None:
    """The oldest connection whose client is waited for; one with a valid token of staff keeps its place."""
    return next(
        (connection for connection in connections if connection.is_awaited and not connection.has_token), None
    )


def introduce(scope: Scope) -> None:
    """Tell the guard that the request of this scope has a valid token of staff."""
    if extension := scope.get("extensions", {}).get(EXTENSION):
        extension["meet"]()
