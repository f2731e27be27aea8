"""Apartados at the till: goods are kept for a customer, paid in parts, and handed over."""

import re
from datetime import date
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, expect

from libs.common.clock import system_clock
from tests.e2e.shop import Shop, done, made
from tests.web.looks import assert_accessible
from tests.web.losses import TELLS_OF_THE_NETWORK, hold, lose_answer, lose_request, wait_until_held
from tests.web.office_stories import laid_away
from tests.web.people_stories import new_customer, pieces_shown
from tests.web.print_stories import choose, open_deed
from tests.web.printers import COUNTS_PRINTS, printed_text
from tests.web.tills import A_PERSONS_MS, BREAD, COLA, Till, selling_till


def open_apartados(page: Page, shop: Shop, customer: dict[str, Any]) -> Till:
    """The deed `Apartados` of a till with one piece at $116.00 and a customer on the screen."""
    till = selling_to(customer, page, shop)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Apartados").click()
    return till


def selling_to(customer: dict[str, Any], page: Page, shop: Shop) -> Till:
    """A till with that piece and customer on the screen."""
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
    return till


def assert_its_screens_are_accessible(page: Page) -> None:
    """The sheet that cancels the apartado, which is left, and the list of all, which stays."""
    page.get_by_role("button", name="Cancelar apartado").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    all_of_them = hold(page, "**/api/layaways/?*", times=1)
    page.get_by_role("button", name="Ver todos los apartados").click()
    wait_until_held(page, all_of_them)
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
    selling_to(new_customer(shop), page, shop)
    asked = hold(page, "**/api/layaways/?*")
    hold(page, TELLS_OF_THE_NETWORK)
    open_deed(page, "Apartados")
    begin = page.get_by_role("button", name="Apartar la venta de $116.00")
    expect(begin).to_be_disabled()  # an answer that takes so long counts as no network
    wait_until_held(page, asked)
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
    till = open_apartados(page, shop, new_customer(shop))
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_role("button", name="Efectivo").click()
    page.get_by_role("button", name="Apartar con $23.20").click()
    expect(page.locator("[data-balance]")).to_have_text("$92.80")
    page.get_by_role("button", name="Efectivo").click()
    asked = hold(page, "**/payments/")
    hold(page, TELLS_OF_THE_NETWORK)
    page.get_by_role("button", name="Abonar $92.80").dblclick()
    wait_until_held(page, asked)
    others = page.get_by_role("button", name="Ver todos los apartados")
    expect(page.get_by_text("Sin red", exact=True)).to_be_visible()
    expect(others).to_be_disabled()
    till.scan(BREAD)
    asked[0].continue_()
    expect(page.get_by_text("Está pagado.")).to_be_visible()
    expect(others).to_be_enabled()
    assert len(asked) == 1


def test_the_next_sale_stays_when_it_is_heard_late_that_the_one_before_was_kept(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till = open_apartados(page, shop, new_customer(shop))
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_role("button", name="Efectivo").click()
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        lose_answer(route)

    context.route("**/api/layaways/", lose)
    context.route("**/api/layaways/?*", lambda route: lose_request(route) if lost else route.continue_())
    page.get_by_role("button", name="Apartar con $23.20").click()
    page.locator("[data-unsettled]").wait_for()
    page.get_by_role("button", name="Volver a la venta").click()
    page.get_by_role("button", name="Borrar venta").click()
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_have_text("$22.00")
    context.unroute_all()
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Apartados").click()
    expect(page.get_by_text("$92.80").first).to_be_visible()
    till.scan(COLA)
    pieces_shown(page, 2)


def test_a_ticket_that_is_found_late_does_not_take_the_screen_from_another_apartado(
    page: Page, shop: Shop
) -> None:
    first, second = (laid_away(shop, shop.new_product(stock=1, price="100.00")) for _ in range(2))
    till = open_apartados(page, shop, new_customer(shop))
    late = hold(page, "**/api/orders/?folio=*")
    page.locator("[data-layaway]").first.wait_for()
    till.scan(first["ticket_folio"])
    wait_until_held(page, late)
    page.locator(f"[data-layaway='{second['id']}']").click()
    expect(page.get_by_text(f"Folio {second['ticket_folio']}")).to_be_visible()
    with page.expect_response(f"**/api/layaways/{first['id']}/"):
        late[0].continue_()
    page.get_by_role("button", name="Efectivo").click()
    expect(page.locator("[data-part]")).to_be_visible()
    expect(page.get_by_text(f"Folio {second['ticket_folio']}")).to_be_visible()


def pay_elsewhere(shop: Shop, customer: dict[str, Any], amount: str) -> None:
    """Another till takes a payment for the customer's apartado."""
    (kept,) = done(shop.owner.get("/api/layaways/", params={"customer": customer["id"]}))
    payment = {"payments": [{"payment_method": "CARD", "amount": amount}]}
    made(shop.owner.post(f"/api/layaways/{kept['id']}/payments/", json=payment))
