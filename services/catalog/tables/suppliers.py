"""Suppliers."""

from sqlmodel import Field

from libs.common.db.rows import dictionary_index, folded_texts, search_index
from services.catalog.tables.base import Table


class SupplierRow(Table, table=True):
    """A supplier. The foreign key of products forbids deleting one that is in use.

    It is locked after products.
    """

    __tablename__ = "suppliers"
    __table_args__ = (
        search_index("suppliers"),
        dictionary_index("suppliers", "name"),
        dictionary_index("suppliers", "rfc"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=255)
    phone_number: str | None = Field(default=None, max_length=20)
    contact_person: str | None = Field(default=None, max_length=255)
    rfc: str | None = Field(default=None, max_length=20)
    tax_address: str | None = Field(default=None, max_length=500)
    search_text: str | None = Field(
        default=None, sa_column=folded_texts("name::text", "coalesce(rfc, '')::text")
    )
