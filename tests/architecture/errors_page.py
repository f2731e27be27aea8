"""Writes docs/errors.md: every code of a refusal, from its class and from the API documents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from gateway.guard import heads
from gateway.outgoing import PAGE_REFUSED
from libs.common.errors import Explained
from libs.common.http.answers import ERROR_CODE, FAILED, SERVER_ERROR
from libs.common.http.dialect import Dialect
from libs.common.http.pos_dialect import POS
from libs.common.http.store_dialect import STORE
from tests.architecture.documents import operations
from tests.architecture.doors import all_doors
from tests.architecture.refusals import AT_EVERY_DOOR, OF_THE_GATEWAY, refusals_at
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "errors.md"
DIALECTS: Mapping[str, Dialect] = {"pos": POS, "store": STORE}
INTRODUCTION = f"""\
# Error codes

Written by `make refusals` from the sources.

Every refusal has a stable code in the header `{ERROR_CODE}`, the same in both APIs; the texts in bodies are
for people. Act on the code, and treat an unknown one as its status says: new codes are added over time.
If several things are wrong at once, the body tells them all and the code is that of the first.
POS is the API of tills and the back office under `/api`, STORE that of the web shop.
"""
ANYWHERE = "## At every path"
OTHERS = "## At some paths"

Places = Mapping[str, Mapping[tuple[str, str], list[str]]]


def errors_page() -> str:
    """The page as stored."""
    everywhere, anywhere = _at_every_path(), _places()
    common = {explained.code for explained, _ in everywhere}
    others = sorted({explained for explained in _of_services() if explained.code not in common})
    parts = [INTRODUCTION, ANYWHERE + "\n", _table(everywhere), OTHERS + "\n"]
    for code in sorted({explained.code for explained in others}):
        parts.append(_section([each for each in others if each.code == code], anywhere[code]))
    return "\n".join(parts)


def _at_every_path() -> list[tuple[Explained, str]]:
    """The refusals that any request may meet, with their statuses."""
    met: dict[Explained, str] = {}
    for error in (*AT_EVERY_DOOR, *OF_THE_GATEWAY):
        statuses = sorted({dialect.refusal(error).status for dialect in DIALECTS.values()})
        met.setdefault(error.explained, "/".join(map(str, statuses)))
    met |= {explained: str(status.value) for status, explained in heads.EXPLAINED.items()}
    met[FAILED] = str(SERVER_ERROR)
    met[PAGE_REFUSED] = str(HTTPStatus.BAD_REQUEST.value)
    return sorted(met.items(), key=lambda item: (item[1], item[0].code))


def _of_services() -> Iterator[Explained]:
    for (service, name), door in all_doors().items():
        if name in DIALECTS:
            yield from (error.explained for error in refusals_at(service, door))


def _places() -> Places:
    """Code → dialect and status → the operations that may be refused so, by path."""
    places: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    # A door that has served a request has its routes in another order than one that has not.
    for operation in sorted(operations(), key=lambda operation: operation.path):
        for status, answer in operation.described["responses"].items():
            for content in answer.get("content", {}).values():
                for code in content.get("examples", {}):
                    places[code][operation.merged.dialect, status].append(str(operation))
    return places


def _table(everywhere: list[tuple[Explained, str]]) -> str:
    rows = [
        f"| `{explained.code}` | {status} | {explained.meaning} | {explained.remedy} |\n"
        for explained, status in everywhere
    ]
    return "".join(["| code | status | meaning | what to do |\n", "|---|---|---|---|\n", *rows])


def _section(meanings: list[Explained], places: Mapping[tuple[str, str], list[str]]) -> str:
    lines = [f"### {meanings[0].code}\n", "\n"]
    lines += [f"{each.meaning}\n*What to do:* {each.remedy}\n\n" for each in meanings]
    lines += [
        f"- {dialect.upper()} {status}: {', '.join(f'`{place}`' for place in met)}\n"
        for (dialect, status), met in sorted(places.items())
    ]
    return "".join(lines)


def explained_refusals() -> list[Explained]:
    """Every code that a client can meet, as the page explains it."""
    return [*(explained for explained, _ in _at_every_path()), *_of_services()]


if __name__ == "__main__":
    PAGE.write_text(errors_page())
