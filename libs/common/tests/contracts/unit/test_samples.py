"""Every event type has a committed sample, and today's models still read it."""

import re

import pytest

from libs.common.contracts.event import owner_of
from libs.common.contracts.registry import EVENTS
from libs.common.contracts.samples import FOLDER, sample
from libs.common.messaging.envelope import Envelope, read_envelope


def test_every_type_has_a_sample_and_every_sample_a_type() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_a_sample_is_read_as_its_model(event_type: str) -> None:
    received = read_envelope(sample(event_type), EVENTS)
    assert type(received.event) is EVENTS[event_type]


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_a_sample_says_all_that_its_model_can_say(event_type: str) -> None:
    received = read_envelope(sample(event_type), EVENTS)
    assert received.event.model_fields_set == set(EVENTS[event_type].model_fields)


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_a_sample_is_about_the_promised_subject(event_type: str) -> None:
    received = read_envelope(sample(event_type), EVENTS)
    noun, _, member = EVENTS[event_type].promises.subject.partition("/")
    assert re.fullmatch(r"<\w+>", member)
    assert received.subject == f"{noun}/{getattr(received.event, member.strip('<>'))}"


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_writing_a_sample_again_gives_the_same_event(event_type: str) -> None:
    received = read_envelope(sample(event_type), EVENTS)
    written = Envelope(
        received.id,
        event_type,
        received.subject,
        received.time,
        received.sequence,
        received.event.model_dump_json(),
        received.traceparent,
    )
    assert read_envelope(written.to_json(), EVENTS) == received


def test_every_type_names_its_owner_and_version() -> None:
    assert all(
        owner_of(event_type) == model.__module__.rsplit(".", 1)[1]
        and event_type.split(".")[2].startswith("v")
        for event_type, model in EVENTS.items()
    )
