"""How are suppliers kept?"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from psycopg.errors import ForeignKeyViolation

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from services.catalog.domain.suppliers import Supplier, SupplierHasProducts, SupplierNotFound

SUPPLIERS = "select id, name, phone_number, contact_person, rfc, tax_address from suppliers supplier"

FIND = SUPPLIERS + " where id = %(id)s"

LOCK = FIND + " for update"

ADD = """
    insert into suppliers (name, phone_number, contact_person, rfc, tax_address)
    values (%(name)s, %(phone_number)s, %(contact_person)s, %(rfc)s, %(tax_address)s)
    returning id, name, phone_number, contact_person, rfc, tax_address
"""

SAVE = """
    update suppliers
    set name = %(name)s, phone_number = %(phone_number)s, contact_person = %(contact_person)s,
        rfc = %(rfc)s, tax_address = %(tax_address)s
    where id = %(id)s
"""

# Products that were deleted need their supplier no more; the foreign key stands for those that do.
DELETE = """
    with forgotten as (
        update products set supplier_id = null where supplier_id = %(id)s and deleted_at is not null
    )
    delete from suppliers where id = %(id)s
"""

SORTABLE = ("id", "name", "rfc")

SUPPLIER_LIST = Listing(
    row=Supplier,
    rows=SUPPLIERS,
    counted="suppliers supplier",
    columns={field: f"supplier.{field}" for field in SORTABLE},
    searched=("supplier.name", "supplier.rfc"),
)


async def list_suppliers(query: ListQuery, *, database: Database) -> Page[Supplier]:
    """All suppliers, by id unless asked otherwise."""
    return await SUPPLIER_LIST.read(query, [], {}, database=database)


async def add_supplier(fields: Mapping[str, Any], *, database: Database) -> Supplier:
    """Enter somebody we buy from; `name` is needed, what else is not given is null."""
    blank = {"phone_number": None, "contact_person": None, "rfc": None, "tax_address": None}
    supplier = await database.fetch_one(Supplier, ADD, {**blank, **fields})
    assert supplier, "insert returns its row"
    return supplier


async def find_supplier(supplier_id: int, *, database: Database) -> Supplier:
    """The supplier; raises `SupplierNotFound`."""
    supplier = await database.fetch_one(Supplier, FIND, {"id": supplier_id})
    if supplier is None:
        raise SupplierNotFound
    return supplier


async def change_supplier(supplier_id: int, changes: Mapping[str, Any], *, database: Database) -> Supplier:
    """Change only the fields given; raises `SupplierNotFound`."""
    async with database.transaction() as tx:
        before = await tx.fetch_one(Supplier, LOCK, {"id": supplier_id})
        if before is None:
            raise SupplierNotFound
        after = replace(before, **changes)
        await tx.execute(SAVE, asdict(after))
    return after


async def delete_supplier(supplier_id: int, *, database: Database) -> None:
    """Raises `SupplierHasProducts` while products name it, and `SupplierNotFound`."""
    try:
        deleted = await database.execute(DELETE, {"id": supplier_id})
    except ForeignKeyViolation as needed:
        raise SupplierHasProducts from needed
    if not deleted:
        raise SupplierNotFound
