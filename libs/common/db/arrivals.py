"""Tells when the server has answered, by one watch on a connection's socket for as long as it lives."""

import asyncio
import os
import select

from psycopg import OperationalError


class Arrivals:
    """Watches a socket from the first time that something is awaited until `close`.

    It watches a duplicate: libpq closes its own descriptor as soon as the server is gone, and the event loop
    ends a process in which a watched one was closed.
    """

    def __init__(self, socket: int) -> None:
        self._socket = socket
        self._watched: int | None = None
        self._broken = select.poll()
        self._broken.register(socket, 0)  # tells of errors and of the end of both directions, unasked
        self._loop = asyncio.get_running_loop()

    def next(self) -> asyncio.Future[None]:
        """Done when there is something to read, or, rarely, was a moment ago. One is awaited at a time."""
        self._next = self._loop.create_future()
        if self._broken.poll(0):  # uvloop tells once of a broken connection, and no more
            self._stop_watching()
        if self._watched is None:
            self._watched = os.dup(self._socket)
            self._loop.add_reader(self._watched, self._arrived)
        return self._next

    def close(self) -> None:
        """Watch no more. Whoever still awaits something gets an `OperationalError`."""
        self._stop_watching()
        if not self._next.done():
            self._next.set_exception(OperationalError("the connection was closed"))
            self._next.exception()  # not told as a fault if nobody awaits it any more

    def _arrived(self) -> None:
        if self._next.done():  # nobody reads it, so that the event loop would tell of it for ever
            self._stop_watching()
        else:
            self._next.set_result(None)

    def _stop_watching(self) -> None:
        if self._watched is not None:
            self._loop.remove_reader(self._watched)
            os.close(self._watched)
            self._watched = None
