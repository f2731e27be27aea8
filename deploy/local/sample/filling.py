"""Fills the demo shop once: goods and people, the sales of past days, what happens now."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from deploy.local.sample.goods import plan_products
from deploy.local.sample.office import Office
from deploy.local.sample.present import Present
from deploy.local.sample.quarter import REGISTERS, plan_sales, stocks
from deploy.local.sample.sending import send
from deploy.local.sample.stage import register_name, set_stage
from libs.common.clock import Clock

Progress = Callable[[int, int], None]
"""Hears how many sales were sent, of how many."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the sample has come to: the days that were asked for may be more than tills may send later."""

    days: int
    sales: int


def is_filled(owner: Office) -> bool:
    """Whether a sample has been filled in to its end here: its last register has been counted."""
    last = register_name(REGISTERS - 1)
    for register in owner.get("/api/registers/"):
        if register["name"] == last:
            return bool(owner.get(f"/api/shifts/?status=CLOSED&register={register['id']}"))
    return False


def fill(owner: Office, days: int, *, clock: Clock, progress: Progress) -> Filled:
    """Fill the shop with the days that its tills may still send, at most `days`."""
    rules = owner.get("/api/sync/bootstrap/")
    # A moment before the limit counts as now: the oldest day is left out, of which a part is beyond it.
    days = min(days, int(rules["limits"]["clock_behind_days"]) - 1)
    products = plan_products(owner.seed)
    zone = ZoneInfo(rules["timezone"])
    sales = plan_sales(owner.seed, days, before=clock(), zone=zone, products=products)
    stage = set_stage(owner, products, stocks(sales, products))
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(sales))

    send(owner, stage, sales, count)
    Present(owner, stage, products).play()
    return Filled(days, len(sales))
