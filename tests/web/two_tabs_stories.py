"""Two tabs of one till on one device, and a device that cannot keep what it should."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop, done, made
from tests.web.conftest import new_device
from tests.web.devices import SYNC, resumed
from tests.web.looks import assert_accessible
from tests.web.losses import hold, lose_request, wait_until_held
from tests.web.people import OWNER, log_in
from tests.web.printers import COUNTS_PRINTS, printed_text
from tests.web.tills import BREAD, LOOK_FOR_CHANGES, NO_ROOM, Till, orders_of, sell_unsent, selling_till

HOURS_BACK = "() => { const now = Date.now; Date.now = () => now() - 3 * 3_600_000; }"
A_DAY_BACK = "() => { const now = Date.now; Date.now = () => now() - 86_400_000; }"
SILENT = "BroadcastChannel.prototype.postMessage = () => undefined;"
LOSE_DATA = """
    new Promise((resolve) => {
      indexedDB.deleteDatabase("till").onsuccess = () => resolve();
    })"""
A_NEWER_RELEASE = """
    () => {
      const opening = indexedDB.open("till", 99);
      opening.onsuccess = () => opening.result.close();
    }"""
AN_OLDER_RELEASE = """
    new Promise((resolve) => {
      indexedDB.deleteDatabase("till");
      const opening = indexedDB.open("till", 2);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("products", { keyPath: "id" });
        opening.result.createObjectStore("outbox", { keyPath: "sale.client_id" });
        opening.result.createObjectStore("settings");
        opening.result.createObjectStore("parked", { keyPath: "cart.clientId" });
      };
      opening.onsuccess = () => {
        globalThis.older = opening.result;
        resolve();
      };
    })"""


@pytest.mark.with_workers
def test_two_tabs_stand_at_one_register_and_share_its_numbers(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    register, another = shop.new_register(), shop.new_register()
    log_in(page, "/till/", OWNER)
    page.get_by_role("button", name=f"(C{register})").wait_for()
    other = context.new_page()
    other.add_init_script(COUNTS_PRINTS)
    other.goto("/till/")
    other.get_by_role("button", name=f"(C{another})").wait_for()
    asked = hold(other, "**/api/sync/registers/")
    other.get_by_role("button", name=f"(C{another})").click()
    wait_until_held(other, asked)
    page.get_by_role("button", name=f"(C{register})").click()
    tills = []
    for tab in (page, other):
        tab.bring_to_front()
        tab.get_by_role("button", name="Vender sin turno").click()
        tab.get_by_text("productos al día").wait_for()
        tills.append(Till(tab, context.new_cdp_session(tab), register))
    asked[0].continue_()
    for till in reversed(tills):
        sell_bread(till)
    till.page.locator("[data-unsent='0']").wait_for()
    assert [order["ticket_number"] for order in orders_of(shop, till)] == [
        f"C{register}-000001",
        f"C{register}-000002",
    ]
    other.keyboard.press("F8")
    assert f"C{register}-000001" in printed_text(other), "the sale on its screen, not the last of all"
    other.close()


@pytest.mark.with_workers
def test_nobody_leaves_while_a_sale_of_another_tab_is_unsent(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    till = selling_till(page, shop)
    another_tab = context.new_page()
    another_tab.add_init_script(SILENT)
    sell_unsent(resumed(another_tab, till.register), context)
    page.bring_to_front()
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_text("No puedes salir: ventas sin enviar: 1.")).to_be_visible()
    context.unroute(SYNC)
    another_tab.close()
    page.reload()
    page.locator("[data-unsent='0']").wait_for()
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Contraseña")).to_be_visible()


@pytest.mark.with_workers
def test_each_tab_hears_of_every_change_and_sends_what_another_sells(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    till = selling_till(page, shop)
    another_tab = resumed(context.new_page(), till.register)
    other = another_tab.page
    name = f"Jabón {till.register} de dos pestañas"
    product = {"name": name, "sku": f"PEST-{till.register}", "price": "10.00", "current_stock": 5}
    made(shop.owner.post("/api/products/", json=product))
    for tab in (page, other):
        tab.bring_to_front()
        with tab.expect_response("**/products/changes/till/**"):
            tab.evaluate(LOOK_FOR_CHANGES)
        tab.locator("#search").fill(f"{till.register} pestanas")
        expect(tab.locator(".found li")).to_contain_text(name)
        tab.locator("#search").fill("")
    page.route("**/api/sync/bootstrap/", lose_request)  # the tab that sends misses that there is a network
    page.evaluate(LOOK_FOR_CHANGES)
    expect(page.get_by_text("Sin red")).to_be_visible()
    sell_bread(another_tab)
    another_tab.wait_until_sent()


def test_a_clock_that_is_set_back_delays_no_sale(page: Page, context: BrowserContext, shop: Shop) -> None:
    till = selling_till(page, shop)
    with page.expect_response(SYNC):
        sell_unsent(till, context)
    context.unroute(SYNC)
    page.evaluate(A_DAY_BACK)
    sell_bread(till)
    page.locator("[data-unsent='0']").wait_for()
    assert len(orders_of(shop, till)) == 2


def test_a_clock_that_is_hours_wrong_is_told(page: Page, shop: Shop) -> None:
    selling_till(page, shop)
    told = page.get_by_text("Hora del equipo incorrecta")
    expect(told).to_have_count(0)
    page.evaluate(HOURS_BACK)
    page.evaluate(LOOK_FOR_CHANGES)
    expect(told).to_be_visible()
    assert_accessible(page)


def test_two_devices_at_one_register_are_told_that_its_numbers_are_given_twice(
    page: Page, browser: Browser, suite: LocalSuite, shop: Shop
) -> None:
    till = selling_till(page, shop)
    with new_device(browser, suite) as other:
        another = other.new_page()
        log_in(another, "/till/", OWNER)
        sell_bread(till)
        till.wait_until_sent()
        another.get_by_role("button", name="Volver a intentar").click()
        register = another.get_by_role("button", name=f"(C{till.register})")
        expect(register).to_contain_text("Un equipo vendió aquí")
        assert_accessible(another)
        register.click()
        another.get_by_role("button", name="Vender sin turno").click()
        another.get_by_text("productos al día").wait_for()
        second = Till(another, other.new_cdp_session(another), till.register)
        for each in (till, second):
            sell_bread(each)
            each.wait_until_sent()
        told = "Otro equipo numera tickets de esta caja"
        expect(another.get_by_text(told)).to_be_visible()
        expect(page.get_by_text(told)).to_have_count(0)
        assert_accessible(another)


def test_a_sale_that_the_device_cannot_keep_is_not_paid(page: Page, shop: Shop) -> None:
    till = selling_till(page, shop)
    till.scan(BREAD)
    page.locator("[data-pieces='1']").wait_for()
    page.evaluate(NO_ROOM)
    page.get_by_role("button", name="Cobrar").click()
    page.get_by_role("button", name="Exacto").click()
    expect(page.get_by_role("alert").get_by_text("No se guardó")).to_be_visible()
    expect(page.locator("[data-pieces='1']")).to_be_visible()
    page.evaluate("makeRoom()")
    till.pay_exactly()
    till.wait_until_sent()
    (order,) = orders_of(shop, till)
    assert order["ticket_number"] == f"C{till.register}-000001"


@pytest.mark.with_workers
def test_a_newer_release_waits_for_the_sale_of_another_tab(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    till = selling_till(page, shop)
    till.scan(BREAD)
    page.locator("[data-pieces='1']").wait_for()
    other = context.new_page()
    other.goto("/owner/")
    other.evaluate(A_NEWER_RELEASE)
    with page.expect_navigation():  # perhaps before the sale is seen
        till.tender_exactly()
    assert len(orders_of(shop, till)) == 1
    page.goto("/owner/")
    other.evaluate(AN_OLDER_RELEASE)
    page.goto("/till/")
    expect(page.get_by_role("alert")).to_contain_text("Otra pestaña de la caja sigue abierta")
    other.evaluate("older.close()")
    expect(page.get_by_role("heading", name="¿Qué caja es este equipo?")).to_be_visible()


@pytest.mark.with_workers
def test_the_numbers_of_sales_that_a_broken_disk_has_lost_are_not_given_again(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    till = selling_till(page, shop)
    sell_unsent(till, context)
    page.goto("/owner/")
    page.evaluate(LOSE_DATA)
    context.unroute(SYNC)
    page.goto("/till/")
    page.get_by_role("button", name=f"(C{till.register})").click()
    page.get_by_role("button", name="Vender sin turno").click()
    page.get_by_text("productos al día").wait_for()
    sell_bread(till)
    page.locator("[data-unsent='0']").wait_for()
    assert [order["ticket_number"] for order in orders_of(shop, till)] == [f"C{till.register}-000002"]
    registers = done(shop.owner.get("/api/sync/registers/"))
    assert [row["gaps"] for row in registers if row["register"] == till.register] == [[[1, 1]]]


def sell_bread(till: Till) -> None:
    """Sell a piece of bread, exactly paid."""
    till.page.bring_to_front()
    till.scan(BREAD)
    till.page.locator("[data-pieces='1']").wait_for()
    till.pay_exactly()
