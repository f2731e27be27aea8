"""A command's field that was not given is UNSET; a shape makes the command from what the body held."""

from dataclasses import dataclass, replace
from typing import Annotated

import pytest
from pydantic import Field

from libs.common.http.fields import Shape, Text, TextOrNull
from libs.common.unset import UNSET, Unset, given, value_or


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSupplier:
    supplier_id: int
    name: str | Unset = UNSET
    rfc: str | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class Supplier:
    name: str
    rfc: str | None


class SupplierChange(Shape):
    name: Annotated[str | Unset, Text()] = UNSET
    rfc: Annotated[str | Unset, TextOrNull()] | None = Field(UNSET, alias="tax_id")


BEFORE = Supplier("Bimbo", "BIM011108DJ5")


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ({}, BEFORE),
        ({"name": "Sabritas"}, Supplier("Sabritas", "BIM011108DJ5")),
        ({"tax_id": None}, Supplier("Bimbo", None)),
        ({"tax_id": "  "}, Supplier("Bimbo", None)),
        ({"rfc": "not the name of the body's field"}, BEFORE),
    ],
)
def test_only_what_the_body_held_is_changed(body: dict[str, str | None], after: Supplier) -> None:
    command = SupplierChange.model_validate(body).into(ChangeSupplier, supplier_id=1)
    assert replace(BEFORE, **given(command, but=("supplier_id",))) == after


def test_a_default_stands_for_unset_alone() -> None:
    assert [value_or(value, "usual") for value in (UNSET, None, "", "x")] == ["usual", None, "", "x"]


def test_a_shape_with_unset_fields_is_documented_like_one_with_other_defaults() -> None:
    class Plain(Shape):
        name: Annotated[str, Text()] = ""
        rfc: Annotated[str, TextOrNull()] | None = Field(None, alias="tax_id")

    assert {**SupplierChange.model_json_schema(), "title": ""} == {**Plain.model_json_schema(), "title": ""}
