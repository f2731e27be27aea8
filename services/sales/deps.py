"""The dependencies of sales' processes: the parts of every service, and desks for each kind of work."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Annotated

from fastapi import Depends

from libs.common.approvals import Approval
from libs.common.auth.approvals import verify_approval
from libs.common.auth.tokens import TokenVerifier
from libs.common.clock import Clock, system_clock
from libs.common.errors import Unauthenticated
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from services.sales.clients.auth import AuthShoppers
from services.sales.clients.catalog import CatalogQuotes, CatalogStock
from services.sales.clients.customers import CustomerBuyers, CustomerCharges, CustomerPoints, CustomerRefunds
from services.sales.domain.invoices import InvoiceRules
from services.sales.domain.layaways import LayawayRules
from services.sales.domain.shifts import ShiftRules
from services.sales.domain.tickets import Shop
from services.sales.domain.till_returns import ReturnRules
from services.sales.settings import SalesSettings
from services.sales.usecases.carts.desk import CartDesk
from services.sales.usecases.orders.desk import HouseRules, OrderDesk
from services.sales.usecases.orders.releases import Releases
from services.sales.usecases.payments.desk import PaymentDesk
from services.sales.usecases.ports import (
    BalanceRefunds,
    Buyers,
    Charges,
    PointsBalances,
    Quotes,
    Shoppers,
    Stock,
)
from services.sales.usecases.shifts.desk import ShiftDesk
from services.sales.usecases.sync.desk import SyncDesk
from services.sales.usecases.tickets.reading import TicketDesk
from services.sales.usecases.till_returns.desk import ReturnDesk


@dataclass(frozen=True)
class Deps(Parts[SalesSettings]):
    """See `Parts`."""

    desk: OrderDesk
    payments: PaymentDesk
    returns: ReturnDesk
    tickets: TicketDesk
    carts: CartDesk
    shifts: ShiftDesk
    layaway_rules: LayawayRules
    sync: SyncDesk


@dataclass(frozen=True, slots=True)
class OtherServices:
    """The other services, as sales uses them."""

    stock: Stock
    buyers: Buyers
    charges: Charges
    balances: PointsBalances
    quotes: Quotes
    shoppers: Shoppers
    refunds: BalanceRefunds


def clients_of(parts: Parts[SalesSettings]) -> OtherServices:
    """The clients of the other services.

    Calls of customers that wait for a row or give up early have clients of their own: they must not open the
    breaker of orders.
    """
    settings = parts.settings
    catalog = parts.client("catalog", settings.catalog_url)
    return OtherServices(
        stock=CatalogStock(catalog),
        buyers=CustomerBuyers(parts.client("customers", settings.customers_url)),
        charges=CustomerCharges(parts.client("customers", settings.customers_url)),
        balances=CustomerPoints(parts.client("customers", settings.customers_url)),
        quotes=CatalogQuotes(catalog),
        shoppers=AuthShoppers(parts.client("auth", settings.auth_url)),
        refunds=CustomerRefunds(parts.client("customers", settings.customers_url)),
    )


def build_deps(
    settings: SalesSettings,
    *,
    clock: Clock = system_clock,
    others: Callable[[Parts[SalesSettings]], OtherServices] = clients_of,
) -> Deps:
    """See `build_parts`. `others` makes what reaches the other services."""
    parts = build_parts("sales", settings, clock=clock, honours_keys=True)
    database, services = parts.database, others(parts)
    return Deps(
        **vars(parts),
        desk=_order_desk(parts, services),
        payments=PaymentDesk(database=database, charges=services.charges, clock=clock),
        returns=ReturnDesk(
            database=database,
            stock=services.stock,
            balances=services.refunds,
            rules=ReturnRules(settings.return_days, settings.store_timezone),
            clock=clock,
        ),
        tickets=TicketDesk(
            database=database,
            balances=services.balances,
            shop=_shop(settings),
            timezone=settings.store_timezone,
        ),
        carts=CartDesk(database=database, quotes=services.quotes, shoppers=services.shoppers, clock=clock),
        shifts=ShiftDesk(database=database, rules=ShiftRules(is_blind=settings.blind_close), clock=clock),
        layaway_rules=LayawayRules(
            min_percent=settings.layaway_min_percent, fee_percent=settings.layaway_fee_percent
        ),
        sync=_sync_desk(parts, services),
    )


def _order_desk(parts: Parts[SalesSettings], services: OtherServices) -> OrderDesk:
    return OrderDesk(
        database=parts.database,
        stock=services.stock,
        buyers=services.buyers,
        releases=Releases(services.stock),
        rules=_house_rules(parts.settings),
        clock=parts.clock,
        server_clock=system_clock,
        monotonic=monotonic,
        new_folio=random_folio,
    )


def _sync_desk(parts: Parts[SalesSettings], services: OtherServices) -> SyncDesk:
    return SyncDesk(
        database=parts.database,
        stock=services.stock,
        quotes=services.quotes,
        buyers=services.buyers,
        sellers=services.shoppers,
        rules=_house_rules(parts.settings),
        limits=parts.settings.employee_limits,
        behind_max=timedelta(days=parts.settings.sync_days_behind),
        approved=approved_by(parts.verifier),
        clock=parts.clock,
        new_folio=random_folio,
    )


def _house_rules(settings: SalesSettings) -> HouseRules:
    return HouseRules(
        settings.store_timezone,
        settings.birthday_discount_percent,
        InvoiceRules(settings.invoice_series, settings.invoice_due_days),
    )


def _shop(settings: SalesSettings) -> Shop:
    return Shop.of(
        name=settings.shop_name,
        address=settings.shop_address,
        rfc=settings.shop_rfc,
        footer=settings.ticket_footer,
    )


def approved_by(verifier: TokenVerifier) -> Callable[[str, datetime], Awaitable[Approval | None]]:
    """Finds the approval in a token that came at a moment; None if it was none, or none any more."""

    async def approved(token: str, came_at: datetime) -> Approval | None:
        try:
            return await verify_approval(token, verifier, at=came_at)
        except Unauthenticated:
            return None

    return approved


def random_folio() -> str:
    """8 random upper-case hex digits, which cannot be guessed."""
    return secrets.token_hex(4).upper()


DepsDep = Annotated[Deps, Depends(current_deps)]
