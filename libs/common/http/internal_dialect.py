"""The dialect between services: errors have a code and details to act on."""

from libs.common.errors import DomainError
from libs.common.http.answers import STATUS
from libs.common.http.dialect import Dialect
from libs.common.http.refusals import InvalidInput
from libs.common.http.store_dialect import flat
from libs.common.http.wordings import Body, Wording

PROBLEM = {
    "type": "object",
    "required": ["code", "details"],
    "properties": {"code": {"type": "string"}, "details": {"type": "object"}},
}


def _invalid_input(error: DomainError) -> Body:
    assert isinstance(error, InvalidInput)
    return {"code": error.code, "details": {"fields": flat(error.problems)}}


INTERNAL = Dialect(
    statuses=STATUS,
    wordings={
        DomainError: Wording(lambda error: {"code": error.code, "details": error.details}),
        InvalidInput: Wording(_invalid_input),
    },
    server_error_body={"code": "server_error", "details": {}},
    schemas={"Problem": PROBLEM, "Invalid": PROBLEM},
)
