"""Every internal endpoint has a committed sample that its models read, with each of its refusals."""

from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter

from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.registry import ENDPOINTS
from libs.common.contracts.internal.samples import FOLDER, sample

EACH = [pytest.param(endpoint, id=endpoint.name) for endpoint in ENDPOINTS]


def test_every_endpoint_has_a_sample_and_every_sample_an_endpoint() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {endpoint.name for endpoint in ENDPOINTS}


@pytest.mark.parametrize("endpoint", EACH)
def test_a_sample_says_what_its_models_say_and_no_more(endpoint: Endpoint) -> None:
    sampled = sample(endpoint)
    for model, body in ((endpoint.request, sampled.request), (endpoint.answer, sampled.answer.body)):
        if model is None:
            assert body is None
        else:
            adapter: TypeAdapter[Any] = TypeAdapter(model)
            read = adapter.validate_json(orjson.dumps(body), strict=True)
            assert adapter.dump_python(read, mode="json") == body


@pytest.mark.parametrize("endpoint", EACH)
def test_a_sample_shows_each_refusal(endpoint: Endpoint) -> None:
    assert sample(endpoint).refusals.keys() == endpoint.refusals
