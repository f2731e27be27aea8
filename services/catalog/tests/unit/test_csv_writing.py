"""An export is what an import takes."""

from dataclasses import replace
from decimal import Decimal

from services.catalog.api.csv.lines import Lines
from services.catalog.api.csv.records import Records
from services.catalog.api.csv.writing import HEADER, product_lines
from services.catalog.tests.builders import a_product
from services.catalog.usecases.products.importing import ImportProduct


def test_an_exported_product_is_read_as_it_is() -> None:
    product = replace(
        a_product(),
        sku="7501055300075",
        name='Café "molido", 1/2 kg; fino',
        description="two\r\nlines\nmore",
        price=Decimal("86.2069"),
        supplier_id=3,
        cost=Decimal("50.00"),
        weight=Decimal("0.500"),
        is_active=False,
    )
    records = Records()
    content = HEADER + product_lines([product], {3: "Café & Cía"})
    (line,) = Lines().read([*records.feed(content), *records.end()])
    assert line == ImportProduct(
        line=2,
        sku="7501055300075",
        name=product.name,
        description=product.description,
        price=Decimal("86.2069"),
        tax_rate=product.tax_rate,
        cost=Decimal("50.00"),
        current_stock=product.current_stock,
        expected_stock=product.current_stock,
        low_stock_threshold=product.low_stock_threshold,
        supplier="Café & Cía",
        weight=Decimal("0.500"),
        is_active=False,
    )


def test_a_text_that_looks_like_a_formula_is_none_to_a_spreadsheet_and_is_read_as_it_is() -> None:
    product = replace(a_product(), sku="-A1", name='=HYPERLINK("http://x")', brand="'+1", supplier_id=3)
    records = Records()
    content = HEADER + product_lines([product], {3: "@home"})
    assert b"""\r\n'-A1,"'=HYPERLINK(""http://x"")",""" in content
    (line,) = Lines().read([*records.feed(content), *records.end()])
    assert isinstance(line, ImportProduct)
    assert (line.sku, line.name, line.brand, line.supplier) == ("-A1", product.name, "'+1", "@home")
