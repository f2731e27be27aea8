"""Versions of a resource: a change may require that the resource is still as the caller read it.

A version is PostgreSQL's `xmin` of the row. It differs after every change, whichever process makes it.
"""

from dataclasses import dataclass

from libs.common.errors import DomainError, Kind


class ChangedMeanwhile(DomainError):
    """The resource was changed after the `ETag` in `If-Match` was read."""

    kind = Kind.PRECONDITION_FAILED
    code = "changed_meanwhile"
    remedy = "Read the resource again, make the change to what it is now, and send it with the new `ETag`."


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions of which the resource must be one; None means any."""

    versions: frozenset[str] | None = None

    def check(self, version: str) -> None:
        """Raises `ChangedMeanwhile`. `version` is that of the row, which the transaction has locked."""
        if self.versions is not None and version not in self.versions:
            raise ChangedMeanwhile


ANY_VERSION = Expected()
