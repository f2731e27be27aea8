"""Tickets on paper: one page as wide as the roll, bytes of a serial printer, copies; scanners and beeps."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.shop import Shop
from tests.web.looks import assert_accessible
from tests.web.people import log_in
from tests.web.printers import (
    A_POINT_MM,
    A_SERIAL_PORT,
    COUNTS_PRINTS,
    DRAWER,
    bytes_sent,
    pages_of,
    printed_text,
)
from tests.web.return_stories import give_a_piece_back
from tests.web.shift_stories import open_shift
from tests.web.staff import hire
from tests.web.tills import A_PERSONS_MS, BREAD, COLA, Till, orders_of, selling_till
from tests.web.waiting import NEXT_FRAME, SERVED_BY_WORKER, until

TESTS_OF_MODULES = Path(__file__).parents[2] / "web/tests"
A_LONG_TICKET = """
    async ([rows, width]) => {
      const files = document.querySelector("script[type=module]").src.replace("main.js", "");
      const { printOnPaper } = await import(`${files}paper.js`);
      printOnPaper(rows, width);
      const roll = document.querySelector(".roll");
      return [...roll.children].every((row) => row.scrollWidth <= row.clientWidth);
    }"""

THE_GOLDEN_TICKET = (
    "async (width) => {"
    + (TESTS_OF_MODULES / "words.js").read_text().replace("export ", "")
    + """
      const files = document.querySelector("script[type=module]").src.replace("main.js", "");
      const [{ printRows }, { ticketRows }] = await Promise.all(
        ["printing.js", "ticket.js"].map((file) => import(files + file)),
      );
      window.bytes.length = 0;
      await printRows((columns) => ticketRows(TICKET, columns, WORDS), { drawer: true });
      return window.bytes;
    }"""
)

HEARS_TONES = """
    window.tones = [];
    const { start } = AudioScheduledSourceNode.prototype;
    OscillatorNode.prototype.start = function () {
      window.tones.push([this.frequency.value, document.querySelector("[data-pieces]").dataset.pieces]);
      start.call(this);
    };"""


@pytest.mark.parametrize(("width", "columns"), [(80, 42), (58, 32)])
def test_a_long_ticket_is_one_page_as_wide_as_the_roll(width: int, columns: int, page: Page) -> None:
    page.add_init_script(COUNTS_PRINTS)
    log_in(page, "/till/")
    line = [{"text": "Ñ" * min(40, columns)}, {"text": "1 x $9,999,999.99".ljust(columns - 6) + "$99.99"}]
    rows: list[dict[str, Any]] = [*line * 60, {"text": "TOTAL", "strong": True}, {"text": "", "qr": "A" * 36}]
    assert page.evaluate(A_LONG_TICKET, [rows, width]), "no row is cut"
    ((printed, length),) = pages_of(page.pdf(prefer_css_page_size=True))
    assert printed == pytest.approx(width, abs=A_POINT_MM)
    assert length > 120 * 3.2
    assert page.locator(".roll").count() == 0, "nothing is left on the page"


@pytest.mark.with_workers
def test_a_sale_is_printed_by_a_key_and_then_as_a_copy(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = selling_till(page, shop)
    sell(till, BREAD)
    number = f"C{till.register}-000001"
    expect(page.get_by_text(f"Ticket {number}")).to_be_visible()
    for _ in range(2):  # held down
        page.keyboard.down("F8")
    page.keyboard.up("F8")
    first = printed_text(page)
    assert page.evaluate("window.prints") == 1
    assert number in first
    assert "Tortilla de maíz 1 kg1 x $22.00" in first
    assert "COPIA" not in first
    page.get_by_role("button", name="Imprimir ticket").click()
    assert "COPIA" in printed_text(page)
    till.wait_until_sent()
    until(page, SERVED_BY_WORKER)
    context.set_offline(True)
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("F8")
    assert "COPIA" in printed_text(page)


def test_a_ticket_is_found_on_the_device_or_in_the_shop(page: Page, shop: Shop) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = selling_till(page, shop)
    sell(till, BREAD)
    sell(till, COLA)
    till.wait_until_sent()
    (first, _) = orders_of(shop, till)
    open_deed(page, "Reimprimir")
    tickets = page.locator("[data-ticket]")
    expect(tickets).to_have_count(2)
    field = page.get_by_label("Número o folio")
    field.press_sequentially("002", delay=A_PERSONS_MS)
    expect(tickets).to_have_count(1)
    page.get_by_role("button", name=f"Imprimir copia de C{till.register}-000002").click()
    assert "$21.46" in printed_text(page)
    till.scan(first["ticket_folio"])
    expect(tickets).to_have_count(1)
    page.get_by_role("button", name="Buscar en la tienda").click()
    expect(tickets).to_have_count(2)
    assert_accessible(page)
    tickets.first.get_by_role("button").click()
    text = printed_text(page)
    assert "COPIA" in text
    assert first["invoice_code"] in text, "what only the shop knows"


def test_a_serial_printer_gets_the_bytes_of_the_ticket_and_opens_the_drawer(page: Page, shop: Shop) -> None:
    page.add_init_script(A_SERIAL_PORT)
    till = selling_till(page, shop)
    open_deed(page, "Este equipo")
    choose(page, "Siempre")
    choose(page, "Puerto serie")
    page.get_by_role("button", name="Elegir puerto").click()
    expect(page.get_by_text("Hay una impresora elegida.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Volver a la venta").click()
    sell(till, BREAD)
    until(page, "window.bytes.at(-4) === 0x1d")
    sent = bytes(page.evaluate("window.bytes"))
    assert sent.startswith(b"\x1b@\x1c.\x1bt\x13\x1bp\x00\x19\xfa"), "the drawer opens before paper moves"
    assert "Tortilla de maíz 1 kg\n1 x $22.00" in sent.decode("cp858")
    for width, columns in ((80, 42), (58, 32)):
        open_deed(page, "Este equipo")
        choose(page, f"{width} mm")
        golden = (TESTS_OF_MODULES / f"golden/ticket_{columns}.hex").read_text()
        assert bytes(page.evaluate(THE_GOLDEN_TICKET, width)) == bytes.fromhex(golden)
        page.get_by_role("button", name="Volver a la venta").click()
    open_deed(page, "Este equipo")
    choose(page, "Nunca")
    page.get_by_role("button", name="Volver a la venta").click()
    page.evaluate("window.bytes.length = 0")
    sell(till, COLA)
    assert bytes_sent(page) == DRAWER, "the drawer alone"
    page.evaluate("window.isPluggedIn = false")
    sell(till, BREAD)
    expect(page.get_by_text("La impresora no responde")).to_be_visible()
    till.wait_until_sent()


def test_cash_that_moves_opens_the_drawer_and_a_printer_that_is_gone_stops_nobody(
    page: Page, shop: Shop
) -> None:
    page.add_init_script(A_SERIAL_PORT)
    till = open_shift(page, shop, hire(shop))
    open_deed(page, "Este equipo")
    choose(page, "Siempre")
    choose(page, "Puerto serie")
    page.get_by_role("button", name="Elegir puerto").click()
    expect(page.get_by_text("Hay una impresora elegida.")).to_be_visible()
    page.get_by_role("button", name="Volver a la venta").click()
    sell(till, BREAD)
    bytes_sent(page)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Entradas y salidas").click()
    page.get_by_role("button", name="Salida", exact=True).click()
    page.get_by_label("Importe").fill("20")
    page.get_by_label("Motivo").fill("Hielo")
    page.get_by_role("button", name="Registrar").click()
    until(page, "window.bytes.at(-4) === 0x1d")
    slip = bytes_sent(page)
    assert slip.startswith(DRAWER), "the drawer opens before paper moves"
    assert "Motivo: Hielo\n" in slip.removeprefix(DRAWER).decode("cp858")
    page.get_by_role("button", name="Imprimir Salida -$20.00").click()
    assert "Motivo: Hielo\n" in bytes_sent(page).decode("cp858")
    assert_accessible(page)
    page.get_by_role("button", name="Volver a la venta").click()
    till.wait_until_sent()
    page.evaluate("window.isPluggedIn = false")
    give_a_piece_back(till, f"C{till.register}-000001")
    expect(page.locator("[data-return]")).to_contain_text("La impresora no responde")
    page.evaluate("window.isPluggedIn = true")
    page.get_by_role("button", name="Imprimir").click()
    slip = bytes_sent(page)
    assert f"C{till.register}-000001".encode() + b"\x1d(k\x03\x001Q0" in slip, "its code"
    expect(page.get_by_text("La impresora no responde")).to_have_count(0)


def test_a_scan_beeps_when_it_is_painted_unless_the_device_is_to_be_silent(page: Page, shop: Shop) -> None:
    page.add_init_script(HEARS_TONES)
    till = selling_till(page, shop)
    till.scan(COLA)
    till.scan("NADIE-1")
    expect(page.get_by_text("No existe: NADIE-1")).to_be_visible()
    until(page, "window.tones.length === 2")
    assert page.evaluate("window.tones") == [[1760, "1"], [220, "1"]]
    open_deed(page, "Este equipo")
    page.get_by_role("group", name="Sonidos").get_by_role("button", name="No").click()
    till.scan(COLA)
    expect(page.locator("[data-pieces='2']")).to_be_visible()
    page.evaluate(NEXT_FRAME)
    assert len(page.evaluate("window.tones")) == 2


def test_a_scanner_is_judged_by_a_sheet_of_codes(page: Page, shop: Shop) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = selling_till(page, shop)
    open_deed(page, "Este equipo")
    page.get_by_role("button", name="Probar el escáner").click()
    page.get_by_text("Todavía no llega nada").wait_for()
    assert_accessible(page)
    page.keyboard.type("2012345678903", delay=60)
    expect(page.get_by_text("ajusta el sufijo")).to_be_visible()
    expect(page.get_by_text("ajusta el retardo")).to_be_visible()
    till.scan("Caja'2-Yz?5")
    expect(page.get_by_text("el teclado del escáner no es el del equipo")).to_be_visible()
    for code in ("Caja-2/Zy_5", "2012345678903"):
        till.scan(code)
    expect(page.get_by_text("Tu escáner está listo.")).to_be_visible()
    page.get_by_role("button", name="Imprimir la hoja").click()
    assert len(pages_of(page.pdf(format="Letter"))) == 1
    page.get_by_role("button", name="Volver a los ajustes").click()
    expect(page.get_by_role("heading", name="Este equipo")).to_be_visible()


def sell(till: Till, code: str) -> None:
    """Sell one piece for the exact amount in cash."""
    till.scan(code)
    expect(till.page.locator("[data-pieces='1']")).to_be_visible()
    till.pay_exactly()


def open_deed(page: Page, name: str) -> None:
    """Choose a deed of the menu."""
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name=name).click()
    page.get_by_role("heading", name=name).wait_for()


def choose(page: Page, value: str) -> None:
    """Choose a value of a setting."""
    page.get_by_role("button", name=value).click()
    expect(page.get_by_role("button", name=value)).to_have_attribute("aria-pressed", "true")
