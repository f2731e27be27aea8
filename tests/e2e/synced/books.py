"""The books at the end of a day at tills without a network, without what must differ between two days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from libs.common.store_calendar import store_day
from services.sales.domain.synced import Flag
from tests.e2e.books import rows_of
from tests.e2e.invariants.snapshots import Row
from tests.e2e.shop import done
from tests.e2e.synced.plan import Shift
from tests.e2e.synced.scene import Scene
from tests.suites import TIMEZONE

OF_ARRIVAL = {Flag.OVERSOLD, Flag.FOLIO_CHANGED}
"""Flags that tell in which order sales arrived (contract §8.8)."""

ORDERS: LiteralString = """
select to_jsonb(orders) - %(differs)s::text[] || jsonb_build_object(
    'till', array_position(%(registers)s::bigint[], register_id) - 1,
    'ticket_number', regexp_replace(ticket_number, '^.*-', ''),
    'has_printed_folio', lower(ticket_folio) = left(client_id::text, 8),
    'seller', array_position(%(sellers)s::bigint[], user_id) - 1,
    'customer', array_position(%(customers)s::bigint[], customer_id) - 1,
    'shift', array_position(%(shifts)s::bigint[], shift_id) - 1,
    'paid_after', extract(epoch from paid_at - %(begin)s)::int,
    'cancelled_after', extract(epoch from cancelled_at - %(begin)s)::int,
    'created_after', case when created_at < %(begin)s + interval '1 day'
        then extract(epoch from created_at - %(begin)s)::int end,
    'flags', (select array_agg(flag order by flag) from unnest(flags) flag where flag <> all(%(of_arrival)s)),
    'result', (select result from synced_sales where order_id = orders.id),
    'lines', (
        select jsonb_agg(to_jsonb(sold) - '{order_id,line,product_id}'::text[] || jsonb_build_object(
            'product', array_position(%(products)s::bigint[], product_id) - 1,
            'product_name', regexp_replace(product_name, '^#[0-9]+$', 'of a deleted product')
        ) order by sold.line) from order_lines sold where order_id = orders.id
    )
) as told, id, ticket_folio
from orders where register_id = any(%(registers)s) order by register_id, seq
"""

DIFFERS = (
    *("id", "uuid", "register_id", "user_id", "user_name", "customer_id", "client_id", "shift_id"),
    *("ticket_folio", "created_at", "paid_at", "cancelled_at"),
)
"""Columns of an order that two scenes have of their own; those that matter are told in their terms."""

STOCK: LiteralString = """
select current_stock, (select coalesce(sum(quantity), 0)::int from shortfalls where product_id = products.id)
from products where id = any(%(products)s) order by id
"""

POINTS: LiteralString = """
select current_points, points_owed from customers where id = any(%(customers)s) order by id
"""

HELD: LiteralString = """
select array_position(%(registers)s::bigint[], register_id) - 1, seq, status, errors
from synced_sales where register_id = any(%(registers)s) and status <> 'BOOKED' order by register_id, seq
"""

OWN_NAMES = {"analyzed_period", "customer_info", "user_id", "username", "email", "product__id"}
"""Names and ids in reports, which two scenes have of their own. Products are told by their names."""

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """An order, as it is told in terms of the plan, with its own names."""

    told: Report
    order_id: int
    folio: str


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that must be the same, however the day was sent.

    `stock`: what is there of each product, and what is missing. `points`: what each customer has, and owes.
    """

    orders: list[Report]
    held: list[Row]
    stock: list[Row]
    points: list[Row]
    shifts: Mapping[str, Report]
    numbers: list[Row]
    analytics: Mapping[str, Any]

    @classmethod
    def of(cls, scene: Scene) -> "Books":
        """Read them."""
        orders = _orders(scene)
        return cls(
            orders=[order.told for order in orders],
            held=rows_of(scene.suite, "sales", HELD, registers=_registers(scene)),
            stock=rows_of(scene.suite, "catalog", STOCK, products=list(scene.products)),
            points=rows_of(scene.suite, "customers", POINTS, customers=list(scene.customers)),
            shifts={shift.name: _shift(scene, shift, orders) for shift in Shift},
            numbers=list(_numbers(scene)),
            analytics=_analytics(scene),
        )

    def differences(self, expected: "Books") -> list[str]:
        """What is not as expected, by its place."""
        return list(_differences("", asdict(self), asdict(expected)))


def _differences(place: str, found: Any, expected: Any) -> Iterator[str]:
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in sorted({*found, *expected}, key=str):
            yield from _differences(f"{place}.{name}", found.get(name), expected.get(name))
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from _differences(f"{place}[{number}]", one, other)
    elif found != expected:
        yield f"{place}: {found}, not {expected}"


def _registers(scene: Scene) -> list[int]:
    return [int(register["id"]) for register in scene.registers]


def _orders(scene: Scene) -> list[Order]:
    rows = rows_of(
        scene.suite,
        "sales",
        ORDERS,
        registers=_registers(scene),
        sellers=list(scene.sellers),
        customers=list(scene.customers),
        products=list(scene.products),
        shifts=[scene.shifts[shift] for shift in Shift],
        begin=scene.begin,
        differs=list(DIFFERS),
        of_arrival=[str(flag) for flag in OF_ARRIVAL],
    )
    return [Order(*row) for row in rows]


def _numbers(scene: Scene) -> Iterator[Row]:
    for row in done(scene.shop.owner.get("/api/sync/registers/")):
        if row["register"] in _registers(scene):
            yield row["last_seq"], row["gaps"]


def _shift(scene: Scene, shift: Shift, orders: Sequence[Order]) -> Report:
    """The figures of the Z report with what came late: both together do not depend on when it was closed.

    Of the shift that closed before all was sent, nobody can say what it had heard of then: its first and
    last folio, its people and what was voided are left out, as the contract promises the money (§8.1).
    """
    report = done(scene.shop.owner.get(f"/api/shifts/{scene.shifts[shift]}/report/"))
    late = report["late"]
    whole = {
        "cash": _adjusted(report),
        "sales": _sales(report, _of(late, orders)),
        "tenders": _tenders(report["tenders"], late),
        "taxes": _taxes(report["taxes"], _of(late, orders)),
        "refunds": report["refunds"],
        "gaps": report["gaps"],
    }
    if shift is Shift.MORNING:
        return whole
    assert late == [], "it was closed when everything was there"
    return {
        **whole,
        "people": sorted(
            scene.sellers.index(user) for user in report["shift"]["users"] if user in scene.sellers
        ),
        "cancelled": report["cancelled"],
        "folios": [
            next(order.told["seq"] for order in orders if order.folio == report[name])
            for name in ("first_folio", "last_folio")
        ],
    }


def _of(late: Iterable[Report], orders: Sequence[Order]) -> list[Report]:
    """The orders whose money came late, each once."""
    ids = {row["order"] for row in late}
    return [order.told for order in orders if order.order_id in ids]


def _adjusted(report: Report) -> Report:
    """The cash, with what came late."""
    return {**report["cash"], "taken": None, **(report["adjusted"] or {})}


def _sales(report: Report, late: Iterable[Report]) -> Mapping[str, Decimal]:
    figures = {name: Decimal(str(figure)) for name, figure in report["sales"].items()}
    for order in late:
        net, tax = Decimal(str(order["subtotal"])), Decimal(str(order["total_tax"]))
        saved = Decimal(str(order["money_saved_total"]))
        more = {"count": Decimal(1), "gross": net + saved, "discounts": saved, "net": net, "tax": tax}
        figures = {name: figure + more[name] for name, figure in figures.items()}
    return figures


def _tenders(tenders: Iterable[Report], late: Iterable[Report]) -> Mapping[str, tuple[Decimal, ...]]:
    """By method: how often, how much, and how much of it was given back."""
    found = {
        row["payment_method"]: (Decimal(row["count"]), Decimal(row["amount"]), Decimal(row["refunded"]))
        for row in tenders
    }
    for row in late:
        count, amount, refunded = found.get(row["payment_method"], (Decimal(0),) * 3)
        found[row["payment_method"]] = (count + 1, amount + Decimal(row["amount"]), refunded)
    return found


def _taxes(taxes: Iterable[Report], late: Iterable[Report]) -> Mapping[str, tuple[Decimal, Decimal]]:
    """By rate: base and tax."""
    found = {row["tax_rate"]: (Decimal(row["base"]), Decimal(row["tax"])) for row in taxes}
    for line in (line for order in late for line in order["lines"]):
        base, tax = found.get(line["tax_rate"], (Decimal(0), Decimal(0)))
        found[line["tax_rate"]] = (
            base + Decimal(str(line["amount"])),
            tax + Decimal(str(line["tax_amount"])),
        )
    return found


def _analytics(scene: Scene) -> Mapping[str, Any]:
    """The owner's reports of the day, on which nobody else has sold."""
    day = store_day(scene.begin, ZoneInfo(TIMEZONE)).isoformat()

    def told(name: str, **query: Any) -> Any:
        period = {"start_date": day, "end_date": day}
        return _nameless(done(scene.shop.owner.get(f"/api/analytics/{name}/", params={**period, **query})))

    return {
        "summary": told("sales-summary"),
        "timeline": told("timeline")["total"],
        "staff": told("staff"),
        "taxes": [*(told("taxes")[name] for name in ("total", "rates"))],
        "products": told("product-ranking", criterion="both", limit=100),
        "customers": [told("customer-sales", customer_id=customer) for customer in scene.customers],
    }


def _nameless(shown: Any) -> Any:
    if isinstance(shown, list):
        return [_nameless(each) for each in shown]
    if isinstance(shown, dict):
        return {name: _nameless(value) for name, value in shown.items() if name not in OWN_NAMES}
    return shown
