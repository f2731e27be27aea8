"""Suppliers, and their refusals."""

from dataclasses import dataclass

from libs.common.errors import DomainError, Kind, NotFound


class SupplierNotFound(NotFound):
    """There is no such supplier."""

    thing = "Supplier"


class UnknownSupplier(DomainError):
    """A product names a supplier that does not exist."""

    code = "unknown_supplier"
    remedy = "Send the id of an existing supplier, or null."

    def __init__(self, supplier_id: int | None) -> None:
        super().__init__(supplier_id=supplier_id)


class SupplierHasProducts(DomainError):
    """Products name this supplier."""

    kind = Kind.CONFLICT
    code = "supplier_has_products"
    remedy = "Give these products another supplier, or delete them, first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier; `rfc` is the Mexican tax id."""

    id: int
    name: str
    phone_number: str | None
    contact_person: str | None
    rfc: str | None
    tax_address: str | None
