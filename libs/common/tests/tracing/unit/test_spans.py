"""The blocks that become spans, and the traces they belong to."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

from libs.common.context import traceparent
from libs.common.tracing.spans import NOTHING, span, span_of_request, spans_of_events
from libs.testing.traces import Recorded, recorded_spans

TRACE = "0af7651916cd43dd8448eb211c80319c"
OTHER_TRACE = "1af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"
NOT_SAMPLED = f"00-{TRACE}-{SPAN}-00"
OTHER = f"00-{OTHER_TRACE}-{SPAN}-01"


@pytest.fixture(autouse=True)
def no_trace() -> Iterator[None]:
    before = traceparent.set(None)
    yield
    traceparent.reset(before)


def test_without_a_recorder_every_span_is_the_same_nothing() -> None:
    traceparent.set(PARENT)
    events = spans_of_events("CONSUMER", (("apply", parent) for parent in (PARENT, OTHER)))
    assert span("work") is span_of_request(PARENT) is events is NOTHING
    assert traceparent.get() == PARENT


def test_without_a_recorder_a_request_still_has_a_trace_for_the_logs() -> None:
    with span_of_request(None):
        assert traceparent.get() is not None


def test_a_request_begins_a_trace_and_what_it_does_is_below_it(recorded: Recorded) -> None:
    with span_of_request(None) as request:
        with span("call", "CLIENT"):
            called_with = str(traceparent.get())
        request.describe("GET /orders", {"http.route": "/orders"})
    call, root = recorded.all
    assert (root.name, root.kind, root.parent_id) == ("GET /orders", "SERVER", "")
    assert root.attributes == {"http.route": "/orders"}
    assert call.kind == "CLIENT"
    assert call.is_below(root)
    assert call.span_id in called_with


def test_a_request_of_another_process_is_below_its_call(recorded: Recorded) -> None:
    with span_of_request(PARENT):
        inside = traceparent.get()
    request = recorded.by_name["request"]
    assert (request.trace_id, request.parent_id) == (TRACE, SPAN)
    assert inside == request.traceparent


@pytest.mark.parametrize("parent", [f"00-{'0' * 32}-{'0' * 16}-01", f"00-{TRACE}-{'0' * 16}-01"])
def test_ids_of_zeros_are_no_parent(recorded: Recorded, parent: str) -> None:
    with span_of_request(parent):
        assert TRACE not in str(traceparent.get())
    assert recorded.by_name["request"].parent_id == ""


@pytest.mark.parametrize("current", [None, NOT_SAMPLED])
def test_what_has_no_trace_or_one_that_is_not_sampled_makes_no_span(
    recorded: Recorded, current: str | None
) -> None:
    traceparent.set(current)
    with span("work"), spans_of_events("PRODUCER", [("publish", current)]):
        assert traceparent.get() == current
    assert recorded.all == []


def test_a_trace_that_the_sampler_leaves_out_is_passed_on_as_left_out() -> None:
    with recorded_spans(ParentBased(ALWAYS_OFF)) as recorded:
        with span_of_request(None) as request, span("work"):
            assert not request.is_recorded
            assert int(str(traceparent.get())[-2:], 16) & 1 == 0
        with span_of_request(PARENT):
            assert str(traceparent.get()).startswith(f"00-{TRACE}-")
    assert recorded.by_name.keys() == {"request"}


def test_an_error_is_known_by_its_type_and_not_by_its_text(recorded: Recorded) -> None:
    traceparent.set(PARENT)
    with pytest.raises(ValueError, match="SECRET"), span("work"):
        raise ValueError("SECRET")
    [work] = recorded.all
    assert (work.failed, work.attributes) == (True, {"error.type": "ValueError"})
    assert "SECRET" not in recorded.text
    assert traceparent.get() == PARENT


def test_the_span_of_an_event_is_below_its_request_and_above_its_work(recorded: Recorded) -> None:
    with spans_of_events("CONSUMER", [("apply", PARENT)]), span("statement"):
        pass
    statement, apply = recorded.all
    assert (apply.kind, apply.trace_id, apply.parent_id) == ("CONSUMER", TRACE, SPAN)
    assert statement.is_below(apply)


def test_events_of_a_batch_have_spans_in_their_own_traces_linked_with_the_batch(recorded: Recorded) -> None:
    events = [("first", PARENT), ("second", OTHER), ("none", None), ("left out", NOT_SAMPLED)]
    with spans_of_events("CONSUMER", events), span("statement"):
        pass
    spans = recorded.by_name
    assert spans.keys() == {"first", "second", "batch", "statement"}
    batch = spans["batch"]
    assert (batch.parent_id, batch.links) == ("", (SPAN, SPAN))
    assert spans["statement"].is_below(batch)
    for name, trace_id in (("first", TRACE), ("second", OTHER_TRACE)):
        assert (spans[name].trace_id, spans[name].parent_id) == (trace_id, SPAN)
        assert spans[name].links == (batch.span_id,)


def test_a_batch_that_fails_has_failed_for_each_of_its_events(recorded: Recorded) -> None:
    with (
        pytest.raises(ValueError, match="x"),
        spans_of_events("CONSUMER", [("a", PARENT), ("b", OTHER)]),
    ):
        raise ValueError("x")
    assert [span.failed for span in recorded.all] == [True] * 3
