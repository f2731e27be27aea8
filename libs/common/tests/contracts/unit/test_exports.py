"""Pages of exports: how they are asked for, and that a reader reads the events' payloads."""

from pydantic import TypeAdapter

from libs.common.contracts.event import Payload
from libs.common.contracts.internal.exports import EXPORTS, ExportPage, export_path


class Told(Payload):
    """Something that an owner tells of."""

    thing_id: int


def test_a_reader_reads_what_an_owner_wrote() -> None:
    read = TypeAdapter(ExportPage[Told]).validate_json('{"items": [{"thing_id": 4}], "next": 4}')
    assert read == {"items": [Told(thing_id=4)], "next": 4}


def test_the_first_page_is_asked_for_as_long_as_it_may_be() -> None:
    assert export_path(f"{EXPORTS}/things") == "/internal/exports/things?after=0&limit=1000"


def test_a_path_says_after_which_place_and_how_many() -> None:
    assert export_path(f"{EXPORTS}/things", after=9, limit=2) == "/internal/exports/things?after=9&limit=2"
