"""Rules of holding and releasing stock."""

import pytest

from services.catalog.domain.holds import Held, MoreThanHeld, TooFewToHold, refuse_hold, refuse_release


def test_a_cart_holds_up_to_what_is_available() -> None:
    refuse_hold(5, available=5)


def test_a_cart_does_not_hold_more_than_is_available() -> None:
    with pytest.raises(TooFewToHold) as refusal:
        refuse_hold(6, available=5)
    assert refusal.value.details == {"available": 5}


@pytest.mark.parametrize(("may_release_others", "released_at_most"), [(False, 2), (True, 5)])
def test_who_may_release_how_much(may_release_others: bool, released_at_most: int) -> None:  # noqa: FBT001 - a table's column
    held = Held(own=2, others=3)
    refuse_release(released_at_most, held=held, may_release_others=may_release_others)
    with pytest.raises(MoreThanHeld):
        refuse_release(released_at_most + 1, held=held, may_release_others=may_release_others)
