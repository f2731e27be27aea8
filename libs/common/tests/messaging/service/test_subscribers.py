"""Subscribers are made, changed, listed and removed at the broker by one command, which may be repeated."""

import json
import re
import stat
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import aio_pika
import pytest

from libs.common.clock import system_clock
from libs.common.messaging.broker import Broker
from libs.common.messaging.letters import Chosen, list_dead_letters, replay_dead_letters
from libs.common.messaging.management import Management, connected_management
from libs.common.messaging.past import read_history, replay
from libs.common.messaging.selections import Wanted
from libs.common.messaging.subscribed import list_subscribers
from libs.common.messaging.subscribing import Bounds, Subscriber, make, remove, waiting_messages
from libs.common.messaging.topology import exists
from libs.common.tests.messaging.builders import a_cancelled_order, a_created_order, an_envelope, send
from libs.common.tests.messaging.subscribing import PASSWORD, Subscribers
from libs.testing.waiting import eventually

CANCELLED, CREATED = "sales.order_cancelled.v1", "sales.order_created.v1"


async def send_one_of_each(broker: Broker) -> None:
    await send(broker, an_envelope(a_cancelled_order()), an_envelope(a_created_order()))


async def types_in(broker: Broker, name: str) -> list[str]:
    """The types of the messages that wait for a subscriber, which are taken out."""
    found = []
    async with broker.channel() as channel:
        queue = await channel.get_queue(broker.topology.queue(name), ensure=False)
        while message := await queue.get(fail=False):
            await message.ack()
            found.append(message.type or "")
    return found


async def test_a_subscriber_gets_the_types_it_asks_for(subscribers: Subscribers, broker: Broker) -> None:
    await subscribers.add("erp", CREATED, "auth.#")
    await send_one_of_each(broker)
    assert await types_in(broker, "erp") == [CREATED]


async def test_the_new_password_is_shown_once_and_opens_the_broker(subscribers: Subscribers) -> None:
    first, again = [await subscribers("add", "erp", "--types", "sales.#") for _ in range(2)]
    [password] = re.findall(r"password (\S{43}) ", first.out)
    assert await subscribers.enters("erp", password)
    assert "its password stays" in again.out
    assert password not in again.out
    assert (first.err, again.err) == ("", "")


async def test_adding_again_changes_the_types_and_nothing_that_waits(
    subscribers: Subscribers, broker: Broker
) -> None:
    await subscribers.add("erp", CREATED)
    await send_one_of_each(broker)
    assert (await subscribers("add", "erp", "--types", CANCELLED)).status == 0
    await send_one_of_each(broker)
    assert await types_in(broker, "erp") == [CREATED, CANCELLED]
    assert await subscribers.enters("erp", PASSWORD)


async def test_a_full_queue_drops_its_oldest_and_does_not_hold_up_who_publishes(
    subscribers: Subscribers, broker: Broker
) -> None:
    await subscribers.add("erp", CREATED)
    await subscribers.add("erp", CREATED, options=("--max-messages", "2"))
    envelopes = [an_envelope(a_created_order(number)) for number in range(5)]
    await send(broker, *envelopes)

    async def newest() -> bool:
        return await subscribers.waiting(broker.topology.queue("erp")) == 2

    await eventually(newest)
    async with broker.channel() as channel:
        queue = await channel.get_queue(broker.topology.queue("erp"), ensure=False)
        left = [await queue.get() for _ in range(2)]
    assert [message.message_id for message in left] == [str(each.id) for each in envelopes[3:]]


async def test_a_queue_that_nobody_reads_is_deleted_and_its_dead_letters_are_not(
    subscribers: Subscribers, broker: Broker
) -> None:
    await subscribers.add("erp", CREATED, options=("--unused-days", "7", "--max-messages", "5"))
    names = broker.topology.queue("erp"), broker.topology.dead_letters("erp")
    queue, dead = [await policy_of(subscribers, name) for name in names]
    assert queue.pop("expires") == 7 * 86_400_000
    assert queue == dead == {"max-length": 5, "max-length-bytes": 1_000_000_000, "overflow": "drop-head"}


async def policy_of(subscribers: Subscribers, queue: str) -> dict[str, Any]:
    """The bounds of a queue: the one policy that fits it."""
    async with connected_management(subscribers.settings) as api:
        found = await api.find("policies", api.vhost)
    [policy] = [each["definition"] for each in found if re.search(each["pattern"], queue)]
    return dict(policy)


async def test_what_it_rejects_is_a_dead_letter_and_can_be_replayed(
    subscribers: Subscribers, broker: Broker
) -> None:
    login = await subscribers.add("erp", CREATED)
    await send(broker, an_envelope(a_created_order()))

    async def reject(channel: Any) -> None:
        queue = await channel.get_queue(broker.topology.queue("erp"), ensure=False)
        await (await queue.get()).reject()

    assert await login.may(reject)
    await eventually(lambda: list_dead_letters(broker, Chosen("erp")))
    assert await replay_dead_letters(broker, Chosen("erp")) == 1
    assert await types_in(broker, "erp") == [CREATED]


async def test_it_works_on_its_dead_letters_with_its_own_login(
    subscribers: Subscribers, broker: Broker
) -> None:
    login = await subscribers.add("erp", CREATED)
    async with broker.channel() as channel:
        body = an_envelope(a_created_order()).to_json()
        await channel.default_exchange.publish(aio_pika.Message(body), broker.topology.dead_letters("erp"))
    its_broker = Broker(login.url, prefix=broker.topology.prefix, name="erp", declares=False)
    await its_broker.open()
    await its_broker.connected()
    try:
        assert len(await list_dead_letters(its_broker, Chosen("erp"))) == 1
        assert await replay_dead_letters(its_broker, Chosen("erp")) == 1
    finally:
        await its_broker.close()
    assert await types_in(broker, "erp") == [CREATED]


async def test_the_past_is_given_to_its_queue_alone(subscribers: Subscribers, broker: Broker) -> None:
    await send_one_of_each(broker)
    await subscribers.add("erp", CREATED)
    await subscribers.add("mail", "#")
    assert await replay(broker, read_history(broker, Wanted(types=[CREATED])), "erp") == 1
    assert (await types_in(broker, "erp"), await types_in(broker, "mail")) == ([CREATED], [])


async def test_a_new_password_goes_to_a_file_that_others_cannot_read(
    subscribers: Subscribers, tmp_path: Path
) -> None:
    await subscribers.add("erp", CREATED)
    file = tmp_path / "password"
    said = await subscribers("rotate", "erp", "--password-file", str(file))
    password = file.read_text().strip()
    assert (said.status, password in said.out) == (0, False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.with_name("password.new").exists()
    assert await subscribers.enters("erp", password)
    assert not await subscribers.enters("erp", PASSWORD)


async def test_a_file_that_cannot_be_written_changes_no_password(
    subscribers: Subscribers, tmp_path: Path
) -> None:
    await subscribers.add("erp", CREATED)
    said = await subscribers("rotate", "erp", "--password-file", str(tmp_path / "none" / "password"))
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "No such file or directory" in said.err
    assert await subscribers.enters("erp", PASSWORD)


async def test_rotating_changes_the_password_and_nothing_else(
    subscribers: Subscribers, broker: Broker
) -> None:
    await subscribers.add("erp", CREATED)
    before = await rights(subscribers, "erp")
    said = await subscribers("rotate", "erp", "--password-stdin", stdin="another-password\n")
    assert said.status == 0
    assert await rights(subscribers, "erp") == before
    assert await subscribers.enters("erp", "another-password")


async def rights(subscribers: Subscribers, name: str) -> list[Any]:
    """What the broker knows of a subscriber, but for its password."""
    user = subscribers.broker.topology.queue(name)
    async with connected_management(subscribers.settings) as api:
        login = await api.find("users", user) or {}
        kinds = ("permissions", "topic-permissions")
        found = [await api.find("users", user, kind) for kind in kinds]
        bindings = await api.find("queues", api.vhost, user, "bindings")
    return [login.get("tags"), *found, bindings]


async def test_a_connection_can_be_ended_together_with_the_old_password(subscribers: Subscribers) -> None:
    login = await subscribers.add("erp", CREATED)
    async with await aio_pika.connect(login.url):
        assert (await subscribers("rotate", "erp", "--password-stdin", stdin="x\n")).status == 0
        assert await connections(subscribers, "erp") == 1
        assert (await subscribers("rotate", "erp", "--disconnect")).status == 0
        await eventually(lambda: no_connection(subscribers))


async def connections(subscribers: Subscribers, name: str) -> int:
    user = subscribers.broker.topology.queue(name)
    async with connected_management(subscribers.settings) as api:
        return len(await api.find("connections", "username", user))


async def no_connection(subscribers: Subscribers, name: str = "erp") -> bool:
    return await connections(subscribers, name) == 0


async def all_wait(subscribers: Subscribers, messages: int) -> bool:
    """Whether the broker has counted them; it does so every few seconds."""
    async with connected_management(subscribers.settings) as api:
        return await waiting_messages(api, subscribers.broker.topology, "erp") == messages


async def test_the_list_tells_what_waits_and_who_is_connected(
    subscribers: Subscribers, broker: Broker
) -> None:
    login = await subscribers.add("erp", CREATED, "auth.#")
    await subscribers.add("screen", CANCELLED, options=("--listen-only",))
    await send_one_of_each(broker)
    await eventually(lambda: all_wait(subscribers, 1))
    async with await aio_pika.connect(login.url):
        listed = await subscribers("list", "--json")
    erp, screen = map(json.loads, listed.out.splitlines())
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", erp.pop("made"))
    assert erp == {
        "name": "erp",
        "listens_only": False,
        "types": ["auth.#", CREATED],
        "waiting": 1,
        "dead": 0,
        "connections": 1,
    }
    assert (screen["listens_only"], screen["connections"]) == (True, 0)
    table = (await subscribers("list")).out.splitlines()
    assert [line.split()[:4] for line in table] == [
        ["NAME", "WAITING", "DEAD", "CONNECTED"],
        ["erp", "1", "0", "no"],
        ["screen", "0", "0", "no"],
    ]


async def test_removing_ends_its_connection_and_leaves_nothing(
    subscribers: Subscribers, broker: Broker
) -> None:
    login = await subscribers.add("erp", CREATED)
    async with await aio_pika.connect(login.url):
        assert (await subscribers("remove", "erp")).out == "removed erp\n"
        await eventually(lambda: no_connection(subscribers))
    assert not await subscribers.enters("erp", PASSWORD)
    assert await remains(broker, "erp") == []
    assert await policies(subscribers) == []
    user_and_permissions = (await rights(subscribers, "erp"))[:3]
    assert user_and_permissions == [None] * 3
    again = await subscribers("remove", "erp")
    assert (again.status, again.err) == (1, "there is no subscriber erp\n")


async def policies(subscribers: Subscribers) -> list[str]:
    async with connected_management(subscribers.settings) as api:
        found = [each["name"] for each in await api.find("policies", api.vhost)]
    return [name for name in found if name.startswith(subscribers.broker.topology.prefix)]


async def remains(broker: Broker, name: str) -> list[str]:
    queues = [broker.topology.queue(name), broker.topology.dead_letters(name)]
    found = []
    for queue in queues:
        async with broker.channel() as channel:
            if await exists(channel, queue):
                found.append(queue)
    return found


async def test_unread_messages_are_not_deleted_unasked(subscribers: Subscribers, broker: Broker) -> None:
    await subscribers.add("erp", CREATED)
    await send(broker, an_envelope(a_created_order()))
    await eventually(lambda: all_wait(subscribers, 1))
    said = await subscribers("remove", "erp")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "erp has 1 unread messages" in said.err
    assert await subscribers.enters("erp", PASSWORD)
    assert (await subscribers("remove", "erp", "--yes")).status == 0
    assert await remains(broker, "erp") == []


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 2), ("", 2)])
async def test_in_a_terminal_it_is_asked_whether_they_are_deleted(
    subscribers: Subscribers, broker: Broker, answer: str, left: int
) -> None:
    await subscribers.add("erp", CREATED)
    await send(broker, an_envelope(a_created_order()))
    await eventually(lambda: all_wait(subscribers, 1))
    said = await subscribers("remove", "erp", stdin=answer, terminal=True)
    assert "deleted too. Go on? [y/N]" in said.err
    assert len(await remains(broker, "erp")) == left


async def test_a_queue_that_is_kept_is_taken_up_again(subscribers: Subscribers, broker: Broker) -> None:
    await subscribers.add("erp", CREATED)
    await send(broker, an_envelope(a_created_order()))
    assert (await subscribers("remove", "erp", "--keep-queue")).status == 0
    await send(broker, an_envelope(a_created_order()))
    assert (await subscribers("list", "--json")).out == ""
    await subscribers.add("erp", CREATED)
    assert await types_in(broker, "erp") == [CREATED]


class Dying(Management):
    """The API for a command that is killed after some requests."""

    def __init__(self, api: Management, requests: int) -> None:
        super().__init__(api._session, api.url, api.vhost)
        self.left = requests

    async def _request(self, *arguments: Any, **options: Any) -> Any:
        if self.left == 0:
            raise InterruptedError
        self.left -= 1
        return await super()._request(*arguments, **options)


async def interrupted_at_each_request(api: Management, work: Callable[[Management], Awaitable[Any]]) -> int:
    """Do the work again and again, with one more request each time, until it ends; the number of requests."""
    for requests in range(100):
        try:
            await work(Dying(api, requests))
        except InterruptedError:
            continue
        return requests
    raise AssertionError("the work does not end")


async def test_what_was_killed_at_any_step_ends_well_when_repeated(
    subscribers: Subscribers, broker: Broker
) -> None:
    topology, now = broker.topology, system_clock()
    before, after = Subscriber("erp", (CREATED, "auth.#")), Subscriber("erp", (CANCELLED,), bounds=Bounds(5))
    async with connected_management(subscribers.settings) as api:
        for subscriber in (before, after):
            assert await interrupted_at_each_request(
                api, partial(make, topology=topology, subscriber=subscriber, now=now)
            )
            [found] = await list_subscribers(api, topology)
            assert found.types == tuple(sorted(subscriber.types))
            assert not await make(api, topology, subscriber, now)  # it has no password yet
        await send_one_of_each(broker)
        assert await types_in(broker, "erp") == [CANCELLED]
        assert await interrupted_at_each_request(
            api, partial(remove, topology=topology, name="erp", keep_queue=False)
        )
        assert await list_subscribers(api, topology) == []
    assert await remains(broker, "erp") == []


async def test_the_brokers_other_users_are_left_alone(subscribers: Subscribers, broker: Broker) -> None:
    user = broker.topology.queue("boss")
    async with connected_management(subscribers.settings) as api:
        await api.put({"password": "x", "tags": "monitoring"}, "users", user)
        try:
            for words in (("add", "boss", "--types", "#"), ("rotate", "boss"), ("remove", "boss")):
                said = await subscribers(*words)
                assert (said.status, said.out) == (1, "")
                assert said.err == "the broker has a user boss that is no subscriber: take another name\n"
            assert (await api.find("users", user))["tags"] == ["monitoring"]
        finally:
            await api.delete("users", user)


async def test_a_subscriber_does_not_become_a_listener(subscribers: Subscribers) -> None:
    await subscribers.add("erp", CREATED)
    said = await subscribers("add", "erp", "--types", CREATED, "--listen-only")
    assert (said.status, said.err) == (1, "erp is there and has a queue of its own: remove it first\n")


async def test_where_no_management_answers_one_line_says_what_to_do(
    subscribers: Subscribers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMQP_MANAGEMENT_URL", "http://127.0.0.1:9")
    said = await subscribers("list")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "management API at http://127.0.0.1:9" in said.err
    assert "rabbitmq-plugins enable rabbitmq_management" in said.err


async def test_a_login_that_may_not_manage_is_told_so(
    subscribers: Subscribers, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = await subscribers.add("erp", CREATED)
    monkeypatch.setenv("AMQP_URL", login.url)
    said = await subscribers("list")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "the administrator's" in said.err


async def test_a_listener_with_fewer_types_hears_no_others_on_the_queues_that_it_has(
    subscribers: Subscribers, broker: Broker
) -> None:
    login = await subscribers.add("screen", "sales.#", options=("--listen-only",))
    lasting, passing = (f"{broker.topology.queue('screen')}.{kind}" for kind in ("lasting", "passing"))
    async with await aio_pika.connect(login.url) as connection, connection.channel() as channel:
        for name, exclusive in ((lasting, False), (passing, True)):
            queue = await channel.declare_queue(name, durable=not exclusive, exclusive=exclusive)
            await queue.bind(broker.topology.exchange, CREATED)
            await queue.bind(broker.topology.exchange, "sales.*.v1")
        await subscribers.add("screen", CREATED, options=("--listen-only",))
        await eventually(lambda: no_connection(subscribers, "screen"))
    await send_one_of_each(broker)
    async with broker.channel() as channel:
        assert not await exists(channel, passing)
    async with broker.channel() as channel:
        kept = await channel.get_queue(lasting, ensure=False)
        message = await kept.get()
        assert (message.type, await kept.get(fail=False)) == (CREATED, None)


async def test_before_the_suite_ran_there_is_nothing_to_subscribe_to(
    subscribers: Subscribers, monkeypatch: pytest.MonkeyPatch, broker: Broker
) -> None:
    async with broker.channel() as channel:
        await channel.exchange_delete(broker.topology.exchange)
    said = await subscribers("add", "erp", "--types", CREATED)
    assert (said.status, said.err.count("\n")) == (1, 1)
