"""Waits until a suite has settled: every event has left its outbox and has been consumed."""

import time
from collections.abc import Mapping
from typing import Any

import psycopg

from libs.common.contracts.registry import PUBLISHERS

WITHIN_SECONDS = 120.0
POLL_SECONDS = 0.1

SELECT_UNPUBLISHED = "select exists (select from outbox)"
SELECT_HELD = "select exists (select from allocations where status = 'HELD')"
SELECT_PAID = "select count(*) from orders where id > %(mark)s and status = 'PAID'"
SELECT_COUNTED = "select count(*) from sale_facts where order_id > %(mark)s"
SELECT_LAST_ORDER = "select coalesce(max(id), 0) from orders"


class Settling:
    """Queries the databases over connections that stay open.

    The queries cost CPU on the measured side: each uses an index, and only orders later
    than the last settled one are counted.
    """

    def __init__(self, database_urls: Mapping[str, str]) -> None:
        self._connections = {
            service: psycopg.connect(url, autocommit=True) for service, url in database_urls.items()
        }
        self._mark = 0

    def wait(self) -> None:
        """Wait until everything has settled. Ends the command if that takes too long."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while self._under_way():
            if time.monotonic() > deadline:
                raise SystemExit(f"Events were still under way after {WITHIN_SECONDS:.0f} s.")
            time.sleep(POLL_SECONDS)
        self._mark = self._ask("sales", SELECT_LAST_ORDER)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections.values():
            connection.close()

    def _under_way(self) -> bool:
        """True if an event has not yet reached a consumer that handles it."""
        if any(self._ask(service, SELECT_UNPUBLISHED) for service in PUBLISHERS):
            return True
        if self._ask("catalog", SELECT_HELD):
            return True
        return self._ask("analytics", SELECT_COUNTED) < self._ask("sales", SELECT_PAID)

    def _ask(self, service: str, question: Any) -> int:
        row = self._connections[service].execute(question, {"mark": self._mark}).fetchone()
        assert row is not None
        return int(row[0])
