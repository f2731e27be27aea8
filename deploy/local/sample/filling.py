"""Fills the demo shop once: goods and people, the sales of past days, what happens now."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from deploy.local.sample import begun as kept
from deploy.local.sample.begun import Begun
from deploy.local.sample.booking import patient_sales
from deploy.local.sample.goods import plan_products
from deploy.local.sample.office import Office
from deploy.local.sample.present import Present
from deploy.local.sample.quarter import REGISTERS, plan_sales, stocks
from deploy.local.sample.sending import send
from deploy.local.sample.stage import register_name, set_stage
from deploy.local.suite import LocalSuite
from libs.common.clock import Clock

Progress = Callable[[int, int], None]
"""Hears how many sales were sent, of how many."""


def is_filled(owner: Office) -> bool:
    """Whether a sample has been filled in to its end here: its last register has been counted."""
    last = register_name(REGISTERS - 1)
    for register in owner.get("/api/registers/"):
        if register["name"] == last:
            return bool(owner.get(f"/api/shifts/?status=CLOSED&register={register['id']}"))
    return False


def fill(suite: LocalSuite, owner: Office, days: int, *, clock: Clock, progress: Progress) -> int:
    """Fill the shop with so many days and with today until now; returns the number of sales on them.

    One that was interrupted goes on, until the moment at which it was begun. Raises `CommandFailed` if it
    cannot, or if the shop refuses something.
    """
    begun = kept.begin(suite.state, Begun(days, owner.seed, clock()))
    products = plan_products(owner.seed)
    zone = ZoneInfo(owner.get("/api/sync/bootstrap/")["timezone"])
    sales = plan_sales(owner.seed, days, before=begun.at, zone=zone, products=products)
    stage = set_stage(owner, products, stocks(sales, products))
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(sales))

    with patient_sales(suite, days) as address, owner.at(address) as books:
        send(owner, books, stage, sales, count)
    Present(owner, stage, products, sales).play()
    kept.done(suite.state)
    return len(sales)
