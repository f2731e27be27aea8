"""The shift at the till: X report, movements, the close with its count, approvals, and changes of cashier."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.e2e.shop import Shop, done, made, open_door
from tests.web.login_stories import kept_refresh_token
from tests.web.looks import LEAVES_ROOM_FOR_WORDS, PHONE, assert_accessible, assert_fits
from tests.web.losses import hold, lose_request, wait_until_held
from tests.web.people import log_in
from tests.web.printers import COUNTS_PRINTS, printed_text
from tests.web.staff import PIN, Member, hire
from tests.web.tills import (
    A_PERSONS_MS,
    BREAD,
    COLA,
    LOOK_FOR_CHANGES,
    Till,
    open_till,
    orders_of,
    sell_unsent,
    selling_till,
)

FOCUSED = "document.activeElement.textContent.trim()"
TAB_STOPS = "a[href], button, input, select, textarea, [tabindex]"
UNAUTHENTICATED = 401
TEN_MINUTES_SLOW = """
    () => {
      const Right = Date;
      globalThis.Date = class extends Right {
        constructor(...given) {
          super(...(given.length ? given : [Right.now() - 600_000]));
        }
        static now = () => Right.now() - 600_000;
      };
    }"""


def open_shift(page: Page, shop: Shop, who: Member) -> Till:
    """A till whose shift this person has opened with $500."""
    till = open_till(page, shop, who.login)
    page.get_by_label("Efectivo al abrir").fill("500")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.locator("#search")).to_be_focused()
    page.get_by_text("productos al día").wait_for()
    return till


def open_elsewhere(shop: Shop, who: Member, register: int) -> Any:
    """The shift that this person opens at a register, at another device."""
    with open_door(shop.url) as client:
        login = {"email": who.email, "password": who.password}
        token = done(client.post("/api/auth/login/", json=login))["access"]
        opening = {"register": register, "opening_cash": "0.00"}
        return made(client.post("/api/shifts/", json=opening, headers={"Authorization": f"Bearer {token}"}))


def sell_bread(till: Till) -> None:
    """Sell for $22 in cash; returns when the shop has it."""
    till.scan(BREAD)
    expect(till.page.locator("[data-pieces='1']")).to_be_visible()
    till.pay_exactly()
    till.wait_until_sent()


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Go on by the Tab key, or another one, to the button with this name, once it is there."""
    page.locator("button", has_text=name).first.wait_for()
    for _ in range(page.locator(TAB_STOPS).count() + 1):  # the stories leave a register each in the choice
        if str(page.evaluate(FOCUSED)).startswith(name):
            return
        page.keyboard.press(key)
    raise AssertionError(f"no {key} leads to {name}")


def type_and_enter(page: Page, *texts: str) -> None:
    """Type into the field that has the focus, and press Enter; so with each text."""
    for text in texts:
        page.keyboard.type(text, delay=A_PERSONS_MS)
        page.wait_for_timeout(A_PERSONS_MS)
        page.keyboard.press("Enter")


def send_pin(sheet: Locator, pin: str) -> None:
    """Type a PIN, and send it once the till has a network: until then Enter would do nothing."""
    sheet.get_by_label("PIN").fill(pin)
    sheet.get_by_role("button", name="Entrar").click()


def the_shift(shop: Shop, till: Till) -> dict[str, Any]:
    """The one shift of the till's register, as the shop has it."""
    (shift,) = shop.owner.get("/api/shifts/", params={"register": till.register}).raise_for_status().json()
    return dict(shift)


def assert_z_prints(page: Page, *, holds: str) -> None:
    """The Z report on the screen is printed by keys, with what the drawer is to hold."""
    tab_to(page, "Imprimir")
    page.keyboard.press("Enter")
    slip = printed_text(page)
    assert "Corte Z 1" in slip
    assert re.search(rf"Debe haber +{re.escape(holds)}", slip)


def enrol_while_it_asks(page: Page, shop: Shop, who: Member) -> tuple[int, Route]:
    """Enrol a till: it has heard of no shift of this person, and asks whether another is open."""
    register = shop.new_register()
    log_in(page, "/till/", who.login)
    choice = page.get_by_role("button", name=f"(C{register})")
    choice.wait_for()
    held = hold(page, "**/api/registers/", times=1)
    choice.click()
    wait_until_held(page, held)
    return register, held[0]


def test_a_shift_is_not_forgotten_for_an_answer_from_before_it_was_opened(page: Page, shop: Shop) -> None:
    _, asked = enrol_while_it_asks(page, shop, hire(shop))
    before = asked.fetch()
    page.get_by_label("Efectivo al abrir").fill("500")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.get_by_role("banner")).to_contain_text("Turno desde")
    with page.expect_response("**/api/registers/"):
        asked.fulfill(response=before)
    page.get_by_text("productos al día").wait_for()
    expect(page.get_by_role("banner")).to_contain_text("Turno desde")


def test_a_shift_that_is_opened_while_the_till_asks_is_not_taken_for_that_of_others(
    page: Page, shop: Shop
) -> None:
    cashier = hire(shop)
    register, asked = enrol_while_it_asks(page, shop, cashier)
    open_elsewhere(shop, cashier, register)
    asked.continue_()
    expect(page.get_by_role("banner")).to_contain_text("Turno desde")


def test_a_shift_is_looked_at_moved_and_closed_by_keyboard_alone(page: Page, shop: Shop) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till = open_shift(page, shop, hire(shop))
    sell_bread(till)
    page.keyboard.press("F2")
    page.get_by_role("menu").wait_for()
    tab_to(page, "Turno y corte de caja")
    page.keyboard.press("Enter")
    expect(page.locator("[data-report='X'] .sum").first).to_contain_text("$522.00")
    assert_accessible(page)
    tab_to(page, "Entradas y salidas")
    page.keyboard.press("Enter")
    tab_to(page, "Salida")
    page.keyboard.press("Enter")
    page.get_by_label("Importe").focus()
    page.keyboard.type("20", delay=A_PERSONS_MS)
    page.keyboard.press("Tab")
    type_and_enter(page, "Hielo")
    expect(page.locator("[data-movement]")).to_contain_text("-$20.00")
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert page.locator("[data-movement]").evaluate(LEAVES_ROOM_FOR_WORDS)
    page.get_by_role("button", name="Cerrar turno").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Piezas de $1,000.00")).to_be_focused()
    type_and_enter(page, "", "1", "", "", "", "", "", "", "1", "", "")
    expect(page.locator("[data-counted]")).to_have_text("$502.00")
    assert_accessible(page)
    type_and_enter(page, "", "", "", "300", "", "")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cerrar turno")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-report='1']")).to_contain_text("$202.00")
    assert_accessible(page)
    assert_z_prints(page, holds="$502.00")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Abrir turno")).to_be_visible()
    shift = the_shift(shop, till)
    figures = [
        shift[name] for name in ("status", "counted_cash", "difference", "left_in_drawer", "withdrawn")
    ]
    assert figures == ["CLOSED", "502.00", "0.00", "300.00", "202.00"]


def test_a_report_of_a_large_shop_fits_on_a_phone(page: Page, shop: Shop) -> None:
    def answer(route: Route) -> None:
        """As if the shift had taken a hundred thousand by transfer, and had given half of it back."""
        report = route.fetch().json()
        paid = {"payment_method": "TRANSFER", "count": 1234, "amount": "123456.78", "refunded": "65432.10"}
        route.fulfill(json={**report, "tenders": [{**paid, "counted": None, "difference": None}]})

    page.route("**/api/shifts/*/report/", answer)
    open_shift(page, shop, hire(shop))
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    expect(page.locator("[data-report]")).to_contain_text("$123,456.78")
    page.set_viewport_size(PHONE)
    assert_fits(page)


def test_cash_that_moves_in_a_shift_of_somebody_else_has_its_slip(page: Page, shop: Shop) -> None:
    page.add_init_script(COUNTS_PRINTS)
    ana, berta = hire(shop), hire(shop)
    register, asked = enrol_while_it_asks(page, shop, berta)
    open_elsewhere(shop, ana, register)
    asked.continue_()
    expect(page.locator("#search")).to_be_focused()
    page.get_by_text("productos al día").wait_for()
    sell_bread(Till(page, page.context.new_cdp_session(page), register))
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Entradas y salidas").click()
    page.get_by_label("Importe").fill("5")
    page.get_by_label("Motivo").fill("Cambio")
    page.get_by_role("button", name="Registrar").click()
    page.locator("[data-movement] button").click()
    slip = printed_text(page)
    assert re.search(r"Entrada.*Caja.*\$5.00", slip)


def ask_for_a_drop(page: Page, pesos: str) -> Route:
    """The request to take cash to the safe, held back."""
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Entradas y salidas").click()
    page.get_by_role("button", name="Retiro").click()
    page.get_by_label("Importe").fill(pesos)
    page.get_by_label("Motivo").fill("A la caja fuerte")
    page.get_by_text("Todavía no hay ninguna.").wait_for()
    asked = hold(page, "**/movements/")
    page.get_by_role("button", name="Registrar").dblclick()
    wait_until_held(page, asked)
    assert len(asked) == 1
    return asked[0]


def test_a_movement_stays_on_the_screen_until_it_is_answered(page: Page, shop: Shop) -> None:
    till = open_shift(page, shop, hire(shop))
    asked = ask_for_a_drop(page, "900")
    till.scan(BREAD)
    asked.continue_()
    expect(page.locator("form [role=alert]").first).to_have_text("Solo hay $500.00 en caja.")
    expect(page.get_by_label("Importe")).to_have_value("900")


@pytest.mark.parametrize(
    ("pesos", "answer", "told"),
    [
        ("40", Route.continue_, "Retiro $40.00: registrado."),
        ("900", Route.continue_, "Retiro $900.00: la tienda no lo hizo. Solo hay $500.00 en caja."),
        ("40", lose_request, "Retiro $40.00: no se sabe si la tienda lo registró."),
    ],
    ids=["done", "refused", "lost"],
)
def test_what_became_of_a_movement_whose_screen_was_left_is_told_beside_the_sale(
    page: Page, shop: Shop, pesos: str, answer: Callable[[Route], None], told: str
) -> None:
    open_shift(page, shop, hire(shop))
    asked = ask_for_a_drop(page, pesos)
    page.get_by_role("button", name="Volver a la venta").click()
    answer(asked)
    expect(page.get_by_role("alert").filter(has_text="Retiro")).to_contain_text(told)


def test_a_till_goes_on_with_the_shift_that_its_register_has_already(page: Page, shop: Shop) -> None:
    cashier = hire(shop)
    till = open_till(page, shop, cashier.login)
    open_elsewhere(shop, cashier, till.register)
    page.get_by_label("Efectivo al abrir").fill("500")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.get_by_role("banner")).to_contain_text("Turno desde")


def test_a_shift_that_one_has_left_open_elsewhere_is_named(page: Page, shop: Shop) -> None:
    cashier = hire(shop)
    left = open_elsewhere(shop, cashier, shop.new_register())
    open_till(page, shop, cashier.login)
    page.get_by_label("Efectivo al abrir").fill("100")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.get_by_text(f"Ya tienes un turno abierto en {left['register_name']}")).to_be_visible()


def test_a_sale_of_a_slow_clock_is_in_the_shift_that_is_open(page: Page, shop: Shop) -> None:
    till = open_shift(page, shop, hire(shop))
    page.evaluate(TEN_MINUTES_SLOW)
    sell_bread(till)
    (order,) = orders_of(shop, till)
    shift = the_shift(shop, till)
    assert (order["flags"], order["paid_at"]) == ([], shift["opened_at"])
    assert shift["expected_cash"] == "522.00"


def test_a_difference_needs_the_pin_of_somebody_else(page: Page, shop: Shop) -> None:
    page.add_init_script(COUNTS_PRINTS)
    till, boss = open_shift(page, shop, hire(shop)), hire(shop, "ADMIN")
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Este equipo").click()
    page.get_by_role("button", name="Siempre").click()
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Cerrar turno").click()
    page.get_by_label("Piezas de $100.00").fill("4")
    page.get_by_role("button", name="Terminar de contar").click()
    page.get_by_role("dialog").get_by_role("button", name="Cerrar turno").click()
    approval = page.get_by_role("dialog", name="Autorización de un supervisor")
    expect(approval).to_contain_text("$100.00")
    approval.get_by_label("Correo o usuario").fill(boss.email)
    approval.get_by_label("PIN").fill("0000")
    approval.get_by_label("PIN").press("Enter")
    expect(approval.get_by_role("alert")).to_have_text("Credenciales de autorización inválidas.")
    assert_accessible(page)
    approval.get_by_label("PIN").fill(PIN)
    approval.get_by_role("button", name="Autorizar").click()
    expect(page.locator("[data-report='1']")).to_contain_text("-$100.00")
    expect(page.locator("[data-report='1']")).to_contain_text(f"Autorizado por {boss.name}")
    assert "Corte Z 1" in printed_text(page)
    shift = the_shift(shop, till)
    assert (shift["status"], shift["difference"], shift["approved_by"]) == ("CLOSED", "-100.00", boss.user_id)


def test_what_was_counted_of_a_shift_that_somebody_closes_elsewhere_is_not_of_the_next(
    page: Page, shop: Shop
) -> None:
    till = open_shift(page, shop, hire(shop))
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Cerrar turno").click()
    page.get_by_label("Piezas de $500.00").fill("1")
    close = f"/api/shifts/{the_shift(shop, till)['id']}/close/"
    shop.owner.post(close, json={"counted_cash": "500.00"}).raise_for_status()
    page.get_by_role("button", name="Corte X").click()
    page.get_by_role("button", name="Seguir", exact=True).click()
    page.get_by_label("Efectivo al abrir").fill("0")
    page.get_by_role("button", name="Abrir turno").click()
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Cerrar turno").click()
    expect(page.get_by_label("Piezas de $500.00")).to_have_value("")


@pytest.mark.with_workers
def test_the_close_that_somebody_is_asked_to_confirm_is_not_that_of_the_next_shift(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    cashier = hire(shop)
    till = open_shift(page, shop, cashier)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Cerrar turno").click()
    page.get_by_label("Piezas de $500.00").fill("1")
    page.get_by_role("button", name="Terminar de contar").click()
    asked = page.get_by_role("dialog", name="¿Cerrar el turno?")
    expect(asked).to_be_visible()
    close = f"/api/shifts/{the_shift(shop, till)['id']}/close/"
    shop.owner.post(close, json={"counted_cash": "500.00"}).raise_for_status()
    open_elsewhere(shop, cashier, till.register)
    other = context.new_page()
    other.goto("/till/")
    other.locator("#search").wait_for()
    page.bring_to_front()
    expect(asked).to_have_count(0)


def test_a_report_that_comes_after_the_next_shift_was_opened_does_not_forget_that(
    page: Page, shop: Shop
) -> None:
    open_shift(page, shop, hire(shop))
    late = hold(page, "**/report/", times=1)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    wait_until_held(page, late)
    page.get_by_role("button", name="Cerrar turno").click()
    page.get_by_label("Piezas de $500.00").fill("1")
    page.get_by_role("button", name="Terminar de contar").click()
    page.get_by_role("dialog").get_by_role("button", name="Cerrar turno").click()
    page.get_by_role("button", name="Seguir", exact=True).click()
    page.get_by_label("Efectivo al abrir").fill("500")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.get_by_role("banner")).to_contain_text("Turno desde")
    with page.expect_response("**/report/"):
        late[0].continue_()
    page.get_by_text("productos al día").wait_for()
    expect(page.get_by_role("banner")).to_contain_text("Turno desde")


def test_a_till_notices_between_two_sales_that_its_shift_was_closed_elsewhere(page: Page, shop: Shop) -> None:
    till = open_shift(page, shop, hire(shop))
    till.scan(BREAD)
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    close = f"/api/shifts/{the_shift(shop, till)['id']}/close/"
    shop.owner.post(close, json={"counted_cash": "500.00"}).raise_for_status()
    expect(page.get_by_text("Turno cerrado")).to_be_visible()
    till.pay_exactly()
    expect(page.locator("[data-sale]")).to_be_visible()
    till.wait_until_sent()
    till.scan(COLA)
    page.get_by_label("Efectivo al abrir").fill("0")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    (sold,) = orders_of(shop, till)
    assert (sold["status"], sold["final_amount"]) == ("PAID", "22.00")


def test_an_idle_till_whose_shift_was_closed_elsewhere_asks_for_the_next_one(page: Page, shop: Shop) -> None:
    till = open_shift(page, shop, hire(shop))
    close = f"/api/shifts/{the_shift(shop, till)['id']}/close/"
    shop.owner.post(close, json={"counted_cash": "500.00"}).raise_for_status()
    expect(page.get_by_role("heading", name="Abrir turno")).to_be_visible()
    expect(page.get_by_text("Sin turno", exact=True)).to_be_visible()


def test_a_till_without_a_shift_asks_for_one_between_two_sales_once_the_shop_requires_it(
    page: Page, shop: Shop
) -> None:
    def require(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["limits"]["require_open_shift"] = True
        route.fulfill(response=answer, json=told)

    till = selling_till(page, shop, hire(shop).login)
    till.scan(BREAD)
    page.route("**/api/sync/bootstrap/", require)
    with page.expect_response("**/products/changes/till/**"):
        page.evaluate(LOOK_FOR_CHANGES)
    till.pay_exactly()
    till.wait_until_sent()
    till.scan(COLA)
    expect(page.get_by_role("button", name="Vender sin turno")).to_have_count(0)
    page.get_by_label("Efectivo al abrir").fill("0")
    page.get_by_role("button", name="Abrir turno").click()
    expect(page.locator("[data-pieces='1']")).to_be_visible()


def test_a_shift_with_unsent_sales_is_closed_with_an_approval(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    till, boss = open_shift(page, shop, hire(shop)), hire(shop, "ADMIN")
    sell_unsent(till, context)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Turno y corte de caja").click()
    page.get_by_role("button", name="Cerrar turno").click()
    page.get_by_label("Piezas de $500.00").fill("1")
    page.get_by_role("button", name="Terminar de contar").click()
    page.get_by_role("button", name="Cerrar de todos modos").click()
    approval = page.get_by_role("dialog", name="Autorización de un supervisor")
    approval.get_by_role("button", name="Cancelar").click()
    expect(page.get_by_role("button", name="Cerrar de todos modos")).to_be_focused()
    page.keyboard.press("Enter")
    approval.get_by_label("Correo o usuario").fill(boss.email)
    approval.get_by_label("PIN").fill(PIN)
    approval.get_by_role("button", name="Autorizar").click()
    expect(page.locator("[data-report='1']")).to_be_visible()
    shift = the_shift(shop, till)
    assert (shift["status"], shift["difference"], shift["approved_by"]) == ("CLOSED", "0.00", boss.user_id)


@pytest.mark.with_workers
def test_another_cashier_goes_on_with_the_sale_by_a_pin(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    ana, berta = hire(shop), hire(shop)
    till = open_shift(page, shop, ana)
    till.scan(COLA)
    page.get_by_role("button", name=ana.name).click()
    sheet = page.get_by_role("dialog", name="Cambio de cajero")
    sheet.get_by_label("Correo o usuario").fill(berta.email)
    send_pin(sheet, "0000")
    expect(sheet.get_by_role("alert")).to_have_text("Usuario o PIN incorrecto.")
    assert_accessible(page)
    of_ana = {"refresh": kept_refresh_token(page)}
    with page.expect_response("**/revoke/"):
        send_pin(sheet, PIN)
    assert shop.owner.post("/api/auth/refresh/", json=of_ana).status_code == UNAUTHENTICATED
    expect(page.get_by_role("button", name=berta.name)).to_be_visible()
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    till.pay_exactly()
    till.wait_until_sent()
    assert [order["user"] for order in orders_of(shop, till)] == [berta.user_id]
    context.set_offline(True)
    page.get_by_role("button", name=berta.name).click()
    expect(sheet.get_by_role("alert")).to_contain_text("Sin red")
    expect(sheet.get_by_role("button", name="Entrar")).to_be_disabled()
    context.set_offline(False)
    expect(sheet.get_by_role("button", name="Entrar")).to_be_enabled()
    send_pin(sheet, PIN)
    expect(page.get_by_role("button", name=ana.name)).to_be_visible()


def test_what_is_asked_while_somebody_takes_over_is_asked_by_the_cashier_who_is_shown(
    page: Page, shop: Shop
) -> None:
    ana, berta = hire(shop), hire(shop)
    selling_till(page, shop, ana.login)
    who = hold(page, "**/api/users/me/")
    page.get_by_role("button", name=ana.name).click()
    sheet = page.get_by_role("dialog", name="Cambio de cajero")
    sheet.get_by_label("Correo o usuario").fill(berta.email)
    with page.expect_request("**/api/auth/pin/") as by_ana:
        send_pin(sheet, PIN)
    wait_until_held(page, who)
    with page.expect_request("**/api/sync/bootstrap/") as meanwhile:
        page.evaluate(LOOK_FOR_CHANGES)
    tokens = [request.value.headers["authorization"] for request in (by_ana, meanwhile)]
    assert tokens[0] == tokens[1]
    who[0].continue_()
    expect(page.get_by_role("button", name=berta.name)).to_be_visible()


def test_a_person_sets_their_pin_at_the_till(page: Page, shop: Shop) -> None:
    ana = hire(shop)
    open_shift(page, shop, ana)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Mi PIN").click()
    page.get_by_label("Tu contraseña").fill(ana.password)
    page.get_by_label("PIN nuevo", exact=True).fill("1234")
    page.get_by_label("PIN nuevo, otra vez").fill("1234")
    page.get_by_role("button", name="Guardar PIN").click()
    expect(page.get_by_role("alert").last).to_have_text("El PIN es demasiado fácil.")
    assert_accessible(page)
    for name in ("PIN nuevo", "PIN nuevo, otra vez"):
        page.get_by_label(name, exact=True).fill("9173")
    page.get_by_label("Tu contraseña").fill("otra")
    page.get_by_role("button", name="Guardar PIN").click()
    expect(page.get_by_role("alert").last).to_have_text("Esa no es tu contraseña actual.")
    page.get_by_label("Tu contraseña").fill(ana.password)
    page.get_by_role("button", name="Guardar PIN").click()
    expect(page.get_by_text("Tu PIN está guardado.")).to_be_visible()
