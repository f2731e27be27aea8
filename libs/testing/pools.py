"""Makes the pools of a run of the tests connect when they are used, not ahead."""

from libs.common.db import database


def connect_when_used() -> None:
    """From now on, new pools make no connection ahead: thousands of tests open one for a few requests."""
    database.POOL_SIZE_MIN = 0
