from typing import Annotated

import pytest
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from libs.common.http.described import described, example
from libs.common.http.fields import Shape, Text
from libs.common.http.member_docstrings import docstrings_in

pytestmark = pytest.mark.unit


@example({"pieces": [{"weight": 1}], "plain": "x"})
class Box(TypedDict):
    """A box."""

    pieces: list["Piece"]
    """What is in it."""
    plain: str


@described
class Piece(TypedDict):
    weight: int
    """Kilograms,
    rounded up."""


class Named(Shape):
    name: Annotated[str, Text(50)]
    """As it is spoken."""


class Pet(Named):
    other_name: Annotated[str, Text(50)]
    """As it is written."""


def test_members_of_an_answer_are_described_by_the_docstrings_below_them() -> None:
    schema = TypeAdapter(Box).json_schema()
    assert schema["properties"]["pieces"]["description"] == "What is in it."
    assert "description" not in schema["properties"]["plain"]
    assert schema["examples"] == [{"pieces": [{"weight": 1}], "plain": "x"}]


def test_members_of_an_object_inside_are_described_without_an_example() -> None:
    piece = TypeAdapter(Box).json_schema()["$defs"]["Piece"]
    assert piece["properties"]["weight"]["description"] == "Kilograms,\nrounded up."
    assert "examples" not in piece


def test_a_shape_also_has_the_descriptions_of_the_fields_that_it_inherits() -> None:
    told = {name: field["description"] for name, field in Pet.model_json_schema()["properties"].items()}
    assert told == {"name": "As it is spoken.", "other_name": "As it is written."}


def test_classes_of_one_name_are_told_apart() -> None:
    class Box(TypedDict):
        pieces: int
        """Their number."""

    found = docstrings_in(__name__)
    assert found[Box.__qualname__] == {"pieces": "Their number."}
    assert found["Box"] == {"pieces": "What is in it."}
