"""People at the counter: what was taken out comes back, sales are put aside, and a sale has a customer."""

import re
import secrets
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from libs.common.clock import system_clock
from libs.common.store_calendar import store_day
from tests.e2e.shop import Shop, made, new_phone_number
from tests.suites import TIMEZONE
from tests.web.looks import assert_accessible
from tests.web.losses import hold, lose_answer, lose_request, wait_until_held
from tests.web.staff import PIN, Member, hire
from tests.web.tills import A_PERSONS_MS, BREAD, COLA, Till, orders_of, selling_till
from tests.web.waiting import SERVED_BY_WORKER, until

A_LEAP_YEAR = 1992
A_WHILE = timedelta(minutes=2)
MOST_FOUND = 8


def new_customer(shop: Shop, **details: Any) -> dict[str, Any]:
    """A customer of the shop, whose phone number nobody else has."""
    phone = new_phone_number()
    person = {"first_name": "María", "last_name": f"Luna {phone[-6:]}", "phone_number": phone, **details}
    created: dict[str, Any] = made(shop.owner.post("/api/customers/", json=person))
    return created


def pieces_shown(page: Page, pieces: int) -> None:
    """Wait until the sale on the screen has so many pieces."""
    expect(page.locator(f"[data-pieces='{pieces}']")).to_be_visible()


def test_what_was_taken_out_comes_back(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    till.scan(BREAD)
    pieces_shown(page, 2)
    page.clock.install()
    page.clock.pause_at(system_clock() + A_WHILE)  # what was taken out can be brought back for 5 s
    page.get_by_role("button", name="Borrar venta").click()
    pieces_shown(page, 0)
    page.get_by_role("button", name="Deshacer").click()
    pieces_shown(page, 2)
    page.locator(".lines .line").first.click()
    page.get_by_role("button", name="Quitar de la venta").click()
    pieces_shown(page, 1)
    page.keyboard.press("Control+z")
    pieces_shown(page, 2)
    expect(page.get_by_role("button", name="Deshacer")).to_have_count(0)


def test_sales_are_parked_and_resumed(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    pieces_shown(page, 1)
    page.wait_for_timeout(A_PERSONS_MS)
    page.keyboard.press("F4")
    expect(page.locator("[data-parked-sales='1']")).to_be_visible()
    pieces_shown(page, 0)
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("#search")).to_be_focused()
    till.scan(BREAD)
    till.scan(BREAD)
    pieces_shown(page, 2)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Ventas en pausa").click()
    expect(page.locator("[data-parked='1']")).to_contain_text("$21.46")
    assert_accessible(page)
    page.locator("[data-parked='1'] button").click()
    pieces_shown(page, 1)
    expect(page.locator("[data-parked-sales='1']")).to_be_visible()
    till.pay_exactly()
    page.keyboard.press("F4")
    page.locator("[data-parked='2'] button").click()
    pieces_shown(page, 2)
    till.pay_exactly()
    till.wait_until_sent()
    assert [order["final_amount"] for order in orders_of(shop, till)] == ["21.46", "44.00"]


def test_a_sheet_that_was_open_when_its_sale_was_parked_is_not_that_of_the_next(
    page: Page, shop: Shop
) -> None:
    till = selling_till(page, shop)
    till.scan(COLA)
    page.locator(".lines .line").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("F4")
    expect(page.locator("[data-parked-sales='1']")).to_be_visible()
    till.scan(COLA)
    pieces_shown(page, 1)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_parked_sale_is_shown_at_once_though_nobody_answers_for_its_customer(
    page: Page, shop: Shop
) -> None:
    till, maria = selling_till(page, shop), new_customer(shop)
    till.scan(maria["phone_number"])
    expect(page.locator("[data-customer]")).to_be_visible()
    till.scan(COLA)
    pieces_shown(page, 1)
    page.wait_for_timeout(A_PERSONS_MS)
    page.keyboard.press("F4")
    expect(page.locator("[data-parked-sales='1']")).to_be_visible()
    asked = hold(page, f"**/api/customers/{maria['id']}/")
    page.keyboard.press("F4")
    page.locator("[data-parked='1'] button").click()
    pieces_shown(page, 1)
    wait_until_held(page, asked)


def test_a_customer_is_found_by_four_digits_and_gets_their_prices(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    today = store_day(system_clock(), ZoneInfo(TIMEZONE))
    maria = new_customer(shop, birth_date=today.replace(year=A_LEAP_YEAR).isoformat())
    till.scan(COLA)
    expect(page.locator("[data-pieces='1']")).to_have_text("$21.46")
    page.wait_for_timeout(A_PERSONS_MS)
    page.keyboard.press("F3")
    field = page.get_by_label("Teléfono o nombre")
    field.press_sequentially(maria["phone_number"][-4:], delay=A_PERSONS_MS)
    expect(page.get_by_role("dialog").get_by_text(maria["phone_number"])).to_be_in_viewport()
    assert_accessible(page)
    field.fill(maria["phone_number"])
    field.press("Enter")
    expect(page.locator(f"[data-customer='{maria['id']}']")).to_contain_text("puntos 0")
    expect(page.get_by_text("¡Hoy cumple años!")).to_be_visible()
    expect(page.locator("[data-pieces='1']")).to_have_text("$19.31")
    assert_accessible(page)
    till.pay_exactly()
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    assert (order["customer"], order["final_amount"], order["flags"]) == (maria["id"], "19.31", ["NO_SHIFT"])


def test_of_many_customers_with_one_name_the_first_are_shown(page: Page, shop: Shop) -> None:
    selling_till(page, shop)
    name = f"Tocaya {secrets.token_hex(4)}"
    for _ in range(MOST_FOUND + 1):
        new_customer(shop, last_name=name)
    page.keyboard.press("F3")
    page.get_by_label("Teléfono o nombre").fill(name)
    expect(page.get_by_role("dialog").locator("li")).to_have_count(MOST_FOUND)


@pytest.mark.with_workers
def test_a_customer_s_card_is_scanned_on_the_sale(context: BrowserContext, page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    until(page, SERVED_BY_WORKER)
    maria = new_customer(shop)
    till.scan(maria["phone_number"])
    expect(page.locator(f"[data-customer='{maria['id']}']")).to_be_visible()
    page.get_by_role("button", name="Quitar a María").click()
    expect(page.get_by_role("button", name="Cliente (F3)")).to_be_visible()
    context.set_offline(True)
    till.scan(maria["phone_number"])
    expect(page.get_by_role("alert").filter(has_text=maria["phone_number"])).to_contain_text("Sin conexión")
    context.set_offline(False)


def test_the_card_that_was_scanned_last_is_the_one_however_late_another_is_answered(
    page: Page, shop: Shop
) -> None:
    till, first, second = selling_till(page, shop), new_customer(shop), new_customer(shop)
    late = hold(page, f"**/api/customers/?search={first['phone_number']}*")
    till.scan(first["phone_number"])
    wait_until_held(page, late)
    till.scan(second["phone_number"])
    expect(page.locator(f"[data-customer='{second['id']}']")).to_be_visible()
    with page.expect_response("**/api/customers/?*"):
        late[0].continue_()
    till.scan(BREAD)
    pieces_shown(page, 1)
    expect(page.locator(f"[data-customer='{second['id']}']")).to_be_visible()


def test_a_customer_who_is_found_after_the_search_was_left_is_not_the_sale_s(page: Page, shop: Shop) -> None:
    till, maria = selling_till(page, shop), new_customer(shop)
    late = hold(page, "**/api/customers/?*")
    page.keyboard.press("F3")
    page.get_by_label("Teléfono o nombre").fill(maria["phone_number"])
    page.get_by_label("Teléfono o nombre").press("Enter")
    wait_until_held(page, late)
    page.keyboard.press("Escape")
    for asked in late:
        with page.expect_response("**/api/customers/?*"):
            asked.continue_()
    till.scan(BREAD)
    pieces_shown(page, 1)
    expect(page.locator("[data-customer]")).to_have_count(0)


def test_a_new_customer_is_registered_at_the_till(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    phone = new_phone_number()
    new_customer(shop, phone_number=phone)
    page.keyboard.press("F3")
    page.get_by_label("Teléfono o nombre").fill("Juana Inés")
    page.get_by_role("button", name="Cliente nuevo").click()
    page.get_by_role("button", name="Registrar").click()
    expect(page.get_by_text("Falta este dato.")).to_be_visible()
    page.get_by_label("Teléfono").fill(phone)
    page.get_by_role("button", name="Registrar").click()
    expect(page.get_by_label("Teléfono")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Ya está en uso.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Teléfono").fill(new_phone_number())
    page.get_by_role("button", name="Registrar").click()
    expect(page.locator("[data-customer]")).to_contain_text("Juana Inés")
    assert till.pieces() == 0


def test_a_discount_by_hand_is_approved_by_somebody_else(page: Page, shop: Shop) -> None:
    cashier, boss = hire(shop), hire(shop, "ADMIN")
    till = selling_till(page, shop, cashier.login)
    till.scan(COLA)
    till.fill_in_discount("12.5", "Empaque dañado")
    assert_accessible(page)
    page.get_by_role("button", name="Dar descuento").dblclick()
    approve(page, boss)
    expect(page.locator("[data-pieces='1']")).to_have_text("$18.78")
    expect(page.locator(".lines .line")).to_contain_text(re.compile(r"-12\.5\s?% · Empaque dañado"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    till.pay_exactly()
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    assert (order["final_amount"], order["flags"]) == ("18.78", ["NO_SHIFT"])
    assert order["approved_by"] == boss.user_id


@pytest.mark.with_workers
def test_a_discount_is_approved_though_an_answer_was_lost_just_before(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    cashier, boss = hire(shop), hire(shop, "ADMIN")
    till = selling_till(page, shop, cashier.login)
    until(page, SERVED_BY_WORKER)
    till.scan(COLA)
    pieces_shown(page, 1)
    context.route("**/api/sync/bootstrap/", lose_request)  # which would tell of the shop
    context.route(f"{shop.url}/", lose_request, times=1)
    expect(page.get_by_text("Sin red", exact=True)).to_be_visible()
    till.fill_in_discount("12.5", "Empaque dañado")
    page.get_by_role("button", name="Dar descuento").click()
    approve(page, boss)
    expect(page.locator("[data-pieces='1']")).to_have_text("$18.78")


def test_a_discount_is_approved_again_after_a_reload(page: Page, shop: Shop) -> None:
    cashier, boss = hire(shop), hire(shop, "ADMIN")
    till = selling_till(page, shop, cashier.login)
    till.scan(COLA)
    till.fill_in_discount("12.5", "Empaque dañado")
    page.get_by_role("button", name="Dar descuento").click()
    approve(page, boss)
    expect(page.locator("[data-pieces='1']")).to_have_text("$18.78")
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    page.get_by_role("button", name="Cobrar").click()
    approve(page, boss)
    page.get_by_label("Importe").press("Enter")
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    assert (order["final_amount"], order["flags"]) == ("18.78", ["NO_SHIFT"])
    assert order["approved_by"] == boss.user_id


def approve(page: Page, boss: Member) -> None:
    """Approve what the page asks for, by a PIN."""
    page.get_by_label("Correo o usuario").fill(boss.email)
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Autorizar").click()


def with_points(shop: Shop, points: int) -> dict[str, Any]:
    """A customer with so many points; there are breads, as the shop charges for what is in stock only."""
    customer = new_customer(shop)
    move_points(shop, customer, points, "EARN")
    (bread,) = shop.owner.get("/api/products/", params={"sku": BREAD}).raise_for_status().json()
    shop.owner.patch(f"/api/products/{bread['id']}/", json={"current_stock": 40}).raise_for_status()
    return customer


def move_points(shop: Shop, customer: dict[str, Any], points: int, kind: str) -> None:
    """Give points to the customer, or take some, by hand."""
    body = {"amount": points, "transaction_type": kind, "description": "A mano"}
    shop.owner.post(f"/api/customers/{customer['id']}/points/", json=body).raise_for_status()


def pay_by_points(till: Till, customer: dict[str, Any]) -> None:
    """Sell a bread to the customer for points, until the shop is asked."""
    till.scan(BREAD)
    till.scan(customer["phone_number"])
    expect(till.page.locator("[data-customer]")).to_contain_text("puntos")
    till.page.get_by_role("button", name="Cobrar").click()
    till.page.get_by_role("button", name="Puntos").click()


@pytest.mark.with_workers
def test_points_pay_a_sale_once_though_the_answer_is_lost(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till, customer = selling_till(page, shop), with_points(shop, 100)
    until(page, SERVED_BY_WORKER)
    context.route("**/api/orders/*/pay/", lose_answer)
    pay_by_points(till, customer)
    expect(page.get_by_text("No se sabe si la tienda ya cobró")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Volver a cobrar").click()
    expect(page.locator("[data-sale='1']")).to_contain_text("$22.00")
    pay_by_points(till, customer)
    expect(page.get_by_text("No se sabe si la tienda ya cobró")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("[data-sale='2']")).to_contain_text("$22.00")
    till.wait_until_sent()
    orders = orders_of(shop, till)
    assert [(each["status"], each["payment_method"], each["flags"]) for each in orders] == [
        ("PAID", "POINTS", []),
        ("PAID", "POINTS", []),
    ]
    points, _ = shop.balances_of(customer["id"])
    assert 100 - 44 <= points < 100 - 44 + 2


def test_a_sale_that_was_given_up_although_the_shop_had_charged_it_is_told_and_returned(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till, customer = selling_till(page, shop), with_points(shop, 100)
    context.route("**/api/orders/*/pay/", lose_answer)
    pay_by_points(till, customer)
    page.get_by_role("button", name="Deshacer la venta").click()
    told = page.locator("[data-overruled='1']")
    expect(told).to_contain_text("$22.00")
    pieces_shown(page, 1)
    assert_accessible(page)
    (order,) = orders_of(shop, till)
    assert (order["status"], order["flags"]) == ("PAID", ["CONTENT_DIFFERS"])
    told.get_by_role("button", name="Devolver").click()
    page.get_by_role("button", name="Todo lo que queda").click()
    page.get_by_role("button", name="Defectuoso").click()
    page.get_by_role("button", name="Devolver $22.00").click()
    expect(page.locator("[data-return]")).to_contain_text("Puntos")
    page.reload()
    page.get_by_role("button", name="Vender sin turno").click()
    told.get_by_role("button", name="Enterado").click()
    expect(told).to_have_count(0)


def test_a_sale_that_the_shop_does_not_charge_comes_back(page: Page, shop: Shop) -> None:
    till, customer = selling_till(page, shop), with_points(shop, 100)
    till.scan(customer["phone_number"])
    expect(page.locator("[data-customer]")).to_contain_text("puntos 100")
    move_points(shop, customer, 100, "REDEEM")
    till.scan(BREAD)
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_role("button", name="Puntos").click()
    expect(page.get_by_role("alert").filter(has_text="Saldo de puntos insuficiente")).to_be_visible()
    pieces_shown(page, 1)
    expect(page.locator("[data-customer]")).not_to_contain_text("puntos 100")
    till.pay_exactly()
    till.wait_until_sent()
    first, second = orders_of(shop, till)
    assert (first["status"], first["ticket_number"]) == ("CANCELLED", f"C{till.register}-000001")
    assert (second["status"], second["payment_method"]) == ("PAID", "CASH")
    (row,) = [
        row for row in shop.owner.get("/api/sync/registers/").json() if row["register"] == till.register
    ]
    assert (row["last_seq"], row["gaps"]) == (2, [])
