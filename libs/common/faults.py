"""Ends this process at a boundary between two steps of a protocol, in crash tests only (`make chaos`).

`reached(Boundary.…)` stands at each boundary and does nothing, unless the process was started with `FAULTS`,
a folder of a test run. A test arms a boundary by making the file `<boundary>` there; the next process that
reaches it deletes the file and kills itself with SIGKILL, as if the machine had failed just then.
"""

import os
import signal
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

TEST_RUN = "test_run.pid"
"""The file in the folder that names the process of the test run."""


class Boundary(StrEnum):
    """Every boundary. `tests/e2e/crashes.py` has stories for each, and a test holds that none is left out."""

    BEFORE_ALLOCATION = "placing.before_allocation"
    AFTER_ALLOCATION = "placing.after_allocation"
    BEFORE_ORDER = "placing.before_order"
    AFTER_ORDER = "placing.after_order"

    BEFORE_START = "charging.before_start"
    AFTER_START = "charging.after_start"
    AFTER_CHARGE = "charging.after_charge"
    AFTER_FINISH = "charging.after_finish"
    BEFORE_UNDO = "charging.before_undo"
    AFTER_UNDO = "charging.after_undo"
    FINISHING_AFTER_FENCE = "finishing.after_fence"

    AFTER_CANCELLED = "cancelling.after_commit"
    AFTER_CALLED_OFF = "calling_off.after_commit"
    AFTER_PROCESSED = "processing.after_commit"

    AFTER_RETURN_BEGUN = "returning.after_begun"
    AFTER_BALANCES_GIVEN_BACK = "returning.after_given_back"
    BEFORE_RETURN_UNDONE = "returning.before_undo"
    AFTER_RETURNED = "returning.after_commit"
    FINISHING_AFTER_REFUND_FENCE = "finishing.after_refund_fence"

    AFTER_SALE_KEPT = "syncing.after_kept"
    AFTER_SALE_CLAIMED = "syncing.after_claimed"
    AFTER_GOODS_SOLD = "syncing.after_sold"
    AFTER_SALE_BOOKED = "syncing.after_booked"
    AFTER_SALE_VOIDED = "syncing.after_voided"
    AFTER_SALE_MENDED = "syncing.after_mended"
    AFTER_SALE_DISMISSED = "syncing.after_dismissed"
    AFTER_GOODS_GIVEN_UP = "syncing.after_given_up"
    FINISHING_AFTER_SALE_FOUND = "finishing.after_sale_found"

    BEFORE_DEPOSIT = "laying_away.before_deposit"
    AFTER_PART_PAID = "laying_away.after_part"
    BEFORE_LAYAWAY_SOLD = "laying_away.before_sold"
    AFTER_LAYAWAY_CANCELLED = "laying_away.after_cancelled"

    AFTER_APPROVAL_GIVEN = "approving.after_given"
    AFTER_USED_UP = "approving.after_used_up"
    AFTER_SHIFT_CLOSED = "closing.after_commit"

    BEFORE_ALLOCATED = "allocation.before_commit"
    AFTER_ALLOCATED = "allocation.after_commit"
    BEFORE_CONFIRMED = "confirmation.before"
    BEFORE_CONFIRMATION_COMMITS = "confirmation.before_commit"
    BEFORE_RELEASED = "release.before_commit"
    AFTER_RELEASED = "release.after_commit"
    SETTLING_AFTER_FENCE = "settle_lapsed.after_fence"
    BEFORE_SOLD = "sold.before_commit"
    AFTER_SOLD = "sold.after_commit"

    BEFORE_CHARGED = "charge.before_commit"
    AFTER_CHARGED = "charge.after_commit"
    BEFORE_REFUNDED = "refund.before_commit"
    AFTER_REFUNDED = "refund.after_commit"

    RELAY_AFTER_PUBLISH = "relay.after_publish"
    CONSUMER_AFTER_COMMIT = "consumer.after_commit"


class FaultsRefused(Exception):
    """`FAULTS` is set, and this process does not belong to a running test."""


_folder: Path | None = None


def reached(boundary: Boundary) -> None:
    """End this process if a test has armed the boundary; without `FAULTS` do nothing."""
    if _folder is not None and _disarm(_folder / boundary):
        os.kill(os.getpid(), signal.SIGKILL)


def allow_faults(folder: Path | None) -> None:
    """Let tests end this process, if it was started with `FAULTS`. Raises `FaultsRefused` outside a test.

    Images have no test code, so that they refuse every folder; elsewhere the folder must name a test run that
    is alive.
    """
    global _folder  # noqa: PLW0603 - set once, before the process serves
    if folder is None:
        return
    if find_spec("libs.testing") is None or not _is_alive(folder / TEST_RUN):
        raise FaultsRefused("FAULTS is for the processes of a running test only")
    _folder = folder


def _is_alive(file: Path) -> bool:
    try:
        os.kill(int(file.read_text()), 0)
    except PermissionError:  # the test run is another user's
        return True
    except (OSError, ValueError):
        return False
    return True


def _disarm(file: Path) -> bool:
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True
