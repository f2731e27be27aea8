from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from services.analytics.domain.customer_sales import (
    Customer,
    CustomerSales,
    ProductBought,
    Purchases,
    tell_purchases,
)
from services.analytics.domain.periods import Period
from services.analytics.domain.tickets import MethodTickets

ANA = Customer(1, "Ana", "López", None)
A_PERIOD = Period(date(2026, 3, 1), date(2026, 3, 2))


def told(*purchases: tuple[int, str, int, str]) -> CustomerSales:
    return told_with_tenders(purchases, [])


def told_with_tenders(
    purchases: Sequence[tuple[int, str, int, str]], tenders: Sequence[tuple[str, int, str]]
) -> CustomerSales:
    each = [Purchases(tickets, Decimal(spent), hour, method) for hour, method, tickets, spent in purchases]
    paid = [MethodTickets(tickets, Decimal(amount), method) for method, tickets, amount in tenders]
    return tell_purchases(ANA, A_PERIOD, each, paid, ProductBought("Laptop", 1, Decimal(1)))


def test_the_whole_is_the_sum_of_all_purchases() -> None:
    overall = told((9, "CASH", 1, "10.00"), (9, "CARD", 2, "20.00"), (15, "CASH", 1, "0.03")).overall
    assert overall
    assert (overall.tickets, overall.revenue, overall.average_ticket) == (
        4,
        Decimal("30.03"),
        Decimal("7.51"),
    )


def test_hours_stand_by_what_was_spent_then_by_tickets_then_earlier_first() -> None:
    sales = told((9, "CASH", 1, "5"), (8, "CASH", 2, "5"), (7, "CASH", 1, "5"), (6, "CASH", 9, "1"))
    assert [hour.hour for hour in sales.hours] == [8, 7, 9, 6]


def test_an_hour_has_the_purchases_of_all_methods() -> None:
    (hour,) = told((9, "CASH", 1, "10.00"), (9, "CARD", 2, "20.00")).hours
    assert (hour.tickets, hour.revenue) == (3, Decimal("30.00"))


def test_payment_methods_stand_by_tickets_then_by_amount_then_by_name() -> None:
    sales = told((9, "CASH", 1, "5"), (9, "CARD", 1, "5"), (9, "WEB", 2, "1"), (8, "POINTS", 1, "6"))
    assert [method.payment_method for method in sales.payment_methods] == ["WEB", "POINTS", "CARD", "CASH"]


def test_a_purchase_of_several_tenders_is_one_ticket_and_one_of_each_method() -> None:
    sales = told_with_tenders(
        [(9, "CASH", 1, "5.00"), (9, "MIXED", 1, "30.00")], [("CASH", 1, "10.00"), ("CARD", 1, "20.00")]
    )
    assert sales.overall
    assert (sales.overall.tickets, sales.overall.revenue) == (2, Decimal("35.00"))
    assert [(hour.hour, hour.tickets) for hour in sales.hours] == [(9, 2)]
    assert [(method.payment_method, method.tickets, method.revenue) for method in sales.payment_methods] == [
        ("CASH", 2, Decimal("15.00")),
        ("CARD", 1, Decimal("20.00")),
    ]


def test_without_purchases_there_are_no_figures() -> None:
    sales = told()
    assert (sales.overall, sales.hours, sales.payment_methods) == (None, [], [])


@pytest.mark.parametrize(("first", "last", "name"), [("Ana", "López", "Ana López"), ("Ana", "", "Ana")])
def test_a_name_is_first_and_last_name(first: str, last: str, name: str) -> None:
    assert Customer(1, first, last, None).name == name
