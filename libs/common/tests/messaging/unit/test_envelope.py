"""An event goes into its envelope and comes out as it was; what is none is refused with a reason."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import orjson
import pytest

from libs.common.contracts.event import BATCH_CONTENT_TYPE, CONTENT_TYPE
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.sales import OrderCancelled
from libs.common.messaging.envelope import Envelope, Received, UnreadableEvent, read_envelope, read_events

ORDER = UUID("0f8e2c1a-6f0d-4f0e-9f0c-1a2b3c4d5e6f")
EVENT = OrderCancelled(
    order_uuid=ORDER,
    order_id=5,
    channel="POS",
    reason="Se arrepintió",
    cancelled_at=datetime(2026, 3, 2, 18, tzinfo=UTC),
)
ENVELOPE = Envelope(
    id=UUID("94857361-2f0e-4d1c-8b9a-a7b6c5d4e3f2"),
    type="sales.order_cancelled.v1",
    subject=f"order/{ORDER}",
    time=datetime(2026, 3, 2, 18, 0, 0, 123456, tzinfo=UTC),
    sequence=42,
    data=EVENT.model_dump_json(),
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def changed(**members: object) -> bytes:
    return orjson.dumps(orjson.loads(ENVELOPE.to_json()) | members)


def test_what_was_written_is_read() -> None:
    assert read_envelope(ENVELOPE.to_json(), EVENTS) == Received(
        EVENT, ENVELOPE.id, ENVELOPE.subject, 42, ENVELOPE.time, ENVELOPE.traceparent
    )


def test_an_envelope_is_cloudevents_1_0() -> None:
    members = orjson.loads(ENVELOPE.to_json())
    del members["data"]
    assert members == {
        "specversion": "1.0",
        "id": "94857361-2f0e-4d1c-8b9a-a7b6c5d4e3f2",
        "source": "sales",
        "type": "sales.order_cancelled.v1",
        "subject": "order/0f8e2c1a-6f0d-4f0e-9f0c-1a2b3c4d5e6f",
        "time": "2026-03-02T18:00:00.123456Z",
        "datacontenttype": "application/json",
        "sequence": "00000000000000000042",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }


def test_sequences_sort_as_text() -> None:
    first, second = (
        orjson.loads(Envelope(ORDER, "sales.x.v1", "", ENVELOPE.time, number, "{}").to_json())["sequence"]
        for number in (9, 10)
    )
    assert first < second


def test_time_is_written_in_utc() -> None:
    time = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=-6)))
    written = orjson.loads(Envelope(ORDER, "sales.x.v1", "", time, 1, "{}").to_json())
    assert written["time"] == "2026-03-02T18:00:00Z"


def test_without_a_trace_there_is_no_traceparent() -> None:
    assert b"traceparent" not in Envelope(ORDER, "sales.x.v1", "", ENVELOPE.time, 1, "{}").to_json()


def test_unknown_members_are_ignored() -> None:
    assert read_envelope(changed(dataschema="https://example.com"), EVENTS).event == EVENT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b'{"id": 1}',
        changed(specversion="0.3"),
        changed(id="not a uuid"),
        changed(time="2026-03-02T18:00:00"),
        changed(sequence="newest"),
        changed(data="text"),
        changed(data={}),
        changed(type="sales.order_eaten.v1"),
    ],
)
def test_what_is_no_event_of_ours_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        read_envelope(body, EVENTS)


def test_the_reason_names_the_member_that_is_wrong() -> None:
    with pytest.raises(UnreadableEvent, match="OrderCancelled: order_id: Field required"):
        read_envelope(changed(data={"order_uuid": str(ORDER)}), EVENTS)


def batch(*bodies: bytes) -> bytes:
    return b"[" + b",".join(bodies) + b"]"


def test_a_message_of_one_event_is_read() -> None:
    [carried] = read_events(ENVELOPE.to_json(), CONTENT_TYPE, EVENTS)
    assert carried.body == ENVELOPE.to_json()
    assert carried.content == read_envelope(ENVELOPE.to_json(), EVENTS)


def test_all_events_of_a_batch_are_read_in_their_order() -> None:
    bodies = [changed(sequence=str(number)) for number in (8, 7, 9)]
    read = read_events(batch(*bodies), BATCH_CONTENT_TYPE, EVENTS)
    assert [carried.body for carried in read] == bodies
    assert [carried.content for carried in read] == [read_envelope(body, EVENTS) for body in bodies]


def test_an_event_that_cannot_be_read_leaves_its_neighbours_readable() -> None:
    body = batch(ENVELOPE.to_json(), b"7", changed(data={}), ENVELOPE.to_json())
    contents = [carried.content for carried in read_events(body, BATCH_CONTENT_TYPE, EVENTS)]
    assert [type(content) for content in contents] == [Received, UnreadableEvent, UnreadableEvent, Received]


def test_an_empty_batch_has_no_events() -> None:
    assert read_events(b"[]", BATCH_CONTENT_TYPE, EVENTS) == []


@pytest.mark.parametrize("body", [b"", b"[", b'"text"', b"\xff"])
def test_a_batch_that_is_no_array_is_one_unreadable_event(body: bytes) -> None:
    [carried] = read_events(body, BATCH_CONTENT_TYPE, EVENTS)
    assert carried.body == body
    assert isinstance(carried.content, UnreadableEvent)


def test_a_batch_that_is_nested_deeper_than_can_be_written_is_one_unreadable_event() -> None:
    body = batch(ENVELOPE.to_json(), b"[" * 400 + b"]" * 400)
    [carried] = read_events(body, BATCH_CONTENT_TYPE, EVENTS)
    assert carried.body == body
    assert isinstance(carried.content, UnreadableEvent)


@pytest.mark.parametrize("content_type", [None, CONTENT_TYPE])
def test_an_array_that_does_not_call_itself_a_batch_is_none(content_type: str | None) -> None:
    [carried] = read_events(batch(ENVELOPE.to_json()), content_type, EVENTS)
    assert isinstance(carried.content, UnreadableEvent)
