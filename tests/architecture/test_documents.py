"""The API documents are complete: every operation is described, has a valid example, and is routed."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from gateway.introductions import store_frame
from gateway.merging import PARAMETER
from gateway.routes import route_of
from libs.common.http.member_docstrings import docstrings_in
from tests.architecture.documents import Operation, documents, operations
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
NAME = re.compile(r"[a-z]+(_[a-z]+)+")


def schemas_of(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of an operation's request and answers, without refusals."""
    answers = [answer for status, answer in described["responses"].items() if status.startswith("2")]
    for part in [described.get("requestBody", {}), *answers]:
        for content in part.get("content", {}).values():
            yield content["schema"]


def test_nothing_is_left_out_of_the_documents() -> None:
    doors = [door for dialect in ("pos", "store") for door in doors_at(dialect).values()]
    said = sum(len(item) for door in doors for item in door.openapi()["paths"].values())
    assert len(list(operations())) == said + len(store_frame([])["paths"])


def test_every_operation_of_a_service_is_reached_through_the_gateway() -> None:
    passed_on = [each for each in operations() if each.described["tags"] != ["gateway"]]
    assert [str(operation) for operation in passed_on if not is_reached(operation)] == []


def is_reached(operation: Operation) -> bool:
    """Whether the gateway passes it on, and asks for a token where it says so."""
    route = route_of(PARAMETER.sub("any", operation.full_path))
    method = operation.method.upper()
    if route is None or method not in route.methods:
        return False
    return method in route.open_to_all or operation.described["security"] == [{"bearer": []}]


def test_a_token_that_the_gateway_checks_may_be_refused() -> None:
    unsaid = [
        str(operation)
        for operation in operations()
        if (route := route_of(PARAMETER.sub("any", operation.full_path)))
        and not route.token_blind
        and "401" not in operation.described["responses"]
    ]
    assert unsaid == []


def test_every_operation_says_what_it_does() -> None:
    assert [str(operation) for operation in operations() if not operation.described["description"]] == []


def test_what_is_sent_and_answered_is_shown_by_examples_that_fit() -> None:
    wrong = [
        f"{operation}: {error.message}"
        for operation in operations()
        for schema in schemas_of(operation.described)
        for shown in examples_of(schema, operation.merged.document)
        for error in validator_of(operation.merged.dialect, json.dumps(schema)).iter_errors(shown)
    ]
    assert wrong == []


def test_refusals_look_as_is_said() -> None:
    wrong = [
        f"{operation}: {status} {shown['value']}"
        for operation in operations()
        for status, answer in operation.described["responses"].items()
        for content in answer.get("content", {}).values()
        for shown in content.get("examples", {}).values()
        if not validator_of(operation.merged.dialect, json.dumps(content["schema"])).is_valid(shown["value"])
    ]
    assert wrong == []


def test_operations_have_names_of_their_own() -> None:
    names = Counter((each.merged.dialect, each.described["operationId"]) for each in operations())
    assert [name for name, times in names.items() if times > 1] == []


@cache
def validator_of(dialect: str, schema: str) -> jsonschema_rs.Draft202012Validator:
    """A validator of a schema, written as JSON, with the components of the document; it checks formats."""
    (document,) = (merged.document for merged in documents() if merged.dialect == dialect)
    whole = {**json.loads(schema), "components": document["components"]}
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


def test_every_operation_has_a_name_of_verb_and_noun() -> None:
    names = [operation.described["operationId"] for operation in operations()]
    assert [name for name in names if not NAME.fullmatch(name)] == []


def test_every_operation_and_its_answers_are_summed_up_in_words_of_ours() -> None:
    wrong = [
        f"{operation}: {summary}"
        for operation in operations()
        if not (10 < len(summary := operation.described["summary"]) <= SUMMARY_LENGTH_MAX)
        or not summary[0].isupper()
        or "Successful Response" in str(operation.described["responses"])
    ]
    assert wrong == []


def test_every_operation_has_one_tag_that_is_described() -> None:
    wrong = [
        f"{operation}: {tags}"
        for operation in operations()
        if len(tags := operation.described["tags"]) != 1
        or not set(tags) <= {tag["name"] for tag in operation.merged.document["tags"]}
    ]
    assert wrong == []


def test_every_operation_says_who_may_call_it() -> None:
    wrong = [
        f"{operation}: {security}"
        for operation in operations()
        if (security := operation.described["security"]) not in ([], [{"bearer": []}], [{"bearer": []}, {}])
    ]
    assert wrong == []


def test_members_stand_in_the_order_of_the_example() -> None:
    wrong = [
        f"{merged.dialect} {name}"
        for merged in documents()
        for name, schema in merged.document["components"]["schemas"].items()
        for shown in (schema.get("examples", []) if "properties" in schema else [])
        if [member for member in schema["properties"] if member in shown] != list(shown)
    ]
    assert wrong == []


def test_no_schema_has_a_title_that_a_generated_class_could_share() -> None:
    titled = [
        f"{merged.dialect} {name}"
        for merged in documents()
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
        for operation in operations()
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
