"""Creating, changing, deleting and reading suppliers."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from psycopg.errors import ForeignKeyViolation

from libs.common.contracts.catalog import SupplierChanged
from libs.common.db.database import Database, Transaction
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from libs.common.unset import UNSET, Unset, given
from services.catalog.domain.products import Product
from services.catalog.domain.suppliers import Supplier, SupplierHasProducts, SupplierNotFound

SELECT_SUPPLIERS = "select id, name, phone_number, contact_person, rfc, tax_address from suppliers supplier"

SELECT_SUPPLIER = SELECT_SUPPLIERS + " where id = %(id)s"

LOCK_SUPPLIER = SELECT_SUPPLIER + " for update"

INSERT_SUPPLIER = """
    insert into suppliers (name, phone_number, contact_person, rfc, tax_address)
    values (%(name)s, %(phone_number)s, %(contact_person)s, %(rfc)s, %(tax_address)s)
    returning id, name, phone_number, contact_person, rfc, tax_address
"""

UPDATE_SUPPLIER = """
    update suppliers
    set name = %(name)s, phone_number = %(phone_number)s, contact_person = %(contact_person)s,
        rfc = %(rfc)s, tax_address = %(tax_address)s
    where id = %(id)s
"""

# Deleted products lose their supplier: their rows are locked in id order, and before the supplier's, as
# everywhere. Their pieces may be coming back, and an import may have met one.
FORGET_SUPPLIER = """
    update products set supplier_id = null where id in (
        select id from products where supplier_id = %(id)s and deleted_at is not null
        order by id for no key update
    )
"""

# The foreign key refuses while other products name the supplier.
DELETE_SUPPLIER = """
    delete from suppliers where id = %(id)s
    returning id, name, phone_number, contact_person, rfc, tax_address
"""

# The key has no regard to case (libs/common/db/text_forms.py); of several suppliers the one that is written
# so is found, then the product's own. The lock keeps suppliers from being deleted until a product names them,
# and from getting the name of another that is looked for. All are looked for at one moment: one that is
# renamed meanwhile has its name of before, or that of after.
SELECT_NAMED = """
    select found.id
    from unnest(%(names)s::text[], %(held)s::bigint[]) with ordinality as wanted (name, held, place)
    left join lateral (
        select id from suppliers
        where dictionary_key(suppliers.name) = dictionary_key(wanted.name)
        order by dictionary_key(suppliers.name), suppliers.name = wanted.name desc, id = wanted.held desc, id
        limit 1
        for share
    ) found on true
    order by place
"""

# Until the transaction ends, nobody else creates suppliers of these names for products. In one order, so that
# two imports cannot deadlock.
LOCK_NAMES = """
    select pg_advisory_xact_lock(name) from (
        select distinct hashtextextended('supplier/' || encode(dictionary_key(name), 'hex'), 0) as name
        from unnest(%(names)s::text[]) as name order by name
    ) as in_order
"""

SORTABLE = ("id", "name", "rfc")

SUPPLIER_LIST = Listing(
    row=Supplier,
    rows=SELECT_SUPPLIERS,
    counted="suppliers supplier",
    columns={field: f"supplier.{field}" for field in SORTABLE},
    nullable=("rfc",),
    texts=("name", "rfc"),
    searched="supplier.search_text",
)


@dataclass(frozen=True, slots=True)
class Named:
    """A supplier by its name, trimmed, without regard to case.

    Of several it is the one that the product has already, `held`, else the lowest.
    """

    name: str
    held: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSupplier:
    """A supplier to create; an unknown detail is None."""

    name: str
    phone_number: str | None = None
    contact_person: str | None = None
    rfc: str | None = None
    tax_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSupplier:
    """The fields of a supplier to change."""

    supplier_id: int
    name: str | Unset = UNSET
    phone_number: str | Unset | None = UNSET
    contact_person: str | Unset | None = UNSET
    rfc: str | Unset | None = UNSET
    tax_address: str | Unset | None = UNSET


async def list_suppliers(query: ListQuery, *, database: Database) -> Page[Supplier]:
    """All suppliers, by id unless ordered otherwise."""
    return await SUPPLIER_LIST.read(query, [], {}, database=database)


async def create_supplier(command: CreateSupplier, *, database: Database) -> Supplier:
    """Create a supplier."""
    async with database.transaction() as tx:
        return await _create(tx, command)


async def find_supplier(supplier_id: int, *, database: Database) -> Supplier:
    """The supplier; raises `SupplierNotFound`."""
    supplier = await database.fetch_one(Supplier, SELECT_SUPPLIER, {"id": supplier_id})
    if supplier is None:
        raise SupplierNotFound
    return supplier


async def change_supplier(command: ChangeSupplier, *, database: Database) -> Supplier:
    """Change the given fields only; raises `SupplierNotFound`."""
    async with database.transaction() as tx:
        before = await tx.fetch_one(Supplier, LOCK_SUPPLIER, {"id": command.supplier_id})
        if before is None:
            raise SupplierNotFound
        after = replace(before, **given(command, but=("supplier_id",)))
        await tx.execute(UPDATE_SUPPLIER, asdict(after))
        _publish(tx, after)
    return after


async def suppliers_named(tx: Transaction, wanted: Iterable[Named]) -> dict[Named, int]:
    """The ids of the suppliers with these names; a new one where there is none.

    Of several that create the same at once, one does.
    """
    by_name = sorted(wanted, key=lambda each: each.name)
    suppliers = dict(zip(by_name, await _find_named(tx, by_name), strict=True))
    if unknown := [each.name for each, found in suppliers.items() if not found]:
        await tx.execute(LOCK_NAMES, {"names": unknown})
    return {each: found or await _found_or_new(tx, each) for each, found in suppliers.items()}


async def _find_named(tx: Transaction, wanted: Sequence[Named]) -> list[int | None]:
    names, held = [each.name for each in wanted], [each.held for each in wanted]
    return await tx.fetch_values(SELECT_NAMED, {"names": names, "held": held})


async def _found_or_new(tx: Transaction, wanted: Named) -> int:
    (found,) = await _find_named(tx, [wanted])
    return found or (await _create(tx, CreateSupplier(name=wanted.name))).id


async def names_of_suppliers(products: Iterable[Product], *, database: Database) -> dict[int, str]:
    """The names of the suppliers of these products, by id."""
    ids = {product.supplier_id for product in products if product.supplier_id is not None}
    found = await database.fetch_all(Supplier, SELECT_SUPPLIERS + " where id = any(%(ids)s)", {"ids": [*ids]})
    return {supplier.id: supplier.name for supplier in found}


async def delete_supplier(supplier_id: int, *, database: Database) -> None:
    """Delete the supplier. Raises `SupplierHasProducts` while products name it, and `SupplierNotFound`."""
    try:
        async with database.transaction() as tx:
            await tx.execute(FORGET_SUPPLIER, {"id": supplier_id})
            deleted = await tx.fetch_one(Supplier, DELETE_SUPPLIER, {"id": supplier_id})
            if deleted is None:
                raise SupplierNotFound
            _publish(tx, deleted, deleted=True)
    except ForeignKeyViolation as needed:
        raise SupplierHasProducts from needed


async def _create(tx: Transaction, command: CreateSupplier) -> Supplier:
    supplier = await tx.fetch_only(Supplier, INSERT_SUPPLIER, asdict(command))
    _publish(tx, supplier)
    return supplier


def _publish(tx: Transaction, supplier: Supplier, *, deleted: bool = False) -> None:
    event = SupplierChanged(supplier_id=supplier.id, name=supplier.name, deleted=deleted)
    tx.publish(event, subject=f"supplier/{supplier.id}")
