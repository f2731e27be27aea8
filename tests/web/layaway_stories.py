"""Apartados at the till: goods are kept for a customer, paid in parts, and handed over."""

import re
from datetime import date
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from libs.common.clock import system_clock
from tests.e2e.shop import Shop, done, made
from tests.web.looks import assert_accessible
from tests.web.losses import hold, lose_answer
from tests.web.office_stories import laid_away
from tests.web.people_stories import new_customer, pieces_shown
from tests.web.print_stories import choose, open_deed
from tests.web.printers import COUNTS_PRINTS, printed_text
from tests.web.tills import A_PERSONS_MS, selling_till


def open_apartados(page: Page, shop: Shop, customer: dict[str, Any]) -> None:
    """The deed `Apartados` of a till with one piece at $116.00 and a customer on the screen."""
    product = done(shop.owner.get(f"/api/products/{shop.new_product(stock=3, price='100.00')}/"))
    till = selling_till(page, shop)
    page.reload()  # the catalogue is read again, with the new product
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("#search")).to_be_focused()
    till.scan(product["sku"])
    pieces_shown(page, 1)
    page.wait_for_timeout(A_PERSONS_MS)
    till.scan(customer["phone_number"])
    expect(page.locator(f"[data-customer='{customer['id']}']")).to_be_visible()
    page.wait_for_timeout(A_PERSONS_MS)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Apartados").click()


def assert_its_screens_are_accessible(page: Page) -> None:
    """The sheet that cancels the apartado, which is left, and the list of all, which stays."""
    page.get_by_role("button", name="Cancelar apartado").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    all_of_them = hold(page, "**/api/layaways/?*", times=1)
    page.get_by_role("button", name="Ver todos los apartados").click()
    page.get_by_role("button", name="Solo vencidos").click()
    expect(page.get_by_text("No hay ninguno.")).to_be_visible()
    with page.expect_response("**/api/layaways/?*"):
        all_of_them[0].continue_()
    expect(page.get_by_text("No hay ninguno.")).to_be_visible()
    page.get_by_role("button", name="Solo vencidos").click()
    expect(page.locator("[data-layaway]").first).to_be_visible()
    assert_accessible(page)


def test_goods_are_kept_for_a_customer_paid_in_parts_and_handed_over_though_answers_are_lost(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    page.add_init_script(COUNTS_PRINTS)
    maria = new_customer(shop)
    open_apartados(page, shop, maria)
    assert_accessible(page)
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_label("Vence").focus()
    due = date(system_clock().year + 1, 12, 12)  # whichever of day and month is typed first
    page.keyboard.type(f"{due:%d%m%Y}", delay=A_PERSONS_MS)
    page.get_by_role("button", name="Efectivo").click()
    assert_accessible(page)
    context.route("**/api/layaways/", lose_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Apartar con $23.20").click()
    context.unroute("**/api/layaways/")
    expect(page.get_by_text("$92.80").first).to_be_visible()
    assert_its_screens_are_accessible(page)
    open_deed(page, "Este equipo")
    choose(page, "Siempre")
    open_deed(page, "Apartados")
    page.locator("[data-layaway]", has_text=maria["last_name"]).click()
    assert_accessible(page)
    page.get_by_label("Importe").fill("92.80")
    page.get_by_role("button", name="Tarjeta de crédito").click()
    context.route("**/payments/", lose_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Abonar $92.80").click()
    page.reload()
    expect(page.get_by_text("Entrega la mercancía")).to_be_visible()
    receipt = printed_text(page)
    assert_accessible(page)
    (kept,) = done(shop.owner.get("/api/layaways/", params={"customer": maria["id"]}))
    assert (kept["status"], kept["paid"], kept["balance"]) == ("PAID", "116.00", "0.00")
    assert kept["due_date"] == due.isoformat()
    assert [part["payment_method"] for part in kept["payments"]] == ["CASH", "CARD"]
    assert [part["card_kind"] for part in kept["payments"]] == [None, "CREDIT"]
    assert re.search(r"ABONO +\$92.80Tarjeta de crédito +\$92.80", receipt)
    assert kept["ticket_folio"] in receipt


def test_an_apartado_that_is_cancelled_gives_its_money_back_and_owes_nothing(page: Page, shop: Shop) -> None:
    open_apartados(page, shop, new_customer(shop))
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_role("button", name="Efectivo").click()
    page.get_by_role("button", name="Apartar con $23.20").click()
    page.get_by_role("button", name="Cancelar apartado").click()
    sheet = page.get_by_role("dialog", name="Cancelar apartado")
    sheet.get_by_role("button", name="Ya no lo quiere").click()
    sheet.get_by_role("button", name="Cancelar apartado").click()
    expect(page.get_by_text("Entrega al cliente:")).to_be_visible()
    expect(page.get_by_text("Saldo")).to_have_count(0)
    assert_accessible(page)


def test_an_apartado_that_another_till_was_paid_for_meanwhile_is_shown_as_it_is_now(
    page: Page, shop: Shop
) -> None:
    maria = new_customer(shop)
    open_apartados(page, shop, maria)
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_role("button", name="Efectivo").click()
    page.get_by_role("button", name="Apartar con $23.20").click()
    expect(page.locator("[data-balance]")).to_have_text("$92.80")
    pay_elsewhere(shop, maria, "90.00")
    page.get_by_role("button", name="Efectivo").click()
    page.get_by_role("button", name="Abonar $92.80").click()
    expect(page.get_by_text("El saldo es $2.80.")).to_be_visible()
    expect(page.locator("[data-balance]")).to_have_text("$2.80")
    assert_accessible(page)
    pay_elsewhere(shop, maria, "2.80")
    page.get_by_role("button", name="Efectivo").click()
    page.get_by_role("button", name="Abonar $2.80").click()
    expect(page.get_by_text("El apartado ya no está abierto.")).to_be_visible()
    expect(page.get_by_text("Está pagado.")).to_be_visible()


def test_the_list_is_read_once_however_slow_the_answer_is(page: Page, shop: Shop) -> None:
    laid_away(shop, shop.new_product(stock=1, price="100.00"))
    asked = hold(page, "**/api/layaways/?*")
    open_apartados(page, shop, new_customer(shop))
    begin = page.get_by_role("button", name="Apartar la venta de $116.00")
    expect(begin).to_be_disabled()  # an answer that takes so long counts as no network
    asked[0].continue_()
    expect(page.locator("[data-layaway]").first).to_be_visible()
    expect(begin).to_be_enabled()
    with page.expect_request("**/api/layaways/?*overdue*"):
        page.get_by_role("button", name="Solo vencidos").click()
    assert len([route for route in asked if "overdue" not in route.request.url]) == 1


def test_a_list_that_could_not_be_read_is_asked_for_again(page: Page, shop: Shop) -> None:
    laid_away(shop, shop.new_product(stock=1, price="100.00"))
    page.route("**/api/layaways/?*", lambda route: route.fulfill(status=500))
    open_apartados(page, shop, new_customer(shop))
    again = page.get_by_role("button", name="Volver a intentar")
    expect(again).to_be_visible()
    assert_accessible(page)
    page.unroute("**/api/layaways/?*")
    again.click()
    expect(page.locator("[data-layaway]").first).to_be_visible()
    expect(again).to_have_count(0)


def test_an_apartado_stays_on_the_screen_until_its_payment_is_answered(page: Page, shop: Shop) -> None:
    open_apartados(page, shop, new_customer(shop))
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_role("button", name="Efectivo").click()
    page.get_by_role("button", name="Apartar con $23.20").click()
    expect(page.locator("[data-balance]")).to_have_text("$92.80")
    page.get_by_role("button", name="Efectivo").click()
    asked = hold(page, "**/payments/")
    page.get_by_role("button", name="Abonar $92.80").dblclick()
    others = page.get_by_role("button", name="Ver todos los apartados")
    expect(page.get_by_text("Sin red", exact=True)).to_be_visible()
    expect(others).to_be_disabled()
    asked[0].continue_()
    expect(page.get_by_text("Está pagado.")).to_be_visible()
    expect(others).to_be_enabled()
    assert len(asked) == 1


def pay_elsewhere(shop: Shop, customer: dict[str, Any], amount: str) -> None:
    """Another till takes a payment for the customer's apartado."""
    (kept,) = done(shop.owner.get("/api/layaways/", params={"customer": customer["id"]}))
    payment = {"payments": [{"payment_method": "CARD", "amount": amount}]}
    made(shop.owner.post(f"/api/layaways/{kept['id']}/payments/", json=payment))
