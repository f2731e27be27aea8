"""Each statement of a trace is a span with the name of its constant, without its parameters."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from libs.common.context import traceparent
from libs.common.db.database import Database
from libs.testing.traces import Recorded

REMEMBER = "insert into inbox (event_id) values (%(id)s)"
KNOWN = "select count(*) from inbox"
ECHO = "select %(text)s::text"
FAIL = "select %(text)s::text::int"


@dataclass(frozen=True, slots=True)
class Count:
    count: int


@pytest.fixture
async def traced(recorded: Recorded, common_database_url: str) -> AsyncIterator[Database]:
    """A database that was opened while spans are recorded."""
    database = Database(common_database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def trace() -> Iterator[None]:
    token = traceparent.set("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    yield
    traceparent.reset(token)


async def test_a_statement_is_named_by_its_constant_and_the_function_that_runs_it(
    traced: Database, recorded: Recorded
) -> None:
    await traced.fetch_value(KNOWN)
    [span] = recorded.all
    function = "test_a_statement_is_named_by_its_constant_and_the_function_that_runs_it"
    assert (span.name, span.kind) == ("KNOWN", "CLIENT")
    assert span.attributes == {
        "db.system.name": "postgresql",
        "code.function.name": f"{__name__}.{function}",
    }


async def test_a_composed_statement_is_named_by_the_function_that_runs_it(
    traced: Database, recorded: Recorded
) -> None:
    async def count_all() -> None:
        await traced.fetch_value(sql.SQL("select count(*) from {}").format(sql.Identifier("inbox")))

    await count_all()
    assert recorded.by_name.keys() == {"count_all"}


async def test_statements_of_a_transaction_are_below_it(traced: Database, recorded: Recorded) -> None:
    async with traced.transaction() as tx:
        await tx.execute_each(REMEMBER, [{"id": uuid4()}, {"id": uuid4()}])
        await tx.execute_each(REMEMBER, [{"id": uuid4()}])
        await tx.execute(REMEMBER, {"id": uuid4()})
        await tx.fetch_all(Count, KNOWN)
    *statements, transaction = recorded.all
    assert [span.name for span in statements] == ["REMEMBER"] * 3 + ["KNOWN"]
    assert transaction.name == "transaction"
    assert all(span.is_below(transaction) for span in statements)


async def test_neither_parameters_nor_what_a_failed_statement_says_about_them_are_in_spans(
    traced: Database, recorded: Recorded
) -> None:
    await traced.fetch_value(ECHO, {"text": "SECRET"})
    with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="SECRET"):
        await traced.fetch_value(FAIL, {"text": "SECRET"})
    failed = recorded.by_name["FAIL"]
    assert (failed.failed, failed.attributes["error.type"]) == (True, "InvalidTextRepresentation")
    assert "SECRET" not in recorded.text


async def test_what_no_request_has_asked_for_makes_no_span(traced: Database, recorded: Recorded) -> None:
    token = traceparent.set(None)
    await traced.ping()
    traceparent.reset(token)
    assert recorded.all == []
