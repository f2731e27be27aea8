"""docs/asyncapi.json is what the models say."""

from pathlib import Path

import orjson

from libs.common.contracts.asyncapi import asyncapi
from libs.common.contracts.registry import EVENTS

DOCUMENT = Path(__file__).parents[5] / "docs" / "asyncapi.json"


def test_the_committed_document_is_up_to_date() -> None:
    assert orjson.loads(DOCUMENT.read_bytes()) == asyncapi(), (
        "run: python -m libs.common.contracts.asyncapi > docs/asyncapi.json"
    )


def test_every_type_is_a_channel() -> None:
    assert set(asyncapi()["channels"]) == set(EVENTS)


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi()

    def references(node: object) -> list[str]:
        if isinstance(node, list):
            return [reference for item in node for reference in references(item)]
        if not isinstance(node, dict):
            return []
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [reference for value in node.values() for reference in references(value)]

    found = references(document)
    assert found
    for reference in found:
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
