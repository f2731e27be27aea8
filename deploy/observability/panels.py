"""What the dashboards show, panel by panel; `boards.py` writes them for Grafana.

`$service` is the service that the dashboard of one service is about. Thresholds are those of the alert that a
panel names.
"""

from dataclasses import dataclass, field

WINDOW = "$__rate_interval"
REQUESTS = "http_request_duration_seconds"
OURS = 'process=~"$service(-worker)?"'
"""The processes of the service."""


@dataclass(frozen=True, slots=True)
class Query:
    """An expression, and the name of each of its series."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph. `unit` is Grafana's name of it; `alert` names the alert whose threshold is drawn."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    alert: str | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: rows of panels."""

    uid: str
    title: str
    description: str
    rows: dict[str, tuple[Panel, ...]] = field(default_factory=dict)
    of_one_service: bool = False

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in order."""
        return tuple(panel for row in self.rows.values() for panel in row)


def _panel(
    title: str,
    description: str,
    unit: str,
    *queries: tuple[str, str],
    alert: str | None = None,
    threshold: float | None = None,
) -> Panel:
    return Panel(title, description, unit, tuple(Query(*query) for query in queries), alert, threshold)


def _rate(metric: str, by: str, where: str = "") -> str:
    return f"sum by ({by}) (rate({metric}{{{where}}}[{WINDOW}]))"


SUITE = Board(
    "mostrador-suite",
    "Mostrador: the suite",
    "What tills and web shop get, and whether every part works.",
    {
        "What clients get": (
            _panel(
                "Requests",
                "Requests a second at the gateway, by status.",
                "reqps",
                (_rate(f"{REQUESTS}_count", "status", 'service="gateway"'), "{{status}}"),
            ),
            _panel(
                "Failed requests",
                "The share of answers of 500 and above at the gateway, over five minutes and an hour.",
                "percentunit",
                (
                    f'sum(rate({REQUESTS}_count{{service="gateway",status=~"5.."}}[5m])) / '
                    f'sum(rate({REQUESTS}_count{{service="gateway"}}[5m])) or vector(0)',
                    "5 minutes",
                ),
                (
                    f'sum(rate({REQUESTS}_count{{service="gateway",status=~"5.."}}[1h])) / '
                    f'sum(rate({REQUESTS}_count{{service="gateway"}}[1h])) or vector(0)',
                    "1 hour",
                ),
                alert="RequestsFailFast",
                threshold=0.0144,
            ),
            _panel(
                "Slow requests",
                "The time within which 95 % of the requests of each service are answered.",
                "s",
                (
                    f"histogram_quantile(0.95, sum by (service, le) (rate({REQUESTS}_bucket[{WINDOW}])))",
                    "{{service}}",
                ),
                alert="SalesAreSlow",
                threshold=1,
            ),
            _panel(
                "Requests at once",
                "Requests that are being answered. A process refuses the 513th.",
                "short",
                ("max by (process) (http_requests_in_flight)", "{{process}}"),
                alert="RequestsPileUp",
                threshold=400,
            ),
        ),
        "Processes": (
            _panel(
                "Processes that answer",
                "1 for each process that Prometheus reaches, else 0.",
                "short",
                ('up{job="mostrador"}', "{{process}}"),
                alert="ProcessIsDown",
                threshold=1,
            ),
            _panel(
                "CPU",
                "Cores in use. A process of ours can use one.",
                "short",
                (f'rate(process_cpu_seconds_total{{job="mostrador"}}[{WINDOW}])', "{{process}}"),
            ),
            _panel(
                "Memory",
                "Resident memory of each process.",
                "bytes",
                ('process_resident_memory_bytes{job="mostrador"}', "{{process}}"),
                alert="MemoryGrows",
                threshold=230686720,
            ),
            _panel(
                "Calls between services",
                "Calls a second from each process, by callee and outcome; refused is a normal answer.",
                "reqps",
                (
                    _rate("outgoing_call_duration_seconds_count", "process, callee, outcome"),
                    "{{process}} → {{callee}} {{outcome}}",
                ),
                alert="CallsFail",
            ),
            _panel(
                "Open breakers",
                "Services that a process has given up on for the moment.",
                "short",
                ("max by (process, callee) (breakers_open)", "{{process}} → {{callee}}"),
                alert="BreakerIsOpen",
                threshold=1,
            ),
            _panel(
                "Limited and refused",
                "Requests a second above the limit of their user or address, and logins that fail.",
                "reqps",
                (_rate("gateway_rate_limited_total", "bucket"), "too many of one {{bucket}}"),
                (_rate("auth_logins_total", "outcome", 'outcome!="ok"'), "login {{outcome}}"),
                alert="PasswordsAreGuessed",
            ),
        ),
    },
)

SERVICE = Board(
    "mostrador-service",
    "Mostrador: one service",
    "The golden signals of a service by route, its database, its calls.",
    {
        "Requests": (
            _panel(
                "Requests by route",
                "Requests a second.",
                "reqps",
                (_rate(f"{REQUESTS}_count", "method, route", 'service="$service"'), "{{method}} {{route}}"),
            ),
            _panel(
                "Answers by status",
                "Answers a second.",
                "reqps",
                (_rate(f"{REQUESTS}_count", "status", 'service="$service"'), "{{status}}"),
            ),
            _panel(
                "Slow routes",
                "The time within which 95 % of the requests of a route are answered.",
                "s",
                (
                    "histogram_quantile(0.95, sum by (method, route, le) "
                    f'(rate({REQUESTS}_bucket{{service="$service"}}[{WINDOW}])))',
                    "{{method}} {{route}}",
                ),
            ),
            _panel(
                "Requests at once",
                "Requests that are being answered now.",
                "short",
                ('sum by (process) (http_requests_in_flight{service="$service"})', "{{process}}"),
                alert="RequestsPileUp",
                threshold=400,
            ),
        ),
        "Database": (
            _panel(
                "Connections",
                "Connections of the pool in use, and the most that it may have.",
                "short",
                (f"database_pool_in_use{{{OURS}}}", "{{process}} in use"),
                (f"database_pool_size_max{{{OURS}}}", "{{process}} at most"),
            ),
            _panel(
                "Waits for a connection",
                "The mean time that a request for a connection waits.",
                "s",
                (
                    f"{_rate('database_pool_wait_seconds_total', 'process', OURS)} / "
                    f"{_rate('database_pool_requests_total', 'process', OURS)}",
                    "{{process}}",
                ),
                alert="PoolIsShort",
                threshold=0.05,
            ),
            _panel(
                "Refused for want of a connection",
                "Requests a second that waited too long, and connections that failed.",
                "reqps",
                (
                    _rate("database_pool_timeouts_total", "process", OURS),
                    "{{process}} timeouts",
                ),
                (
                    _rate("database_connection_failures_total", "process", OURS),
                    "{{process}} failures",
                ),
                alert="PoolIsExhausted",
            ),
        ),
        "Process": (
            _panel(
                "CPU",
                "Cores in use of its processes.",
                "short",
                (
                    f"rate(process_cpu_seconds_total{{{OURS}}}[{WINDOW}])",
                    "{{process}}",
                ),
            ),
            _panel(
                "Memory",
                "Resident memory of its processes.",
                "bytes",
                (f"process_resident_memory_bytes{{{OURS}}}", "{{process}}"),
                alert="MemoryGrows",
                threshold=230686720,
            ),
            _panel(
                "Loops started again",
                "Background loops that crashed, in an hour.",
                "short",
                (
                    f"sum by (process, task) (increase(background_task_restarts_total{{{OURS}}}[1h]))",
                    "{{process}} {{task}}",
                ),
                alert="BackgroundTaskCrashes",
            ),
        ),
    },
    of_one_service=True,
)

EVENTS = Board(
    "mostrador-events",
    "Mostrador: events",
    "From the outbox of a service to the effects in the others.",
    {
        "Leaving": (
            _panel(
                "Published",
                "Events a second that the broker has confirmed.",
                "short",
                (_rate("events_published_total", "type"), "{{type}}"),
            ),
            _panel(
                "Waiting in the outbox",
                "Committed events that the broker has not confirmed.",
                "short",
                ("max by (process) (outbox_depth)", "{{process}}"),
            ),
            _panel(
                "Oldest in the outbox",
                "Age of the oldest event that has not left.",
                "s",
                ("max by (process) (outbox_lag_seconds)", "{{process}}"),
                alert="EventsDoNotLeave",
                threshold=60,
            ),
        ),
        "Arriving": (
            _panel(
                "Applied",
                "Events a second by outcome: applied, duplicate, retried, dead, ignored.",
                "short",
                (_rate("events_consumed_total", "process, outcome"), "{{process}} {{outcome}}"),
            ),
            _panel(
                "Lag",
                "The time within which 99 % of the events are applied, from when they happened.",
                "s",
                (
                    f"histogram_quantile(0.99, {_rate('consumer_lag_seconds_bucket', 'process, le')})",
                    "{{process}}",
                ),
                alert="EventsAreAppliedLate",
                threshold=60,
            ),
            _panel(
                "Waiting in the queue",
                "Messages of up to 100 events each.",
                "short",
                ("max by (process) (consumer_waiting_messages)", "{{process}}"),
                alert="QueueGrows",
                threshold=1000,
            ),
            _panel(
                "Trying again",
                "Events that failed and wait for their next try.",
                "short",
                ("max by (process) (consumer_retrying_events)", "{{process}}"),
                alert="EventsKeepFailing",
                threshold=1,
            ),
            _panel(
                "Dead letters",
                "Events that could not be applied, until somebody replays or discards them.",
                "short",
                ("max by (process) (consumer_dead_letters)", "{{process}}"),
                alert="DeadLetters",
                threshold=1,
            ),
        ),
    },
)

SHOP = Board(
    "mostrador-shop",
    "Mostrador: the shop",
    "What is sold and paid, and what needs an eye. The owner's figures are those of the reports.",
    {
        "Sales": (
            _panel(
                "Orders in an hour",
                "Orders by channel and by what became of them.",
                "short",
                ("sum by (channel, outcome) (increase(sales_orders_total[1h]))", "{{channel}} {{outcome}}"),
                alert="NothingIsSold",
            ),
            _panel(
                "Revenue in an hour",
                "Money of paid orders, tax included, in the shop's currency.",
                "short",
                ("sum by (channel) (increase(sales_revenue_total[1h]))", "{{channel}}"),
            ),
            _panel(
                "Refunds in a day",
                "Money of processed returns, tax included, in the shop's currency.",
                "short",
                ("sum by (channel) (increase(sales_refunded_money_total[1d]))", "{{channel}}"),
            ),
        ),
        "Payments and stock": (
            _panel(
                "Open payments",
                "Attempts to pay with points or credit that have not ended.",
                "short",
                ("max(sales_open_payment_attempts)", "open"),
            ),
            _panel(
                "Oldest open payment",
                "The order can be neither paid nor cancelled meanwhile.",
                "s",
                ("max(sales_oldest_payment_attempt_seconds)", "age"),
                alert="PaymentsStayOpen",
                threshold=120,
            ),
            _panel(
                "Payments ended by the worker",
                "In an hour: their own requests had not ended them.",
                "short",
                ("sum by (outcome) (increase(sales_recovered_payment_attempts_total[1h]))", "{{outcome}}"),
                alert="PaymentsAreRecovered",
                threshold=10,
            ),
            _panel(
                "Lapsed allocations",
                "In an hour: stock was held for orders of which catalog heard nothing in time.",
                "short",
                ("sum by (outcome) (increase(catalog_lapsed_allocations_total[1h]))", "{{outcome}}"),
                alert="AllocationsLapse",
                threshold=20,
            ),
            _panel(
                "Orders whose stock was gone",
                "In an hour: orders that stand although their stock had been released.",
                "short",
                ("sum by (outcome) (increase(catalog_recovered_allocations_total[1h]))", "{{outcome}}"),
                alert="SoldWithoutStock",
                threshold=1,
            ),
        ),
    },
)

BOARDS = (SUITE, SERVICE, EVENTS, SHOP)
