"""The plan of a day at tills without a network."""

import pytest

from tests.e2e.synced.plan import (
    LEFT_OUT,
    MONEY,
    SALES_OF_A_TILL,
    SCARCE,
    SENDERS,
    TILLS,
    Act,
    Deed,
    Delivery,
    Kind,
    Sale,
    deliver_in_order,
    plan_delivery,
    plan_sales,
)
from tests.e2e.synced.scene import PRODUCTS

ENDS = ("sales", "catalog", "postgres")
SALES = plan_sales(1)


def sent(delivery: Delivery) -> list[Sale]:
    return [
        sale
        for part in (delivery.early, delivery.later)
        for batches in part
        for batch in batches
        for sale in batch
    ]


def test_the_same_seed_is_the_same_day_and_the_same_delivery() -> None:
    assert plan_sales(1) == SALES
    assert plan_delivery(7, SALES, ENDS) == plan_delivery(7, SALES, ENDS)


def test_another_seed_is_another_day_and_another_delivery() -> None:
    assert plan_sales(2) != SALES
    assert plan_delivery(7, SALES, ENDS) != plan_delivery(8, SALES, ENDS)


@pytest.mark.parametrize("till", range(TILLS))
def test_each_till_sells_sales_of_every_kind_and_numbers_them_with_one_left_out(till: int) -> None:
    mine = [sale for sale in SALES if sale.till == till]
    assert {sale.kind for sale in mine} == set(Kind)
    assert [sale.seq for sale in mine] == [n for n in range(1, SALES_OF_A_TILL + 2) if n != LEFT_OUT]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_scarce_runs_out_although_what_was_voided_comes_back(seed: int) -> None:
    sales = plan_sales(seed)
    placed = sum(item.pieces for sale in sales for item in sale.placed if item.product == SCARCE)
    sold = sum(item.pieces for sale in sales if sale.kind in MONEY for item in sale.items[:1])
    assert sold > placed + PRODUCTS[SCARCE].stock


def test_in_order_every_sale_is_sent_once_and_alone_and_nothing_ends() -> None:
    delivery = deliver_in_order(SALES)
    assert sent(delivery) == list(SALES)
    assert [act.what for act in delivery.acts] == list(Deed)


@pytest.mark.parametrize("seed", range(20))
def test_every_sale_is_sent_by_somebody_in_batches_of_one_till(seed: int) -> None:
    delivery = plan_delivery(seed, SALES, ENDS)
    assert set(sent(delivery)) == set(SALES)
    assert len(sent(delivery)) > len(SALES)
    batches = [batch for part in (delivery.early, delivery.later) for of in part for batch in of]
    assert all(len({sale.till for sale in batch}) == 1 for batch in batches)
    assert len(delivery.early) == len(delivery.later) == SENDERS


@pytest.mark.parametrize("seed", range(20))
def test_nothing_of_the_second_shift_is_sent_before_the_first_is_closed(seed: int) -> None:
    delivery = plan_delivery(seed, SALES, ENDS)
    early = [sale for batches in delivery.early for batch in batches for sale in batch]
    assert all(sale.is_early for sale in early)
    assert set(early) != {sale for sale in SALES if sale.is_early}, "some come late"


@pytest.mark.parametrize("seed", range(20))
def test_all_that_ends_ends_while_sales_are_sent_and_the_close_does_not_wait_for_what_waits_for_it(
    seed: int,
) -> None:
    delivery = plan_delivery(seed, SALES, ENDS)
    acts = {act.what: act for act in delivery.acts}
    assert set(acts) == {*Deed, *ENDS}
    assert list(delivery.acts) == sorted(delivery.acts, key=_after)
    assert acts[Deed.CLOSE].after < sum(map(len, delivery.early))
    assert delivery.acts[-1].after < sum(map(len, (*delivery.early, *delivery.later)))


def _after(act: Act) -> int:
    return act.after
