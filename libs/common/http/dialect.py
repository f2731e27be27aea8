"""A dialect: how one API words its errors (contract §1). Doors add wordings for their own refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from libs.common.errors import DomainError, Kind, Refusals
from libs.common.http.answers import SERVER_ERROR, Answer, headers_for
from libs.common.http.wordings import Body, Wording, Wordings, merged


@dataclass(frozen=True, slots=True)
class Dialect:
    """Answers for refusals and bugs.

    `wordings` has an entry for `DomainError`, used for what nobody worded. `schemas` are for API documents:
    `Problem` is any error but a 400, `Invalid` that, then what these need.
    """

    statuses: Mapping[Kind, int]
    wordings: Wordings
    server_error_body: Body
    schemas: Mapping[str, Mapping[str, Any]]

    def with_wordings(self, wordings: Wordings) -> "Dialect":
        """The dialect as a door speaks it: its wordings go before the dialect's own."""
        return replace(self, wordings={**self.wordings, **wordings})

    def refusal(self, error: DomainError) -> Answer:
        """The answer to a request that was refused. Several refusals are merged under the first's status."""
        if isinstance(error, Refusals):
            answers = [self.refusal(each) for each in error.refusals]
            return replace(answers[0], body=merged(answer.body for answer in answers))
        wording = self._wording_of(type(error))
        return Answer(wording.status or self.statuses[error.kind], wording.body(error), headers_for(error))

    def server_error(self) -> Answer:
        """The answer to a request that met a bug; it gives nothing away."""
        return Answer(SERVER_ERROR, self.server_error_body)

    def _wording_of(self, refusal: type[DomainError]) -> Wording:
        return next(self.wordings[each] for each in refusal.__mro__ if each in self.wordings)
