"""The fields of request bodies, and the messages for bad values."""

from typing import Any

import pytest

from libs.common.http.fields import Shape
from libs.testing.bodies import refused_fields
from services.sales.api.pos.layaway_shapes import DepositIn
from services.sales.api.pos.order_shapes import OrderFilterIn, OrderIn
from services.sales.api.pos.payment_shapes import PAYING_METHODS, PaymentIn
from services.sales.domain.payments import PaymentMethod
from services.sales.tests.builders import an_order

REQUIRED = ["This field is required."]
BAD_DATE = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
A_LINE = {"product_id": 15, "quantity": 1}
A_TENDER = {"payment_method": "CARD", "amount": "66.00"}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"items": REQUIRED}),
        ({"items": None}, {"items": REQUIRED}),
        ({"items": []}, {"items": ["This list may not be empty."]}),
        ({"items": "15"}, {"items": ['Expected a list of items but got type "str".']}),
        ({"items": [{}]}, {"items": [{"product_id": REQUIRED, "quantity": REQUIRED}]}),
        (
            {"items": [A_LINE, {"product_id": "abc", "quantity": 1.5}]},
            {
                "items": [
                    {},
                    {
                        "product_id": ["A valid integer is required."],
                        "quantity": ["A valid integer is required."],
                    },
                ]
            },
        ),
        (
            {"items": [{"product_id": 15, "quantity": 0}, {"product_id": 15, "quantity": -1}]},
            {"items": [{"quantity": ["Ensure this value is greater than or equal to 1."]}] * 2},
        ),
        (
            {"items": [{"product_id": 15, "quantity": 10**30}]},
            {"items": [{"quantity": ["Ensure this value is less than or equal to 1000000."]}]},
        ),
        (
            {"items": [{"product_id": 2**63, "quantity": 1}]},
            {"items": [{"product_id": ["Ensure this value is less than or equal to 9223372036854775807."]}]},
        ),
        (
            {"items": [A_LINE], "customer": 2**63},
            {"customer": [f'Invalid pk "{2**63}" - object does not exist.']},
        ),
        ({"items": [A_LINE], "customer": -1}, {"customer": ['Invalid pk "-1" - object does not exist.']}),
        (
            {"items": [A_LINE], "customer": "Maria"},
            {"customer": ["Incorrect type. Expected pk value, received str."]},
        ),
        (
            {"items": [A_LINE] * 10_000},
            {"items": ["Ensure this field has no more than 500 elements."]},
        ),
    ],
)
def test_each_bad_field_of_an_order_is_named(body: Any, errors: dict[str, Any]) -> None:
    assert refused_fields(OrderIn, body) == errors


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"payment_method": "cash"}, '"cash" is not a valid choice.'),
        ({"payment_method": 5}, '"5" is not a valid choice.'),
        ({"payment_method": "CASH\0"}, '"CASH\0" is not a valid choice.'),
    ],
)
def test_a_bad_field_of_a_payment_is_named(body: Any, message: str) -> None:
    assert refused_fields(PaymentIn, body) == {"payment_method": [message]}


@pytest.mark.parametrize(
    ("tenders", "errors"),
    [
        ([], ["This list may not be empty."]),
        ([A_TENDER] * 11, ["Ensure this field has no more than 10 elements."]),
        (
            [{**A_TENDER, "amount": "-1"}, A_TENDER],
            [{"amount": ["Ensure this value is greater than or equal to 0."]}, {}],
        ),
        ([{**A_TENDER, "card_kind": "GOLD"}], [{"card_kind": ['"GOLD" is not a valid choice.']}]),
        (
            [{**A_TENDER, "reference": "x" * 41}],
            [{"reference": ["Ensure this field has no more than 40 characters."]}],
        ),
    ],
)
def test_a_bad_field_of_a_tender_is_named(tenders: list[Any], errors: list[Any]) -> None:
    assert refused_fields(PaymentIn, {"payments": tenders}) == {"payments": errors}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("status", "paid", '"paid" is not a valid choice.'),
        ("status", "PAYING", '"PAYING" is not a valid choice.'),
        ("payment_method", "WEB", '"WEB" is not a valid choice.'),
        ("customer", "abc", "Incorrect type. Expected pk value, received str."),
        ("date_from", "02/03/2026", BAD_DATE),
        ("date_to", "2026-02-30", BAD_DATE),
    ],
)
def test_a_bad_filter_of_a_list_is_named(field: str, value: str, message: str) -> None:
    assert refused_fields(OrderFilterIn, {field: value}) == {field: [message]}


def test_a_good_order_is_accepted() -> None:
    assert refused_fields(OrderIn, an_order((15, 2), customer=1)) == {}


def test_an_order_of_a_blank_customer_is_anonymous() -> None:
    assert OrderIn.model_validate({"items": [A_LINE], "customer": ""}).customer is None


@pytest.mark.parametrize(
    ("shape", "body", "errors"),
    [
        (
            PaymentIn,
            {"cash_received": "x"},
            {"payment_method": REQUIRED, "cash_received": ["A valid number is required."]},
        ),
        (
            OrderIn,
            {"items": [{**A_LINE, "discount_percent": "5"}], "client_id": "x"},
            {"items": [{"discount_reason": REQUIRED}], "client_id": ["Must be a valid UUID."]},
        ),
        (
            OrderIn,
            {"items": [{"product_id": 15, "quantity": 0, "discount_percent": "x", "discount_reason": ""}]},
            {
                "items": [
                    {
                        "quantity": ["Ensure this value is greater than or equal to 1."],
                        "discount_percent": ["A valid number is required."],
                        "discount_reason": REQUIRED,
                    }
                ]
            },
        ),
    ],
)
def test_a_field_that_is_needed_beside_others_is_told_with_what_is_malformed(
    shape: type[Shape], body: dict[str, Any], errors: dict[str, Any]
) -> None:
    assert refused_fields(shape, body) == errors


def test_blank_details_of_a_payment_and_of_a_line_are_none() -> None:
    blank = {**A_TENDER, "reference": "", "card_kind": " "}
    (tender,) = PaymentIn.model_validate({"payments": [blank]}).payment().tenders
    (laid_away,) = DepositIn.model_validate({"payments": [blank]}).payment().tenders
    (line,) = OrderIn.model_validate({"items": [{**A_LINE, "discount_reason": ""}]}).items
    assert (tender.reference, tender.card_kind) == (None, None)
    assert (laid_away.reference, laid_away.card_kind) == (None, None)
    assert line.discount_reason is None


@pytest.mark.parametrize("method", PAYING_METHODS)
def test_every_payment_method_that_needs_no_reference_is_accepted(method: PaymentMethod) -> None:
    assert refused_fields(PaymentIn, {"payment_method": method.value}) == {}
