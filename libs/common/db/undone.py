"""Tells statements that have done nothing from those that may have committed when they failed."""

import psycopg

# PostgreSQL gave the statement up and has undone it; the connection is good.
UNDONE = (
    psycopg.errors.ReadOnlySqlTransaction,  # the database takes no changes at the moment
    psycopg.errors.QueryCanceled,  # statement_timeout
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
NO_ROOM = (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory)


def was_undone(error: psycopg.Error) -> bool:
    """Whether the statement has done nothing, and its connection is good.

    Also where there was no room. A server that has no room for its log panics instead, and its recovery may
    find the statement committed.
    """
    has_no_room = isinstance(error, NO_ROOM) and error.diag.severity_nonlocalized == "ERROR"
    return has_no_room or isinstance(error, UNDONE)
