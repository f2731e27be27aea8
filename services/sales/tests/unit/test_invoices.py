"""The rules for invoices (contract §4)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.sales.domain.invoices import AmountIsNotTheOrders, InvoiceRules, check_amount, shown_status

DUE = datetime(2026, 4, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "late_by", "shown"),
    [
        ("pending", timedelta(seconds=-1), "pending"),
        ("pending", timedelta(0), "pending"),
        ("pending", timedelta(microseconds=1), "overdue"),
        ("paid", timedelta(days=1), "paid"),
        ("refunded", timedelta(days=1), "refunded"),
        ("cancelled", timedelta(days=1), "cancelled"),
    ],
)
def test_a_pending_invoice_is_overdue_when_its_due_date_is_past(
    status: str, late_by: timedelta, shown: str
) -> None:
    assert shown_status(status, due_date=DUE, now=DUE + late_by) == shown


def test_a_new_invoice_is_due_to_the_second_after_the_shop_s_days() -> None:
    made_at = datetime(2026, 3, 2, 18, 0, 0, 999_999, tzinfo=UTC)
    assert InvoiceRules("A", 30).due_date(made_at) == DUE
    assert InvoiceRules("A", 0).due_date(made_at) == datetime(2026, 3, 2, 18, tzinfo=UTC)


def test_an_invoice_is_over_the_order_s_total() -> None:
    check_amount(Decimal("104.480"), Decimal("104.48"))
    for other in ("104.47", "104.49", "0"):
        with pytest.raises(AmountIsNotTheOrders):
            check_amount(Decimal(other), Decimal("104.48"))
