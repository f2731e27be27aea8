"""Commands of the documentation name the Deployments, Jobs and labels that the manifests have."""

import re
from itertools import product

import pytest

from tests.architecture.sources import ROOT
from tests.manifests.rendered import names_of, of_kind

PAGES = sorted(
    [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "runbooks").glob("*.md"), ROOT / "CHANGELOG.md"]
)
COMMANDS = [
    (page.relative_to(ROOT).as_posix(), command)
    for page in PAGES
    for command in re.findall(r"kubectl [^`|;\n]*", page.read_text())
]
KINDS = {
    "deploy": "Deployment",
    "deployment": "Deployment",
    "cronjob": "CronJob",
    "job": "Job",
    "service": "Service",
}
NAME = r"[a-z{][a-z0-9{},-]*"
ONE = re.compile(rf"(?<!-k )(?<!-f )\b({'|'.join(KINDS)})/({NAME})")  # not a folder
SEVERAL = re.compile(rf"\brollout (?:restart|status) deployment((?: {NAME})+)")
SELECTED = re.compile(r"(deployment|job|apply -k \S+|logs) (?:-l|--selector) '?([a-z./]+)=([a-z-]+)")
WAY = "prod with everything"
MADE_LATER = {"analytics-rebuild", "analytics-verify"}
"""Jobs that the commands themselves make."""
SERVICES_OF_OPERATORS = {"rabbitmq"}

pytestmark = [pytest.mark.unit, pytest.mark.timeout(360)]  # kubectl is fetched where it is missing


def spelled_out(word: str) -> set[str]:
    """The words for which the shell takes one with braces."""
    parts = [part.strip("{}").split(",") for part in re.split(r"(\{[^}]*\})", word) if part]
    return {"".join(chosen) for chosen in product(*parts)}


def known(kind: str) -> set[str]:
    """The names of this kind in a cluster. An operator makes a Deployment of each Pooler, under its name."""
    more = {
        "Deployment": names_of(WAY, "Pooler"),
        "Job": MADE_LATER,
        "Service": SERVICES_OF_OPERATORS,
    }
    return names_of(WAY, kind) | more.get(kind, set())


def named(command: str) -> set[tuple[str, str]]:
    """The objects that a command names, with their kinds."""
    single = [(KINDS[kind], word) for kind, word in ONE.findall(command)]
    several = [("Deployment", word) for words in SEVERAL.findall(command) for word in words.split()]
    return {(kind, name) for kind, word in (*single, *several) for name in spelled_out(word)}


def test_a_command_names_what_is_there() -> None:
    found = {(page, *each) for page, command in COMMANDS for each in named(command)}
    assert len(found) > 10
    assert {(page, kind, name) for page, kind, name in found if name not in known(kind)} == set()


def test_a_label_in_a_command_is_on_an_object_that_it_selects() -> None:
    found = {(page, *each) for page, command in COMMANDS for each in SELECTED.findall(command)}
    assert len(found) > 2
    assert {each for each in found if not is_selected(*each[1:])} == set()


def is_selected(what: str, label: str, value: str) -> bool:
    """Whether an object of the rendered manifests has the label itself, as a selector wants it."""
    kinds = [KINDS[what]] if what in KINDS else ["Deployment", "Job", "Cluster"]
    return any(each["metadata"].get("labels", {}).get(label) == value for each in of_kind(WAY, *kinds))
