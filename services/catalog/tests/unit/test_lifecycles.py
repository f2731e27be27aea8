"""The steps of an allocation."""

from libs.common.lifecycle import Actor
from libs.testing.lifecycles import targets
from services.catalog.domain.lifecycles import ALLOCATIONS, RELEASE, AllocationStatus


def test_an_allocation_is_confirmed_or_released_and_a_released_one_is_recovered_by_an_alarm() -> None:
    assert {state: targets(ALLOCATIONS, state, Actor.SYSTEM) for state in AllocationStatus} == {
        "HELD": {"CONFIRMED", "RELEASED"},
        "CONFIRMED": {"RELEASED"},
        "RELEASED": {"CONFIRMED"},
    }


def test_only_cancelling_its_order_ends_a_confirmed_allocation() -> None:
    assert RELEASE.sources == ("HELD",)
