"""The ticket that is handed over with the goods (added to the contract): as a page, as text, or as data."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import WithJsonSchema
from typing_extensions import TypedDict  # pydantic requires this TypedDict before Python 3.12

from libs.common.clock import iso_utc
from libs.common.http.callers import Staff
from libs.common.http.described import MoneyText, TimeText, described, example, refuses
from libs.common.http.fields import Choice, PathId
from libs.common.http.negotiation import accepted
from libs.common.http.refusals import NotAcceptable
from libs.common.http.replies import reply
from libs.common.money import money_or_null, money_text
from libs.common.prices import TAX_FRACTIONS
from services.sales.api.pos.door import POS, SHOWN_STATUSES, pos
from services.sales.api.tickets import words
from services.sales.api.tickets.qr import QrCode
from services.sales.api.tickets.rendering import PAPERS, as_page, as_text
from services.sales.deps import DepsDep
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tickets import Ticket
from services.sales.usecases.tickets.reading import read_ticket

JSON, HTML, TEXT = "application/json", "text/html", "text/plain"
OFFERED = (JSON, HTML, TEXT)
VARIES: Mapping[str, str] = {"Vary": "Accept"}
AN_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The ticket.",
        "content": {
            HTML: {"schema": {"type": "string", "examples": ['<!doctype html>\n<html lang="es">…']}},
            TEXT: {
                "schema": {
                    "type": "string",
                    "examples": ["Folio                             F47AC10B\n…"],
                }
            },
        },
    }
}

Columns = Annotated[
    Annotated[str, Choice(*map(str, PAPERS))],
    Query(description="Columns of the text: 42 on paper of 80 mm, 32 on paper of 58 mm. A page is as wide."),
]


@described
class TicketShopOut(TypedDict):
    """The shop as its tickets name it. A text is empty if it is not set; lines end with a line feed."""

    name: str
    address: str
    rfc: str
    """The shop's tax number."""
    footer: str
    """The last words of the ticket."""


@described
class TicketItemOut(TypedDict):
    """A product as sold."""

    product_id: int
    product_name: str
    quantity: int
    """Pieces."""
    unit_total: MoneyText
    """The price of one piece that was paid: after the discount, with tax."""
    total: MoneyText
    """`unit_total` times `quantity`."""


@described
class TicketTaxOut(TypedDict):
    """The sums of the lines of one tax rate."""

    tax_rate: Annotated[str, Choice(*TAX_FRACTIONS)] | None
    """Null for lines that were sold before rates were recorded."""
    base: MoneyText
    """The amount before tax."""
    tax: MoneyText
    """The tax on it."""


@described
class TicketPaymentOut(TypedDict):
    """A part of the payment."""

    payment_method: Annotated[str, Choice(*PaymentMethod)]
    label: str
    """Its name on paper."""
    amount: MoneyText
    """What was paid so."""


@described
class TicketPointsOut(TypedDict):
    """The customer's points."""

    earned: int
    """The points that this order has earned."""
    balance: int | None
    """The customer's points with these; null if they are not known at the moment."""


@described
class TicketQrOut(TypedDict):
    """The QR code of the folio."""

    content: str
    """The text in the code, for printers that draw it themselves."""
    modules: list[Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[01]+$"})]]
    """The code's rows from the top, `1` for black. Leave 4 white modules around it."""


@example(
    {
        "order": 102,
        "ticket_number": "C2-000123",
        "ticket_folio": "F47AC10B",
        "invoice_code": "7K2QX",
        "status": "PAID",
        "notice": None,
        "shop": {
            "name": "Abarrotes La Esquina",
            "address": "Av. Juárez 12, Col. Centro\n06000 Ciudad de México",
            "rfc": "XAXX010101000",
            "footer": "¡Gracias por su compra!",
        },
        "sold_at": "2023-10-27T15:35:00Z",
        "date": "27/10/2023 09:35",
        "user": 4,
        "user_name": "lucia",
        "customer": 1,
        "customer_name": "Maria González",
        "items": [
            {
                "product_id": 15,
                "product_name": "Coca Cola 600ml",
                "quantity": 2,
                "unit_total": "100.00",
                "total": "200.00",
            }
        ],
        "final_amount": "200.00",
        "money_saved_total": "10.00",
        "taxes": [{"tax_rate": "0.16", "base": "172.42", "tax": "27.58"}],
        "payments": [{"payment_method": "CASH", "label": "Efectivo", "amount": "200.00"}],
        "change": None,
        "points": {"earned": 2, "balance": 14},
        "qr": {"content": "F47AC10B", "modules": ["1111111010", "1000001001"]},
    }
)
class TicketOut(TypedDict):
    """All that a printer driver needs. Names have no control characters."""

    order: int
    """The order's id."""
    ticket_number: str | None
    """The consecutive number that a till has given the sale; null without one."""
    ticket_folio: Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9A-F]{8}$"})]
    """What every ticket is found by."""
    invoice_code: str | None
    """With the folio, it asks for the invoice of the sale; null until it is paid."""
    status: Annotated[str, Choice(*SHOWN_STATUSES)]
    notice: str | None
    """What the ticket of an order that is not paid must say: `NO PAGADO`, `CANCELADO`."""
    shop: TicketShopOut
    """The head and the foot of the ticket."""
    sold_at: TimeText
    """UTC; of the payment or, before it, of the order."""
    date: str
    """`sold_at` as it is printed: in the store's time zone."""
    user: int
    """The id of the user who sold."""
    user_name: str | None
    """Their name; null for orders of before names were recorded."""
    customer: int | None
    """The id of the buyer; null if anonymous."""
    customer_name: str | None
    """As it was when the order was placed; null if anonymous."""
    items: list[TicketItemOut]
    """One line for each product."""
    final_amount: MoneyText
    """The total, tax included."""
    money_saved_total: MoneyText
    """What discounts saved, before tax."""
    taxes: list[TicketTaxOut]
    """One entry for each tax rate, the highest first."""
    payments: list[TicketPaymentOut]
    """Empty until it is paid."""
    change: MoneyText | None
    """Null: what was handed over is not recorded."""
    points: TicketPointsOut | None
    """Null unless a customer has paid."""
    qr: TicketQrOut
    """For scanning the ticket."""


@pos.get("/orders/{order_id}/ticket/", response_model=TicketOut, responses=AN_ANSWER)
@refuses(NotAcceptable())
async def find_ticket(
    request: Request, order_id: PathId, who: Staff, deps: DepsDep, *, columns: Columns = "42"
) -> Response:
    """Read an order's ticket, by `Accept`: as HTML to print, as text, or as JSON.

    A browser gets HTML of the paper's width, which prints without margins or headers; `text/plain` is for
    printers that take text; without a preference the answer is JSON. An order that is not paid has a ticket
    too, which says so.
    """
    media_type = accepted(request, OFFERED)
    ticket = await read_ticket(order_id, POS, desk=deps.tickets)
    paper = PAPERS[int(columns)]
    # In threads: 500 names of 255 letters each take a second, in which other requests are to go on.
    match media_type:
        case "text/html":
            page = await asyncio.to_thread(as_page, ticket, paper)
            headers = {**VARIES, "Content-Security-Policy": page.policy}
            return Response(page.html, headers=headers, media_type=HTML)
        case "text/plain":
            text = await asyncio.to_thread(as_text, ticket, paper)
            return Response(text, headers=VARIES, media_type=TEXT)
        case _:
            return reply(_ticket_out(ticket), headers=VARIES)


def _ticket_out(ticket: Ticket) -> TicketOut:
    code, shop, points = QrCode(ticket.ticket_folio), ticket.shop, ticket.points
    return {
        "order": ticket.order_id,
        "ticket_number": ticket.ticket_number,
        "ticket_folio": ticket.ticket_folio,
        "invoice_code": ticket.invoice_code,
        "status": ticket.status,
        "notice": words.notice(ticket.status),
        "shop": {"name": shop.name, "address": shop.address, "rfc": shop.rfc, "footer": shop.footer},
        "sold_at": iso_utc(ticket.at),
        "date": words.moment(ticket.at),
        "user": ticket.user_id,
        "user_name": ticket.user_name,
        "customer": ticket.customer_id,
        "customer_name": ticket.customer_name,
        "items": [
            {
                "product_id": line.product_id,
                "product_name": line.product_name,
                "quantity": line.quantity,
                "unit_total": money_text(line.unit_total),
                "total": money_text(line.total),
            }
            for line in ticket.lines
        ],
        "final_amount": money_text(ticket.final_amount),
        "money_saved_total": money_text(ticket.money_saved_total),
        "taxes": [
            {"tax_rate": part.tax_rate, "base": money_text(part.base), "tax": money_text(part.tax)}
            for part in ticket.taxes
        ],
        "payments": [
            {
                "payment_method": tender.payment_method,
                "label": words.tender(tender),
                "amount": money_text(tender.amount),
            }
            for tender in ticket.tenders
        ],
        "change": money_or_null(ticket.change),
        "points": None if points is None else {"earned": points.earned, "balance": points.balance},
        "qr": {"content": code.content, "modules": code.modules},
    }
