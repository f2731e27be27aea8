"""Sends the sales of the sample as a till without a network sends them later (contract §8.6)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

from deploy.local.sample.office import Office
from deploy.local.sample.quarter import REGISTERS, Item, Sale
from deploy.local.sample.stage import Stage
from libs.common.clock import iso_utc
from libs.common.commands import CommandFailed
from libs.common.money import money_text, to_cents

BATCH = 20
"""Far from what a busy machine books before the gateway gives up; a repeat costs little."""
NOTE = "Datos de muestra: sin turno ni autorización de entonces"
EXPECTED_FLAGS = {"NO_SHIFT", "UNAPPROVED", "PRICE_DIFFERS"}
"""Nobody can open a shift or approve a discount in the past; a discount's cent may be rounded otherwise."""

Sent = Callable[[int], None]


def send(owner: Office, books: Office, stage: Stage, sales: Sequence[Sale], sent: Sent) -> None:
    """Send them all to `books`, each register's in its order; `sent` hears how many an answer has settled.

    What is flagged as expected is reviewed, so that the flags that are left are worth a look.
    """

    def send_of(register: int) -> None:
        mine = [sale for sale in sales if sale.register == register]
        for part in _parts(mine):
            _send_part(owner, books, stage, register, part)
            sent(len(part))

    with ThreadPoolExecutor(REGISTERS) as pool:
        list(pool.map(send_of, range(REGISTERS)))


def client_id(owner: Office, sale: Sale) -> UUID:
    """The id that the till has given to the sale."""
    return owner.id_of(f"sale {sale.register} {sale.seq}")


def sale_text(owner: Office, stage: Stage, sale: Sale) -> dict[str, Any]:
    """The sale as a till sends it."""
    items = [_item_text(stage, item) for item in sale.items]
    total = sum((Decimal(item["unit_total"]) * item["quantity"] for item in items), Decimal(0))
    payments = _payments(sale, total)
    return {
        "client_id": str(client_id(owner, sale)),
        "seq": sale.seq,
        "sold_at": iso_utc(sale.sold_at),
        "sold_by": stage.cashiers[sale.register],
        "customer": None if sale.customer is None else stage.customers[sale.customer],
        "items": items,
        "payments": payments,
    }


def _parts(sales: Sequence[Sale]) -> Iterator[Sequence[Sale]]:
    for begin in range(0, len(sales), BATCH):
        yield sales[begin : begin + BATCH]


def _send_part(owner: Office, books: Office, stage: Stage, register: int, sales: Sequence[Sale]) -> None:
    texts = [sale_text(owner, stage, sale) for sale in sales]
    body = {"register": stage.registers[register], "sales": texts, "unsent": 0}
    for result in books.post("/api/sync/sales/", body)["results"]:
        if result["result"] == "held":
            raise CommandFailed(f"the shop holds a sale of the sample: {result['errors']}")
        if result["flags"] and EXPECTED_FLAGS.issuperset(result["flags"]):
            deed = f"reviewed {result['client_id']}"
            owner.post(f"/api/orders/{result['order']}/review/", {"note": NOTE}, deed=deed)


def _item_text(stage: Stage, item: Item) -> dict[str, Any]:
    price = stage.prices[item.product]
    text: dict[str, Any] = {"product_id": stage.products[item.product], "quantity": item.pieces}
    if not item.discount_percent:
        return {**text, "unit_total": money_text(price)}
    return {
        **text,
        "unit_total": money_text(to_cents(price * (100 - item.discount_percent) / 100)),
        "discount_percent": f"{item.discount_percent}.00",
        "discount_reason": item.reason,
    }


def _payments(sale: Sale, total: Decimal) -> list[dict[str, str]]:
    if sale.tender != "MIXED":
        return [{"payment_method": sale.tender, "amount": money_text(total)}]
    cash = to_cents(total * sale.cash_percent / 100)
    parts = {"CASH": cash, "CARD": total - cash}
    return [{"payment_method": name, "amount": money_text(part)} for name, part in parts.items() if part]
