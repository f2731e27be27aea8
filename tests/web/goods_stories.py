"""The owner's products and promotions: written, imported, labelled, and put on offer."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop, done
from tests.web.looks import assert_accessible
from tests.web.losses import hold, wait_until_held
from tests.web.people import open_place
from tests.web.waiting import NEXT_FRAME

POINTS_A_MM = 72 / 25.4


@pytest.fixture
def product_id(shop: Shop) -> int:
    return shop.new_product(stock=7, price="100.00")


def test_a_product_is_made_changed_and_its_stock_booked(page: Page, shop: Shop) -> None:
    open_place(page, "products/new")
    page.get_by_role("button", name="Crear producto").click()
    expect(page.get_by_label("Nombre")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Nombre").fill("Croquetas 2 kg")
    page.get_by_label("Código").fill("CROQ-2")
    page.get_by_label("Precio con IVA").fill("cien")
    page.get_by_role("button", name="Crear producto").click()
    expect(page.locator("[data-field=price]")).to_contain_text("Escribe un número.")
    expect(page.locator("input[name=price]")).to_be_focused()
    page.get_by_label("Precio con IVA").fill("1250.01")
    expect(page.get_by_text("se vende a $1,250.00.")).to_be_visible()
    page.get_by_label("Precio con IVA").fill("116")
    expect(page.locator("input[name=price]")).to_have_value("100.00")
    assert_accessible(page)
    page.get_by_role("button", name="Crear producto").click()
    expect(page.get_by_role("heading", name="Croquetas 2 kg")).to_be_visible()
    page.get_by_label("Piezas").fill("12")
    page.get_by_role("button", name="Registrar").click()
    expect(page.get_by_text("Registrado.")).to_be_visible()
    page.get_by_text("Movimientos").click()
    expect(page.get_by_role("table", name="Movimientos")).to_contain_text("Entrada")
    assert_accessible(page)
    found = done(shop.owner.get("/api/products/", params={"search": "CROQ-2"}))
    (stored,) = [each for each in found if each["sku"] == "CROQ-2"]
    assert (Decimal(stored["price"]), stored["final_price"]) == (Decimal(100), "116.00")
    assert stored["current_stock"] == 12


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    page: Page, shop: Shop, product_id: int
) -> None:
    open_place(page, f"products/{product_id}")
    expect(page.get_by_label("Marca")).to_be_visible()
    done(shop.owner.patch(f"/api/products/{product_id}/", json={"brand": "Otra"}))
    page.get_by_label("Categoría").fill("Perros")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Alguien más lo cambió")).to_be_visible()
    page.get_by_role("button", name="Ver lo nuevo").click()
    expect(page.get_by_label("Categoría")).to_have_value("Perros")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    stored = done(shop.owner.get(f"/api/products/{product_id}/"))
    assert (stored["brand"], stored["category"]) == ("Otra", "Perros")


def test_what_somebody_else_changed_is_not_overwritten_after_another_deed_has_shown_it(
    page: Page, shop: Shop, product_id: int
) -> None:
    open_place(page, f"products/{product_id}")
    page.get_by_label("Marca").fill("Mía")
    done(shop.owner.patch(f"/api/products/{product_id}/", json={"brand": "Otra"}))
    receive_a_piece(page)
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.locator(".conflict")).to_contain_text("Otra")
    assert done(shop.owner.get(f"/api/products/{product_id}/"))["brand"] == "Otra"
    page.get_by_role("button", name="Ver lo nuevo").click()
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    assert done(shop.owner.get(f"/api/products/{product_id}/"))["brand"] == "Mía"


def test_what_is_typed_during_a_save_does_not_overwrite_what_somebody_else_changes_after_it(
    page: Page, shop: Shop, product_id: int
) -> None:
    open_place(page, f"products/{product_id}")
    expect(page.get_by_label("Categoría")).to_be_visible()
    saves = hold(page, f"**/api/products/{product_id}/", times=1)
    page.get_by_label("Categoría").fill("Perros")
    page.get_by_role("button", name="Guardar", exact=True).click()
    wait_until_held(page, saves)
    page.get_by_label("Marca").fill("Mía")
    saves[0].continue_()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    done(shop.owner.patch(f"/api/products/{product_id}/", json={"brand": "Otra"}))
    receive_a_piece(page)
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.locator(".conflict")).to_contain_text("Otra")
    stored = done(shop.owner.get(f"/api/products/{product_id}/"))
    assert (stored["brand"], stored["category"]) == ("Otra", "Perros")


def test_saving_once_more_without_a_change_tells_of_no_other_change(
    page: Page, shop: Shop, product_id: int
) -> None:
    open_place(page, f"products/{product_id}")
    page.get_by_label("Categoría").fill("Perros")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    done(shop.owner.patch(f"/api/products/{product_id}/", json={"brand": "Otra"}))
    receive_a_piece(page)
    expect(page.get_by_label("Marca")).to_have_value("Otra")
    with page.expect_response(f"**/api/products/{product_id}/"):
        page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    expect(page.locator(".conflict")).to_have_count(0)


def receive_a_piece(page: Page) -> None:
    """Book it at the product that is shown, which is read anew by that."""
    page.get_by_label("Piezas").fill("1")
    page.get_by_role("button", name="Registrar").click()
    expect(page.get_by_text("Registrado.")).to_be_visible()


def test_blanks_are_no_count_of_the_stock(page: Page, shop: Shop, product_id: int) -> None:
    open_place(page, f"products/{product_id}")
    page.get_by_label("Motivo").select_option(label="Conteo")
    page.get_by_label("Piezas").fill("  ")
    page.get_by_role("button", name="Registrar").click()
    expect(page.locator("[data-field=pieces]")).to_contain_text("Falta este dato.")
    assert shop.stock_of(product_id) == 7


def test_products_are_listed_and_labels_printed_one_to_a_page(
    page: Page, shop: Shop, product_id: int, tmp_path: Path
) -> None:
    change = {"name": "Acondicionadores varios", "price": "1000.00", "low_stock_threshold": 10}
    product = done(shop.owner.patch(f"/api/products/{product_id}/", json=change))
    open_place(page, f"products?search={product['sku']}")
    expect(page.get_by_label(f"Etiqueta de {product['name']}")).to_be_visible()
    assert_accessible(page)
    page.get_by_label(f"Etiqueta de {product['name']}").check()
    page.get_by_role("link", name="Imprimir etiquetas (1)").click()
    page.get_by_role("spinbutton").fill("3")
    expect(page.locator(".price-label")).to_have_count(3)
    assert_accessible(page)
    page.pdf(path=tmp_path / "labels.pdf", prefer_css_page_size=True)
    assert_pages(tmp_path / "labels.pdf", 3, width_mm=40)
    page.get_by_label("Tamaño").select_option(label="Hoja A4 de 24")
    page.get_by_role("spinbutton").fill("25")
    page.pdf(path=tmp_path / "sheets.pdf", prefer_css_page_size=True)
    assert_pages(tmp_path / "sheets.pdf", 2, width_mm=210)


def test_a_file_is_tried_before_it_is_imported(page: Page, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "productos.csv"
    file.write_text("name,sku,price\nCollar rojo,COLLAR-R,50.00\nSin precio,NADA,x\n", encoding="utf-8")
    open_place(page, "products/import")
    page.get_by_label("Archivo CSV").set_input_files(file)
    expect(page.locator("[data-outcome=created] dd")).to_have_text("1")
    expect(page.locator("[data-outcome=refused] dd")).to_have_text("1")
    expect(page.get_by_role("table")).to_contain_text("price:")
    assert_accessible(page)
    assert done(shop.owner.get("/api/products/", params={"search": "COLLAR-R"})) == []
    page.get_by_role("button", name="Importar (1)").click()
    expect(page.get_by_text("Creados")).to_be_visible()
    assert_accessible(page)
    (made,) = done(shop.owner.get("/api/products/", params={"search": "COLLAR-R"}))
    assert made["name"] == "Collar rojo"


def test_a_file_that_was_mended_is_read_anew_under_its_name(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "productos.csv"
    open_place(page, "products/import")
    for price, outcome in (("x", "refused"), ("80.00", "created")):
        file.write_text(f"name,sku,price\nCorrea azul,CORREA-A,{price}\n", encoding="utf-8")
        with page.expect_file_chooser() as chosen:
            page.get_by_label("Archivo CSV").click()
        chosen.value.set_files(file)
        expect(page.locator(f"[data-outcome={outcome}] dd")).to_have_text("1")


def test_what_is_imported_of_a_file_is_what_was_tried(page: Page, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "productos.csv"
    line = "name,sku,price\nPelota,PELOTA,{}\n"
    file.write_text(line.format("10.00"), encoding="utf-8")
    open_place(page, "products/import")
    page.get_by_label("Archivo CSV").set_input_files(file)
    expect(page.locator("[data-outcome=created] dd")).to_have_text("1")
    file.write_text(line.format("99.00"), encoding="utf-8")
    page.get_by_role("button", name="Importar (1)").click()
    expect(page.get_by_text("Creados")).to_be_visible()
    (made,) = done(shop.owner.get("/api/products/", params={"sku": "PELOTA"}))
    assert made["price"] == "10.00"


def test_a_product_that_is_chosen_is_not_shown_as_the_one_before(
    page: Page, shop: Shop, product_id: int
) -> None:
    other = done(shop.owner.get(f"/api/products/{shop.new_product(stock=1)}/"))
    held = hold(page, f"**/api/products/{product_id}/", times=1)
    open_place(page, f"promotions/new?product={product_id}")
    wait_until_held(page, held)
    page.get_by_role("button", name="Otro producto").click()
    page.get_by_placeholder("Nombre o código").fill(other["sku"])
    page.get_by_role("button", name=other["name"]).click()
    with page.expect_event("requestfinished"):
        held[0].continue_()
    page.evaluate(NEXT_FRAME)
    expect(page.locator(".picked")).to_contain_text(other["name"])


def test_a_promotion_is_prepared_refused_where_it_overlaps_and_ended(
    page: Page, shop: Shop, product_id: int
) -> None:
    open_place(page, f"promotions/new?product={product_id}&name=Remate")
    page.get_by_label("Descuento (%)").fill("25")
    expect(page.get_by_text("De $116.00 a $87.00")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Crear promoción").click()
    expect(page.get_by_role("link", name="Remate").first).to_be_visible()
    page.goto(f"/owner/#promotions/new?product={product_id}&name=Otra")
    page.get_by_label("Descuento (%)").fill("10")
    page.get_by_role("button", name="Crear promoción").click()
    expect(page.get_by_label("Primer día")).to_have_attribute("aria-invalid", "true")
    (running,) = done(shop.owner.get("/api/promotions/", params={"product": product_id}))
    page.goto(f"/owner/#promotions/{running['id']}")
    page.get_by_role("button", name="Salir sin guardar").click()
    page.get_by_role("button", name="Borrar promoción").click()
    assert_accessible(page)
    page.get_by_role("dialog").get_by_role("button").first.click()
    expect(page.get_by_role("button", name="Borrar promoción")).to_have_count(0)
    assert done(shop.owner.get("/api/promotions/", params={"product": product_id})) == []


def assert_pages(pdf: Path, count: int, width_mm: float) -> None:
    """So many pages, each as wide as the paper."""
    content = pdf.read_bytes()
    widths = [float(width) for width in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ", content)]
    assert len(widths) == count
    assert all(abs(width - width_mm * POINTS_A_MM) < 1 for width in widths)
