"""The tables that a rebuild fills, and the statements that make them as the schema of record says."""

from collections.abc import Sequence

from sqlalchemy import MetaData, create_mock_engine
from sqlalchemy import Table as SqlTable
from sqlalchemy.schema import ExecutableDDLElement

from services.analytics.tables import Table

REBUILT = "rebuilt"

# What is no figure stays as it is.
KEPT = frozenset({"inbox", "watermark"})


def rebuilt_tables() -> Sequence[SqlTable]:
    """The tables that are filled again."""
    return [table for table in Table.metadata.sorted_tables if table.name not in KEPT]


def definitions() -> Sequence[str]:
    """The statements that make these tables and their indexes in the schema of the rebuild."""
    statements: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("postgresql+psycopg://", note)
    metadata = MetaData(naming_convention=Table.metadata.naming_convention)
    for table in rebuilt_tables():
        table.to_metadata(metadata, schema=REBUILT)
    metadata.create_all(engine, checkfirst=False)
    return statements
