"""Tells statements that have done nothing from those that may have committed when they failed."""

import psycopg

UNDONE = (
    psycopg.errors.ReadOnlySqlTransaction,  # the database takes no changes at the moment
    psycopg.errors.IdleInTransactionSessionTimeout,  # this process stood still; its session is ended
    psycopg.errors.QueryCanceled,  # statement_timeout
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
UNAVAILABLE = (psycopg.OperationalError, *UNDONE)
"""The errors of a database that is away, or cannot do the statement now."""
NO_ROOM = (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory)


def was_undone(error: psycopg.Error) -> bool:
    """Whether PostgreSQL gave the statement up, or its whole transaction, and has undone it.

    Also where there was no room. A server that has no room for its log panics instead, and its recovery may
    find the statement committed.
    """
    has_no_room = isinstance(error, NO_ROOM) and error.diag.severity_nonlocalized == "ERROR"
    return has_no_room or isinstance(error, UNDONE)
