"""The dependencies of taking goods back at the till."""

from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.domain.till_returns import ReturnRules
from services.sales.usecases.ports import BalanceRefunds, Stock


@dataclass(frozen=True, slots=True)
class ReturnDesk:
    """The dependencies of taking goods back."""

    database: Database
    stock: Stock
    balances: BalanceRefunds
    rules: ReturnRules
    clock: Clock
