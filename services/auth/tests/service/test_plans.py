"""With many rows, every statement of a login, list or poll reads only a few pages, by index."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, LiteralString

import pytest
from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.testing.clock import START
from libs.testing.databases import WorkerDatabase
from services.auth.domain import approvals as rules
from services.auth.domain import throttling
from services.auth.usecases import till_secrets
from services.auth.usecases.audit import AUDIT_LIST
from services.auth.usecases.pruning import prunables
from services.auth.usecases.sessions.attempts import SELECT_FAILURES
from services.auth.usecases.sessions.logins import UPDATE_SESSION
from services.auth.usecases.sessions.reading import LIVE_OF_USER, SELECT_REVOCATIONS, SESSION_LIST
from services.auth.usecases.sessions.revoking import UPDATE_SESSIONS

# 2000 users; 100 of them have 100 sessions each, 5 of them live. They are attacked from many addresses, and
# others from a single address, as far as the throttle permits.
FILL: tuple[LiteralString, ...] = (
    """
insert into users (username, username_key, email, email_key, password_hash,
                   first_name, last_name, phone_number, address, created_at)
select n, n, n, n, '', '', '', '', '', %(now)s from generate_series(1, 2000) n
""",
    "insert into user_roles (user_id, role) select id, 'employee' from users",
    """
insert into sessions (user_id, refresh_token_hash, user_agent, ip_address,
                      created_at, last_used_at, expires_at, revoked_at)
select user_id, sha256((user_id || '/' || n)::bytea), '', '10.0.0.' || n, at, at, at + interval '7 days',
       case when n %% 2 = 0 then at end
from generate_series(1, 100) user_id, generate_series(1, 100) n,
     lateral (select %(now)s - interval '16 hours' * n as at) opened
""",
    """
insert into revocations (session_id, expires_at)
select id, expires_at from sessions where revoked_at is not null
""",
    """
insert into login_failures (account, ip_address, failed_at)
select 'user:' || n %% 100 + 1, '10.9.' || n %% 20 || '.' || n %% 250, %(now)s - interval '58 ms' * n
from generate_series(1, 5000) n
union all
select 'user:' || n %% 30 + 1, '10.0.0.1', %(now)s - interval '0.9 seconds' * n from generate_series(1, 300) n
""",
    """
insert into approval_failures (approver, caller_id, failed_at)
select 'user:' || n %% 100 + 1, n %% 100 + 1, %(now)s - interval '58 ms' * n from generate_series(1, 5000) n
""",
    """
insert into audit_events (user_id, kind, ip_address, user_agent, created_at, details)
select n %% 200 + 1, 'login', '', '', %(now)s - interval '1 minute' * n, '{}' from generate_series(1, 10000) n
""",
    "vacuum analyze users, user_roles, sessions, revocations, login_failures, audit_events",
    "vacuum analyze approval_failures",
)


@pytest.fixture(scope="module")
async def database(database_of: Callable[[str], WorkerDatabase]) -> AsyncIterator[Database]:
    """The database with many rows, filled once: the tests leave it as it is."""
    of_auth = database_of("auth")
    of_auth.empty()
    database = Database(of_auth.url, name="plans")
    await database.open()
    for statement in FILL:
        await database.execute(statement, {"now": START} if "%(now)s" in statement else ())
    yield database
    await database.close()


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def pages_read(database: Database, statement: bytes, params: Mapping[str, object]) -> int:
    """The number of pages that the statement reads; it is undone. Fails if it scans a whole table."""
    explain = b"explain (analyze, buffers, format json) " + statement
    async with database.connection() as one, one.connection.transaction(force_rollback=True):
        ((plan,),) = [await one.fetch_value(explain, params)]
    whole = plan["Plan"]
    assert not [node["Relation Name"] for node in nodes(whole) if node["Node Type"] == "Seq Scan"]
    return int(whole["Shared Hit Blocks"]) + int(whole["Shared Read Blocks"])


def ago(**parts: float) -> datetime:
    return START - timedelta(**parts)


async def test_the_throttle_of_an_account_and_an_address_under_attack(database: Database) -> None:
    read = await pages_read(
        database,
        SELECT_FAILURES.encode(),
        {
            "account": "user:1",
            "user_id": 1,
            "household": "10.0.0.1",
            "ip_address": "10.0.0.1",
            "since": START - throttling.WINDOW,
            "known_since": START - throttling.ADDRESS_IS_KNOWN_FOR,
            "per_account_and_address": throttling.MAX_PER_ACCOUNT_AND_ADDRESS,
            "per_account": throttling.MAX_PER_ACCOUNT,
            "per_address": throttling.MAX_PER_ADDRESS,
        },
    )
    # In the worst case every counted failure is on a separate page, in addition to the index pages.
    counted = throttling.MAX_PER_ACCOUNT_AND_ADDRESS + throttling.MAX_PER_ACCOUNT + throttling.MAX_PER_ADDRESS
    assert read <= counted + 40


async def test_the_throttle_of_a_persons_pin(database: Database) -> None:
    limits = {"of_approver": rules.MAX_OF_APPROVER, "of_caller": rules.MAX_OF_CALLER}
    read = await pages_read(
        database,
        till_secrets.SELECT_FAILURES.encode(),
        {
            "approver": "user:1",
            "actor_id": 1,
            "is_pin": True,
            "since": START - rules.WINDOW,
            "since_yesterday": START - rules.DAY,
            "before_pin": rules.MAX_BEFORE_PIN,
            **limits,
        },
    )
    assert read <= sum(limits.values()) + rules.MAX_BEFORE_PIN + 20


async def test_a_refresh(database: Database) -> None:
    token_hash = await database.fetch_value("select refresh_token_hash from sessions where id = 1")
    assert (
        await pages_read(database, UPDATE_SESSION.encode(), {"hash": token_hash, "now": ago(hours=15)}) <= 40
    )


async def test_the_list_of_live_sessions(database: Database) -> None:
    page = SESSION_LIST.page(ListQuery(), [LIVE_OF_USER], {"user_id": 7, "now": START})
    assert await pages_read(database, page.rows, page.params) <= 40


async def test_ending_all_sessions_of_a_user(database: Database) -> None:
    which = {"except_session": None, "by_pin_only": False}
    params = {"user_id": 7, "now": START, "tokens_end_at": START, **which}
    assert await pages_read(database, UPDATE_SESSIONS.encode(), params) <= 150


async def test_a_poll_of_a_gateway_that_knows_nearly_all(database: Database) -> None:
    last: int = await database.fetch_value("select max(id) from revocations")
    params = {"after": last - 5, "ended_by": ago(days=3), "limit": 10_000}
    assert await pages_read(database, SELECT_REVOCATIONS.encode(), params) <= 10


async def test_the_newest_of_an_audit_trail(database: Database) -> None:
    page = AUDIT_LIST.page(ListQuery(limit=20), [sql.SQL("event.user_id = %(user_id)s")], {"user_id": 7})
    assert await pages_read(database, page.rows, page.params) <= 100


async def test_forgetting_a_bite(database: Database) -> None:
    for what in prunables(sessions=timedelta(), audit=timedelta()):
        table, moment = sql.Identifier(what.table), sql.Identifier(what.moment)
        oldest = await database.fetch_value(sql.SQL("select min({}) from {}").format(moment, table))
        bite = {"before": oldest + timedelta(hours=1), "limit": 10}
        assert await pages_read(database, what.statement.as_bytes(), bite) <= 200, what.table
