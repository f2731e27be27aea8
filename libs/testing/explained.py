"""Hears the plan of every statement that a service runs, as it was carried out: PostgreSQL's auto_explain."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson
import psycopg
from psycopg import sql

from libs.common.db.connections import KeepingConnection
from libs.common.db.database import Database

# Plans come to the client that ran the statement. Functions and triggers are told too.
EXPLAINS: Mapping[str, str] = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_level": "notice",
    "auto_explain.log_format": "json",
    "auto_explain.log_nested_statements": "on",
}
BLOCKS = ("Shared Hit Blocks", "Shared Read Blocks", "Temp Read Blocks", "Temp Written Blocks")
BEGINS = "plan:\n"


@dataclass(frozen=True, slots=True)
class Carried:
    """A statement that was carried out, the blocks that it touched, and those of each table read in full."""

    statement: str
    blocks: int
    scanned: Mapping[str, int]

    @classmethod
    def of(cls, notice: str) -> Self:
        """From what auto_explain tells."""
        told = orjson.loads(notice[notice.index(BEGINS) + len(BEGINS) :])
        plan = told["Plan"]
        return cls(
            statement=" ".join(told["Query Text"].split()),
            blocks=_blocks(plan),
            scanned={
                node["Relation Name"]: _blocks(node)
                for node in _nodes(plan)
                if node["Node Type"] == "Seq Scan" and node["Actual Loops"] > 0
            },
        )


def _blocks(plan: Mapping[str, Any]) -> int:
    """The blocks of a plan or a part of it.

    A node counts those below it, but for the inserts in a `with` that no other part of the statement reads:
    they run when the rest has ended.
    """
    read = {node["CTE Name"] for node in _nodes(plan) if node["Node Type"] == "CTE Scan"}
    inserted = [
        node
        for node in _nodes(plan)
        if node["Node Type"] == "ModifyTable"
        and "Subplan Name" in node
        and node["Subplan Name"].removeprefix("CTE ") not in read
    ]
    return sum(node[blocks] for node in (plan, *inserted) for blocks in BLOCKS)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def explain_all(admin_url: str, database: str) -> None:
    """Have PostgreSQL explain every statement in a database to its client, from the next connection on."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for name, value in EXPLAINS.items():
            admin.execute(
                sql.SQL("alter database {} set {} = {}").format(
                    sql.Identifier(database), sql.SQL(name), sql.Literal(value)
                )
            )


def explain_own(database: Database, **settings: str) -> None:
    """Have PostgreSQL explain to this pool alone what it runs, in sessions with further settings.

    Call it before the pool opens; its login is a superuser's.
    """
    assert isinstance(database.pool.kwargs, dict)
    options = [f"-c {name}={value}" for name, value in {**EXPLAINS, **settings}.items()]
    database.pool.kwargs["options"] = " ".join((database.pool.kwargs["options"], *options))


def hear(database: Database) -> list[Carried]:
    """The list to which every statement of the service's pool is added; call it before the pool opens."""
    heard: list[Carried] = []

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.message_primary and BEGINS in diagnostic.message_primary:
            heard.append(Carried.of(diagnostic.message_primary))

    class Hearing(KeepingConnection):
        """A connection that notes what PostgreSQL tells of its statements."""

        @classmethod
        async def connect(cls, *args: Any, **options: Any) -> Self:
            connection = await super().connect(*args, **options)
            connection.add_notice_handler(note)
            connection.prepare_threshold = 0  # as after some requests
            return connection

    database.pool.connection_class = Hearing
    return heard
