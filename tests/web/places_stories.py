"""Every list and form of the owner's page, each with something in it, for every eye and hand."""

import secrets

from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop, done, made
from tests.e2e.shoppers import Shopper, web_product
from tests.web.looks import PHONE, assert_accessible, assert_fits
from tests.web.office_stories import held_sale, laid_away, synced
from tests.web.people import open_place

BOLD = "600"
MORE_THAN_A_SCREEN = 20
"""Rows of a list."""


def test_everybody_can_use_each_list(page: Page, shop: Shop) -> None:
    goods = shop.new_product(stock=9, price="100.00")
    promoted(shop, goods)
    given_back(shop, goods)
    laid_away(shop, goods)
    with Shopper.shopping(shop) as shopper:
        shopper.buy(web_product(shop, price=90.0, stock=1))
    synced(shop, [{"product_id": goods, "quantity": 20, "unit_total": "116.00"}], "2320.00")
    held_sale(shop, goods)
    closed_shift(shop)
    open_place(page)
    for address, name in {
        "promotions": "Promociones",
        "orders/web": "En línea",
        "orders/returns": "Devoluciones",
        "orders/layaways": "Apartados",
        "orders/held": "Retenidas",
        "orders/shortfalls": "Faltantes",
        "customers": "Clientes",
        "drawers": "Turnos",
        "drawers/registers": "Cajas",
        "users": "Personal",
    }.items():
        page.goto(f"/owner/#{address}")
        expect(page.get_by_role("table", name=name)).to_be_visible()
        assert_accessible(page)


def test_everybody_can_use_each_thing_and_form(page: Page, shop: Shop) -> None:
    goods = shop.new_product(stock=9, price="100.00")
    returned, layaway = given_back(shop, goods), laid_away(shop, goods)
    with Shopper.shopping(shop) as shopper:
        ordered = shopper.buy(web_product(shop, price=90.0, stock=1))["order"]
    me = done(shop.owner.get("/api/users/me/"))
    open_place(page)
    for address, heading in {
        f"promotions/{promoted(shop, goods)}": "Remate",
        f"orders/{returned}": "Devoluciones",
        f"orders/{layaway['order']}": "Apartado",
        f"orders/web-{ordered['id']}": "Avance",
        "customers/new": "Nuevo cliente",
        "drawers/register-new": "Nueva caja",
        f"drawers/register-{shop.new_register()}": "Turnos",
        "users/new": "Nueva persona",
        f"users/{me['id']}": "Sesiones abiertas",
    }.items():
        page.goto(f"/owner/#{address}")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_text("Cargando…")).to_have_count(0)
        assert_accessible(page)


def test_an_address_of_one_place_asks_for_nothing_of_another(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_place(page, "customers/..%2Fsuppliers")
    expect(page.get_by_role("main")).to_contain_text("Ya no existe")
    assert not [url for url in asked if "/api/suppliers" in url]


def test_an_address_that_there_is_not_leads_to_a_page_all_the_same(page: Page) -> None:
    open_place(page)
    products = dict.fromkeys(("products/__proto__", "products/constructor"), "Ya no existe")
    for address, said in {**products, "orders/__proto__": "Ventas"}.items():
        page.goto(f"/owner/#{address}")
        expect(page.get_by_role("main")).to_contain_text(said)


def test_the_focus_stays_with_what_is_done(page: Page) -> None:
    """When what had it is gone, the head of what is shown has it, not the top of the page."""
    sku = f"FOCO-{secrets.token_hex(4)}"
    open_place(page, "products")
    page.get_by_role("link", name="Producto nuevo").press("Enter")
    expect(page.get_by_role("heading", name="Producto nuevo")).to_be_focused()
    page.get_by_label("Nombre").fill(sku)
    page.get_by_label("Código").fill(sku)
    page.get_by_label("Precio con IVA").fill("116")
    page.get_by_role("button", name="Crear producto").press("Enter")
    expect(page.get_by_role("heading", name=sku)).to_be_focused()
    page.get_by_label("Marca").fill("Luz")
    save = page.get_by_role("button", name="Guardar", exact=True)
    save.press("Enter")
    expect(page.get_by_text("Guardado.")).to_be_visible()
    expect(save).to_be_focused()
    page.get_by_role("button", name="Borrar producto").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Sí").press("Enter")
    expect(page.get_by_role("region", name="Productos")).to_be_focused()
    assert_accessible(page)


def test_who_comes_back_to_a_long_list_is_at_the_row_that_was_opened(page: Page, shop: Shop) -> None:
    for _ in range(MORE_THAN_A_SCREEN):
        shop.new_product(stock=1)
    open_place(page, "products?search=Jabón&ordering=-name")
    rows = page.locator("a.opens")
    expect(rows.nth(MORE_THAN_A_SCREEN - 1)).to_be_visible()
    last = rows.last
    opened = last.inner_text()
    for way_back in (lambda: page.get_by_role("link", name="Volver").click(), page.go_back):
        last.click()
        expect(page.get_by_role("heading", name=opened)).to_be_visible()
        way_back()
        expect(last).to_be_focused()
        expect(last).to_be_in_viewport()


def test_who_chooses_the_section_anew_stays_at_the_navigation(page: Page) -> None:
    open_place(page, "products")
    row = page.locator("a.opens").first
    row.click()
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    section = page.get_by_role("navigation", name="Secciones").get_by_role("link", name="Productos")
    section.click()
    expect(row).to_be_visible()
    expect(section).to_be_focused()


def test_where_somebody_is_stands_out_without_our_colours(page: Page) -> None:
    open_place(page, "orders/web")
    page.emulate_media(forced_colors="active")
    for navigation in ("Secciones", "Ventas"):
        ways = page.get_by_role("navigation", name=navigation)
        current = ways.locator("[aria-current]")
        expect(current).to_have_css("font-weight", BOLD)
        expect(ways.locator("a:not([aria-current])").first).not_to_have_css("font-weight", BOLD)


def test_a_shop_without_any_sale_is_told_so(page: Page) -> None:
    page.route("**/api/orders/?*", lambda route: route.fulfill(json=[]))
    open_place(page, "orders")
    expect(page.get_by_text("Todavía no hay ventas.", exact=True)).to_be_visible()


def test_a_word_without_an_end_is_cut_where_the_screen_ends(page: Page, shop: Shop) -> None:
    promotion = promoted(shop, shop.new_product(stock=1))
    name = "Anticonstitucional" * 5
    done(shop.owner.patch(f"/api/promotions/{promotion}/", json={"name": name}))
    open_place(page, f"promotions/{promotion}")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.set_viewport_size(PHONE)
    assert_fits(page)


def closed_shift(shop: Shop) -> None:
    """A shift of an empty drawer, opened and closed by a cashier."""
    with shop.with_another_cashier().cashier() as cashier:
        opened = cashier.post("/api/shifts/", json={"register": shop.new_register(), "opening_cash": "0.00"})
        done(cashier.post(f"/api/shifts/{made(opened)['id']}/close/", json={"counted_cash": "0.00"}))


def promoted(shop: Shop, goods: int) -> int:
    """A promotion of the product, today and always."""
    days = {"start_date": "2020-01-01", "end_date": "2099-12-31"}
    body = {"name": "Remate", "product": goods, "discount_percent": "25.00", **days}
    return int(made(shop.owner.post("/api/promotions/", json=body))["id"])


def given_back(shop: Shop, goods: int) -> int:
    """An order of two pieces of which one has come back."""
    basket = {"items": [{"product_id": goods, "quantity": 2}]}
    order = int(made(shop.owner.post("/api/orders/", json=basket))["id"])
    done(shop.owner.post(f"/api/orders/{order}/pay/", json={"payment_method": "CASH"}))
    back = {"items": [{"product_id": goods, "quantity": 1}], "reason": "Llegó abierto"}
    made(shop.owner.post(f"/api/orders/{order}/returns/", json=back))
    return order
