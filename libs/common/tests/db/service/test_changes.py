"""A change feed: everything, then what has changed, whatever the order in which writers begin and commit."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import psycopg
import pytest

from libs.common.db.change_marks import mark_function, mark_table, mark_trigger
from libs.common.db.changes import Feed
from libs.common.db.database import Database
from libs.common.db.listing import ChangesQuery, InvalidAfter, Position
from libs.testing.horizon import all_ended

SCHEMA = (
    "drop table if exists feed_thing_changes, feed_things",
    "drop function if exists mark_feed_things",
    "create table feed_things (id bigint primary key, name text not null, gone boolean default false)",
    *mark_table("feed_thing"),
    mark_function("mark_feed_things", "feed_thing"),
    mark_trigger("feed_things", "insert", "new", "mark_feed_things"),
    mark_trigger("feed_things", "update", "new", "mark_feed_things"),
    mark_trigger("feed_things", "delete", "old", "mark_feed_things"),
)


@dataclass(frozen=True, slots=True)
class Thing:
    id: int
    name: str


THINGS = Feed(
    row=Thing, rows="select id, name from feed_things", thing="feed_thing", id="id", exists="not gone"
)


@dataclass
class Reader:
    """A reader that keeps a copy of all things."""

    database: Database
    limit: int = 100
    copy: dict[int, str] = field(default_factory=dict)
    after: Position | None = None
    more: bool = True

    async def read(self) -> list[int]:
        """Read one page; returns the ids on it."""
        page = await THINGS.read(ChangesQuery(self.limit, self.after), {}, database=self.database)
        self.copy |= {thing.id: thing.name for thing in page.items}
        for gone in page.deleted:
            self.copy.pop(gone, None)
        self.after, self.more = page.next, page.more
        return [*(thing.id for thing in page.items), *page.deleted]

    async def read_all(self, *, beside_open: bool = False) -> list[int]:
        """Read until there is no more, once other tests' transactions have ended, or beside open ones."""
        if not beside_open:
            await all_ended(self.database)
        ids = await self.read()
        while self.more:
            ids += await self.read()
        return ids


class Writer:
    """A connection that begins and commits when it is told."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)

    def write(self, *ids: int, name: str) -> None:
        """Write the things, new or known, in the open transaction."""
        for each in ids:
            self.connection.execute(
                "insert into feed_things (id, name) values (%s, %s) on conflict (id) do update set name = %s",
                (each, name, name),
            )

    def commit(self) -> None:
        self.connection.commit()


@pytest.fixture
async def database(common_database_url: str) -> AsyncIterator[Database]:
    database = Database(common_database_url)
    await database.open()
    for statement in SCHEMA:
        async with database.connection() as connection:
            await connection.execute(statement.encode())
    yield database
    await database.close()


@pytest.fixture
def writers(common_database_url: str, database: Database) -> Sequence[Writer]:
    assert database
    return [Writer(common_database_url) for _ in range(3)]


@pytest.fixture(autouse=True)
async def _ended(writers: Sequence[Writer]) -> AsyncIterator[None]:
    yield
    for writer in writers:
        writer.connection.close()


async def things(database: Database) -> dict[int, str]:
    rows = await database.fetch_all(Thing, "select id, name from feed_things where not gone")
    return {row.id: row.name for row in rows}


async def test_a_reader_gets_everything_page_by_page_and_then_what_changes(
    database: Database, writers: Sequence[Writer]
) -> None:
    one, reader = writers[0], Reader(database, limit=2)
    one.write(1, 2, 3, 4, 5, name="old")
    one.commit()
    assert await reader.read_all() == [1, 2, 3, 4, 5]
    assert await reader.read_all() == []
    one.write(4, 2, 6, name="new")
    one.commit()
    assert sorted(await reader.read_all()) == [2, 4, 6]
    assert reader.copy == await things(database)


async def test_what_was_there_before_the_marks_is_read_too(
    database: Database, writers: Sequence[Writer]
) -> None:
    writers[0].write(1, 2, name="old")
    writers[0].connection.execute("delete from feed_thing_changes")
    writers[0].commit()
    reader = Reader(database)
    assert await reader.read_all() == [1, 2]


async def test_writers_that_commit_in_another_order_than_they_began_are_all_read(
    database: Database, writers: Sequence[Writer]
) -> None:
    first, second, _ = writers
    reader = Reader(database)
    await reader.read_all()
    first.write(1, name="first")
    second.write(2, name="second")
    second.commit()
    assert (
        await reader.read_all(beside_open=True) == []
    )  # not yet: the first writer could not be read behind it
    first.commit()
    assert sorted(await reader.read_all()) == [1, 2]


async def test_a_thing_that_a_later_writer_changed_first_is_read_in_its_newest_state(
    database: Database, writers: Sequence[Writer]
) -> None:
    first, second, _ = writers
    reader = Reader(database)
    await reader.read_all()
    first.write(1, name="first")
    second.write(2, name="second")
    second.commit()
    first.write(2, name="first again")
    await reader.read_all(beside_open=True)
    first.commit()
    await reader.read_all()
    assert reader.copy == {1: "first", 2: "first again"}


async def test_a_first_reading_beside_a_long_transaction_shows_all_that_is_committed(
    database: Database, writers: Sequence[Writer]
) -> None:
    long, other, _ = writers
    long.write(1, name="long")
    other.write(2, 3, name="other")
    other.commit()
    reader = Reader(database, limit=1)
    assert await reader.read_all(beside_open=True) == [2, 3]
    long.commit()
    await reader.read_all()
    assert reader.copy == await things(database)


async def test_a_page_of_everything_misses_nothing_that_is_written_behind_it(
    database: Database, writers: Sequence[Writer]
) -> None:
    slow, other, _ = writers
    slow.write(1, name="slow")
    other.write(2, 3, 4, name="other")
    other.commit()
    reader = Reader(database, limit=2)
    assert await reader.read() == [2, 3]
    other.write(2, name="later")
    other.commit()
    slow.commit()
    await reader.read_all()
    assert reader.copy == {1: "slow", 2: "later", 3: "other", 4: "other"}


async def test_what_is_gone_is_told(database: Database, writers: Sequence[Writer]) -> None:
    one, reader = writers[0], Reader(database)
    one.write(1, 2, 3, name="old")
    one.commit()
    await reader.read_all()
    one.connection.execute("delete from feed_things where id = 1")
    one.connection.execute("update feed_things set gone = true where id = 3")
    one.commit()
    await all_ended(database)
    page = await THINGS.read(ChangesQuery(after=reader.after), {}, database=database)
    assert (page.items, page.deleted, page.more) == ([], [1, 3], False)


async def test_a_thing_can_be_marked_although_its_row_did_not_change(
    database: Database, writers: Sequence[Writer]
) -> None:
    one, reader = writers[0], Reader(database)
    one.write(1, 2, name="old")
    one.commit()
    await reader.read_all()
    async with database.transaction() as tx:
        await THINGS.mark([2, 2], connection=tx)
    assert await reader.read_all() == [2]


async def test_changes_stand_in_the_order_of_numbers_and_not_of_their_texts(
    database: Database, writers: Sequence[Writer]
) -> None:
    one, reader = writers[0], Reader(database, limit=1)
    one.write(1, 2, name="old")
    one.commit()
    await reader.read_all()
    assert reader.after
    origin, since, _, _ = reader.after
    one.connection.execute("update feed_thing_changes set changed_in = (8 + id)::text::xid8")
    one.commit()
    page = await THINGS.read(ChangesQuery(1, (origin, since, "3", "0")), {}, database=database)
    assert [thing.id for thing in page.items] == [1]  # 9 before 10


async def test_a_page_that_is_asked_for_again_is_the_same(
    database: Database, writers: Sequence[Writer]
) -> None:
    one, reader = writers[0], Reader(database)
    one.write(1, name="old")
    one.commit()
    await reader.read_all()
    before = reader.after
    one.write(2, name="new")
    one.commit()
    await all_ended(database)
    first = await THINGS.read(ChangesQuery(after=before), {}, database=database)
    assert await THINGS.read(ChangesQuery(after=before), {}, database=database) == first
    empty = await THINGS.read(ChangesQuery(after=first.next), {}, database=database)
    assert (empty.items, empty.next) == ([], first.next)


@pytest.mark.parametrize("seed", range(8))
async def test_readers_agree_with_the_table_however_writers_overlap(
    database: Database, writers: Sequence[Writer], seed: int
) -> None:
    random = Random(seed)  # noqa: S311  # the same steps in each run
    readers = [Reader(database, limit=limit) for limit in (1, 2, 50)]
    owners = dict.fromkeys(range(1, 31))  # a writer waits for another's row, so each row has one at a time
    for step in range(60):
        number = random.randrange(3)
        mine = [thing for thing, owner in owners.items() if owner in {None, number}]
        match random.randrange(4):
            case 0 | 1:
                ids = random.sample(mine, k=min(2, len(mine)))
                owners |= dict.fromkeys(ids, number)
                writers[number].write(*sorted(ids), name=f"step {step}")
            case 2:
                writers[number].commit()
                owners = {thing: None if owner == number else owner for thing, owner in owners.items()}
            case _:
                await random.choice(readers).read()
    for writer in writers:
        writer.commit()
    for reader in readers:
        await reader.read_all()
        assert reader.copy == await things(database)


@pytest.mark.parametrize(
    "wrong", [(), ("x", "since", "1", "0"), (None,) * 4, ("1", "2", "3", "4", "5")], ids=str
)
async def test_a_position_of_another_database_is_refused(database: Database, wrong: Position) -> None:
    with pytest.raises(InvalidAfter):
        await THINGS.read(ChangesQuery(after=wrong), {}, database=database)


@pytest.mark.parametrize("part", [1, 2, 3])
async def test_a_position_that_is_none_is_refused(database: Database, part: int) -> None:
    reader = Reader(database)
    await reader.read()
    assert reader.after
    wrong = list(reader.after)
    wrong[part] = "9" * 40
    with pytest.raises(InvalidAfter):
        await THINGS.read(replace(ChangesQuery(), after=tuple(wrong)), {}, database=database)
