"""Apartados at the till: goods are kept for a customer, paid in parts, and handed over."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.shop import Shop, done
from tests.web.looks import assert_accessible
from tests.web.people_stories import new_customer, pieces_shown
from tests.web.return_stories import lose_answer
from tests.web.tills import A_PERSONS_MS, selling_till


def test_goods_are_kept_for_a_customer_paid_in_parts_and_handed_over_though_answers_are_lost(
    context: BrowserContext, page: Page, shop: Shop
) -> None:
    product = done(shop.owner.get(f"/api/products/{shop.new_product(stock=3, price='100.00')}/"))
    maria = new_customer(shop)
    till = selling_till(page, shop)
    page.reload()  # the catalogue is read again, with the new product
    page.get_by_role("button", name="Vender sin turno").click()
    expect(page.locator("#search")).to_be_focused()
    till.scan(product["sku"])
    pieces_shown(page, 1)
    page.wait_for_timeout(A_PERSONS_MS)
    till.scan(maria["phone_number"])
    expect(page.locator(f"[data-customer='{maria['id']}']")).to_be_visible()
    page.wait_for_timeout(A_PERSONS_MS)
    page.keyboard.press("F2")
    page.get_by_role("menuitem", name="Apartados").click()
    assert_accessible(page)
    page.get_by_role("button", name="Apartar la venta de $116.00").click()
    page.get_by_role("button", name="Efectivo").click()
    context.route("**/api/layaways/", lose_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Apartar con $23.20").click()
    context.unroute("**/api/layaways/")
    expect(page.get_by_text("$92.80").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Importe").fill("92.80")
    page.get_by_role("button", name="Tarjeta").click()
    context.route("**/payments/", lose_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Abonar $92.80").click()
    page.reload()
    expect(page.get_by_text("Entrega la mercancía")).to_be_visible()
    (kept,) = done(shop.owner.get("/api/layaways/", params={"customer": maria["id"]}))
    assert (kept["status"], kept["paid"], kept["balance"]) == ("PAID", "116.00", "0.00")
    assert [part["payment_method"] for part in kept["payments"]] == ["CASH", "CARD"]
