from datetime import date
from decimal import Decimal

import pytest

from services.analytics.domain.velocity import (
    PeriodDaysRefused,
    StockTurn,
    Velocity,
    days_in_stock,
    days_since_first_sale,
    first_day,
    pieces_a_day,
    wanted_days,
)

TODAY = date(2026, 3, 31)


def march(day: int) -> date:
    return date(2026, 3, day)


def back(day: int) -> StockTurn:
    return StockTurn(march(day), in_stock=True)


def out(day: int) -> StockTurn:
    return StockTurn(march(day), in_stock=False)


def a_velocity(*, units: int, days: int = 30, in_stock: int = 30, stock: int = 100) -> Velocity:
    return Velocity(days=days, days_in_stock=in_stock, units=units, current_stock=stock)


def in_march(*turns: StockTurn, in_stock_now: bool = True) -> int:
    return days_in_stock(turns, first=march(1), last=TODAY, in_stock_now=in_stock_now)


@pytest.mark.parametrize(("written", "days"), [(None, 30), ("", 30), ("7", 7), ("3660", 3_660), (" 1.0 ", 1)])
def test_the_period_has_the_days_that_are_written(written: str | None, days: int) -> None:
    assert wanted_days(written) == days


@pytest.mark.parametrize("written", ["0", "-1", "3661", "2.5", "month", "1e2", "٣٠", "1_0", "9" * 200, "\0"])
def test_other_periods_are_refused(written: str) -> None:
    with pytest.raises(PeriodDaysRefused):
        wanted_days(written)


def test_the_document_s_own_numbers() -> None:
    velocity = a_velocity(units=60)
    assert (velocity.per_day, velocity.days_left) == (Decimal("2.00"), 50)


def test_velocity_is_rounded_half_up_to_two_decimals() -> None:
    assert (pieces_a_day(1, 8), pieces_a_day(2, 3)) == (Decimal("0.13"), Decimal("0.67"))


def test_the_stock_lasts_full_days_at_the_rounded_velocity() -> None:
    # 2 / 3 is shown as 0.67: 100 / 0.67 = 149.25, not 150.
    assert a_velocity(units=2, days=3).days_left == 149
    assert a_velocity(units=6, days=1, stock=94).days_left == 15


@pytest.mark.parametrize("units", [0, 1])
def test_a_velocity_of_nothing_lasts_for_ever(units: int) -> None:
    # One piece in 300 days is shown as 0.00.
    assert a_velocity(units=units, days=300).days_left is None


def test_no_stock_lasts_no_day() -> None:
    assert a_velocity(units=30, stock=0).days_left == 0


def test_velocity_in_stock_leaves_out_the_days_without_stock() -> None:
    assert a_velocity(units=60, in_stock=20).per_day_in_stock == Decimal("3.00")


def test_there_is_no_velocity_in_stock_without_a_day_in_stock() -> None:
    assert a_velocity(units=0, in_stock=0).per_day_in_stock is None


@pytest.mark.parametrize(
    ("first_sale", "days"),
    [
        (None, 30),  # never sold
        (date(2025, 1, 1), 30),
        (march(2), 30),  # the first of 30 days
        (march(3), 29),
        (march(31), 1),  # today, which counts
        (date(2026, 4, 1), 1),  # a till's clock is ahead
    ],
)
def test_a_period_begins_with_the_first_sale_if_that_is_later(first_sale: date | None, days: int) -> None:
    assert days_since_first_sale(30, first_sale=first_sale, today=TODAY) == days


def test_the_last_of_the_days_is_today() -> None:
    assert (first_day(1, TODAY), first_day(31, TODAY)) == (TODAY, march(1))


class TestDaysInStock:
    def test_without_a_turn_it_was_as_it_is_now(self) -> None:
        assert in_march(in_stock_now=True) == 31
        assert in_march(in_stock_now=False) == 0

    def test_it_was_not_in_stock_before_its_first_stock(self) -> None:
        assert in_march(back(11)) == 21

    def test_it_was_in_stock_until_it_ran_out(self) -> None:
        assert in_march(out(10), in_stock_now=False) == 10

    def test_the_days_on_which_it_ran_out_and_came_back_count(self) -> None:
        assert in_march(out(10), back(20)) == 10 + 12

    def test_out_and_back_on_one_day_is_a_day_in_stock(self) -> None:
        assert in_march(out(10), back(10)) == 31
        assert in_march(out(10), back(10), out(10), back(12), out(12), in_stock_now=False) == 11

    def test_it_came_and_went_on_one_day(self) -> None:
        assert in_march(back(10), out(10), in_stock_now=False) == 1

    def test_what_was_sold_before_catalog_knew_of_a_stock_was_there(self) -> None:
        turns = [back(20), out(22)]
        sold_before = days_in_stock(
            turns, first=march(1), last=TODAY, in_stock_now=False, first_sale=march(11)
        )
        sold_after = days_in_stock(
            turns, first=march(1), last=TODAY, in_stock_now=False, first_sale=march(21)
        )
        assert (sold_before, sold_after) == (12, 3)

    def test_a_sale_after_it_ran_out_adds_no_days(self) -> None:
        turns = [out(5), back(20), out(22)]
        first_sale = march(10)
        assert (
            days_in_stock(turns, first=march(1), last=TODAY, in_stock_now=False, first_sale=first_sale)
            == 5 + 3
        )

    def test_a_day_counts_once_however_often_it_comes_back(self) -> None:
        turns = [back(5), out(6), back(6), out(8), back(20), out(20)]
        assert in_march(*turns, in_stock_now=False) == 4 + 1

    def test_the_last_turn_decides_not_the_stock_of_now(self) -> None:
        # The newest stock is heard of before the turn that led to it.
        assert in_march(out(10), in_stock_now=True) == 10

    def test_a_turn_that_is_not_heard_of_yet_adds_no_more_than_its_day(self) -> None:
        assert in_march(out(10), out(20), in_stock_now=False) == 10 + 1
        assert in_march(back(10), back(20)) == 22

    def test_turns_of_a_clock_that_is_ahead_end_with_the_last_day(self) -> None:
        tomorrow = StockTurn(date(2026, 4, 1), in_stock=False)
        assert in_march(tomorrow, in_stock_now=False) == 31
        assert in_march(StockTurn(date(2026, 4, 1), in_stock=True)) == 0

    def test_days_before_the_first_of_the_period_do_not_count(self) -> None:
        assert days_in_stock([out(10)], first=march(8), last=TODAY, in_stock_now=False) == 3
