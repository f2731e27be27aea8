from datetime import date
from decimal import Decimal

from services.analytics.domain.periods import Period
from services.analytics.domain.sales_summary import ProductSales, SalesCell, SalesSummary, summarise

A_PERIOD = Period(date(2026, 3, 1), date(2026, 3, 2))


def a_cell(hour: int, payment_method: str, *tickets: str) -> SalesCell:
    amounts = [Decimal(ticket) for ticket in tickets]
    return SalesCell(
        hour=hour,
        payment_method=payment_method,
        tickets=len(amounts),
        revenue=sum(amounts, Decimal(0)),
        lowest_ticket=min(amounts),
        highest_ticket=max(amounts),
    )


def a_summary(*cells: SalesCell, products: tuple[ProductSales, ...] = ()) -> SalesSummary:
    return summarise(A_PERIOD, cells, products)


def test_overall_is_the_sum_of_all_cells() -> None:
    overall = a_summary(a_cell(10, "CARD", "1160.00"), a_cell(14, "CASH", "116.00", "1218.00")).overall
    assert (overall.tickets, overall.revenue) == (3, Decimal("2494.00"))
    assert (overall.lowest_ticket, overall.highest_ticket) == (Decimal("116.00"), Decimal("1218.00"))


def test_an_average_ticket_is_rounded_half_up_to_the_cent() -> None:
    assert a_summary(a_cell(10, "CASH", "0.01", "0.02")).overall.average_ticket == Decimal("0.02")


def test_hours_come_in_order_with_their_methods_together() -> None:
    hours = a_summary(a_cell(14, "CASH", "5"), a_cell(9, "CASH", "1"), a_cell(14, "CARD", "7")).hours
    assert [(hour, tickets.revenue) for hour, tickets in hours] == [(9, Decimal(1)), (14, Decimal(12))]


def test_payment_methods_come_by_their_number_of_tickets() -> None:
    summary = a_summary(a_cell(9, "CARD", "500"), a_cell(9, "CASH", "1", "1"), a_cell(10, "CARD", "1", "1"))
    assert [name for name, _ in summary.payment_methods] == ["CARD", "CASH"]


def test_payment_methods_with_equal_tickets_come_by_amount_then_by_name() -> None:
    summary = a_summary(a_cell(9, "POINTS", "5"), a_cell(9, "CASH", "5"), a_cell(9, "CREDIT", "6"))
    assert [name for name, _ in summary.payment_methods] == ["CREDIT", "CASH", "POINTS"]


def test_the_most_profitable_hour_has_the_highest_revenue_not_the_most_tickets() -> None:
    summary = a_summary(a_cell(9, "CASH", "1", "1", "1"), a_cell(15, "CASH", "10"))
    assert (summary.most_profitable_hour[0], summary.busiest_hour[0]) == (15, 9)


def test_of_equally_profitable_hours_the_one_with_more_tickets_is_named() -> None:
    assert a_summary(a_cell(9, "CASH", "4"), a_cell(15, "CASH", "2", "2")).most_profitable_hour[0] == 15


def test_of_equally_busy_hours_the_one_with_more_revenue_is_named() -> None:
    assert a_summary(a_cell(9, "CASH", "4"), a_cell(15, "CASH", "5")).busiest_hour[0] == 15


def test_of_wholly_equal_hours_the_earliest_is_named() -> None:
    summary = a_summary(a_cell(15, "CASH", "4"), a_cell(9, "CASH", "4"))
    assert (summary.most_profitable_hour[0], summary.busiest_hour[0]) == (9, 9)


def test_the_top_product_is_the_first_of_the_ranking() -> None:
    products = (ProductSales("Laptop", 2, Decimal(2000)), ProductSales("Mouse", 3, Decimal(150)))
    summary = a_summary(a_cell(9, "CASH", "2494"), products=products)
    assert (summary.top_product, summary.total_units_sold) == (products[0], 5)
