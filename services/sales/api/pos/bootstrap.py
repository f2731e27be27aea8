"""`/api/sync/bootstrap/`: what a till needs to sell without a network (contract §8.6)."""

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.http.callers import Staff
from libs.common.http.described import MoneyText, described, example
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.sales.api.pos.door import pos
from services.sales.deps import DepsDep
from services.sales.domain.orders import ITEM_QUANTITY_MAX, ORDER_ITEMS_MAX
from services.sales.domain.synced import CLOCK_AHEAD_MAX, SALES_MAX, SEQ_MAX
from services.sales.domain.tenders import TENDERS_MAX


@described
class FeedsOut(TypedDict):
    """Where the change feeds start."""

    products: str
    """With the finished prices."""
    promotions: str
    """Of all products."""
    customers: str
    """Of the buyers."""


@described
class LimitsOut(TypedDict):
    """The bounds of what a till sends, and the shop's rules for it."""

    sales: int
    """The most sales of a batch."""
    items: int
    """The most items of a sale."""
    quantity: int
    """The most pieces of an item."""
    payments: int
    """The most payments of a sale."""
    seq: int
    """The highest number of a ticket."""
    clock_ahead_seconds: int
    """A sale that is further ahead counts when it arrives."""
    clock_behind_days: int
    """A sale that is older counts when it arrives."""
    require_open_shift: bool
    """Whether paying needs an open shift."""
    shift_tolerance: MoneyText
    """The difference with which an EMPLOYEE closes a shift without approval."""
    employee_discount_percent: str
    """The discount by hand that an EMPLOYEE gives without approval; two decimals."""
    employee_refund_limit: MoneyText
    """The refund of one return that an EMPLOYEE gives without approval."""
    return_days: int
    """The days of the store for which an EMPLOYEE takes goods back."""
    layaway_min_percent: str
    """The least deposit of a layaway; two decimals."""


@described
class ShopOut(TypedDict):
    """The head and the foot of a ticket."""

    name: str
    """Of the shop."""
    address: str
    """With line breaks."""
    rfc: str
    """Its tax number."""
    footer: str
    """The last words."""


@example(
    {
        "feeds": {
            "products": "/api/products/changes/",
            "promotions": "/api/promotions/changes/",
            "customers": "/api/customers/changes/",
        },
        "timezone": "America/Mexico_City",
        "birthday_percent": "10.00",
        "limits": {
            "sales": 100,
            "items": 500,
            "quantity": 1000000,
            "payments": 10,
            "seq": 999999999,
            "clock_ahead_seconds": 300,
            "clock_behind_days": 30,
            "require_open_shift": False,
            "shift_tolerance": "20.00",
            "employee_discount_percent": "0.00",
            "employee_refund_limit": "500.00",
            "return_days": 30,
            "layaway_min_percent": "20.00",
        },
        "shop": {"name": "Abarrotes La Esquina", "address": "Av. Juárez 12", "rfc": "", "footer": ""},
    }
)
class BootstrapOut(TypedDict):
    """What a till needs to sell without a network."""

    feeds: FeedsOut
    """Their paths; each answer says where to go on."""
    timezone: str
    """The store's, as in the IANA's database."""
    birthday_percent: str
    """The discount on a customer's birthday, with two decimals."""
    limits: LimitsOut
    """What a till must keep to."""
    shop: ShopOut
    """For the ticket."""


@pos.get("/sync/bootstrap/", response_model=BootstrapOut)
async def find_bootstrap(who: Staff, deps: DepsDep) -> Response:
    """Read what a till needs to sell without a network."""
    settings, shop = deps.settings, deps.tickets.shop
    return reply(
        {
            "feeds": {name: f"/api/{name}/changes/" for name in ("products", "promotions", "customers")},
            "timezone": str(settings.store_timezone),
            "birthday_percent": money_text(settings.birthday_discount_percent),
            "limits": {
                "sales": SALES_MAX,
                "items": ORDER_ITEMS_MAX,
                "quantity": ITEM_QUANTITY_MAX,
                "payments": TENDERS_MAX,
                "seq": SEQ_MAX,
                "clock_ahead_seconds": int(CLOCK_AHEAD_MAX.total_seconds()),
                "clock_behind_days": settings.sync_days_behind,
                "require_open_shift": settings.require_open_shift,
                "shift_tolerance": money_text(settings.shift_tolerance),
                "employee_discount_percent": money_text(settings.employee_discount_percent),
                "employee_refund_limit": money_text(settings.employee_refund_limit),
                "return_days": settings.return_days,
                "layaway_min_percent": money_text(settings.layaway_min_percent),
            },
            "shop": {"name": shop.name, "address": shop.address, "rfc": shop.rfc, "footer": shop.footer},
        }
    )
