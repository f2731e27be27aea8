"""Signing keys: selecting the one that signs, and removing old ones. Rotation ends no session (contract §2).

A key's name is the time at which it was made, `2026-11-22T013045Z` or just `2026-11-22`, so the last by name
is the newest.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from services.auth.domain.sessions import POS_TERMS, STOREFRONT_TERMS

SIGNS_AFTER = timedelta(minutes=10)
"""The time between a key's publication and its first signature, so that all verifiers have the key by then.

Longer than a key takes to reach all verifiers: a Secret into all pods (2 min), auth's reading of the folder
(5 s), caches of the key document (60 s), and a verifier's refresh (60 s) of which one fails.
"""

LONGEST_TOKEN = max(POS_TERMS.access_token, STOREFRONT_TERMS.access_token)
RETIRES_AFTER = LONGEST_TOKEN + SIGNS_AFTER
"""The time after which a key that no longer signs may be removed: its last token has expired."""

_FORMATS = ("%Y-%m-%dT%H%M%SZ", "%Y-%m-%d")


class NotNamedByDate(ValueError):
    """The name of a key does not contain the time at which it was made."""


def kid_made_at(moment: datetime) -> str:
    """The name of a key made at this moment."""
    return moment.astimezone(UTC).strftime(_FORMATS[0])


def made_at(kid: str) -> datetime:
    """The time at which the key with this name was made. Raises `NotNamedByDate`."""
    for each in _FORMATS:
        try:
            return datetime.strptime(kid, each).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise NotNamedByDate(
        f"a key is named by when it was made (2026-11-22T013045Z or 2026-11-22), not {kid!r}"
    )


def signing_kid(published_since: Mapping[str, datetime], now: datetime) -> str:
    """The newest key that all verifiers know by now; if there is none, the oldest key."""
    known = [kid for kid, since in published_since.items() if since + SIGNS_AFTER <= now]
    return max(known) if known else min(published_since)


def stops_signing_at(kid: str, kids: Collection[str]) -> datetime | None:
    """The time at which the next newer key takes over; None while there is no newer key."""
    newer = [other for other in kids if other > kid]
    return made_at(min(newer)) + SIGNS_AFTER if newer else None


def may_retire_at(kid: str, kids: Collection[str]) -> datetime | None:
    """The time at which the last token of this key has expired; None while there is no newer key."""
    stops_at = stops_signing_at(kid, kids)
    return stops_at + RETIRES_AFTER if stops_at else None
