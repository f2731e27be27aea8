"""Tickets on paper: nothing breaks the columns, whatever is in an order."""

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from wcwidth import wcswidth

from libs.testing.properties import given, settings, st
from services.sales.api.tickets import columns, words
from services.sales.api.tickets.qr import QrCode
from services.sales.api.tickets.rendering import HEIGHT_MAX_MM, PAPERS, Paper, as_page, as_text
from services.sales.domain.orders import ITEM_QUANTITY_MAX, ORDER_ITEMS_MAX, ORDER_TOTAL_MAX
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import CardKind, Tender
from services.sales.domain.tickets import (
    Shop,
    TaxSum,
    Ticket,
    TicketLine,
    TicketPoints,
    printable,
)

WIDE = "\u30b3"
COMBINED = "e\u0301\u0302\u0303"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
SHOP = Shop("Abarrotes La Esquina", "Av. Juárez 12", "XAXX010101000", "¡Gracias por su compra!")

texts = st.text(max_size=120) | st.sampled_from(
    [WIDE * 100, COMBINED * 100, FAMILY * 40, "x" * 255, "ñ " * 90]
)
amounts = st.decimals(0, Decimal("99999999999999999999.99"), places=2)
pieces = st.integers(1, ITEM_QUANTITY_MAX * ORDER_ITEMS_MAX)
lines = st.builds(TicketLine, st.just(1), texts.map(printable), pieces, amounts, amounts)


def a_ticket(*sold: TicketLine, status: str = "PAID", shop: Shop = SHOP, name: str = "lucia") -> Ticket:
    return Ticket(
        order_id=1,
        ticket_number="ABC123-1000000",
        ticket_folio="F47AC10B",
        invoice_code="7K2QX",
        status=status,
        at=datetime(2026, 3, 1, 10, 20, tzinfo=ZoneInfo("America/Mexico_City")),
        user_id=7,
        user_name=name,
        customer_id=1,
        customer_name=name,
        lines=sold,
        final_amount=ORDER_TOTAL_MAX,
        money_saved_total=Decimal("4999999999999999999.99"),
        taxes=(
            TaxSum("0.16", ORDER_TOTAL_MAX, ORDER_TOTAL_MAX),
            TaxSum("EXENT", ORDER_TOTAL_MAX, Decimal(0)),
        ),
        tenders=(Tender("CASH", ORDER_TOTAL_MAX),),
        change=ORDER_TOTAL_MAX,
        points=TicketPoints(10_000_000, 2**63 - 1),
        shop=shop,
    )


@pytest.mark.parametrize("width", PAPERS)
@settings(max_examples=25)
@given(
    sold=st.lists(lines, max_size=5), status=st.sampled_from(["PAID", "PENDING", "CANCELLED"]), data=st.data()
)
def test_no_line_is_wider_than_the_paper(
    width: int, sold: list[TicketLine], status: str, data: st.DataObject
) -> None:
    shop = Shop.of(**{part: data.draw(texts) for part in ("name", "address", "rfc", "footer")})
    ticket = a_ticket(*sold, status=status, shop=shop, name=printable(data.draw(texts)))
    widths = [wcswidth(line) for line in as_text(ticket, PAPERS[width]).splitlines()]
    assert -1 not in widths
    assert max(widths) <= width


@pytest.mark.parametrize("width", PAPERS)
@pytest.mark.parametrize(
    "name",
    [
        "x" * 64,
        COMBINED * 64,
        WIDE * 64,
        FAMILY * 64,
        "Detergente líquido " * 8,
        "a-b-c-" * 30,
        "\u0301" * 64,
    ],
)
def test_a_long_name_is_printed_whole_and_its_numbers_stay_at_the_edge(width: int, name: str) -> None:
    cleaned = printable(name)
    sold = TicketLine(1, cleaned, 1_000_000, Decimal("999.99"), Decimal("999990000.00"))
    text = as_text(a_ticket(sold), PAPERS[width])
    assert without_blanks(cleaned) in without_blanks(text)
    assert re.search(r"^1,000,000 x \$999\.99", text, re.MULTILINE)
    (total,) = (line for line in text.splitlines() if "$999,990,000.00" in line)
    assert wcswidth(total) == width


@pytest.mark.parametrize("width", PAPERS)
@given(name=texts, value=texts)
def test_a_pair_loses_no_letter_and_keeps_to_its_columns(width: int, name: str, value: str) -> None:
    name, value = printable(name), printable(value)
    laid_out = columns.pair(name, value, width)
    assert without_blanks(laid_out) == without_blanks(name + value)
    assert all(wcswidth(line) <= width for line in laid_out.splitlines())


def test_a_value_that_is_only_a_mark_is_no_letter_lost() -> None:
    name = COMBINED * 100
    laid_out = columns.pair(printable(name), "\u0316", 32)
    assert without_blanks(laid_out) == without_blanks(printable(name) + "\u0316")


def test_a_pair_that_does_not_fit_takes_two_lines() -> None:
    assert columns.pair("Total", "$1.00", 11) == "Total $1.00"
    assert columns.pair("Total", "$10.00", 11) == "Total\n     $10.00"


def height_of(sold: int, paper: Paper) -> float:
    page = as_page(a_ticket(*[TicketLine(1, "Pan", 1, Decimal(1), Decimal(1))] * sold), paper)
    (height,) = re.findall(r"@page \{ size: \d+mm ([0-9.]+)mm", page.html)
    return float(height)


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: f"{paper.width_mm} mm")
def test_a_page_is_as_long_as_its_ticket_up_to_what_drivers_take(paper: Paper) -> None:
    more = height_of(41, paper) - height_of(40, paper)
    assert more == pytest.approx(2 * paper.line_mm, abs=0.11)  # heights are rounded to 0.1
    assert height_of(40, paper) > 80 * paper.line_mm + paper.qr_mm
    assert height_of(ORDER_ITEMS_MAX, paper) == HEIGHT_MAX_MM


def test_a_letter_is_narrow_enough_for_the_columns_of_its_paper() -> None:
    for paper in PAPERS.values():
        assert paper.columns * 0.61 * paper.font_mm <= paper.width_mm - 2 * paper.side_mm


@settings(max_examples=25)
@given(name=texts)
def test_a_page_has_no_markup_of_a_name(name: str) -> None:
    plain = as_page(a_ticket(TicketLine(1, "x", 1, Decimal(1), Decimal(1)), name="x"), PAPERS[42]).html
    name = f"x{name}"
    named = as_page(a_ticket(TicketLine(1, name, 1, Decimal(1), Decimal(1)), name=name), PAPERS[42]).html
    tags = r"<[^>]*>"
    assert re.findall(tags, named) == re.findall(tags, plain)


class TestQrCode:
    def test_is_a_full_qr_code_of_the_folio_that_survives_folding(self) -> None:
        code = QrCode("F47AC10B")
        assert {len(code.modules), *map(len, code.modules)} == {21}
        assert code.modules[0].startswith("11111110")

    def test_is_the_same_in_blocks(self) -> None:
        code = QrCode("F47AC10B")
        upper = str.maketrans(" ▀▄█", "0101")
        lower = str.maketrans(" ▀▄█", "0011")
        rows = [row.translate(half) for row in code.blocks.splitlines() for half in (upper, lower)]
        assert rows == [*code.modules, "0" * 21]

    def test_is_drawn_with_its_quiet_zone(self) -> None:
        assert QrCode("F47AC10B").svg.startswith('<svg viewBox="0 0 29 29" class="qr"><path stroke="#000"')


class TestWords:
    @pytest.mark.parametrize(
        ("amount", "written"),
        [("0", "$0.00"), ("1234.5", "$1,234.50"), ("999999999.99", "$999,999,999.99"), ("-5", "-$5.00")],
    )
    def test_money_has_a_sign_and_groups(self, amount: str, written: str) -> None:
        assert words.pesos(Decimal(amount)) == written

    def test_each_payment_method_has_a_name(self) -> None:
        assert {method.value: words.tender(Tender(method, Decimal(1))) for method in PaymentMethod} == {
            "CASH": "Efectivo",
            "CARD": "Tarjeta",
            "POINTS": "Puntos",
            "CREDIT": "Crédito",
            "TRANSFER": "Transferencia",
            "VOUCHER": "Vales",
            "EXCHANGE": "Cambio de mercancía",
        }

    def test_a_card_has_the_name_of_its_kind(self) -> None:
        assert [words.tender(Tender("CARD", Decimal(1), card_kind=kind)) for kind in CardKind] == [
            *("Tarjeta de crédito", "Tarjeta de débito"),
        ]


def without_blanks(text: str) -> str:
    """The letters in a row: composed afterwards, because a mark joins what stands before it then."""
    return unicodedata.normalize("NFC", "".join(text.split()))
