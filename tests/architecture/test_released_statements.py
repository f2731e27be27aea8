"""The statements of the last release run on the schemas of this version."""

from collections.abc import Callable

import orjson
import psycopg
import pytest
from psycopg import errors

from libs.testing.databases import WorkerDatabase
from tests.architecture.released_statements import RECORD, as_prepared

RELEASED: dict[str, dict[str, str]] = orjson.loads(RECORD.read_bytes())["statements"]


@pytest.mark.parametrize("service", RELEASED)
def test_every_statement_of_the_last_release_can_be_prepared(
    service: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    with psycopg.connect(database_of(service).url, autocommit=True) as connection:
        refused = {
            name: said
            for name, statement in RELEASED[service].items()
            if (said := refusal(connection, statement))
        }
    assert refused == {}


@pytest.mark.unit
def test_a_statement_keeps_its_placeholders() -> None:
    assert as_prepared("select %(a)s, %(b)s, %(a)s like '5%%'") == "select $1, $2, $1 like '5%'"


def refusal(connection: psycopg.Connection, statement: str) -> str | None:
    """What of the statement this schema does not have: a table or a column."""
    try:
        connection.execute(f"prepare released as {statement}".encode())
    except (errors.UndefinedTable, errors.UndefinedColumn) as error:
        return str(error).partition("\n")[0]
    except (errors.SyntaxError, errors.DatatypeMismatch, errors.UndefinedFunction):
        # a part that another text completes, or a type that psycopg would have sent with the value
        return None
    connection.execute("deallocate released")
    return None
