"""Selling at the till: scans, cash, several tenders, and a network that goes."""

import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from libs.common.clock import system_clock
from tests.e2e.shop import Shop, done, made
from tests.suites import TIMEZONE
from tests.web.looks import assert_accessible, assert_fits
from tests.web.losses import hold, wait_until_held
from tests.web.people import CASHIER
from tests.web.tills import (
    A_PERSONS_MS,
    BREAD,
    COLA,
    LOOK_FOR_CHANGES,
    open_till,
    orders_of,
    sell_unsent,
    selling_till,
    take_no_sales,
)
from tests.web.waiting import SERVED_BY_WORKER, until

LEAVE = "dispatchEvent(new Event('pagehide')), sessionStorage.getItem('till: sale')"
"""What the page keeps of the sale on its screen at this moment."""
CANNOT_READ = """
    if (sessionStorage.getItem("is broken")) {
      IDBObjectStore.prototype.getKey = () => { throw new DOMException("no answer", "UnknownError"); };
    }"""
NAME_OF_THE_SYSTEM = re.compile(r"^https?://[^/]+/$")
A_WHILE = timedelta(minutes=2)
SLOW_MS = 2_000
A_DAY_ON = "() => { const now = Date.now; Date.now = () => now() + 86_400_000; }"
SMALL_PHONE = ViewportSize(width=320, height=640)
LOW_SCREEN = ViewportSize(width=1024, height=600)
"""Of many tills that are sold with their computer."""
AT_TWICE_ITS_SIZE = ViewportSize(width=640, height=360)
"""1280 × 720 at 200 %."""
IS_SEARCH_SEEN = """
    (() => {
      const field = document.getElementById("search");
      const { left, top, width, height } = field.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2) === field;
    })()"""
A_LONG_WORD = "Supercalifragilisticoespialidoso" * 3
FROM_THE_RIGHT = "\u202eעוגיות שוקולד"
"""With the sign that turns all that follows round."""
FIRST_SIGN_IS_LEFT = """
    ({ firstChild: text }) => {
      const edge = (from) => {
        const sign = document.createRange();
        sign.setStart(text, from);
        sign.setEnd(text, from + 1);
        return sign.getBoundingClientRect().left;
      };
      return edge(0) < edge(text.length - 1);
    }"""
TOUCH_THEIR_BORDER = """
    [...document.querySelectorAll("main button, dialog button")].filter((button) => {
      const { paddingLeft, paddingRight } = getComputedStyle(button);
      const words = document.createRange();
      words.selectNodeContents(button);
      const { width } = words.getBoundingClientRect();
      return button.clientWidth < Math.floor(width + parseFloat(paddingLeft) + parseFloat(paddingRight));
    }).map(({ innerText }) => innerText)"""
FOCUSES = ("#search", "button:has-text('Salir')", ".line", "dialog input")


def test_a_till_is_opened_with_the_cash_in_its_drawer(page: Page, shop: Shop) -> None:
    till = open_till(page, shop, CASHIER)
    assert_accessible(page)
    till.scan(COLA)
    page.wait_for_timeout(A_PERSONS_MS)
    expect(page.get_by_label("Efectivo al abrir")).to_have_value("")
    page.get_by_label("Efectivo al abrir").fill("500")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.get_by_text("Turno desde")).to_be_visible()
    assert till.pieces() == 0
    shifts = shop.owner.get("/api/shifts/", params={"register": till.register}).json()
    assert [(shift["opening_cash"], shift["status"]) for shift in shifts] == [("500.00", "OPEN")]


def test_a_scan_becomes_a_line_whatever_has_the_focus(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    expect(page.locator(".lines .pieces")).to_have_text("1")
    for pieces, focus in enumerate(FOCUSES, start=2):
        if focus.startswith("dialog"):
            page.locator(".lines .line").click()
        page.locator(focus).first.focus()
        till.scan(COLA)
        expect(page.locator(".lines .pieces")).to_have_text(str(pieces))
        expect(page.locator("#search")).to_have_value("")
        expect(page.get_by_role("alert")).to_have_count(0)


def test_pieces_are_typed_before_a_scan_stepped_or_entered(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    page.locator("#search").press_sequentially("3*", delay=A_PERSONS_MS)
    till.scan(COLA)
    pieces = page.locator(".lines .pieces")
    expect(pieces).to_have_text("3")
    page.locator("#search").press("+", delay=A_PERSONS_MS)
    expect(pieces).to_have_text("4")
    page.locator("#search").press("-", delay=A_PERSONS_MS)
    expect(pieces).to_have_text("3")
    page.locator(".lines .line").click()
    assert_accessible(page)
    for key in ("1", "2", "Listo"):
        page.get_by_role("dialog").get_by_role("button", name=key, exact=True).click()
    expect(pieces).to_have_text("12")


def test_a_wrong_quantity_fits_on_the_screen_and_is_put_right(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    page.locator(".lines .line").click()
    page.get_by_label("Cantidad").press_sequentially("999999", delay=A_PERSONS_MS)
    page.get_by_role("button", name="Listo").click()
    expect(page.locator("[data-pieces]")).to_have_text("$21,459,978.54")
    assert_accessible(page)
    page.get_by_role("button", name="Cobrar").click()
    assert_accessible(page)
    page.get_by_role("button", name="Seguir agregando").click()
    page.locator(".lines .line").click()
    page.get_by_label("Cantidad").press_sequentially("2", delay=A_PERSONS_MS)
    page.get_by_role("button", name="Listo").click()
    expect(page.locator("[data-pieces='2']")).to_have_text("$42.92")


def test_a_name_of_one_long_word_leaves_the_sums_in_sight(page: Page, shop: Shop) -> None:
    product = done(shop.owner.get(f"/api/products/{shop.new_product(stock=5)}/"))
    done(shop.owner.patch(f"/api/products/{product['id']}/", json={"name": A_LONG_WORD}))
    till = selling_till(page, shop)
    till.scan(product["sku"])
    expect(page.locator("[data-pieces='1']")).to_have_text("$100.00")
    assert_accessible(page)
    page.locator(".lines .line").click()
    assert_accessible(page)


def test_a_name_that_is_written_from_the_right_leaves_its_price_readable(page: Page, shop: Shop) -> None:
    product = done(shop.owner.get(f"/api/products/{shop.new_product(stock=5)}/"))
    done(shop.owner.patch(f"/api/products/{product['id']}/", json={"name": FROM_THE_RIGHT}))
    till = selling_till(page, shop)
    till.scan(product["sku"])
    price = page.locator(".lines .line .grow").get_by_text("$100.00")
    expect(price).to_be_visible()
    assert price.evaluate(FIRST_SIGN_IS_LEFT)
    assert_accessible(page)


def test_words_fit_in_their_buttons_on_the_smallest_phone(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    page.set_viewport_size(SMALL_PHONE)
    till.scan(BREAD)
    page.locator(".lines .line").click()
    expect(page.get_by_role("button", name="Listo")).to_be_visible()
    assert page.evaluate(TOUCH_THEIR_BORDER) == []
    page.get_by_role("button", name="Listo").click()
    page.get_by_role("button", name="Cobrar").click()
    expect(page.get_by_role("button", name="Transferencia")).to_be_visible()
    assert page.evaluate(TOUCH_THEIR_BORDER) == []


def test_a_magnified_page_shows_where_to_search(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    page.set_viewport_size(AT_TWICE_ITS_SIZE)
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_have_text("$22.00")
    assert page.evaluate(IS_SEARCH_SEEN)


def test_a_product_is_found_by_its_name(page: Page, shop: Shop) -> None:
    page.add_init_script("delete globalThis.requestIdleCallback")  # as in Safari
    dear = done(shop.owner.get(f"/api/products/{shop.new_product(stock=1, price='1077.59')}/"))
    selling_till(page, shop)
    page.locator("#search").press_sequentially(dear["name"], delay=A_PERSONS_MS)
    expect(page.locator(".found li")).to_contain_text("$1,250.00")
    page.locator("#search").fill("")
    page.locator("#search").press_sequentially("maiz tort", delay=A_PERSONS_MS)
    expect(page.locator(".found li")).to_have_count(1)
    assert_accessible(page)
    page.locator("#search").press("Enter")
    expect(page.locator(".lines .line")).to_contain_text("Tortilla de maíz")
    page.locator("#search").press_sequentially("maiz azul", delay=A_PERSONS_MS)
    page.locator("#search").press("Enter")
    expect(page.get_by_text("Nada se encuentra con «maiz azul».")).to_be_visible()


def test_a_cash_sale_takes_two_keys_and_the_next_scan_begins_another(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    till.scan(BREAD)
    expect(page.locator("[data-pieces='2']")).to_be_visible()
    till.pay_exactly()
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_have_text("$22.00")
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_role("button", name="$50.00", exact=True).click()
    expect(page.locator(".confirmed .total")).to_have_text("$28.00")
    assert_accessible(page)
    till.wait_until_sent()
    first, second = orders_of(shop, till)
    assert (first["final_amount"], first["status"]) == ("43.46", "PAID")
    assert (second["final_amount"], second["cash_received"], second["change"]) == ("22.00", "50.00", "28.00")


def test_a_price_that_changes_while_somebody_pays_is_not_that_of_the_sale(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    product = done(shop.owner.get(f"/api/products/{shop.new_product(stock=5, price='100.00')}/"))
    tomorrow = (system_clock().astimezone(ZoneInfo(TIMEZONE)) + timedelta(days=1)).date().isoformat()
    days = {"start_date": tomorrow, "end_date": tomorrow}
    promotion = {"product": product["id"], "discount_percent": "50.00", "name": "Mañana", **days}
    made(shop.owner.post("/api/promotions/", json=promotion))
    till = selling_till(page, shop)
    till.scan(product["sku"])
    expect(page.locator("[data-pieces='1']")).to_have_text("$116.00")
    page.evaluate(A_DAY_ON)
    take_no_sales(context)
    page.get_by_role("button", name="Cobrar").click()
    expect(page.locator("[data-remaining]")).to_have_text("$58.00")
    page.evaluate(A_DAY_ON)
    with page.expect_request("**/api/sync/sales/") as request:
        page.get_by_role("button", name="Exacto").click()
    (sale,) = json.loads(request.value.post_data or "")["sales"]
    assert (sale["items"][0]["unit_total"], sale["payments"][0]["amount"]) == ("58.00", "58.00")


def test_several_tenders_pay_a_sale_until_nothing_remains(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(BREAD)
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_label("Importe").fill("12")
    page.get_by_role("button", name="Tarjeta de débito").click()
    expect(page.locator("[data-remaining]")).to_have_text("$10.00")
    expect(page.get_by_label("Importe")).to_be_focused()
    expect(page.get_by_role("button", name="Puntos")).to_be_disabled()
    assert_accessible(page)
    page.wait_for_timeout(A_PERSONS_MS)
    page.locator("#search").press("Enter")
    page.get_by_label("Importe").fill("6")
    page.get_by_role("button", name="Vales").click()
    page.get_by_role("button", name="Transferencia").click()
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    paid = [(part["payment_method"], part["amount"]) for part in order["payments"]]
    assert paid == [("CARD", "12.00"), ("VOUCHER", "6.00"), ("TRANSFER", "4.00")]
    assert order["formas_pago"] == ["28", "08", "03"]


def test_a_scan_that_takes_the_payments_back_says_so(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    told = page.get_by_role("alert").filter(has_text="Los pagos anotados se quitaron")
    till.scan(BREAD)
    page.get_by_role("button", name="Cobrar").click()
    till.scan(BREAD)
    expect(page.locator("[data-pieces='2']")).to_be_visible()
    expect(told).to_have_count(0)
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_label("Importe").fill("12")
    page.get_by_role("button", name="Tarjeta de débito").click()
    till.scan(BREAD)
    expect(told).to_be_visible()
    page.get_by_role("button", name="Cobrar").click()
    expect(told).to_have_count(0)
    expect(page.locator("[data-remaining='6600']")).to_be_visible()


def test_goods_on_the_screen_outlive_a_reload_until_they_are_paid(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    page.get_by_role("button", name="Cobrar").click()
    reload(page)
    expect(page.locator("[data-pieces='1']")).to_have_text("$22.00")
    kept = page.evaluate(LEAVE)
    till.pay_exactly()
    # As if the page had been left while the sale was being confirmed.
    page.add_init_script(f"sessionStorage.setItem('till: sale', {json.dumps(kept)})")
    reload(page)
    expect(page.locator("[data-pieces='0']")).to_be_visible()
    page.locator("[data-unsent='0']").wait_for()
    assert [order["final_amount"] for order in orders_of(shop, till)] == ["22.00"]


def test_goods_outlive_a_page_that_could_not_read_the_device(page: Page, shop: Shop) -> None:
    page.add_init_script(CANNOT_READ)
    till = selling_till(page, shop)
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    page.evaluate("sessionStorage.setItem('is broken', 'yes')")
    page.reload()
    expect(page.get_by_text("No se pueden leer los datos")).to_be_visible()
    page.evaluate("sessionStorage.removeItem('is broken')")
    reload(page)
    expect(page.locator("[data-pieces='1']")).to_have_text("$22.00")


def reload(page: Page) -> None:
    """Load the page anew, until it sells."""
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("#search")).to_be_focused()


@pytest.mark.with_workers
def test_a_day_without_a_network_is_sent_when_it_is_back(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till = selling_till(page, shop)
    until(page, SERVED_BY_WORKER)
    context.set_offline(True)
    expect(page.get_by_text("Sin red")).to_be_visible()  # how soon: `make bars`
    for _ in range(2):
        till.scan(BREAD)
        expect(page.locator("[data-pieces='1']")).to_be_visible()
        till.pay_exactly()
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Ventas sin enviar").click()
    expect(page.get_by_text("Sin red: se envían en cuanto la haya.")).to_be_visible()
    page.get_by_role("button", name="Volver a la venta").click()
    reload(page)
    till.scan(BREAD)
    page.get_by_role("button", name="Cobrar").click()
    expect(page.get_by_role("button", name=re.compile("^Crédito"))).to_contain_text("Requiere red")
    page.get_by_role("button", name="Exacto").click()
    expect(page.locator("[data-unsent='3']")).to_be_visible()
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("alert").first).to_contain_text("No puedes salir")
    context.set_offline(False)
    till.wait_until_sent()
    expect(page.get_by_text("En línea")).to_be_visible()
    numbers = [str(order["ticket_number"]) for order in orders_of(shop, till)]
    assert numbers == [f"C{till.register}-{number:06}" for number in (1, 2, 3)]


def test_a_till_that_asks_nothing_notices_that_the_server_is_gone(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    selling_till(page, shop)
    context.route(NAME_OF_THE_SYSTEM, lambda route: route.abort())
    expect(page.get_by_text("Sin red")).to_be_visible()
    context.unroute(NAME_OF_THE_SYSTEM)
    expect(page.get_by_text("En línea")).to_be_visible()


def test_a_shop_that_answers_slowly_is_not_gone_and_back_with_each_answer(page: Page, shop: Shop) -> None:
    selling_till(page, shop)
    page.clock.install()
    page.clock.pause_at(system_clock() + A_WHILE)  # nobody uses the till by then: it asks nothing by itself
    asked = hold(page, "**/api/sync/bootstrap/")
    offline, online = page.get_by_text("Sin red", exact=True), page.get_by_text("En línea")
    for number, is_told in enumerate((True, False)):
        page.evaluate(LOOK_FOR_CHANGES)
        wait_until_held(page, asked, count=number + 1)
        page.clock.run_for(SLOW_MS)
        expect(offline).to_have_count(1 if is_told else 0)
        with page.expect_response("**/products/changes/till/**"):
            asked[number].continue_()
        expect(online).to_be_visible()


def test_what_is_unsent_is_shown_and_sent_when_somebody_asks(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till = selling_till(page, shop)
    sell_unsent(till, context)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Ventas sin enviar").click()
    expect(page.locator("[data-waiting='1']")).to_contain_text(f"C{till.register}-000001")
    expect(page.get_by_text("Una parte del sistema no responde")).to_be_visible()
    assert_accessible(page)
    context.unroute("**/api/sync/sales/")
    page.get_by_role("button", name="Enviar ahora").click()
    expect(page.get_by_text("Todo está enviado.")).to_be_visible()
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    assert [order["status"] for order in orders_of(shop, till)] == ["PAID"]


def test_everybody_can_use_the_till(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("F2")
    page.get_by_role("menu").wait_for()
    assert_accessible(page)


def test_a_low_screen_shows_the_whole_menu(page: Page, shop: Shop) -> None:
    selling_till(page, shop)
    page.set_viewport_size(LOW_SCREEN)
    page.keyboard.press("F2")
    expect(page.get_by_role("menuitem", name="Mi PIN")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("menuitem").last).to_be_in_viewport(ratio=1)
    assert_fits(page)
