"""The times at which a promotion applies (contract §3)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from libs.common.store_calendar import store_day
from services.catalog.api.pos.door import pos
from services.catalog.domain.promotions import (
    EndsBeforeItStarts,
    Promotion,
    PromotionsOverlap,
    refusals_of_days,
)

MEXICO = ZoneInfo("America/Mexico_City")  # UTC-6, no daylight saving
A_WEEK = Promotion(
    id=1,
    product_id=15,
    name="Summer Sale",
    description="",
    discount_percent=Decimal("15.00"),
    start_date=date(2026, 6, 1),
    end_date=date(2026, 6, 7),
    target_audience="ALL",
)


@pytest.mark.parametrize(
    ("utc", "in_force"),
    [
        (datetime(2026, 6, 1, 5, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 1, 6, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 8, 5, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 8, 6, 0, 0, tzinfo=UTC), False),
    ],
)
def test_a_promotion_holds_from_the_first_second_to_the_last_in_the_store(
    utc: datetime,
    in_force: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert A_WEEK.is_active(store_day(utc, MEXICO)) is in_force


def test_a_promotion_may_last_one_day() -> None:
    assert refusals_of_days(date(2026, 6, 1), date(2026, 6, 1)) == []


def test_a_promotion_cannot_end_before_it_starts() -> None:
    (refusal,) = refusals_of_days(date(2026, 6, 2), date(2026, 6, 1))
    assert isinstance(refusal, EndsBeforeItStarts)


def test_an_overlap_names_the_days_of_the_other_promotion() -> None:
    refusal = PromotionsOverlap(date(2024, 1, 1), date(2024, 1, 5))
    assert pos.answer(refusal).body["non_field_errors"] == [
        "Ya existe una promoción activa para este producto en las fechas seleccionadas "
        "(2024-01-01 a 2024-01-05)."
    ]
