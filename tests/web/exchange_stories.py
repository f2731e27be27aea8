"""Exchanges: goods come back, and their money pays for others."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.shop import Shop, done, made
from tests.web.devices import resumed
from tests.web.looks import assert_accessible
from tests.web.losses import hold, lose_answer, lose_request, wait_until_held
from tests.web.people import CASHIER
from tests.web.printers import COUNTS_PRINTS, printed_text
from tests.web.return_stories import open_returns, returns_of, sold
from tests.web.shift_stories import open_shift
from tests.web.staff import hire
from tests.web.tills import A_PERSONS_MS, Till, orders_of, selling_till


@dataclass(frozen=True, slots=True)
class Clothes:
    """The codes of a blouse for $100, a dress for $150 and a belt for $60."""

    blouse: str
    dress: str
    belt: str


@pytest.fixture
def clothes(shop: Shop) -> Clothes:
    """New products at these prices."""
    mark = secrets.token_hex(3).upper()
    goods = {"BLUSA": "100.00", "VESTIDO": "150.00", "CINTO": "60.00"}
    for name, price in goods.items():
        product = {"name": f"{name.title()} {mark}", "sku": f"{name}-{mark}", "price": price}
        made(shop.owner.post("/api/products/", json={**product, "tax_rate": "0.00", "current_stock": 20}))
    return Clothes(*(f"{name}-{mark}" for name in goods))


def exchanged(till: Till, shop: Shop, code: str) -> dict[str, Any]:
    """The return of a piece that was sold here for cash, whose money is kept for other goods."""
    order = sold(till, shop, code)
    give_back(till, order)
    expect(till.page.locator("[data-return]")).to_contain_text("Queda para cambio")
    (returned,) = returns_of(shop, order)
    return returned


def give_back(till: Till, order: dict[str, Any]) -> None:
    """Take the order's goods back, and keep their money for an exchange."""
    page = till.page
    open_returns(page)
    till.scan(order["client_id"])
    page.get_by_role("button", name="Todo lo que queda").click()
    page.get_by_role("button", name="Cambio de mercancía").click()
    page.get_by_role("button", name="Ya no lo quiere").click()
    page.get_by_role("button", name=re.compile(r"Dejar .* para cambio")).click()


def pay_by_exchange(till: Till, code: str) -> None:
    """Sell a piece, and pay by the exchange as much as it can."""
    till.scan(code)
    expect(till.page.locator("[data-pieces='1']")).to_be_visible()
    till.page.get_by_role("button", name="Cobrar").click()
    till.page.locator("form").get_by_role("button", name="Cambio de mercancía").click()


def left_of(shop: Shop, returned: dict[str, Any]) -> str:
    """What the shop says is left of the return."""
    return str(done(shop.owner.get(f"/api/returns/{returned['id']}/"))["exchange_left"])


def tenders_of(order: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """How an order was paid."""
    return [(part["payment_method"], part["amount"], part["reference"]) for part in order["payments"]]


def test_a_piece_is_exchanged_for_a_dearer_one_and_the_rest_is_paid_in_cash(
    page: Page, shop: Shop, clothes: Clothes
) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = open_shift(page, shop, hire(shop))
    returned = exchanged(till, shop, clothes.blouse)
    number = str(returned["id"])
    assert returned["refunds"] == [{"payment_method": "EXCHANGE", "amount": "100.00"}]
    assert_accessible(page)
    page.get_by_role("button", name="Imprimir").click()
    slip = printed_text(page)
    assert f"Devolución {number}, o este código:" in slip
    page.get_by_role("button", name="Seguir con la venta").click()
    line = page.locator(f"[data-exchange='{number}']")
    expect(line).to_contain_text("quedan $100.00")
    expect(page.locator("[data-sale]")).to_have_count(0)
    assert_accessible(page)
    till.scan(clothes.dress)
    page.get_by_role("button", name="Cobrar").click()
    assert_accessible(page)
    page.locator("form").get_by_role("button", name="Cambio de mercancía").click()
    expect(page.locator("[data-remaining]")).to_have_text("$50.00")
    page.get_by_label("Importe").fill("200")
    page.get_by_label("Importe").press("Enter")
    till.wait_until_sent()
    expect(page.locator("[data-sale='2'] .total")).to_have_text("$150.00")
    expect(line).to_have_count(0)
    order = orders_of(shop, till)[-1]
    assert tenders_of(order) == [("EXCHANGE", "100.00", number), ("CASH", "50.00", None)]
    assert (order["final_amount"], order["change"], order["flags"]) == ("150.00", "150.00", [])
    assert left_of(shop, returned) == "0.00"
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    expect(page.locator("[data-report='X'] .sum").first).to_contain_text("$650.00")
    expect(page.locator("[data-report='X']")).to_contain_text("Cambio de mercancía")


def test_what_is_left_after_a_cheaper_piece_is_paid_out(page: Page, shop: Shop, clothes: Clothes) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = selling_till(page, shop)
    returned = exchanged(till, shop, clothes.blouse)
    page.keyboard.press("Enter")  # the button that goes on with the sale has the focus
    pay_by_exchange(till, clothes.belt)
    till.wait_until_sent()
    line = page.locator(f"[data-exchange='{returned['id']}']")
    expect(line).to_contain_text("quedan $40.00")
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    expect(line).to_contain_text("quedan $40.00")
    line.get_by_role("button", name="quedan").press("Enter")
    expect(page.get_by_role("button", name="Seguir con la venta")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("button", name="Pagar $40.00 en efectivo").press("Enter")
    expect(page.locator(f"[data-paid-out='{returned['id']}']")).to_contain_text("$40.00")
    assert_accessible(page)
    page.get_by_role("button", name="Imprimir").click()
    assert re.search(r"IMPORTE +\$40\.00", printed_text(page))
    page.get_by_role("button", name="Volver a la venta").click()
    expect(line).to_have_count(0)
    assert left_of(shop, returned) == "0.00"
    paid = done(shop.owner.get(f"/api/returns/{returned['id']}/"))["payout"]
    assert paid["amount"] == "40.00"
    assert tenders_of(orders_of(shop, till)[-1]) == [("EXCHANGE", "60.00", str(returned["id"]))]


def test_a_slip_brings_the_exchange_back_another_day_and_an_employee_does_not_pay_it_out(
    page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop, CASHIER)
    returned = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    page.get_by_role("button", name="Guardar el cambio").click()
    expect(page.locator("[data-exchange]")).to_have_count(0)
    pay_by_exchange(till, clothes.belt)
    slip = page.get_by_label("Escanea el comprobante")
    expect(slip).to_be_focused()
    assert_accessible(page)
    page.keyboard.type("9999999", delay=A_PERSONS_MS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("De 9999999 no queda nada")
    till.scan(f"C{till.register}-000001")
    expect(page.locator(f"[data-open-exchange='{returned['id']}']")).to_contain_text("$100.00")
    expect(page.get_by_text("lo paga en efectivo un encargado o el dueño")).to_be_visible()
    expect(page.get_by_role("button", name="Pagar $100.00")).to_have_count(0)
    page.get_by_role("button", name="Guardar el cambio").click()
    slip.fill(str(returned["id"]))
    slip.press("Enter")
    page.get_by_role("button", name="Seguir con la venta").click()
    expect(page.locator("[data-remaining]")).to_have_text("$60.00")
    page.locator("form").get_by_role("button", name="Cambio de mercancía").click()
    till.wait_until_sent()
    line = page.locator("[data-exchange]")
    expect(line).to_contain_text("quedan $40.00")
    assert left_of(shop, returned) == "40.00"
    line.get_by_role("button", name="Guardar el cambio").click()
    expect(line).to_have_count(0)
    till.scan(clothes.belt)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    page.get_by_role("button", name="Cobrar").click()
    till.scan(f"C{till.register}-000002")
    expect(page.get_by_role("alert").filter(has_text="No existe")).to_be_visible()
    till.scan(f"C{till.register}-000001")
    expect(line).to_contain_text("quedan $40.00")
    expect(page.get_by_role("alert").filter(has_text="No existe")).to_have_count(0)
    expect(page.locator("[data-remaining]")).to_have_text("$60.00")


def test_two_returns_of_one_ticket_pay_one_sale(page: Page, shop: Shop, clothes: Clothes) -> None:
    till = selling_till(page, shop)
    order = sold(till, shop, clothes.blouse, clothes.blouse)
    first, second = (returned_by_api(shop, order) for _ in range(2))
    till.scan(clothes.dress)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    page.get_by_role("button", name="Cobrar").click()
    by_exchange = page.locator("form").get_by_role("button", name="Cambio de mercancía")
    by_exchange.click()
    expect(page.get_by_label("Escanea el comprobante")).to_be_focused()
    till.scan(order["ticket_number"])
    expect(page.get_by_text("¿Cuál de las devoluciones?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=f"Devolución {first['id']}").click()
    page.get_by_role("button", name="Seguir con la venta").click()
    by_exchange.click()
    expect(page.locator("[data-remaining]")).to_have_text("$50.00")
    expect(by_exchange).to_contain_text("Ya está en la venta.")
    page.locator("[data-exchange] .line").click()
    expect(page.get_by_role("button", name="Seguir con la venta")).to_be_focused()
    till.scan(order["ticket_number"])
    page.get_by_role("button", name=f"Devolución {second['id']}").click()
    page.get_by_role("button", name="Seguir con la venta").click()
    by_exchange.click()
    till.wait_until_sent()
    paid = tenders_of(orders_of(shop, till)[-1])
    assert paid == [("EXCHANGE", "100.00", str(first["id"])), ("EXCHANGE", "50.00", str(second["id"]))]
    assert (left_of(shop, first), left_of(shop, second)) == ("0.00", "50.00")


@pytest.mark.with_workers
def test_without_a_network_an_exchange_waits_and_other_tenders_pay(
    context: BrowserContext, page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    returned = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    context.set_offline(True)
    expect(page.get_by_text("Sin red")).to_be_visible()
    till.scan(clothes.belt)
    page.get_by_role("button", name="Cobrar").click()
    by_exchange = page.locator("form").get_by_role("button", name="Cambio de mercancía")
    expect(by_exchange).to_be_disabled()
    expect(by_exchange).to_contain_text("Requiere red")
    page.get_by_role("button", name="Exacto").click()
    page.locator("[data-sale]").wait_for()
    page.locator("[data-exchange] .line").click()
    expect(page.get_by_text("Sin red no hay cambios")).to_be_visible()
    expect(page.get_by_role("button", name="Pagar $100.00")).to_be_disabled()
    context.set_offline(False)
    expect(page.get_by_role("button", name="Pagar $100.00")).to_be_enabled()
    page.get_by_role("button", name="Seguir con la venta").click()
    pay_by_exchange(till, clothes.belt)
    till.wait_until_sent()
    assert [tenders_of(order)[0][0] for order in orders_of(shop, till)] == ["CASH", "CASH", "EXCHANGE"]
    assert left_of(shop, returned) == "40.00"


def test_an_exchange_pays_once_though_the_answer_is_lost(
    context: BrowserContext, page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    returned = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    context.route("**/api/orders/*/pay/", lose_answer)
    pay_by_exchange(till, clothes.belt)
    expect(page.get_by_text("No se sabe si la tienda ya cobró")).to_be_visible()
    assert_accessible(page)
    context.unroute("**/api/orders/*/pay/")
    page.get_by_role("button", name="Volver a cobrar").click()
    till.wait_until_sent()
    expect(page.locator("[data-exchange]")).to_contain_text("quedan $40.00")
    assert left_of(shop, returned) == "40.00"
    assert len(orders_of(shop, till)) == 2
    context.route("**/api/returns/**", lose_answer)
    page.locator("[data-exchange] .line").click()
    page.get_by_role("button", name="Pagar $40.00").click()
    expect(page.locator("[data-unsettled]")).to_contain_text("¿Se pagó lo que quedaba")
    page.reload()
    expect(page.locator("[data-unsettled]")).to_be_visible()
    context.unroute("**/api/returns/**")
    expect(page.locator("[data-paid-out]")).to_contain_text("$40.00")
    assert left_of(shop, returned) == "0.00"


def test_a_sale_without_a_customer_that_was_given_up_although_it_was_charged_is_told(
    context: BrowserContext, page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    context.route("**/api/orders/*/pay/", lose_answer)
    pay_by_exchange(till, clothes.belt)
    page.get_by_role("button", name="Deshacer la venta").click()
    told = page.locator("[data-overruled='2']")
    expect(told).to_contain_text("$60.00")
    told.get_by_role("button", name="Enterado").click()
    expect(told).to_have_count(0)


def test_an_exchange_stays_when_it_is_heard_late_that_another_one_was_paid_out(
    context: BrowserContext, page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    other = exchanged(till, shop, clothes.belt)
    page.get_by_role("button", name="Seguir con la venta").click()
    first = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    context.route("**/payout/", lose_answer)
    context.route(f"**/api/returns/{first['id']}/", lose_request)
    page.locator("[data-exchange] .line").click()
    page.get_by_role("button", name="Pagar $100.00").click()
    page.locator("[data-unsettled]").wait_for()
    page.get_by_role("button", name="Volver a la venta").click()
    till.scan(f"C{till.register}-000001")
    line = page.locator(f"[data-exchange='{other['id']}']")
    expect(line).to_be_visible()
    context.unroute_all()
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Cambio de mercancía").click()
    expect(page.locator("[data-paid-out]")).to_contain_text("$100.00")
    page.get_by_role("button", name="Volver a la venta").click()
    expect(line).to_contain_text("quedan $60.00")


def test_an_exchange_stays_on_the_screen_until_its_payout_is_answered(
    page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    exchanged(till, shop, clothes.belt)
    page.get_by_role("button", name="Seguir con la venta").click()
    first = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    page.locator("[data-exchange] .line").click()
    asked, looked = hold(page, "**/payout/"), hold(page, "**/api/returns/?*")
    page.get_by_role("button", name="Pagar $100.00").click()
    wait_until_held(page, asked)
    till.scan(f"C{till.register}-000001")
    asked[0].fulfill(status=400, json={"detail": "Quedan $40.00 de la devolución."})
    shown = page.locator(f"[data-open-exchange='{first['id']}']")
    expect(shown.get_by_role("alert")).to_have_text("Quedan $40.00 de la devolución.")
    assert looked == []


def test_what_another_till_has_used_is_refused_and_the_goods_come_back(
    page: Page, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    returned = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    use_elsewhere(shop, returned, clothes.belt, "60.00")
    pay_by_exchange(till, clothes.blouse)
    refused = page.get_by_role("alert").filter(has_text="Quedan $40.00 de la devolución.")
    expect(refused).to_be_visible()
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    expect(page.locator("[data-exchange]")).to_contain_text("quedan $40.00")
    page.get_by_role("button", name="Cobrar").click()
    page.locator("form").get_by_role("button", name="Cambio de mercancía").click()
    expect(page.locator("[data-remaining]")).to_have_text("$60.00")
    page.get_by_role("button", name="Exacto").click()
    till.wait_until_sent()
    first, refused_one, paid = orders_of(shop, till)
    assert (first["status"], refused_one["status"]) == ("PAID", "CANCELLED")
    assert tenders_of(paid) == [("EXCHANGE", "40.00", str(returned["id"])), ("CASH", "60.00", None)]
    assert left_of(shop, returned) == "0.00"


@pytest.mark.with_workers
def test_two_tabs_go_on_with_one_exchange(
    page: Page, context: BrowserContext, shop: Shop, clothes: Clothes
) -> None:
    till = selling_till(page, shop)
    other = resumed(context.new_page(), till.register)
    page.bring_to_front()
    returned = exchanged(till, shop, clothes.blouse)
    page.get_by_role("button", name="Seguir con la venta").click()
    other.page.bring_to_front()
    expect(other.page.locator("[data-exchange]")).to_contain_text("quedan $100.00")
    pay_by_exchange(other, clothes.belt)
    other.wait_until_sent()
    for tab in (other.page, page):
        tab.bring_to_front()
        expect(tab.locator("[data-exchange]")).to_contain_text("quedan $40.00")
    page.get_by_role("button", name="Guardar el cambio").click()
    expect(other.page.locator("[data-exchange]")).to_have_count(0)
    assert left_of(shop, returned) == "40.00"


def returned_by_api(shop: Shop, order: dict[str, Any]) -> dict[str, Any]:
    """The return of a piece of the order, whose money is kept for other goods."""
    back = {
        "items": [{"product_id": order["items"][0]["product_id"], "quantity": 1}],
        "reason": "Otra talla",
        "refunds": [{"payment_method": "EXCHANGE", "amount": "100.00"}],
    }
    returned: dict[str, Any] = made(shop.owner.post(f"/api/orders/{order['id']}/returns/", json=back))
    return returned


def use_elsewhere(shop: Shop, returned: dict[str, Any], code: str, amount: str) -> None:
    """Another till pays a piece with the exchange."""
    (product,) = done(shop.owner.get("/api/products/", params={"sku": code}))
    basket = {"items": [{"product_id": product["id"], "quantity": 1}]}
    order = made(shop.owner.post("/api/orders/", json=basket))
    part = {"payment_method": "EXCHANGE", "amount": amount, "reference": str(returned["id"])}
    done(shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payments": [part]}))
