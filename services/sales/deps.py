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
from services.sales.usecases.layaways.desk import LayawayDesk
from services.sales.usecases.orders.placing import HouseRules, OrderDesk
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
    layaways: LayawayDesk
    sync: SyncDesk


@dataclass(frozen=True, slots=True)
class OtherServices:
    """What is asked instead of other services; None stands for their clients."""

    stock: Stock | None = None
    buyers: Buyers | None = None
    charges: Charges | None = None
    balances: PointsBalances | None = None
    quotes: Quotes | None = None
    shoppers: Shoppers | None = None
    refunds: BalanceRefunds | None = None


def build_deps(
    settings: SalesSettings, *, clock: Clock = system_clock, others: OtherServices | None = None
) -> Deps:
    """See `build_parts`. Other services are reached through their clients, unless `others` are given."""
    others = others or OtherServices()
    parts = build_parts("sales", settings, clock=clock, honours_keys=True)
    catalog = parts.client("catalog", settings.catalog_url)
    stock = others.stock or CatalogStock(catalog)
    buyers = others.buyers or CustomerBuyers(parts.client("customers", settings.customers_url))
    quotes = others.quotes or CatalogQuotes(catalog)
    shoppers = others.shoppers or AuthShoppers(parts.client("auth", settings.auth_url))
    rules = HouseRules(
        settings.store_timezone,
        settings.birthday_discount_percent,
        InvoiceRules(settings.invoice_series, settings.invoice_due_days),
    )
    return Deps(
        **vars(parts),
        desk=OrderDesk(
            database=parts.database,
            stock=stock,
            buyers=buyers,
            releases=Releases(stock),
            rules=rules,
            clock=clock,
            server_clock=system_clock,
            monotonic=monotonic,
            new_folio=random_folio,
        ),
        payments=PaymentDesk(
            database=parts.database,
            # A client of its own: charges that wait for a customer's row must not open the breaker of orders.
            charges=others.charges or CustomerCharges(parts.client("customers", settings.customers_url)),
            clock=clock,
            needs_shift=settings.require_open_shift,
        ),
        returns=ReturnDesk(
            database=parts.database,
            stock=stock,
            # As for charges.
            balances=others.refunds or CustomerRefunds(parts.client("customers", settings.customers_url)),
            rules=ReturnRules(settings.return_days, settings.store_timezone),
            clock=clock,
            needs_shift=settings.require_open_shift,
        ),
        tickets=TicketDesk(
            database=parts.database,
            # A client of its own: tickets give up early, and must not open the breaker of orders.
            balances=others.balances or CustomerPoints(parts.client("customers", settings.customers_url)),
            shop=Shop.of(
                name=settings.shop_name,
                address=settings.shop_address,
                rfc=settings.shop_rfc,
                footer=settings.ticket_footer,
            ),
            timezone=settings.store_timezone,
        ),
        shifts=ShiftDesk(
            database=parts.database,
            rules=ShiftRules(is_blind=settings.blind_close),
            clock=clock,
        ),
        layaways=LayawayDesk(
            rules=LayawayRules(
                min_percent=settings.layaway_min_percent, fee_percent=settings.layaway_fee_percent
            ),
            needs_shift=settings.require_open_shift,
        ),
        carts=CartDesk(
            database=parts.database,
            quotes=quotes,
            shoppers=shoppers,
            clock=clock,
        ),
        sync=SyncDesk(
            database=parts.database,
            stock=stock,
            quotes=quotes,
            buyers=buyers,
            sellers=shoppers,
            rules=rules,
            limits=settings.employee_limits,
            behind_max=timedelta(days=settings.sync_days_behind),
            approved=approved_by(parts.verifier),
            clock=clock,
            new_folio=random_folio,
        ),
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
