"""The base class of the rows; its metadata has every table of catalog once the package is imported."""

from sqlmodel import SQLModel

from libs.common.db.rows import new_registry


class Table(SQLModel, registry=new_registry()):
    """The base class of the rows of catalog's database."""
