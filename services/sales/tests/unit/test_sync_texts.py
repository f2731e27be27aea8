"""The JSON of sales that are sent, as it is kept."""

import pytest

from services.sales.api.pos.sync_shapes import TILL
from services.sales.usecases.sync.texts import hash_of, storable


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"a\0": ["b\0", 1, None, True]}, {"a\ufffd": ["b\ufffd", 1, None, True]}),
        (float("inf"), "inf"),
        ([1e30, -1e18], ["1e+30", -1e18]),
    ],
)
def test_any_json_can_be_kept(sent: object, kept: object) -> None:
    assert storable(sent) == kept


def test_what_is_nested_too_deeply_is_cut() -> None:
    nested: object = 1
    for _ in range(900):
        nested = [nested]
    assert len(str(storable(nested))) < 100


def test_the_order_of_members_does_not_matter() -> None:
    assert hash_of({"a": 1, "b": 10**30}) == hash_of({"b": 10**30, "a": 1}) != hash_of({"a": 1})


@pytest.mark.parametrize(
    ("seq", "number"), [(7, 7), (7.0, 7), ("7", 7), (True, None), (0, None), (10**10, None)]
)
def test_a_number_is_read_as_in_a_sale_that_is_well_formed(seq: object, number: int | None) -> None:
    assert TILL.seq({"seq": seq}) == number


def test_what_is_no_object_has_no_number() -> None:
    assert TILL.seq("venta") is None
