"""The sample of `make sample`, in short: two days fill the shop once, and the owner's reports show them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from deploy.local.sample.filling import fill, is_filled
from deploy.local.sample.office import Office
from deploy.local.sample.quarter import REGISTERS
from deploy.local.sample.stage import register_name
from deploy.local.suite import LocalSuite
from libs.common.clock import system_clock
from tests.e2e.books import assert_books_agree
from tests.e2e.overview_figures import assert_page_is_of_orders
from tests.e2e.report_stories import Sold
from tests.e2e.shop import Shop, done, owner_login
from tests.e2e.waiting import eventually

DAYS = 2
SHOWN_WITHIN_SECONDS = 30
EARLIER = timedelta(hours=14)
"""The shop was open in this time, whenever it is now."""


class Killed(BaseException):
    """The command ends here."""


class KilledNearTheEnd(Office):
    """The last deed of the sample is not sent any more."""

    def post(self, path: str, body: Mapping[str, Any], *, deed: str | None = None) -> Any:
        if deed == f"close {REGISTERS - 1}":
            raise Killed
        return super().post(path, body, deed=deed)


def fill_and_look(suite: LocalSuite, shop: Shop) -> None:
    """Fill a demo shop in which little was sold, also after an interruption, and find what was filled in."""
    before = Sold.in_summary(shop)
    with KilledNearTheEnd(suite.gateway_url, seed=1) as owner, suppress(Killed):
        owner.log_in(**owner_login())
        fill(suite, owner, DAYS, clock=lambda: system_clock() - EARLIER, progress=lambda _, __: None)
    with Office(suite.gateway_url, seed=1) as owner:
        owner.log_in(**owner_login())
        assert not is_filled(owner)
        sales = fill(suite, owner, DAYS, clock=system_clock, progress=lambda _, __: None)
        assert is_filled(owner)
    eventually(lambda: _assert_shown(shop, before, sales), within_seconds=SHOWN_WITHIN_SECONDS)
    registers = {each["name"]: each for each in done(shop.owner.get("/api/registers/"))}
    first, *_, last = (registers[register_name(place)] for place in range(REGISTERS))
    (counted,) = done(shop.owner.get(f"/api/shifts/?status=CLOSED&register={last['id']}"))
    assert counted["difference"] == "-35.50"
    (short,) = done(shop.owner.get(f"/api/orders/?flag=OVERSOLD&reviewed=false&register={first['id']}"))
    assert short["flags"] == ["OVERSOLD"]
    assert_books_agree(suite)
    for wanted in ("today", "yesterday", "7days", "30days", "year"):
        assert_page_is_of_orders(suite, shop, wanted)


def _assert_shown(shop: Shop, before: Sold, sales: int) -> None:
    more = Sold.in_summary(shop) - before
    assert more.tickets > sales
    assert more.revenue > 0
