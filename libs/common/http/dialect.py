"""A dialect: the error answers of one API (contract §1). Doors add wordings for their own refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from libs.common.errors import DomainError, Kind, Refusals
from libs.common.http.answers import ERROR_CODE, FAILED, SERVER_ERROR, Answer, headers_for
from libs.common.http.wordings import Body, Wording, Wordings, merged


@dataclass(frozen=True, slots=True)
class Dialect:
    """Answers for refusals and bugs.

    `wordings` has an entry for `DomainError` as the default. `schemas` are for API documents:
    `Problem` for errors other than 400, `Invalid` for 400, then the schemas that these need.
    """

    statuses: Mapping[Kind, int]
    wordings: Wordings
    server_error_body: Body
    schemas: Mapping[str, Mapping[str, Any]]

    def with_wordings(self, wordings: Wordings) -> "Dialect":
        """The dialect with a door's wordings, which override the dialect's own."""
        return replace(self, wordings={**self.wordings, **wordings})

    def refusal(self, error: DomainError) -> Answer:
        """The answer to a refused request. Several refusals are merged, with status and code of the first."""
        if isinstance(error, Refusals):
            body = merged(self._among_others(each) for each in error.refusals)
            return replace(self.refusal(error.refusals[0]), body=body)
        wording = self._wording_of(type(error))
        return Answer(wording.status or self.statuses[error.kind], wording.body(error), headers_for(error))

    def server_error(self) -> Answer:
        """The answer to a request that failed by a bug; it reveals no details."""
        return Answer(SERVER_ERROR, self.server_error_body, {ERROR_CODE: FAILED.code})

    def _among_others(self, error: DomainError) -> Body:
        wording = self._wording_of(type(error))
        return (wording.among_others or wording.body)(error)

    def _wording_of(self, refusal: type[DomainError]) -> Wording:
        return next(self.wordings[each] for each in refusal.__mro__ if each in self.wordings)
