from datetime import date
from decimal import Decimal

from services.analytics.domain.periods import Period
from services.analytics.domain.sales_summary import (
    HourSales,
    MethodSales,
    ProductSales,
    SalesSummary,
    summarise,
)

A_PERIOD = Period(date(2026, 3, 1), date(2026, 3, 2))


def an_hour(hour: int, *tickets: str) -> HourSales:
    amounts = [Decimal(ticket) for ticket in tickets]
    return HourSales(
        hour=hour,
        tickets=len(amounts),
        revenue=sum(amounts, Decimal(0)),
        lowest_ticket=min(amounts),
        highest_ticket=max(amounts),
    )


def a_method(name: str, *tickets: str) -> MethodSales:
    amounts = [Decimal(ticket) for ticket in tickets]
    return MethodSales(
        payment_method=name,
        tickets=len(amounts),
        revenue=sum(amounts, Decimal(0)),
        highest_ticket=max(amounts),
    )


def a_summary(
    *hours: HourSales, methods: tuple[MethodSales, ...] = (), products: tuple[ProductSales, ...] = ()
) -> SalesSummary:
    return summarise(A_PERIOD, hours or [an_hour(9, "1")], methods, products)


def test_overall_is_the_sum_of_all_hours() -> None:
    summary = a_summary(an_hour(10, "1160.00"), an_hour(14, "116.00", "1218.00"))
    assert (summary.overall.tickets, summary.overall.revenue) == (3, Decimal("2494.00"))
    assert (summary.lowest_ticket, summary.overall.highest_ticket) == (Decimal("116.00"), Decimal("1218.00"))


def test_an_average_ticket_is_rounded_half_up_to_the_cent() -> None:
    assert a_summary(an_hour(10, "0.01", "0.02")).overall.average_ticket == Decimal("0.02")


def test_hours_come_in_order() -> None:
    hours = a_summary(an_hour(14, "5"), an_hour(9, "1")).hours
    assert [(hour.hour, hour.revenue) for hour in hours] == [(9, Decimal(1)), (14, Decimal(5))]


def test_payment_methods_come_by_their_number_of_tickets() -> None:
    summary = a_summary(methods=(a_method("CASH", "1", "1"), a_method("CARD", "500", "1", "1")))
    assert [method.payment_method for method in summary.payment_methods] == ["CARD", "CASH"]


def test_payment_methods_with_equal_tickets_come_by_amount_then_by_name() -> None:
    summary = a_summary(methods=(a_method("POINTS", "5"), a_method("CASH", "5"), a_method("CREDIT", "6")))
    assert [method.payment_method for method in summary.payment_methods] == ["CREDIT", "CASH", "POINTS"]


def test_the_most_profitable_hour_has_the_highest_revenue_not_the_most_tickets() -> None:
    summary = a_summary(an_hour(9, "1", "1", "1"), an_hour(15, "10"))
    assert (summary.most_profitable_hour.hour, summary.busiest_hour.hour) == (15, 9)


def test_of_equally_profitable_hours_the_one_with_more_tickets_is_named() -> None:
    assert a_summary(an_hour(9, "4"), an_hour(15, "2", "2")).most_profitable_hour.hour == 15


def test_of_equally_busy_hours_the_one_with_more_revenue_is_named() -> None:
    assert a_summary(an_hour(9, "4"), an_hour(15, "5")).busiest_hour.hour == 15


def test_of_wholly_equal_hours_the_earliest_is_named() -> None:
    summary = a_summary(an_hour(15, "4"), an_hour(9, "4"))
    assert (summary.most_profitable_hour.hour, summary.busiest_hour.hour) == (9, 9)


def test_the_top_product_is_the_first_of_the_ranking() -> None:
    products = (ProductSales("Laptop", 2, Decimal(2000)), ProductSales("Mouse", 3, Decimal(150)))
    summary = a_summary(products=products)
    assert (summary.top_product, summary.total_units_sold) == (products[0], 5)
