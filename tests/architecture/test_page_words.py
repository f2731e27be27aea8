"""The owner's page has a text for each word by which the API names a kind, a reason or a state."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from services.analytics.domain.overview import Points, ProductList
from services.analytics.domain.overview_periods import Kind, Range
from services.auth.usecases.audit import AuditKind
from services.catalog.domain.promotions import When
from services.catalog.domain.stock import Reason
from services.customers.domain.credit import CreditType
from services.customers.domain.points import PointsType
from services.sales.domain.lifecycles import LayawayStatus, ReturnStatus, ShiftStatus, WebStatus
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.pricing import DiscountSource
from services.sales.domain.shifts import MovementKind
from services.sales.domain.synced import Flag
from services.sales.domain.tenders import CardKind

pytestmark = pytest.mark.unit

WEB = Path(__file__).parents[2] / "web"
TEXTS = [WEB / folder / "texts/es.js" for folder in ("shell", "owner")]
WORDS: dict[str, Iterable[str]] = {
    "audit.{}": get_args(AuditKind),
    "card.{}": CardKind,
    "compare.{}": Kind,
    "discount.{}": DiscountSource,
    "flag.{}": Flag,
    "flag.{}.why": Flag,
    "layaway.{}": LayawayStatus,
    "ledger.{}": (*CreditType, *PointsType),
    "method.{}": PaymentMethod,
    "movement.{}": MovementKind,
    "products.title_{}": (each.removeprefix("by_") for each in ProductList),
    "promotion.{}": When,
    "range.{}": Range,
    "series.{}": Points,
    "shift.{}": ShiftStatus,
    "stock.reason.{}": Reason,
    "web.{}": WebStatus,
    "web.return.{}": ReturnStatus,
}


@pytest.mark.parametrize("key", WORDS)
def test_each_word_of_the_api_has_a_text(key: str) -> None:
    keys = {key for file in TEXTS for key in re.findall(r'^  "([^"]+)":', file.read_text(), re.MULTILINE)}
    assert {key.format(word) for word in WORDS[key]} <= keys
