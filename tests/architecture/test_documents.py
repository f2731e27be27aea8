"""The API documents are complete: every operation is described, has a valid example, and is routed."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from gateway.introductions import store_frame
from gateway.merging import PARAMETER
from gateway.routes import route_of
from libs.common.http.member_docstrings import docstrings_in
from tests.architecture.documents import Merged, Operation, documents, operations
from tests.architecture.doors import doors_at

pytestmark = pytest.mark.unit

SUMMARY_LENGTH_MAX = 80
SAYS_IT_ALL = frozenset(
    {
        *("id", "user_id", "product_id", "customer_id"),
        *("name", "first_name", "last_name", "username", "email", "password", "description", "text"),
        *("phone", "phone_number", "address", "contact_person", "tax_address", "brand"),
        *("product_name", "payment_method", "status", "user", "version"),
    }
)
"""Members that need no description."""
ID_IN_PATH = re.compile(r"\w+_id")
OPERATIONS = list(operations())
PASSED_ON = [operation for operation in OPERATIONS if operation.described["tags"] != ["gateway"]]


def schemas_of(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of an operation's request and answers, without refusals."""
    answers = [answer for status, answer in described["responses"].items() if status.startswith("2")]
    for part in [described.get("requestBody", {}), *answers]:
        for content in part.get("content", {}).values():
            yield content["schema"]


def test_nothing_is_left_out_of_the_documents() -> None:
    doors = [door for dialect in ("pos", "store") for door in doors_at(dialect).values()]
    said = sum(len(item) for door in doors for item in door.openapi()["paths"].values())
    assert len(OPERATIONS) == said + len(store_frame([])["paths"])


@pytest.mark.parametrize("operation", PASSED_ON, ids=str)
def test_it_is_reached_through_the_gateway(operation: Operation) -> None:
    route = route_of(PARAMETER.sub("any", operation.full_path))
    assert route is not None
    assert operation.method.upper() in route.methods
    is_open = operation.method.upper() in route.open_to_all
    assert is_open or operation.described["security"] == [{"bearer": []}]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_it_says_what_it_does(operation: Operation) -> None:
    assert operation.described["description"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_is_sent_and_answered_is_shown_by_an_example_that_fits(operation: Operation) -> None:
    for schema in schemas_of(operation.described):
        validator = validator_of(schema, operation.merged.document)
        for shown in examples_of(schema, operation.merged.document):
            validator.validate(shown)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_refusals_look_as_is_said(operation: Operation) -> None:
    for status, answer in operation.described["responses"].items():
        for content in answer.get("content", {}).values():
            validator = validator_of(content["schema"], operation.merged.document)
            for shown in content.get("examples", {}).values():
                assert validator.is_valid(shown["value"]), (status, shown)


@pytest.mark.parametrize("merged", documents(), ids=lambda merged: merged.dialect)
def test_operations_have_names_of_their_own(merged: Merged) -> None:
    names = Counter(
        operation.described["operationId"] for operation in OPERATIONS if operation.merged == merged
    )
    assert [name for name, times in names.items() if times > 1] == []


def validator_of(schema: dict[str, Any], document: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator with the document's components that checks formats."""
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def examples_of(schema: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    """The examples of a schema: a component's by name, a list's by its items, those of each alternative."""
    match schema:
        case {"$ref": str(ref)}:
            return examples_of(document["components"]["schemas"][ref.rpartition("/")[2]], document)
        case {"type": "array", "items": items}:
            return [[shown] for shown in examples_of(items, document)]
        case {"anyOf": [*alternatives]}:
            return [shown for each in alternatives for shown in examples_of(each, document)]
        case {"examples": [*shown]} if shown:
            return shown
    raise AssertionError(f"no example in {schema}")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_operation_has_a_name_of_verb_and_noun_and_says_what_it_does(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation.described["operationId"])
    assert 10 < len(operation.described["summary"]) <= SUMMARY_LENGTH_MAX
    assert operation.described["summary"][0].isupper()
    assert "Successful Response" not in str(operation.described["responses"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_an_operation_has_one_tag_and_says_who_may_call_it(operation: Operation) -> None:
    told = {tag["name"] for tag in operation.merged.document["tags"]}
    assert len(operation.described["tags"]) == 1
    assert set(operation.described["tags"]) <= told
    assert operation.described["security"] in ([], [{"bearer": []}], [{"bearer": []}, {}])


@pytest.mark.parametrize("merged", documents(), ids=lambda merged: merged.dialect)
def test_members_stand_in_the_order_of_the_example(merged: Merged) -> None:
    for name, schema in merged.document["components"]["schemas"].items():
        for shown in schema.get("examples", []) if "properties" in schema else []:
            told = [member for member in schema["properties"] if member in shown]
            assert told == list(shown), name


@pytest.mark.parametrize("merged", documents(), ids=lambda merged: merged.dialect)
def test_no_schema_has_a_title_that_a_generated_class_could_share(merged: Merged) -> None:
    titled = [
        name
        for name, schema in merged.document["components"]["schemas"].items()
        for part in (schema, *schema.get("properties", {}).values())
        if "title" in part
    ]
    assert titled == []


def members_of(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The properties of a schema and of the schemas inside it."""
    for name, member in schema.get("properties", {}).items():
        yield name, member
        yield from members_of(member)


def test_every_member_is_described_unless_its_name_says_it_all() -> None:
    lacking = [
        f"{merged.dialect} {name}.{member}"
        for merged in documents()
        for name, schema in merged.document["components"]["schemas"].items()
        for member, described in members_of(schema)
        if member not in SAYS_IT_ALL and not described.get("description")
    ]
    assert lacking == [], f"{len(lacking)} lack a description: a docstring below the member"


def test_every_parameter_is_described_unless_its_name_says_it_all() -> None:
    lacking = [
        f"{operation}: {parameter['name']}"
        for operation in OPERATIONS
        for parameter in operation.described.get("parameters", [])
        if not ID_IN_PATH.fullmatch(parameter["name"]) and not parameter.get("description")
    ]
    assert lacking == [], f"{len(lacking)} lack a description"


API_MODULE = re.compile(r"services\.\w+\.api\.(pos|store)\.")


def test_every_docstring_below_a_member_is_shown() -> None:
    shown = {told for merged in documents() for told in descriptions_in(merged.document)}
    written = {
        told
        for module in filter(API_MODULE.match, list(sys.modules))
        for members in docstrings_in(module).values()
        for told in members.values()
    }
    assert written
    assert written - shown == set()


def descriptions_in(part: Any) -> Iterator[str]:
    """Every text that is named `description`."""
    if isinstance(part, list):
        for value in part:
            yield from descriptions_in(value)
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "description" and isinstance(value, str):
                yield value
            yield from descriptions_in(value)
