"""The till's tickets have the layout of the server's: the same sale is the same text, but for the QR code."""

import json
import shutil
import subprocess
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.sales.api.tickets import words
from services.sales.api.tickets.rendering import PAPERS, as_text
from services.sales.domain.tenders import Tender
from services.sales.domain.tickets import Shop, TaxSum, Ticket, TicketLine, TicketPoints

WEB = Path(__file__).parents[2] / "web"
BLOCKS = frozenset("▀▄█")
NAMES = [
    "Pan",
    "Coca Cola 600 ml",
    "Piñata de estrella tradicional con picos",
    "x" * 100,
    "コ" * 30,
    "🇲🇽" * 30,
    "Marca™ ❤️ " * 8,
    "ñ " * 40,
]
SOLD = Ticket(
    order_id=1,
    ticket_number="C2-000123",
    ticket_folio="F47AC10B",
    invoice_code="7K2QX",
    status="PAID",
    at=datetime(2026, 3, 1, 10, 20, tzinfo=ZoneInfo("America/Mexico_City")),
    user_id=7,
    user_name="Lucía Muñoz",
    customer_id=3,
    customer_name="José Ángel Núñez",
    lines=tuple(
        TicketLine(each, name, 10**each, Decimal("9999.99"), Decimal("9999.99") * 10**each)
        for each, name in enumerate(NAMES)
    ),
    final_amount=Decimal("9999999.99"),
    money_saved_total=Decimal("38.79"),
    taxes=(
        TaxSum("0.16", Decimal("8620689.65"), Decimal("1379310.34")),
        TaxSum("0.08", Decimal("100.00"), Decimal("8.00")),
        TaxSum("EXENT", Decimal("20.67"), Decimal("0.00")),
    ),
    tenders=(Tender("CARD", Decimal("9999000.00"), card_kind="DEBIT"), Tender("CASH", Decimal("999.99"))),
    change=Decimal("0.01"),
    points=TicketPoints(100_000, 100_100),
    shop=Shop(
        "Abarrotes La Esquina", "Av. Juárez 12\nPeñón de los Baños, CDMX", "XAXX010101000", "¡Gracias!"
    ),
)

PRINTED_BY_THE_TILL = """
import { asText } from "./tests/golden.js";
import { ticketRows } from "./till/ticket.js";
import { WORDS } from "./tests/words.js";
const { ticket, columns } = JSON.parse(process.argv[1]);
process.stdout.write(asText(ticketRows(ticket, columns, WORDS)));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize("columns", PAPERS)
def test_the_till_prints_a_sale_as_the_server_does(columns: int) -> None:
    request = json.dumps({"ticket": as_the_till_knows_it(SOLD), "columns": columns})
    command = ["node", "--input-type=module", "--eval", PRINTED_BY_THE_TILL, request]
    run = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert printed(run.stdout) == printed(as_text(SOLD, PAPERS[columns]))


def printed(text: str) -> list[str]:
    """The lines with letters: without the QR code and the blank lines around it."""
    return [line for line in text.splitlines() if line and not BLOCKS & set(line)]


def as_the_till_knows_it(ticket: Ticket) -> dict[str, Any]:
    assert ticket.points
    assert ticket.change is not None
    return {
        "shop": {
            "name": ticket.shop.name,
            "address": ticket.shop.address,
            "rfc": ticket.shop.rfc,
            "footer": ticket.shop.footer,
        },
        "number": ticket.ticket_number,
        "folio": ticket.ticket_folio,
        "invoiceCode": ticket.invoice_code,
        "date": words.moment(ticket.at),
        "seller": ticket.user_name,
        "customer": ticket.customer_name,
        "lines": [
            {
                "name": line.product_name,
                "quantity": line.quantity,
                "unitTotal": in_cents(line.unit_total),
                "total": in_cents(line.total),
            }
            for line in ticket.lines
        ],
        "total": in_cents(ticket.final_amount),
        "saved": in_cents(ticket.money_saved_total),
        "taxes": [
            {"rate": part.tax_rate, "base": in_cents(part.base), "tax": in_cents(part.tax)}
            for part in ticket.taxes
        ],
        "tenders": [{"name": words.tender(paid), "amount": in_cents(paid.amount)} for paid in ticket.tenders],
        "change": in_cents(ticket.change),
        "points": {"earned": ticket.points.earned, "balance": ticket.points.balance},
    }


def in_cents(amount: Decimal) -> int:
    return int(amount * 100)
