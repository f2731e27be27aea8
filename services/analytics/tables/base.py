"""The base class of the rows, and the types of money.

The metadata of the class has every table of analytics once the package is imported.
"""

from typing import Any

from sqlalchemy import Numeric
from sqlmodel import SQLModel

from libs.common.db.rows import new_registry

# Holds thirty years of the largest orders (tests/architecture/test_number_columns.py).
MONEY: Any = Numeric(24, 2)
BASE_PRICE: Any = Numeric(14, 4)


class Table(SQLModel, registry=new_registry()):
    """The base class of the rows of analytics' database."""
