"""The dashboards of the suite as a whole, and of one service."""

from deploy.observability.panels import OURS, REQUESTS, WINDOW, Board, a_panel, rate_of

MEMORY_MAX = 220 * 1024 * 1024


def _failed_within(window: str) -> str:
    """The share of the gateway's answers that are failures; 0 without requests."""
    return (
        f'sum(rate({REQUESTS}_count{{service="gateway",status=~"5.."}}[{window}])) / '
        f'sum(rate({REQUESTS}_count{{service="gateway"}}[{window}])) or vector(0)'
    )


SUITE = Board(
    "mostrador-suite",
    "Mostrador: the suite",
    "What tills and web shop get, and whether every part works.",
    {
        "What clients get": (
            a_panel(
                "Requests",
                "Requests a second at the gateway, by status.",
                "reqps",
                (rate_of(f"{REQUESTS}_count", "status", 'service="gateway"'), "{{status}}"),
            ),
            a_panel(
                "Failed requests",
                "The share of answers of 500 and above at the gateway, over five minutes and an hour.",
                "percentunit",
                (_failed_within("5m"), "5 minutes"),
                (_failed_within("1h"), "1 hour"),
                alert="RequestsFailFast",
                threshold=0.0144,
            ),
            a_panel(
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
            a_panel(
                "Requests at once",
                "Requests that are being answered. A process refuses the 513th.",
                "short",
                ("max by (process) (http_requests_in_flight)", "{{process}}"),
                alert="RequestsPileUp",
                threshold=400,
            ),
        ),
        "Processes": (
            a_panel(
                "Processes that answer",
                "1 for each process that Prometheus reaches, else 0.",
                "short",
                ('up{job="mostrador"}', "{{process}}"),
                alert="ProcessIsDown",
                threshold=1,
            ),
            a_panel(
                "CPU",
                "Cores in use. A process of ours can use one.",
                "short",
                (f'rate(process_cpu_seconds_total{{job="mostrador"}}[{WINDOW}])', "{{process}}"),
            ),
            a_panel(
                "Memory",
                "Resident memory of each process.",
                "bytes",
                ('process_resident_memory_bytes{job="mostrador"}', "{{process}}"),
                alert="MemoryGrows",
                threshold=MEMORY_MAX,
            ),
            a_panel(
                "Calls between services",
                "Calls a second from each process, by callee and outcome; refused is a normal answer.",
                "reqps",
                (
                    rate_of("outgoing_call_duration_seconds_count", "process, callee, outcome"),
                    "{{process}} → {{callee}} {{outcome}}",
                ),
                alert="CallsFail",
            ),
            a_panel(
                "Open breakers",
                "Services that a process has given up on for the moment.",
                "short",
                ("max by (process, callee) (breakers_open)", "{{process}} → {{callee}}"),
                alert="BreakerIsOpen",
                threshold=1,
            ),
            a_panel(
                "Breakers that opened",
                "In an hour; one that closes within seconds is seen only here.",
                "short",
                (
                    "sum by (process, callee) (increase(breaker_openings_total[1h]))",
                    "{{process}} → {{callee}}",
                ),
            ),
            a_panel(
                "Calls tried again",
                "Attempts a second after the first: a callee that fails now and then.",
                "reqps",
                (rate_of("outgoing_call_retries_total", "process, callee"), "{{process}} → {{callee}}"),
            ),
            a_panel(
                "Limited and refused",
                "A second: requests above the limit of their user or address, clients that were sent away "
                "before a request was read, logins and approvals that fail.",
                "reqps",
                (rate_of("gateway_rate_limited_total", "bucket"), "too many of one {{bucket}}"),
                (rate_of("gateway_connections_refused_total", "status"), "connection {{status}}"),
                (rate_of("auth_logins_total", "outcome", 'outcome!="ok"'), "login {{outcome}}"),
                (rate_of("auth_approvals_total", "outcome", 'outcome!="ok"'), "approval {{outcome}}"),
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
            a_panel(
                "Requests by route",
                "Requests a second.",
                "reqps",
                (rate_of(f"{REQUESTS}_count", "method, route", 'service="$service"'), "{{method}} {{route}}"),
            ),
            a_panel(
                "Answers by status",
                "Answers a second.",
                "reqps",
                (rate_of(f"{REQUESTS}_count", "status", 'service="$service"'), "{{status}}"),
            ),
            a_panel(
                "Slow routes",
                "The time within which 95 % of the requests of a route are answered.",
                "s",
                (
                    "histogram_quantile(0.95, sum by (method, route, le) "
                    f'(rate({REQUESTS}_bucket{{service="$service"}}[{WINDOW}])))',
                    "{{method}} {{route}}",
                ),
            ),
            a_panel(
                "Requests at once",
                "Requests that are being answered now.",
                "short",
                ('sum by (process) (http_requests_in_flight{service="$service"})', "{{process}}"),
                alert="RequestsPileUp",
                threshold=400,
            ),
        ),
        "Database": (
            a_panel(
                "Connections",
                "Connections of the pool in use, those it has, and the most that it may have.",
                "short",
                (f"database_pool_in_use{{{OURS}}}", "{{process}} in use"),
                (f"database_pool_size{{{OURS}}}", "{{process}} open"),
                (f"database_pool_size_max{{{OURS}}}", "{{process}} at most"),
            ),
            a_panel(
                "Waiting for a connection",
                "Requests that wait now, and requests a second that had to wait.",
                "short",
                (f"database_pool_waiting{{{OURS}}}", "{{process}} now"),
                (rate_of("database_pool_waits_total", "process", OURS), "{{process}} a second"),
            ),
            a_panel(
                "Waits for a connection",
                "The mean time that a request for a connection waits.",
                "s",
                (
                    f"{rate_of('database_pool_wait_seconds_total', 'process', OURS)} / "
                    f"{rate_of('database_pool_requests_total', 'process', OURS)}",
                    "{{process}}",
                ),
                alert="PoolIsShort",
                threshold=0.05,
            ),
            a_panel(
                "Refused for want of a connection",
                "Requests a second that waited too long, and connections that failed.",
                "reqps",
                (
                    rate_of("database_pool_timeouts_total", "process", OURS),
                    "{{process}} timeouts",
                ),
                (
                    rate_of("database_connection_failures_total", "process", OURS),
                    "{{process}} failures",
                ),
                alert="PoolIsExhausted",
            ),
        ),
        "Process": (
            a_panel(
                "CPU",
                "Cores in use of its processes.",
                "short",
                (
                    f"rate(process_cpu_seconds_total{{{OURS}}}[{WINDOW}])",
                    "{{process}}",
                ),
            ),
            a_panel(
                "Memory",
                "Resident memory of its processes.",
                "bytes",
                (f"process_resident_memory_bytes{{{OURS}}}", "{{process}}"),
                alert="MemoryGrows",
                threshold=MEMORY_MAX,
            ),
            a_panel(
                "Loops started again",
                "Background loops that crashed and timed jobs that failed, in an hour.",
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
