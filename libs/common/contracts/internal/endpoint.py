"""The declaration of an internal endpoint, which its server and its callers share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path of a service. `name` is `<callee>.<verb>_<noun>`; the sample has its name.

    `request` and `answer` are the models of the bodies, None where the body is empty. `refusals` are the
    codes that a caller may act on; every call may also be refused as the internal dialect refuses any
    (`token_missing`, `token_not_valid`, `role_required`, `invalid_fields`, `unavailable`).
    """

    name: str
    method: str
    path: str
    request: type | None = None
    answer: type | None = None
    refusals: frozenset[str] = frozenset()

    @property
    def callee(self) -> str:
        """The service that answers."""
        return self.name.split(".", 1)[0]
