"""Variables of make's targets that make no sense are refused in one line, before anything starts."""

import os
import re
import subprocess
from argparse import ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.commands import new_folder
from deploy.local.layout import ROOT
from deploy.local.variables import REFUSED, SWITCH, VARIABLES, WORDS, refusal

pytestmark = pytest.mark.unit

JUDGED_BY_THE_COMMAND = {
    *(("restart", "S"), ("logs", "S"), ("backup", "TO"), ("version", "V")),
    ("tls", "TLS"),  # of `make up`, which its help names
}
RECIPE = re.compile(r"^([a-z0-9-]+):(.*)\n((?:\t.*\n)*)", re.MULTILINE)
SET = re.compile(r"(?<![\w$])([A-Z][A-Z_]*)=")
READ = re.compile(r"\$\(([A-Z][A-Z_]*)\)")
OURS = {"A", "BIN", "CHECKED", "COMPILE", "MAKE", "MAKEFILE_LIST", "PYTEST", "PYTHON", "SERVICES", "VENV"}
"""Variables of the Makefile itself, and the options that a command parses."""


def recipes() -> dict[str, tuple[str, str]]:
    """Target → what is said about it, and its commands."""
    return {
        target: (said, commands) for target, said, commands in RECIPE.findall((ROOT / "Makefile").read_text())
    }


def documented() -> Iterator[tuple[str, str]]:
    """Each target with each variable that its help names or its commands read."""
    for target, (said, commands) in recipes().items():
        names = {*SET.findall(said.partition("##")[2]), *READ.findall(commands)}
        yield from ((target, name) for name in sorted(names - OURS))


def test_every_documented_variable_is_judged() -> None:
    judged = {(target, name) for target, variables in VARIABLES.items() for name in variables}
    assert set(documented()) - JUDGED_BY_THE_COMMAND - judged == set()


def test_the_targets_with_variables_judge_them_first() -> None:
    first = {target: commands.partition("\n")[0] for target, (_, commands) in recipes().items()}
    assert {target for target, command in first.items() if command == "\t$(CHECKED)"} == set(VARIABLES)


NONSENSE = [
    (target, name, value)
    for target, variables in VARIABLES.items()
    for name, values in variables.items()
    for value in ("-1", "--help", "/nope", "x(")
    if values.possible != WORDS.possible and (name != "ONLY" or value == "x(")
]


@pytest.mark.parametrize(("target", "name", "value"), NONSENSE)
def test_nonsense_is_refused_with_what_is_possible(target: str, name: str, value: str) -> None:
    refused = refusal(target, {**sensible(target), name: value})
    assert refused == f"make {target}: {name} is {VARIABLES[target][name].possible}, not {value}."


def sensible(target: str) -> dict[str, str]:
    """What the target needs."""
    usual = {"S": "sales", "M": "add notes", "FROM": str(ROOT)}
    return {name: usual[name] for name, values in VARIABLES[target].items() if values.is_needed}


@pytest.mark.parametrize("target", VARIABLES)
def test_nothing_and_the_usual_is_taken(target: str) -> None:
    nothing = dict.fromkeys(VARIABLES[target], " ")
    assert refusal(target, {**nothing, **sensible(target)}) is None


@pytest.mark.parametrize(
    ("target", "name", "value"),
    [
        *(("up", "DEMO", value) for value in ("0", "1")),
        *(("up", "REPLICAS", value) for value in ("1", "4")),
        ("up", "PORT_BASE", "65535"),
        ("tls", "NAMES", "caja.local 192.168.1.20 fd00::1"),
        ("dev", "S", "gateway"),
        ("restore", "S", "catalog sales"),
        *(
            ("reconcile", "SINCE", value)
            for value in ("2h", "2026-03-01T00:00:00Z", "2026-03-01 01:00+01:00")
        ),
        ("sample", "DAYS", "366"),
        ("bars", "KILLS", " 100 "),
        ("fuzz", "MINUTES", "0.5"),
        ("fuzz", "ONLY", "^/sync"),
        ("rolling", "FROM", "HEAD"),
        ("chaos", "SEED", "0"),
        ("bench", "BASE", "HEAD"),
        ("bench", "TRACED", "1.0"),
        ("bench", "WORKS", "sale,orders,restore"),
        ("bench", "CLIENTS", "8, 32"),
        ("soak", "LOAD", "0.7"),
    ],
)
def test_what_is_documented_is_taken(target: str, name: str, value: str) -> None:
    assert refusal(target, {**sensible(target), name: value}) is None


@pytest.mark.parametrize(
    ("target", "name", "value"),
    [
        *(("chaos", "MINUTES", value) for value in ("0", "1.5", "1e3", "٣", "")),
        *(("soak", "LOAD", value) for value in ("0", "nan", "inf", "0,7", "")),
        ("bench", "TRACED", "1.1"),
        ("bench", "WORKS", "sale,sail"),
        ("bench", "CLIENTS", "8,0"),
        ("up", "PORT_BASE", "65536"),
        ("up", "REPLICAS", "5"),
        ("reset", "YES", "no"),
        *(("reconcile", "SINCE", value) for value in ("yesterday", "2026-03-01", "99999999999d")),
        ("sample", "DAYS", "367"),
        ("restore", "FROM", str(ROOT / "Makefile")),
    ],
)
def test_the_bounds_are_kept(target: str, name: str, value: str) -> None:
    assert bool(refusal(target, {**sensible(target), name: value})) is bool(value)


@pytest.mark.parametrize(("target", "name"), [("dev", "S"), ("restore", "FROM"), ("migration", "M")])
def test_what_a_target_cannot_do_without_is_named(target: str, name: str) -> None:
    refused = refusal(target, {**sensible(target), name: ""})
    assert refused == f"make {target} needs {name}: {VARIABLES[target][name].possible}."


def test_a_switch_is_on_or_off() -> None:
    assert [value for value in ("0", "1", "2", "yes", "no") if SWITCH.accepts(value)] == ["0", "1"]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What make says, also in a run that make started, where the virtual environment is as it has to be."""
    return subprocess.run(
        ["make", "--assume-old", ".venv/.installed", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(("switch", "is_on"), [("HOP=0", False), ("HOP=1", True), ("HOP=", False)])
def test_a_switch_that_is_off_is_as_one_that_is_not_named(switch: str, *, is_on: bool) -> None:
    assert (" hop" in make("--dry-run", "bench", switch).stdout) is is_on


@pytest.mark.parametrize("target", ["restore", "reconcile"])
def test_several_services_have_commas_or_spaces_between_them(target: str) -> None:
    for services in ("catalog,sales", "catalog sales", "catalog, sales"):
        assert "--service catalog --service sales" in make("--dry-run", target, f"S={services}").stdout


@pytest.mark.parametrize(
    ("target", "name", "word"), [("backup", "TO", '--to "$TO"'), ("restore", "FROM", 'restore "$FROM"')]
)
def test_a_folder_may_have_spaces_in_its_name(target: str, name: str, word: str) -> None:
    assert word in make("--dry-run", target, f"{name}=/media/My Passport/monday").stdout


def test_a_folder_may_begin_with_that_of_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert new_folder("~/monday") == Path("/home/ana/monday")
    with pytest.raises(ArgumentTypeError, match="~nobody-of-this-name/monday"):
        new_folder("~nobody-of-this-name/monday")


@pytest.mark.parametrize(
    ("target", "given"), [("soak", "LOAD=x"), ("chaos", "MINUTES=x"), ("bench", "BASE=nope")]
)
def test_make_ends_at_once_with_the_line(target: str, given: str) -> None:
    name, _, value = given.partition("=")
    done = make(target, given)
    line, of_make = done.stderr.splitlines()
    assert (done.returncode, done.stdout, line) == (REFUSED, "", refusal(target, {name: value}))
    assert of_make.startswith("make: ***")
