"""The owner's back office: flagged orders, customers and their debts, people and their PIN, registers."""

import uuid
from typing import Any

from playwright.sync_api import Page, expect

from libs.common.clock import system_clock
from tests.e2e.shop import Shop, done, made
from tests.web.looks import assert_accessible
from tests.web.people import OWNER, log_in
from tests.web.people_stories import new_customer


def card(page: Page, name: str) -> Any:
    return page.locator(f"[data-card={name}]")


def sold_too_cheaply(shop: Shop) -> int:
    """The id of a synced order whose price is not the shop's: it is flagged."""
    product_id = shop.new_product(stock=2, price="100.00")
    sale = {
        **{"client_id": str(uuid.uuid4()), "seq": 1, "sold_at": system_clock().isoformat()},
        **{"sold_by": done(shop.owner.get("/api/users/me/"))["id"]},
        "items": [{"product_id": product_id, "quantity": 1, "unit_total": "90.00"}],
        "payments": [{"payment_method": "CASH", "amount": "90.00"}],
    }
    body = {"register": shop.new_register(), "sales": [sale]}
    (result,) = done(shop.owner.post("/api/sync/sales/", json=body))["results"]
    assert "PRICE_DIFFERS" in result["flags"], result
    return int(result["order"])


def test_a_flagged_order_is_found_and_reviewed(page: Page, shop: Shop) -> None:
    order_id = sold_too_cheaply(shop)
    folio = done(shop.owner.get(f"/api/orders/{order_id}/"))["ticket_folio"]
    log_in(page, "/owner/#orders?reviewed=false")
    page.get_by_role("link", name=folio).click()
    expect(page.get_by_role("heading", name="Avisos de esta venta")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Qué encontraste").fill("Precio de la semana pasada")
    page.get_by_role("button", name="Marcar como revisada").click()
    expect(page.get_by_text("Precio de la semana pasada").first).to_be_visible()
    assert done(shop.owner.get(f"/api/orders/{order_id}/"))["review"]["note"] == "Precio de la semana pasada"


def test_a_customer_pays_a_part_of_their_debt(page: Page, shop: Shop) -> None:
    maria = new_customer(shop, credit_limit="500.00")
    product_id = shop.new_product(stock=1, price="100.00")
    basket = {"items": [{"product_id": product_id, "quantity": 1}], "customer": maria["id"]}
    order = made(shop.owner.post("/api/orders/", json=basket))
    done(shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": "CREDIT"}))
    log_in(page, f"/owner/#customers?search={maria['phone_number']}")
    page.get_by_role("link", name=maria["last_name"]).click()
    expect(card(page, "credit").locator("[data-fact=debt]")).to_contain_text("$116.00")
    assert_accessible(page)
    page.locator("[data-deed=pay] summary").click()
    page.locator("[data-deed=pay]").get_by_label("Importe").fill("16")
    page.locator("[data-deed=pay]").get_by_role("button").click()
    expect(card(page, "credit").locator("[data-fact=debt]")).to_contain_text("$100.00")
    assert done(shop.owner.get(f"/api/customers/{maria['id']}/"))["credit_used"] == "100.00"


def test_somebody_is_hired_and_the_owner_sets_a_pin(page: Page, shop: Shop) -> None:
    log_in(page, "/owner/#users/new")
    name = f"rosa{uuid.uuid4().hex[:8]}"
    for label, value in (("Nombre", "Rosa"), ("Apellido", "Paz"), ("Usuario", name)):
        page.get_by_label(label).first.fill(value)
    page.get_by_label("Correo").fill(f"{name}@example.mx")
    page.get_by_label("Contraseña").fill("Clave-segura-77")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name="Rosa Paz")).to_be_visible()
    assert_accessible(page)
    page.goto("/owner/#users")
    page.get_by_role("link", name="Mi cuenta").click()
    pin = card(page, "pin")
    pin.locator("input[name=pin]").fill("1234")
    pin.locator("input[name=current_password]").fill(OWNER[1])
    pin.get_by_role("button").click()
    expect(pin.get_by_text("demasiado fácil")).to_be_visible()


def test_a_register_is_made_and_found(page: Page, shop: Shop) -> None:
    log_in(page, "/owner/#drawers/register-new")
    name = f"Caja {uuid.uuid4().hex[:6]}"
    page.get_by_label("Nombre").fill(name)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    assert_accessible(page)
    assert name in {each["name"] for each in done(shop.owner.get("/api/registers/"))}
