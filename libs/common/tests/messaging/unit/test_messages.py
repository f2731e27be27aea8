"""Events that share a message."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import orjson

from libs.common.contracts.event import BATCH_CONTENT_TYPE, CONTENT_TYPE
from libs.common.contracts.registry import EVENTS
from libs.common.messaging.envelope import read_events
from libs.common.messaging.messages import BYTES_MAX, EVENTS_MAX, messages_of
from libs.common.tests.messaging.builders import a_cancelled_order, a_created_order, an_envelope

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


@dataclass(frozen=True)
class AnEvent:
    type: str = "sales.a.v1"
    size: int = 100
    time: datetime = NOON
    id: UUID = field(default_factory=uuid4)

    def to_json(self) -> bytes:
        return orjson.dumps("x" * (self.size - 2))


def test_one_event_is_a_message_of_its_own() -> None:
    envelope = an_envelope(a_cancelled_order())
    [message] = messages_of([envelope])
    assert (message.body, message.content_type) == (envelope.to_json(), CONTENT_TYPE)
    assert (message.message_id, message.type, message.app_id) == (str(envelope.id), envelope.type, "sales")


def test_events_of_a_type_share_a_message_in_their_order() -> None:
    envelopes = [an_envelope(a_cancelled_order(number)) for number in (3, 1, 2)]
    [message] = messages_of(envelopes)
    assert (message.content_type, message.type) == (BATCH_CONTENT_TYPE, envelopes[0].type)
    read = read_events(message.body, message.content_type, EVENTS)
    assert [carried.body for carried in read] == [envelope.to_json() for envelope in envelopes]


def test_each_type_has_a_message() -> None:
    events = [a_cancelled_order(1), a_created_order(2), a_cancelled_order(3)]
    messages = messages_of([an_envelope(event) for event in events])
    assert [message.type for message in messages] == ["sales.order_cancelled.v1", "sales.order_created.v1"]


def test_a_batch_has_no_id_of_an_event_and_the_time_of_its_first() -> None:
    [message] = messages_of([AnEvent(time=NOON + timedelta(minutes=n)) for n in range(2)])
    assert (message.message_id, message.timestamp) == (None, NOON)


def test_a_message_holds_at_most_100_events() -> None:
    messages = messages_of(
        [AnEvent(type=name) for _ in range(EVENTS_MAX + 1) for name in ("a.x.v1", "b.x.v1")]
    )
    assert [(message.type, len(orjson.loads(message.body))) for message in messages[:2]] == [
        ("a.x.v1", EVENTS_MAX),
        ("b.x.v1", EVENTS_MAX),
    ]
    assert [message.content_type for message in messages[2:]] == [CONTENT_TYPE, CONTENT_TYPE]


def test_a_message_of_several_is_never_larger_than_its_bound() -> None:
    exactly_half = (BYTES_MAX - 3) // 2
    assert len(messages_of([AnEvent(size=exactly_half)] * 2)) == 1
    messages = messages_of([AnEvent(size=exactly_half + 2)] * 5)
    assert len(messages) == 5
    assert all(message.body_size <= BYTES_MAX for message in messages_of([AnEvent(size=5_000)] * 500))


def test_an_event_that_is_larger_than_the_bound_goes_alone() -> None:
    messages = messages_of([AnEvent(), AnEvent(size=2 * BYTES_MAX), AnEvent()])
    assert [message.body_size for message in messages] == [100, 2 * BYTES_MAX, 100]


def test_no_events_need_no_message() -> None:
    assert messages_of([]) == []
