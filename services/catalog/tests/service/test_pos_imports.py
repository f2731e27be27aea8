"""Products as a CSV file at the POS door: import and export (added to the contract)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from libs.common.contracts.catalog import ProductChanged, StockChanged, SupplierChanged
from libs.testing.locks import in_turn, until_waiting
from libs.testing.waiting import eventually
from services.catalog.api.pos import imports
from services.catalog.tests.builders import Shop
from services.catalog.usecases.suppliers import LOCK_NAMES

FILE = """\
sku,name,price,tax_rate,current_stock,supplier,cost
KO-600-MX,Coca Cola 600ml,18.50,16.00,100,Bebidas S.A.,12.00
KO-355-MX,"Café, molido",20.00,EXENT,,,
"""


async def imported(shop: Shop, file: str | bytes, *, query: str = "") -> Any:
    """The answer to an import."""
    content = file.encode() if isinstance(file, str) else file
    response = await shop.ask("POST", f"products/import/{query}", role="OWNER", content=content)
    assert response.status_code == 200, response.text
    return response.json()


async def products(shop: Shop) -> dict[str, Any]:
    """The products by their sku."""
    return {product["sku"]: product for product in await shop.get("products/")}


async def test_a_file_creates_products(shop: Shop) -> None:
    answer = await imported(shop, FILE)
    assert answer == {
        "dry_run": False,
        "lines": 2,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
        "results": [
            {
                "line": 2,
                "sku": "KO-600-MX",
                "result": "created",
                "id": answer["results"][0]["id"],
                "errors": {},
            },
            {
                "line": 3,
                "sku": "KO-355-MX",
                "result": "created",
                "id": answer["results"][1]["id"],
                "errors": {},
            },
        ],
    }
    cola = (await products(shop))["KO-600-MX"]
    (supplier,) = await shop.get("suppliers/", role="ADMIN")
    assert supplier["name"] == "Bebidas S.A."
    assert (cola["price"], cola["tax_rate"], cola["cost"]) == ("18.50", "0.16", "12.00")
    assert (cola["current_stock"], cola["supplier"], cola["low_stock_threshold"]) == (100, supplier["id"], 10)
    cafe = (await products(shop))["KO-355-MX"]
    assert (cafe["description"], cafe["tax_rate"], cafe["current_stock"]) == ("Café, molido", "EXENT", 0)


async def test_an_import_leaves_ledger_lines_and_events(shop: Shop) -> None:
    await imported(shop, FILE)
    cola = (await products(shop))["KO-600-MX"]
    (line,) = await shop.get(f"products/{cola['id']}/stock-history/")
    assert (line["change"], line["balance"], line["reason"]) == (100, 100, "INITIAL")
    assert line["user"] is not None
    suppliers = {event.sku: event.supplier_id for event in await shop.published(ProductChanged)}
    assert suppliers == {"KO-600-MX": cola["supplier"], "KO-355-MX": None}
    (supplier,) = await shop.published(SupplierChanged)
    assert (supplier.supplier_id, supplier.name) == (cola["supplier"], "Bebidas S.A.")
    (counted,) = await shop.published(StockChanged)
    assert [level.product_id for level in counted.products] == [cola["id"]]


async def test_a_file_changes_only_the_given_fields_of_products_that_exist(shop: Shop) -> None:
    before = await shop.product(sku="A-1", name="Tea", price="10.00", current_stock=7, cost="4.00")
    answer = await imported(shop, "sku,price,current_stock,cost\nA-1,11.00,9,\n")
    assert (answer["updated"], answer["results"][0]["id"]) == (1, before["id"])
    after = (await products(shop))["A-1"]
    changed = {"price", "exact_price", "final_price", "current_stock", "available_to_sell", "low_stock"}
    assert {**after, **{name: before[name] for name in changed}} == before
    assert (after["price"], after["current_stock"]) == ("11.00", 9)
    history = await shop.get(f"products/{before['id']}/stock-history/")
    assert [(line["change"], line["reason"]) for line in history] == [(2, "ADJUSTMENT"), (7, "INITIAL")]


async def test_the_same_file_again_changes_nothing(shop: Shop) -> None:
    await imported(shop, FILE)
    answer = await imported(shop, FILE)
    assert (answer["unchanged"], answer["created"], answer["updated"]) == (2, 0, 0)
    assert len(await shop.published(ProductChanged)) == 2


async def test_a_line_is_whole_or_not_at_all_and_does_not_hinder_the_others(shop: Shop) -> None:
    answer = await imported(
        shop, 'sku,name,price,current_stock\nA,Tea,10.00,-1\nB,Milk,"12,50",\nC,Bread,8.00,3\nD,,,\n'
    )
    assert [(line["line"], line["result"]) for line in answer["results"]] == [
        (2, "refused"),
        (3, "refused"),
        (4, "created"),
        (5, "refused"),
    ]
    assert [line["errors"] for line in answer["results"] if line["errors"]] == [
        {"current_stock": ["Ensure this value is greater than or equal to 0."]},
        {"price": ['"12,50" has a comma. Write decimals with a point: 1234.50.']},
        {"name": ["This field is required."], "price": ["This field is required."]},
    ]
    assert set(await products(shop)) == {"C"}


async def test_a_line_that_is_refused_creates_no_supplier(shop: Shop) -> None:
    await shop.product(sku="SOLD", current_stock=7)
    answer = await imported(
        shop,
        "sku,name,supplier,current_stock,expected_stock\nNEW,Tea,Bebidas S.A.,,\nSOLD,,Bebidas S.A.,12,10\n",
    )
    assert [line["errors"] for line in answer["results"]] == [
        {"price": ["This field is required."]},
        {"current_stock": ["Stock changed meanwhile: it is 7."]},
    ]
    assert await shop.get("suppliers/", role="ADMIN") == []
    assert await shop.published(SupplierChanged) == []


async def test_a_line_may_name_another_supplier_only(shop: Shop) -> None:
    before = await shop.product(sku="A-1")
    assert (await imported(shop, "sku,supplier\nA-1,Bebidas S.A.\n"))["updated"] == 1
    (supplier,) = await shop.get("suppliers/", role="ADMIN")
    assert (await products(shop))["A-1"] == {**before, "supplier": supplier["id"]}


async def test_a_dry_run_says_the_same_and_changes_nothing(shop: Shop) -> None:
    await shop.product(sku="KO-355-MX", name="Old")
    answer = await imported(shop, FILE, query="?dry_run=true")
    assert [(line["result"], line["id"] is None) for line in answer["results"]] == [
        ("created", True),
        ("updated", False),
    ]
    assert answer["dry_run"] is True
    assert set(await products(shop)) == {"KO-355-MX"}
    assert await shop.get("suppliers/", role="ADMIN") == []
    assert await shop.published(SupplierChanged) == []
    assert len(await shop.published(ProductChanged)) == 1


async def test_a_file_that_deactivates_a_product_ends_its_holds_and_its_promotion(shop: Shop) -> None:
    product = await shop.product(sku="A-1", current_stock=5)
    await shop.promotion(product)
    held = await shop.ask("POST", f"products/{product['id']}/reserve/", json={"amount": 2})
    assert held.status_code == 200
    assert (await imported(shop, "sku,is_active\nA-1,no\n"))["updated"] == 1
    after = (await products(shop))["A-1"]
    assert (after["is_active"], after["reserved_quantity"], after["discounted_price"]) == (False, 0, None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
async def test_spreadsheets_files_are_read(shop: Shop, encoding: str) -> None:
    await imported(shop, "sku;name;price\r\nA;Piñata;12.50\r\n".encode(encoding))
    assert (await products(shop))["A"]["name"] == "Piñata"


async def test_stock_that_changed_since_the_export_is_not_overwritten(shop: Shop) -> None:
    await shop.product(sku="SOLD", current_stock=7)
    await shop.product(sku="EDITED", current_stock=7)
    answer = await imported(
        shop, "sku,name,current_stock,expected_stock\nSOLD,New name,10,10\nEDITED,New name,12,10\n"
    )
    assert [line["result"] for line in answer["results"]] == ["updated", "refused"]
    assert answer["results"][1]["errors"] == {"current_stock": ["Stock changed meanwhile: it is 7."]}
    after = await products(shop)
    assert [(after[sku]["current_stock"], after[sku]["name"]) for sku in ("SOLD", "EDITED")] == [
        (7, "New name"),
        (7, "Coca Cola 600ml"),
    ]


async def test_a_price_that_is_written_back_in_cents_stays_as_exact_as_it_is(shop: Shop) -> None:
    await imported(shop, "sku,name,price\nA,Tea,86.2069\n")
    tea = (await products(shop))["A"]
    assert (tea["price"], tea["exact_price"], tea["final_price"]) == ("86.21", "86.2069", "100.00")
    assert (await imported(shop, "sku,price\nA,86.21\n"))["unchanged"] == 1
    assert (await imported(shop, "sku,price\nA,86.30\n"))["updated"] == 1
    assert (await products(shop))["A"]["exact_price"] == "86.30"


async def test_an_export_is_what_an_import_takes(shop: Shop) -> None:
    await imported(shop, FILE)
    before = await products(shop)
    response = await shop.ask("GET", "products/export/", role="ADMIN")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="products.csv"'
    answer = await imported(shop, response.content)
    assert (answer["lines"], answer["unchanged"]) == (2, 2)
    assert await products(shop) == before


async def test_of_suppliers_of_one_name_a_product_keeps_its_own(shop: Shop) -> None:
    await shop.supplier("Bebidas S.A.")
    second = await shop.supplier("Bebidas S.A.")
    await shop.product(sku="A-1", supplier=second["id"])
    response = await shop.ask("GET", "products/export/", role="ADMIN")
    assert (await imported(shop, response.content))["unchanged"] == 1
    assert (await products(shop))["A-1"]["supplier"] == second["id"]


async def test_files_of_several_batches_are_imported(shop: Shop) -> None:
    lines = "".join(f"SKU-{number},Product {number},{number}.00\n" for number in range(1, 451))
    answer = await imported(shop, f"sku,name,price\n{lines}")
    assert (answer["created"], [line["line"] for line in answer["results"]]) == (450, [*range(2, 452)])
    response = await shop.ask("GET", "products/export/", role="ADMIN")
    assert response.text.count("\r\n") == 451


async def test_two_imports_of_new_products_at_once_create_each_once(shop: Shop) -> None:
    lines = [f"SKU-{number},Product {number},5.00,Supplier {number % 5}\n" for number in range(60)]
    header = "sku,name,price,supplier\n"
    answers = await asyncio.gather(
        imported(shop, header + "".join(lines)), imported(shop, header + "".join(reversed(lines)))
    )
    assert sum(answer["created"] for answer in answers) == 60
    assert sum(answer["unchanged"] for answer in answers) == 60
    assert len(await products(shop)) == 60
    assert len(await shop.get("suppliers/", role="ADMIN")) == 5


async def test_two_imports_at_once_may_spell_new_suppliers_in_different_case(shop: Shop) -> None:
    header, names = "sku,name,price,supplier\n", [f"Supplier {number}" for number in range(8)]
    respelled = [name.upper() if number % 2 else name for number, name in enumerate(names)]
    answers = await asyncio.gather(
        imported(shop, header + "".join(f"A{name},Tea,5.00,{name}\n" for name in names)),
        imported(shop, header + "".join(f"B{name},Tea,5.00,{name}\n" for name in respelled)),
    )
    assert [answer["created"] for answer in answers] == [8, 8]
    assert len(await shop.get("suppliers/", role="ADMIN")) == 8


async def test_two_imports_at_once_may_spell_new_suppliers_in_forms_that_only_the_database_takes_for_one(
    shop: Shop,
) -> None:
    """Python's lower-case form of ΑΣ ends in ς, PostgreSQL's in σ; the other name stands between them."""
    files = [
        "sku,name,price,supplier\n" + "".join(f"{sku}-{name},Tea,5.00,{name}\n" for name in (name, "ας 2"))
        for sku, name in {"A": "ΑΣ", "B": "ασ"}.items()
    ]
    answers = await in_turn(
        shop.database, LOCK_NAMES, *(imported(shop, file) for file in files), given={"names": ["ασ"]}
    )
    assert [answer["created"] for answer in answers] == [2, 2]
    assert len(await shop.get("suppliers/", role="ADMIN")) == 2


async def test_an_import_that_waits_for_a_change_of_a_product_leaves_what_it_does_not_name(
    shop: Shop,
) -> None:
    product = await shop.product(cost="12.00")
    await in_turn(
        shop.database,
        "select from products for no key update",
        shop.ask("PATCH", f"products/{product['id']}/", json={"cost": "13.00"}),
        imported(shop, f"sku,name\n{product['sku']},Cola\n"),
    )
    now = await shop.reading(product)
    assert (now["name"], now["cost"]) == ("Cola", "13.00")


async def test_an_import_beside_a_rename_to_a_name_of_the_file_makes_the_suppliers_of_one_before_the_other(
    shop: Shop,
) -> None:
    await shop.supplier("Zeta")
    file = "sku,name,price,supplier\n" + "".join(
        f"{name},Tea,5.00,{name}\n" for name in ("Alfa", "Mu", "Zeta")
    )
    importing, renaming = await in_turn(
        shop.database,
        LOCK_NAMES,
        imported(shop, file),
        shop.ask("PATCH", "suppliers/1/", role="ADMIN", json={"name": "Alfa"}),
        given={"names": ["Mu"]},
    )
    assert (importing["created"], renaming.status_code) == (3, 200)
    names = [supplier["name"] for supplier in await shop.get("suppliers/", role="ADMIN")]
    assert sorted(names) == ["Alfa", "Alfa", "Mu"]


async def test_a_supplier_that_is_deleted_waits_for_an_import_that_met_one_of_its_deleted_products(
    shop: Shop,
) -> None:
    supplier = await shop.supplier("Zeta")
    gone, other = await shop.product(supplier=supplier["id"]), await shop.product()
    file = f"sku,name,price,supplier\n{gone['sku']},Tea,5.00,\n{other['sku']},Tea,5.00,Zeta\n"
    lock = "select from products where id = %(id)s for no key update"
    async with asyncio.TaskGroup() as tasks, shop.database.transaction() as holding:
        await holding.execute(lock, other)
        forgetting = shop.ask("DELETE", f"products/{gone['id']}/", role="ADMIN")
        met = tasks.create_task(in_turn(shop.database, lock, forgetting, imported(shop, file), given=gone))
        await eventually(
            lambda: shop.database.fetch_value("select true from products where deleted_at is not null")
        )
        await until_waiting(shop.database)
        deleting = tasks.create_task(shop.ask("DELETE", f"suppliers/{supplier['id']}/", role="ADMIN"))
        await until_waiting(shop.database, 2)
    answer = met.result()[1]
    assert (answer["created"], answer["updated"], deleting.result().status_code) == (1, 1, 400)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("", "The file is empty."),
        ("name,price\nTea,1.00\n", 'The column "sku" is missing.'),
        ("sku,sku\n", "A column stands in the header twice."),
    ],
)
async def test_a_file_without_a_usable_header_is_refused(shop: Shop, file: str, reason: str) -> None:
    response = await shop.ask("POST", "products/import/", role="OWNER", content=file.encode())
    assert (response.status_code, response.json()) == (400, {"file": [reason]})
    assert response.headers["x-error-code"] == "unusable_file"


async def test_a_file_that_is_too_large_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "IMPORT_BYTES_MAX", 100)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"sku,name,price\n"
        yield b"x" * 100

    response = await shop.ask("POST", "products/import/", role="OWNER", content=pieces())
    assert response.status_code == 413
    assert response.headers["x-error-code"] == "body_too_large"
