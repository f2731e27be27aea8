"""The dependencies of sales that are sent later, and their language: how a sale is read, a refusal worded."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from libs.common.approvals import Approval, EmployeeLimits
from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.errors import DomainError
from services.sales.domain.synced import SyncedSale
from services.sales.usecases.orders.desk import HouseRules
from services.sales.usecases.ports import Buyers, Quotes, Shoppers, Stock


class Language(Protocol):
    """The door's shapes and words. The words are kept with a sale that is held."""

    def read(self, sale: object) -> SyncedSale:
        """The sale in this JSON; raises `InvalidInput`."""

    def seq(self, sale: object) -> int | None:
        """The number of a sale that may be malformed otherwise; it has arrived all the same."""

    def word(self, error: DomainError) -> Mapping[str, Any]:
        """The refusal as the door shows it."""


@dataclass(frozen=True, slots=True)
class SyncDesk:
    """See `OrderDesk`. `sellers` are asked for the names of users, and whether they are active.

    What was sold longer than `behind_max` ago counts when it arrives. `limits` are those of an EMPLOYEE.
    `approved` is the approval in a token that came at a moment; None if it was none then.
    """

    database: Database
    stock: Stock
    quotes: Quotes
    buyers: Buyers
    sellers: Shoppers
    rules: HouseRules
    limits: EmployeeLimits
    behind_max: timedelta
    approved: Callable[[str, datetime], Awaitable[Approval | None]]
    clock: Clock
    new_folio: Callable[[], str]
