"""Every alert fires when it should and is silent just below, and has a runbook; promtool judges."""

import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from libs.servers.prometheus import installed_promtool
from tests.architecture.metrics_page import all_metrics
from tests.architecture.sources import ROOT

RULES = ROOT / "deploy" / "observability"
RUNBOOKS = ROOT / "docs" / "runbooks"
FILES = ("recording.yml", "alerts.yml")
OF_THE_CLIENT_LIBRARY = {
    "process_cpu_seconds_total",
    "process_start_time_seconds",
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
}
OF_PROMETHEUS = {"up"}
LABELS_OF_TARGETS = {"job", "process", "instance", "pod"}
REQUESTS = 'http_request_duration_seconds_count{{service="gateway",status="{}"}}'
STEPS_OF_A_WEEK = 7 * 24 * 6
"""Of ten minutes."""

pytestmark = pytest.mark.timeout(300)  # Prometheus is installed where it is missing
Rule = dict[str, Any]


class Example(NamedTuple):
    """Series in promtool's notation: with those of `fires` the alert fires at the end, with `quiet` not."""

    alert: str
    fires: dict[str, str]
    quiet: dict[str, str]
    steps: int = 60
    minutes_a_step: int = 1


def in_job(name: str) -> str:
    return f'{name}{{job="mostrador",process="sales"}}'


def of(name: str, labels: str = "") -> str:
    return f'{name}{{process="sales"{labels}}}'


def pod(process: str, name: str) -> str:
    return f'up{{job="mostrador",process="{process}",pod="{name}"}}'


def slow_sales(bucket: str) -> dict[str, str]:
    """All requests end in the bucket below `bucket`."""
    labels = 'service="gateway",method="POST",route="/api/orders"'
    return {
        f'http_request_duration_seconds_bucket{{{labels},le="{le}"}}': "0+60x60" if reached else "0x60"
        for le, reached in (
            ("0.5", bucket == "0.5"),
            ("1.0", bucket == "0.5"),
            ("2.5", True),
            ("+Inf", True),
        )
    }


def late_events(bucket: str) -> dict[str, str]:
    """All events are applied within `bucket` seconds, and none earlier than the bound below it."""
    bounds = ("10.0", "60.0", "300.0", "+Inf")
    return {
        of("consumer_lag_seconds_bucket", f',le="{le}"'): "0+60x60"
        if bounds.index(le) >= bounds.index(bucket)
        else "0x60"
        for le in bounds
    }


def one(series: str, fires: str, quiet: str) -> tuple[dict[str, str], dict[str, str]]:
    return {series: fires}, {series: quiet}


FAILED, ANSWERED = REQUESTS.format(500), REQUESTS.format(200)
CALLED, UNANSWERED = (
    of("outgoing_call_duration_seconds_count", f',callee="catalog",outcome="{outcome}"')
    for outcome in ("answered", "failed")
)
OPEN = of("breakers_open", ',callee="catalog"')
EVERY_TEN_MINUTES = " ".join(f"{failed}x9" for failed in range(7))
PAID = 'sales_orders_total{channel="POS",outcome="paid"}'
WAITED, ASKED = of("database_pool_wait_seconds_total"), of("database_pool_requests_total")
TIMEOUTS, UNCONNECTED = of("database_pool_timeouts_total"), of("database_connection_failures_total")
USED, ALLOWED = in_job("process_open_fds"), in_job("process_max_fds")

EXAMPLES = (
    Example(
        "RequestsFailFast",
        {FAILED: "0+2x90", ANSWERED: "0+98x90"},
        {FAILED: "0+1x90", ANSWERED: "0+99x90"},
        90,
    ),
    Example(
        "RequestsFailSlowly",
        {FAILED: "0+7x420", ANSWERED: "0+993x420"},
        {FAILED: "0+5x420", ANSWERED: "0+995x420"},
        420,
    ),
    Example("SalesAreSlow", slow_sales("2.5"), slow_sales("0.5")),
    Example(
        "ServiceGivesNoAnswer",
        *one('gateway_upstream_failures_total{upstream="sales",why="gateway_timeout"}', "0+7x60", "0+5x60"),
    ),
    Example("CallersAreLimited", *one('gateway_rate_limited_total{bucket="user"}', "0+61x60", "0+59x60")),
    Example("PasswordsAreGuessed", *one('auth_logins_total{outcome="wrong"}', "0+31x60", "0+29x60")),
    Example("ProcessIsDown", *one(in_job("up"), "1x56 0x4", "1x58 0 1")),
    Example(
        "ProcessIsDown",
        {pod("sales", "a"): "1x50 stale", pod("auth", "a"): "1x60"},
        {pod("sales", "a"): "1x50 stale", pod("sales", "b"): "_x51 1x9"},
    ),
    Example("ProcessIsUnready", *one(of("readiness_check_ok", ',check="broker"'), "0x60", "1x58 0 1")),
    Example("RevocationsAreLate", *one(of("readiness_note", ',note="revocations"'), "0x50 1x10", "0x57 1x3")),
    Example("ClocksDiffer", *one(of("readiness_note", ',note="clock"'), "0x50 1x10", "0x57 1x3")),
    Example("NothingIsWatched", *one(in_job("up"), "_x60", "1x60")),
    Example("ProcessRestarts", *one(in_job("process_start_time_seconds"), "1x50 2 3 4x10", "1x50 2 3x11")),
    Example(
        "BackgroundTaskCrashes",
        *one(of("background_task_restarts_total", ',task="prune_outbox"'), EVERY_TEN_MINUTES, "0x40 20x20"),
    ),
    Example("RequestsPileUp", *one(of("http_requests_in_flight", ',service="sales"'), "401x60", "400x60")),
    Example("MemoryGrows", *one(in_job("process_resident_memory_bytes"), "230686721x60", "230686720x60")),
    Example("FilesRunOut", {USED: "810x60", ALLOWED: "1000x60"}, {USED: "800x60", ALLOWED: "1000x60"}),
    Example(
        "VersionsDiffer",
        {f'mostrador_build_info{{version="{version}",process="sales"}}': "1x90" for version in ("1", "2")},
        {f'mostrador_build_info{{version="1",process="{process}"}}': "1x90" for process in ("sales", "auth")},
        90,
    ),
    Example("DatabaseRefusesConnections", *one(UNCONNECTED, "0+2x60", "0x56 8x3")),
    Example("PoolIsExhausted", *one(TIMEOUTS, "0+1x60", "0x57 30x2")),
    Example(
        "PoolIsExhausted",
        {TIMEOUTS: "0+1x60", UNCONNECTED: "0x60"},
        {TIMEOUTS: "0+1x60", UNCONNECTED: "0+2x60"},
    ),
    Example("PoolIsShort", {WAITED: "0+6x60", ASKED: "0+100x60"}, {WAITED: "0+4x60", ASKED: "0+100x60"}),
    Example(
        "BreakerIsOpen",
        {OPEN: "0x50 1x10", UNANSWERED: "0x50 9+9x10"},
        {OPEN: "0x40 1x20", UNANSWERED: "0x40 9x20"},
    ),
    Example(
        "CallsFail",
        {CALLED: "0+97x60", UNANSWERED: "0+3x60"},
        {CALLED: "0+99x60", UNANSWERED: "0+1x60"},
    ),
    Example("EventsDoNotLeave", *one(of("outbox_lag_seconds"), "61x60", "60x60")),
    Example("EventsAreAppliedLate", late_events("300.0"), late_events("60.0")),
    Example("EventsAreNotTaken", *one(of("readiness_note", ',note="events"'), "0x50 1x10", "0x57 1x3")),
    Example("QueueGrows", *one(of("consumer_waiting_messages"), "1001x60", "1000x60")),
    Example("EventsKeepFailing", *one(of("consumer_retrying_events"), "1x60", "0x40 1x20")),
    Example("DeadLetters", *one(of("consumer_dead_letters"), "1x60", "0x60")),
    Example(
        "NothingIsSold",
        {PAID: f"0+10x{STEPS_OF_A_WEEK} {10 * STEPS_OF_A_WEEK}x12"},
        {PAID: f"0+10x{STEPS_OF_A_WEEK + 12}"},
        STEPS_OF_A_WEEK + 12,
        minutes_a_step=10,
    ),
    Example("PaymentsStayOpen", *one(of("sales_oldest_payment_attempt_seconds"), "121x60", "120x60")),
    Example(
        "PaymentsAreRecovered",
        *one(of("sales_recovered_payment_attempts_total", ',outcome="charged"'), "0x50 11x10", "0x50 9x10"),
    ),
    Example("ShiftsStayOpen", *one(of("sales_oldest_open_shift_seconds"), "129601x60", "129600x60")),
    Example(
        "DrawersDiffer",
        *one(of("sales_shift_difference_money_total", ',direction="short"'), "0x50 501x10", "0x50 490x10"),
    ),
    Example(
        "ClosesAreRefused",
        {of("sales_shift_closes_total", ',outcome="refused_unsent"'): "0x50 6x10"},
        {
            of("sales_shift_closes_total", ',outcome="refused_unsent"'): "0x50 4x10",
            of("sales_shift_closes_total", ',outcome="closed"'): "0x50 40x10",
        },
    ),
    Example("SyncedSalesWait", *one(of("sales_oldest_waiting_sale_seconds"), "601x60", "600x60")),
    Example("SalesAreHeld", *one(of("sales_held_sales"), "1x60", "0x60")),
    Example("TicketNumbersMissing", *one(of("sales_missing_ticket_numbers"), "1x60", "0x60")),
    Example("TillsDoNotSend", *one(of("sales_unsent_sales"), "1x60", "0x60")),
    Example("FlagsAreNotReviewed", *one(of("sales_unreviewed_orders"), "51x60", "50x60")),
    Example(
        "AllocationsLapse",
        *one(of("catalog_lapsed_allocations_total", ',outcome="released"'), "0x50 21x10", "0x50 19x10"),
    ),
    Example(
        "SoldWithoutStock",
        {of("catalog_recovered_allocations_total", ',outcome="short"'): "_x50 1x40"},
        {of("catalog_recovered_allocations_total", ',outcome="short"'): "1x90"},
        90,
    ),
    Example(
        "SoldWithoutStock",
        {of("catalog_recovered_allocations_total", ',outcome="short"'): "0x50 1x10"},
        {
            of("catalog_recovered_allocations_total", ',outcome="short"'): "0x60",
            of("catalog_recovered_allocations_total", ',outcome="taken"'): "0x50 1x10",
        },
    ),
)


def groups(file: str) -> list[dict[str, Any]]:
    content: dict[str, Any] = yaml.safe_load((RULES / file).read_text())
    return list(content["groups"])


def rules(file: str) -> list[Rule]:
    return [rule for group in groups(file) for rule in group["rules"]]


ALERTS = {rule["alert"]: rule for rule in rules("alerts.yml")}
RECORDED = {rule["record"] for rule in rules("recording.yml")}


@pytest.fixture(scope="module")
def promtool() -> str:
    return installed_promtool()


def as_test(example: Example, series: dict[str, str], firing: int) -> dict[str, Any]:
    alert = f'ALERTS{{alertname="{example.alert}",alertstate="firing"}}'
    sample = {"labels": "{}", "value": firing}
    return {
        "name": f"{example.alert} {'fires' if firing else 'is silent'}",
        "interval": f"{example.minutes_a_step}m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f"(count({alert}) > bool 0) or vector(0)",
                "eval_time": f"{example.steps * example.minutes_a_step}m",
                "exp_samples": [sample],
            }
        ],
    }


@pytest.mark.parametrize("group", [group["name"] for group in groups("alerts.yml")])
@pytest.mark.parametrize("minutes", sorted({example.minutes_a_step for example in EXAMPLES}))
def test_every_alert_fires_when_it_should_and_is_silent_just_below(
    group: str, minutes: int, promtool: str, tmp_path: Path
) -> None:
    """A group at a time: promtool evaluates all rules of the files for each example."""
    (alerts,) = (each for each in groups("alerts.yml") if each["name"] == group)
    names = {rule["alert"] for rule in alerts["rules"]}
    of_group = tmp_path / "alerts.yml"
    of_group.write_text(yaml.safe_dump({"groups": [alerts]}))
    examples = [each for each in EXAMPLES if each.alert in names and each.minutes_a_step == minutes]
    content = {
        "rule_files": [str(RULES / "recording.yml"), str(of_group)],
        "group_eval_order": [*(each["name"] for each in groups("recording.yml")), group],
        "evaluation_interval": f"{minutes}m",
        "tests": [
            as_test(example, series, firing)
            for example in examples
            for series, firing in ((example.fires, 1), (example.quiet, 0))
        ],
    }
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump(content))
    run = subprocess.run([promtool, "test", "rules", file], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_alert_has_an_example() -> None:
    assert {example.alert for example in EXAMPLES} == set(ALERTS)


def test_the_rules_are_well_formed(promtool: str) -> None:
    paths = [RULES / file for file in FILES]
    run = subprocess.run([promtool, "check", "rules", *paths], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert {page.stem for page in RUNBOOKS.glob("*.md")} == set(ALERTS)


def test_every_runbook_says_what_its_alert_means_what_to_look_at_and_what_to_do() -> None:
    for alert in ALERTS:
        text = (RUNBOOKS / f"{alert}.md").read_text()
        title, *parts = re.split(r"^##? ", text, flags=re.MULTILINE)[1:]
        assert title.splitlines()[0] == alert
        assert len(title) > len(alert) + 60, alert
        assert [part.splitlines()[0] for part in parts] == ["What to look at", "What to do"], alert
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (RUNBOOKS / link).exists(), f"{alert}: {link}"


def test_every_alert_tells_people_what_is_wrong() -> None:
    for alert, rule in ALERTS.items():
        assert rule["labels"]["severity"] in {"page", "ticket"}, alert
        assert len(rule["annotations"]["summary"]) > 20, alert
        assert rule["annotations"]["description"].endswith("."), alert
        assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{alert}.md"


def test_every_rule_names_metrics_and_labels_that_exist() -> None:
    known = known_metrics()
    for rule in (*rules("recording.yml"), *rules("alerts.yml")):
        told = rule.get("alert") or rule.get("record")
        named = re.findall(
            r"([a-z][a-z0-9_:]*_[a-z0-9_:]+|\bup)(?:\{([^}]*)\})?", without_words(rule["expr"])
        )
        assert named, told
        for name, selector in named:
            assert name in known, f"{told}: {name}"
            labels = set(re.findall(r"([a-z_]+)\s*(?:=|!)", selector))
            assert labels <= known[name], f"{told}: {name}{{{selector}}}"


def test_every_query_of_a_runbook_names_series_that_exist() -> None:
    histograms = {metric.name for _, metric in all_metrics() if metric.kind == "histogram"}
    known = known_metrics().keys() - histograms
    queries = [
        (page.stem, query)
        for page in RUNBOOKS.glob("*.md")
        for query in re.findall("`([^`]+)`", page.read_text())
        if re.search(r"\{.*=|\b(rate|count|increase)\b.*\(", query)
    ]
    assert queries
    for alert, query in queries:
        for name in re.findall(r"([a-z][a-z0-9_:]*_[a-z0-9_:]+)(?=\{|\[|\))", without_words(query)):
            assert name in known, f"{alert}: {name}"


def known_metrics() -> dict[str, set[str]]:
    """The labels of each metric that a rule may name."""
    known = {metric.name: {*metric.labels, *LABELS_OF_TARGETS} for _, metric in all_metrics()}
    for name in [*known]:
        known |= {f"{name}_{part}": known[name] | {"le"} for part in ("bucket", "count", "sum")}
    known |= dict.fromkeys(OF_THE_CLIENT_LIBRARY | OF_PROMETHEUS, LABELS_OF_TARGETS)
    known |= {"mostrador_build_info": {"version", *LABELS_OF_TARGETS}}
    return known | {name: set(known_labels(name)) for name in RECORDED}


def known_labels(recorded: str) -> list[str]:
    """The labels before the first colon, `service_route` for service, method and route."""
    kept = recorded.partition(":")[0]
    return ["service", "method", "route"] if kept == "service_route" else [kept]


def without_words(expression: str) -> str:
    """The expression without functions, and without labels in `by (…)`."""
    return re.sub(r"\bby \([^)]*\)|histogram_quantile|last_over_time", "", expression)
