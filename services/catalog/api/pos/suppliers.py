"""The routes of suppliers, for ADMIN and OWNER only (POS "Supplier Management")."""

from typing import Annotated

from fastapi import Depends, Request, Response
from typing_extensions import TypedDict

from libs.common.db.listing import ListQuery
from libs.common.http.callers import AdminOrOwner
from libs.common.http.described import example, refuses
from libs.common.http.fields import PathId, Shape, Text, TextOrNull
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from libs.common.unset import UNSET, Unset
from services.catalog.api.pos.door import pos
from services.catalog.deps import DepsDep
from services.catalog.domain.suppliers import Supplier, SupplierHasProducts
from services.catalog.usecases import suppliers
from services.catalog.usecases.suppliers import ChangeSupplier, CreateSupplier

SuppliersQuery = Annotated[ListQuery, Depends(list_query(ordering=suppliers.SORTABLE, search=True))]
NAME = Text(max_length=255)

SUPPLIER = {
    "name": "Distribuidora de Bebidas S.A.",
    "phone_number": "5512345678",
    "contact_person": "Carlos Rivera",
    "rfc": "DBE101010XYZ",
    "tax_address": "Av. Insurgentes Sur 123, CDMX",
}


class SupplierDetails(Shape):
    """The details of a supplier that may be unknown; blank means null."""

    phone_number: Annotated[str | Unset, TextOrNull(max_length=20)] | None = UNSET
    contact_person: Annotated[str | Unset, TextOrNull(max_length=255)] | None = UNSET
    rfc: Annotated[str | Unset, TextOrNull(max_length=20)] | None = UNSET
    """The Mexican tax number."""
    tax_address: Annotated[str | Unset, TextOrNull(max_length=500)] | None = UNSET


@example(SUPPLIER)
class SupplierIn(SupplierDetails):
    """A supplier to create."""

    name: Annotated[str, NAME]


@example({"contact_person": "Ana Torres", "phone_number": "5598765432"})
class SupplierChange(SupplierDetails):
    """The fields of a supplier to change; the name must not be blank."""

    name: Annotated[str | Unset, NAME] = UNSET


@example({"id": 1, **SUPPLIER})
class SupplierOut(TypedDict):
    """A supplier; unknown details are null."""

    id: int
    name: str
    phone_number: str | None
    contact_person: str | None
    rfc: str | None
    """The Mexican tax number."""
    tax_address: str | None


@pos.get("/suppliers/", response_model=list[SupplierOut])
async def list_suppliers(
    request: Request, who: AdminOrOwner, query: SuppliersQuery, deps: DepsDep
) -> Response:
    """List the suppliers by id. `search` looks in name and rfc."""
    page = await suppliers.list_suppliers(query, database=deps.database)
    return reply_list(request, [_supplier_out(supplier) for supplier in page.items], page, query)


@pos.post("/suppliers/", response_model=SupplierOut, status_code=201)
async def create_supplier(body: SupplierIn, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Create a supplier."""
    supplier = await suppliers.create_supplier(body.into(CreateSupplier), database=deps.database)
    return reply(_supplier_out(supplier), status=201)


@pos.get("/suppliers/{supplier_id}/", response_model=SupplierOut)
async def find_supplier(supplier_id: PathId, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Read a supplier."""
    return reply(_supplier_out(await suppliers.find_supplier(supplier_id, database=deps.database)))


@pos.put("/suppliers/{supplier_id}/", response_model=SupplierOut, operation_id="replace_supplier")
@pos.patch("/suppliers/{supplier_id}/", response_model=SupplierOut)
async def change_supplier(
    supplier_id: PathId, body: SupplierChange, who: AdminOrOwner, deps: DepsDep
) -> Response:
    """Change some fields of a supplier, those in the body. PUT and PATCH do the same."""
    supplier = await suppliers.change_supplier(
        body.into(ChangeSupplier, supplier_id=supplier_id), database=deps.database
    )
    return reply(_supplier_out(supplier))


@pos.delete("/suppliers/{supplier_id}/", status_code=204)
@refuses(SupplierHasProducts())
async def delete_supplier(supplier_id: PathId, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Delete a supplier. One with products is refused (400)."""
    await suppliers.delete_supplier(supplier_id, database=deps.database)
    return reply(None, status=204)


def _supplier_out(supplier: Supplier) -> SupplierOut:
    return {
        "id": supplier.id,
        "name": supplier.name,
        "phone_number": supplier.phone_number,
        "contact_person": supplier.contact_person,
        "rfc": supplier.rfc,
        "tax_address": supplier.tax_address,
    }
