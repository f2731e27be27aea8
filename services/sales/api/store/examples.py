"""Refusals of several routes, as the API document shows them."""

from services.sales.domain.lifecycles import StepNotAllowed
from services.sales.domain.stock import Shortage, StockShort, UnknownProducts

NOT_SOLD = UnknownProducts((3,))
TOO_FEW = StockShort((Shortage(3, "Organic Dog Treats", available=1, requested=2),))
NO_STEP = StepNotAllowed("cancelled", "shipped")
