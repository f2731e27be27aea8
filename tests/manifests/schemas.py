"""Schemas of the operators' resources: strict, and only of the fields that we use.

No package carries the operators' own. Kubernetes' resources are validated by kubernetes-validate.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Validator, validator_for

SCHEMAS = Path(__file__).parent / "schemas"
DEFINITIONS = "$defs"


@cache
def operated() -> Mapping[str, Validator]:
    """Kind → validator of its `spec`."""
    common = _read("common")[DEFINITIONS]
    return {
        kind: validator_for(strict({**schema, DEFINITIONS: {**common, **content.get(DEFINITIONS, {})}}))
        for path in SCHEMAS.glob("*.yaml")
        for content in [_read(path.stem)]
        for kind, schema in content.items()
        if kind != DEFINITIONS
    }


def strict(schema: Any) -> Any:
    """The schema with every object closed that does not say what else it may contain."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        closed = {"type": "object", "additionalProperties": False} | closed
    return closed


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text())
    return content
