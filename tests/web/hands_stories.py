"""A day at the till by keyboard alone, and one by touch alone: a sale, its return, and the close."""

import time
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.web.conftest import new_device
from tests.web.looks import assert_fits
from tests.web.shift_stories import tab_to, type_and_enter
from tests.web.staff import Member, hire
from tests.web.tills import A_PERSONS_MS, BREAD, Till, selling_till

PHONE = ViewportSize(width=360, height=740)
FOCUS_IS_SEEN = "document.activeElement.matches(':focus-visible') && document.activeElement !== document.body"
DENOMINATIONS = 11
TYPES = ("INPUT", "TEXTAREA")
A_DOUBLE_TAP, TWO_TAPS = 0.15, 0.6
"""Seconds between two taps."""
A_LOOK_MS = TWO_TAPS * 1000


@pytest.fixture
def phone(browser: Browser, suite: LocalSuite) -> Iterator[Page]:
    """A phone without keyboard, mouse or scanner."""
    with new_device(browser, suite, has_touch=True, viewport=PHONE) as device:
        yield device.new_page()


def test_a_day_by_keyboard_alone(page: Page, shop: Shop) -> None:
    register = shop.new_register()
    log_in_by_keys(page, hire(shop), register)
    sell_by_keys(page)
    give_back_by_keys(page)
    close_by_keys(page)
    assert_closed(shop, register)


def test_a_day_by_touch_alone(phone: Page, shop: Shop) -> None:
    register = shop.new_register()
    log_in_by_taps(phone, hire(shop), register)
    sell_by_taps(phone)
    give_back_by_taps(phone)
    close_by_taps(phone)
    assert_closed(shop, register)


def test_a_double_tap_pays_nothing_by_what_has_taken_the_place_of_the_button(phone: Page, shop: Shop) -> None:
    till = selling_till(phone, shop)
    till.scan(BREAD)
    phone.locator("[data-pieces='1']").wait_for()
    tap_twice(till, phone.get_by_role("button", name="Cobrar"), A_DOUBLE_TAP)
    expect(phone.locator("[data-remaining='2200']")).to_be_visible()
    touch(phone.get_by_role("button", name="Seguir agregando"))
    tap_twice(till, phone.get_by_role("button", name="Cobrar"), TWO_TAPS)
    expect(phone.locator("[data-sale='1']")).to_be_visible()


def log_in_by_keys(page: Page, cashier: Member, register: int) -> None:
    """Open a till and its shift, with $500."""
    page.goto("/till/")
    expect(page.get_by_label("Correo")).to_be_focused()
    page.keyboard.type(cashier.email)
    page.keyboard.press("Tab")
    page.keyboard.type(cashier.password)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name=f"(C{register})").inner_text())
    page.keyboard.press("Enter")
    expect(page.get_by_label("Efectivo al abrir")).to_be_focused()
    type_and_enter(page, "500")


def sell_by_keys(page: Page) -> None:
    """Find a product, take two of it, and give change."""
    expect(page.locator("#search")).to_be_focused()
    page.get_by_text("productos al día").wait_for()
    page.keyboard.type("tort", delay=A_PERSONS_MS)
    page.locator(".found .line").wait_for()
    press(page, "ArrowDown", "Enter")
    expect(page.locator("#search")).to_be_focused()
    press(page, "+")
    page.locator("[data-pieces='2']").wait_for()
    press(page, "Enter")
    expect(page.get_by_label("Importe")).to_be_focused()
    type_and_enter(page, "50")
    expect(page.locator(".confirmed .total")).to_have_text("$6.00")
    expect(page.locator("#search")).to_be_focused()
    page.locator("[data-unsent='0']").wait_for()


def give_back_by_keys(page: Page) -> None:
    """Return all of the first ticket."""
    choose_deed(page, "Devolución")
    expect(page.get_by_label("Escanea el ticket")).to_be_focused()
    type_and_enter(page, "1")
    expect(page.get_by_role("button", name="Todo lo que queda")).to_be_focused()
    press(page, "Enter")
    page.locator("[data-back='4400']").wait_for()
    tab_to(page, "Defectuoso")
    press(page, "Enter")
    tab_to(page, "Devolver $44.00")
    press(page, "Enter")
    expect(page.locator("[data-return]")).to_contain_text("Efectivo")
    expect(page.get_by_role("button", name="Volver a la venta")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#search")).to_be_focused()


def close_by_keys(page: Page) -> None:
    """Count the drawer, and close the shift."""
    choose_deed(page, "Turno y corte de caja")
    page.locator("[data-report='X']").wait_for()
    tab_to(page, "Cerrar turno")
    press(page, "Enter")
    expect(page.get_by_label("Piezas de $1,000.00")).to_be_focused()
    type_and_enter(page, "", "1", *[""] * (DENOMINATIONS - 2))
    expect(page.locator("[data-counted]")).to_have_text("$500.00")
    type_and_enter(page, *[""] * 6)
    expect(page.get_by_role("dialog").get_by_role("button", name="Cerrar turno")).to_be_focused()
    press(page, "Enter")
    page.locator("[data-report='1']").wait_for()
    assert page.evaluate(FOCUS_IS_SEEN)
    press(page, "Enter")
    expect(page.get_by_label("Efectivo al abrir")).to_be_focused()


def log_in_by_taps(phone: Page, cashier: Member, register: int) -> None:
    """Open a till and its shift, with $500."""
    phone.goto("/till/")
    write(phone.get_by_label("Correo"), cashier.email)
    write(phone.get_by_label("Contraseña"), cashier.password)
    tap(phone, "Entrar")
    tap(phone, f"(C{register})")
    write(phone.get_by_label("Efectivo al abrir"), "500", "decimal")
    tap(phone, "Abrir turno")


def sell_by_taps(phone: Page) -> None:
    """Find a product, take two of it, and give change."""
    phone.get_by_text("productos al día").wait_for()
    write(phone.locator("#search"), "tort")
    touch(phone.locator(".found .line"))
    touch(phone.locator(".lines .line"))
    touch(phone.get_by_role("dialog").get_by_role("button", name="2", exact=True))
    tap(phone, "Listo")
    phone.locator("[data-pieces='2']").wait_for()
    tap(phone, "Cobrar")
    assert_no_keyboard(phone)
    write(phone.get_by_label("Importe"), "50", "decimal")
    tap(phone, "Efectivo")
    expect(phone.locator(".confirmed .total")).to_have_text("$6.00")
    assert_no_keyboard(phone)
    phone.locator("[data-unsent='0']").wait_for()


def give_back_by_taps(phone: Page) -> None:
    """Return all of the first ticket."""
    tap(phone, "Más")
    tap(phone, "Devolución", "menuitem")
    touch(phone.locator("[data-own='1']").get_by_role("button", name="Devolver"))
    assert_no_keyboard(phone)
    tap(phone, "Todo lo que queda")
    tap(phone, "Defectuoso")
    tap(phone, "Devolver $44.00")
    expect(phone.locator("[data-return]")).to_contain_text("Efectivo")
    tap(phone, "Volver a la venta")


def close_by_taps(phone: Page) -> None:
    """Count the drawer, and close the shift."""
    tap(phone, "Más")
    tap(phone, "Turno y corte de caja", "menuitem")
    tap(phone, "Cerrar turno")
    write(phone.get_by_label("Piezas de $500.00"), "1", "numeric")
    tap(phone, "Terminar de contar")
    touch(phone.get_by_role("dialog").get_by_role("button", name="Cerrar turno"))
    phone.locator("[data-report='1']").wait_for()
    tap(phone, "Seguir")
    phone.get_by_role("heading", name="Abrir turno").wait_for()


def press(page: Page, *keys: str) -> None:
    """Press keys as a person does, who sees where the focus is."""
    for key in keys:
        page.wait_for_timeout(A_PERSONS_MS)
        assert page.evaluate(FOCUS_IS_SEEN)
        page.keyboard.press(key)


def choose_deed(page: Page, name: str) -> None:
    """Choose in the menu, by its key and the arrows."""
    press(page, "F2")
    page.get_by_role("menu").wait_for()
    tab_to(page, name, "ArrowDown")
    press(page, "Enter")


def tap(page: Page, name: str, role: Literal["button", "menuitem"] = "button") -> None:
    """Tap on what has this name; all that can be tapped is large enough, and nothing is beside the screen."""
    target = page.get_by_role(role, name=name).first
    target.wait_for()
    assert_fits(page)
    touch(target)


def write(field: Locator, text: str, inputmode: str | None = None) -> None:
    """Tap the field, and write by the keyboard that the device shows for it: no key is pressed."""
    touch(field)
    assert field.get_attribute("inputmode") == inputmode
    field.page.keyboard.insert_text(text)


def touch(target: Locator) -> None:
    """Tap on the target as a person does, who looks at what is there."""
    target.page.wait_for_timeout(A_LOOK_MS)
    target.tap()


def tap_twice(till: Till, target: Locator, seconds: float) -> None:
    """Tap on the place of the target, and again so many seconds later: the page is told the times."""
    target.page.wait_for_timeout(A_LOOK_MS)
    box = target.bounding_box()
    assert box
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    at = time.time()
    for when in (at, at + seconds):
        for kind, fingers in (("touchStart", [finger]), ("touchEnd", [])):
            event = {"type": kind, "touchPoints": fingers, "timestamp": when}
            till.keys.send("Input.dispatchTouchEvent", event)


def assert_no_keyboard(page: Page) -> None:
    """Nothing has the focus for which a device shows its keyboard over the page."""
    assert page.evaluate("document.activeElement.tagName") not in TYPES


def assert_closed(shop: Shop, register: int) -> None:
    """The shop has one shift of the register, closed with what was in the drawer at its opening."""
    (shift,) = shop.owner.get("/api/shifts/", params={"register": register}).raise_for_status().json()
    assert (shift["status"], shift["counted_cash"], shift["difference"]) == ("CLOSED", "500.00", "0.00")
