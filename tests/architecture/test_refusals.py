"""Every refusal of a service is declared by the routes that raise it and worded by their door."""

import pytest

from libs.common.errors import DomainError
from libs.common.http.door import Door
from libs.common.http.internal import InternalDoor
from tests.architecture.doors import all_doors
from tests.architecture.errors_page import PAGE, errors_page, explained_refusals
from tests.architecture.refusals import SNAPSHOT, refusals_at, refusals_of, snapshot

DOORS = [pytest.param(*place, door, id="-".join(place)) for place, door in all_doors().items()]
SERVICES = sorted({service for service, _ in all_doors()})

pytestmark = pytest.mark.unit


def test_every_refusal_is_answered_as_the_snapshot_shows() -> None:
    assert SNAPSHOT.read_bytes() == snapshot(), "right? then run: make refusals"


def test_every_code_is_explained_on_the_page_of_errors() -> None:
    assert PAGE.read_text() == errors_page(), "right? then run: make refusals"


def test_every_code_has_a_meaning_and_a_remedy() -> None:
    unexplained = {each.code for each in explained_refusals() if not (each.meaning and each.remedy)}
    assert unexplained == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_refusal_is_declared_by_a_route(service: str) -> None:
    doors = [door for (owner, _), door in all_doors().items() if owner == service]
    declared = {type(error) for door in doors for error in refusals_at(service, door)}
    forgotten = [
        kind.__name__ for kind in refusals_of(service) if kind not in declared and not kind.__subclasses__()
    ]
    assert forgotten == []


@pytest.mark.parametrize(("service", "name", "door"), DOORS)
def test_a_door_has_its_own_words_for_a_refusal(service: str, name: str, door: Door) -> None:
    unworded = [error.code for error in refusals_at(service, door) if not is_worded(error, door)]
    assert unworded == []


def is_worded(error: DomainError, door: Door) -> bool:
    """Whether the door has its own words. The internal door needs none, because services read codes."""
    kinds = [kind for kind in type(error).__mro__ if kind is not DomainError]
    return isinstance(door, InternalDoor) or any(kind in door.dialect.wordings for kind in kinds)
