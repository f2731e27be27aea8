"""Returns at the till, and sales undone before they are sent."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.shop import Shop
from tests.web.looks import assert_accessible
from tests.web.losses import TELLS_OF_THE_NETWORK, hold, lose_answer, lose_request, wait_until_held
from tests.web.people import CASHIER, OWNER
from tests.web.printers import COUNTS_PRINTS, printed_text
from tests.web.shift_stories import send_pin
from tests.web.staff import PIN, hire
from tests.web.tills import A_PERSONS_MS, BREAD, COLA, NO_ROOM, Till, orders_of, selling_till


def sold(till: Till, shop: Shop, *codes: str) -> dict[str, Any]:
    """The order of a sale of these codes, which the shop has."""
    for pieces, code in enumerate(codes, start=1):
        till.scan(code)
        till.page.locator(f"[data-pieces='{pieces}']").wait_for()
    till.pay_exactly()
    till.wait_until_sent()
    return orders_of(shop, till)[-1]


def open_returns(page: Page) -> None:
    """Choose the return in the menu, by its key."""
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Devolución").click()
    expect(page.get_by_label("Escanea el ticket")).to_be_focused()


def returns_of(shop: Shop, order: dict[str, Any]) -> list[dict[str, Any]]:
    """The returns that the shop has of an order."""
    listed = shop.owner.get(f"/api/orders/{order['id']}/returns/").raise_for_status().json()
    return list(listed)


def test_one_piece_comes_back_in_five_taps(page: Page, shop: Shop) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = selling_till(page, shop)
    order = sold(till, shop, COLA, COLA, BREAD)
    page.get_by_role("button", name="Más").click()
    page.get_by_role("menuitem", name="Devolución").click()
    expect(page.get_by_label("Escanea el ticket")).to_be_focused()
    assert_accessible(page)
    assert_a_late_answer_changes_nothing(till, order)
    till.scan(order["client_id"])
    page.get_by_role("button", name="Una más").first.click()
    page.get_by_role("button", name="Defectuoso").click()
    expect(page.locator("[data-back='2146']")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Devolver $21.46").click()
    expect(page.locator("[data-return]")).to_contain_text("Efectivo")
    assert_accessible(page)
    (returned,) = returns_of(shop, order)
    (item,) = returned["items"]
    assert (item["quantity"], item["disposition"], returned["reason"]) == (1, "RESTOCK", "Defectuoso")
    assert returned["refunds"] == [{"payment_method": "CASH", "amount": "21.46"}]
    page.get_by_role("button", name="Imprimir").click()
    slip = printed_text(page)
    assert f"Devolución {returned['id']}" in slip
    assert re.search(r"1 x \$21.46 +\$21.46", slip)
    assert slip.endswith(order["ticket_number"]), "below its code"


def test_all_of_a_ticket_comes_back_by_keyboard_alone(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    till.scan(BREAD)
    expect(page.locator("[data-pieces='2']")).to_be_visible()
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_role("button", name="Tarjeta de crédito").click()
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    keys = page.keyboard
    keys.press("F2")
    page.get_by_role("menuitem", name="Devolución").press("Enter")
    expect(page.get_by_label("Escanea el ticket")).to_be_focused()
    keys.type("1", delay=A_PERSONS_MS)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Todo lo que queda")).to_be_focused()
    keys.press("Enter")
    page.wait_for_timeout(A_PERSONS_MS)
    expect(page.locator("[data-back='4346']")).to_be_visible()
    page.get_by_label("Motivo", exact=True).focus()
    keys.type("No le gustó", delay=A_PERSONS_MS)
    keys.press("Enter")
    expect(page.locator("[data-return]")).to_contain_text("Tarjeta")
    (returned,) = returns_of(shop, order)
    assert (returned["refund_amount"], returned["reason"]) == ("43.46", "No le gustó")
    page.get_by_role("button", name="Otro ticket").click()
    till.scan(order["ticket_number"])
    expect(page.get_by_text("ya volvió todo")).to_be_visible()
    expect(page.locator(f"[data-before='{returned['id']}']")).to_contain_text("Tortilla")


def test_what_a_cashier_may_not_give_back_alone_is_approved_on_the_spot(page: Page, shop: Shop) -> None:
    email, password = OWNER
    pin = {"current_password": password, "pin": "7294"}
    shop.owner.put("/api/users/me/pin/", json=pin).raise_for_status()
    till = selling_till(page, shop, CASHIER)
    page.locator("#search").press_sequentially("30*", delay=A_PERSONS_MS)
    till.scan(COLA)
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_role("button", name="Tarjeta de débito").click()
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    open_returns(page)
    till.scan(order["ticket_folio"])
    page.get_by_role("button", name="Todo lo que queda").click()
    page.get_by_role("button", name="En efectivo").click()
    page.get_by_role("button", name="Caducado").click()
    page.get_by_role("button", name="Desechar").click()
    page.locator("[data-back='64380']").wait_for()
    page.get_by_role("button", name="Devolver $643.80").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancelar").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Devolver $643.80").click()
    for deed in ("Devolución", "en efectivo lo que se pagó"):
        sheet = page.get_by_role("dialog").filter(has_text=deed)
        sheet.get_by_label("Correo o usuario").fill(email)
        sheet.get_by_label("PIN").fill("7294")
        sheet.get_by_role("button", name="Autorizar").click()
    expect(page.locator("[data-return]")).to_contain_text("Efectivo")
    (returned,) = returns_of(shop, order)
    assert returned["refunds"] == [{"payment_method": "CASH", "amount": "643.80"}]
    assert returned["approved_by"] != returned["user"]
    assert returned["items"][0]["disposition"] == "DISCARD"


def test_a_return_whose_answer_was_lost_is_made_once(context: BrowserContext, page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    order = sold(till, shop, BREAD, BREAD)
    context.route("**/returns/", lose_answer)
    give_a_piece_back(till, order["client_id"])
    context.route("**/returns/?*", lose_request)  # nor can the shop be asked what became of it
    expect(page.locator("[data-unsettled]")).to_contain_text("No llegó la respuesta")
    page.reload()
    expect(page.locator("[data-unsettled]")).to_be_visible()
    context.unroute_all()
    expect(page.locator("[data-return]")).to_contain_text("Efectivo")
    assert len(returns_of(shop, order)) == 1


def test_a_lost_answer_is_told_on_whichever_screen_somebody_is_by_then(page: Page, shop: Shop) -> None:
    asked = left_while_it_is_given_back(page, shop)
    lose_request(asked)
    expect(page.locator("[data-unsettled]")).to_be_visible()


def test_a_refusal_is_told_beside_the_sale_when_the_return_was_left_meanwhile(page: Page, shop: Shop) -> None:
    asked = left_while_it_is_given_back(page, shop)
    open_returns(page)  # for another one
    asked.fulfill(status=400, json={"items": ["Pan blanco: quedan 0 por devolver."]})
    page.get_by_role("button", name="Volver a la venta").click()
    told = page.get_by_role("alert").filter(has_text="Devolución: la tienda no lo hizo.")
    expect(told).to_contain_text("quedan 0 por devolver")


def test_a_return_stays_on_the_screen_until_it_is_answered(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    asked = being_given_back(till, shop)
    another = page.get_by_role("button", name="Otro ticket")
    expect(another).to_be_disabled()
    till.scan("NINGUNO-1")
    asked.fulfill(status=400, json={"items": ["Pan blanco: quedan 0 por devolver."]})
    expect(page.get_by_role("alert").filter(has_text="quedan 0 por devolver")).to_be_visible()
    expect(another).to_be_enabled()
    till.scan("NINGUNO-1")
    expect(page.get_by_text("No hay ningún ticket NINGUNO-1")).to_be_visible()


def left_while_it_is_given_back(page: Page, shop: Shop) -> Route:
    """The request for a return, held back; by now another screen is shown."""
    asked = being_given_back(selling_till(page, shop), shop)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Este equipo").click()
    page.get_by_role("heading", name="Este equipo").wait_for()
    return asked


def being_given_back(till: Till, shop: Shop) -> Route:
    """The request for a return that a cashier has just made, held back."""
    page, order = till.page, sold(till, shop, BREAD)
    asked = hold(page, f"**/api/orders/{order['id']}/returns/")
    open_returns(page)
    till.scan(order["client_id"])
    page.get_by_role("button", name="Todo lo que queda").click()
    page.get_by_role("button", name="Defectuoso").click()
    page.get_by_role("button", name="Devolver $22.00").click()
    wait_until_held(page, asked)
    return asked[0]


def test_a_return_that_never_arrived_is_made_when_somebody_sends_it_again(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    order = given_back_in_vain(context, page, shop)
    page.reload()
    expect(page.get_by_text("No consta que la tienda")).to_be_visible()
    expect(page.get_by_role("button", name="Dejarlo sin hacer")).to_be_disabled()
    assert_accessible(page)
    page.get_by_role("button", name="Volver a enviar").click()
    expect(page.locator("[data-return]")).to_contain_text("Efectivo")
    assert len(returns_of(shop, order)) == 1


def test_what_somebody_else_has_begun_is_not_sent_again_by_who_has_taken_over(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    given_back_in_vain(context, page, shop)
    again = page.get_by_role("button", name="Volver a enviar")
    expect(again).to_be_enabled()
    berta = hire(shop)
    page.locator(".cashier").click()
    sheet = page.get_by_role("dialog", name="Cambio de cajero")
    sheet.get_by_label("Correo o usuario").fill(berta.email)
    send_pin(sheet, PIN)
    expect(page.get_by_role("button", name=berta.name)).to_be_visible()
    expect(again).to_be_disabled()
    expect(page.get_by_text("Lo empezó otra persona")).to_be_visible()


def test_what_never_arrived_can_be_sent_again_however_slow_the_answers_are(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    given_back_in_vain(context, page, shop)
    asked = hold(page, "**/returns/?*")
    hold(page, TELLS_OF_THE_NETWORK)
    page.reload()
    wait_until_held(page, asked)
    expect(page.get_by_text("Sin red", exact=True)).to_be_visible()
    asked[0].continue_()
    page.get_by_role("button", name="Volver a enviar").click()
    expect(page.locator("[data-return]")).to_contain_text("Efectivo")
    assert len(asked) == 1


@pytest.mark.with_workers
def test_a_sale_that_was_never_sent_is_undone_without_a_network(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till = selling_till(page, shop)
    context.set_offline(True)
    expect(page.get_by_text("Sin red")).to_be_visible()
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    till.pay_exactly()
    open_returns(page)
    expect(page.get_by_text("Sin red no se puede devolver")).to_be_visible()
    till.scan(f"C{till.register}-000001")
    expect(page.get_by_text("se puede deshacer completa")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    page.get_by_role("button", name="No pagó").click()
    assert_accessible(page)
    page.evaluate(NO_ROOM)
    page.get_by_role("button", name="Deshacer $22.00").click()
    expect(page.get_by_role("alert").filter(has_text="No se guardó")).to_be_visible()
    page.evaluate("makeRoom()")
    page.get_by_role("button", name="Deshacer $22.00").click()
    expect(page.get_by_text("deshecha. Regresa $22.00")).to_be_visible()
    expect(page.locator("[data-own='1']")).to_contain_text("Deshecha")
    context.set_offline(False)
    page.locator("[data-unsent='0']").wait_for()
    (order,) = orders_of(shop, till)
    assert (order["status"], order["payments"]) == ("CANCELLED", [])


def assert_a_late_answer_changes_nothing(till: Till, order: dict[str, Any]) -> None:
    """The order of one ticket does not come up when another one was scanned meanwhile."""
    page = till.page
    late = hold(page, f"**/api/orders/?folio={order['client_id']}", times=1)
    till.scan(order["client_id"])
    wait_until_held(page, late)
    till.scan("NINGUNO-1")
    expect(page.get_by_text("No hay ningún ticket NINGUNO-1")).to_be_visible()
    with page.expect_response(f"**/api/orders/{order['id']}/returns/**"):
        late[0].continue_()
    expect(page.get_by_text("No hay ningún ticket NINGUNO-1")).to_be_visible()


def given_back_in_vain(context: BrowserContext, page: Page, shop: Shop) -> dict[str, Any]:
    """The order of which a piece came back: its return has not arrived, and the network is there again."""
    till = selling_till(page, shop)
    order = sold(till, shop, BREAD, BREAD)
    context.route("**/returns/", lose_request)
    give_a_piece_back(till, order["client_id"])
    page.locator("[data-unsettled]").wait_for()
    context.unroute("**/returns/")
    return order


def give_a_piece_back(till: Till, ticket: str) -> None:
    """Choose a piece of bread on this ticket, and give its money back."""
    open_returns(till.page)
    till.scan(ticket)
    till.page.get_by_role("button", name="Una más").click()
    till.page.get_by_role("button", name="Defectuoso").click()
    till.page.get_by_role("button", name="Devolver $22.00").click()
