"""The dashboards of events, and of the shop."""

from deploy.observability.panels import Board, a_panel, rate_of

EVENTS = Board(
    "mostrador-events",
    "Mostrador: events",
    "From the outbox of a service to the effects in the others.",
    {
        "Leaving": (
            a_panel(
                "Published",
                "Events a second that the broker has confirmed.",
                "short",
                (rate_of("events_published_total", "type"), "{{type}}"),
            ),
            a_panel(
                "Waiting in the outbox",
                "Committed events that the broker has not confirmed.",
                "short",
                ("max by (process) (outbox_depth)", "{{process}}"),
            ),
            a_panel(
                "Oldest in the outbox",
                "Age of the oldest event that has not left.",
                "s",
                ("max by (process) (outbox_lag_seconds)", "{{process}}"),
                alert="EventsDoNotLeave",
                threshold=60,
            ),
        ),
        "Arriving": (
            a_panel(
                "Applied",
                "Events a second by outcome: applied, duplicate, retried, dead, ignored.",
                "short",
                (rate_of("events_consumed_total", "process, outcome"), "{{process}} {{outcome}}"),
            ),
            a_panel(
                "Lag",
                "The time within which 99 % of the events are applied, from when they happened.",
                "s",
                (
                    f"histogram_quantile(0.99, {rate_of('consumer_lag_seconds_bucket', 'process, le')})",
                    "{{process}}",
                ),
                alert="EventsAreAppliedLate",
                threshold=60,
            ),
            a_panel(
                "Waiting in the queue",
                "Messages of up to 100 events each.",
                "short",
                ("max by (process) (consumer_waiting_messages)", "{{process}}"),
                alert="QueueGrows",
                threshold=1000,
            ),
            a_panel(
                "Trying again",
                "Events that failed and wait for their next try.",
                "short",
                ("max by (process) (consumer_retrying_events)", "{{process}}"),
                alert="EventsKeepFailing",
                threshold=1,
            ),
            a_panel(
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
            a_panel(
                "Orders in an hour",
                "Orders by channel and by what became of them.",
                "short",
                ("sum by (channel, outcome) (increase(sales_orders_total[1h]))", "{{channel}} {{outcome}}"),
                alert="NothingIsSold",
            ),
            a_panel(
                "Revenue in an hour",
                "Money of paid orders, tax included, in the shop's currency.",
                "short",
                ("sum by (channel) (increase(sales_revenue_total[1h]))", "{{channel}}"),
            ),
            a_panel(
                "Returns in a day",
                "Returns that were processed; cancelled orders are not among them.",
                "short",
                ("sum by (channel) (increase(sales_refunds_total[1d]))", "{{channel}}"),
            ),
            a_panel(
                "Refunds in a day",
                "Money of processed returns, tax included, in the shop's currency.",
                "short",
                ("sum by (channel) (increase(sales_refunded_money_total[1d]))", "{{channel}}"),
            ),
        ),
        "Shifts": (
            a_panel(
                "Open shifts",
                "Registers whose drawer is in use.",
                "short",
                ("max(sales_open_shifts)", "open"),
            ),
            a_panel(
                "Oldest open shift",
                "Since its drawer was last counted.",
                "s",
                ("max(sales_oldest_open_shift_seconds)", "age"),
                alert="ShiftsStayOpen",
                threshold=129_600,
            ),
            a_panel(
                "Closes in an hour",
                "Closed, or refused for a difference or for sales that were not sent.",
                "short",
                ("sum by (outcome) (increase(sales_shift_closes_total[1h]))", "{{outcome}}"),
                alert="ClosesAreRefused",
                threshold=5,
            ),
            a_panel(
                "Difference of drawers in a day",
                "Money that was counted beyond what was expected (over), or was missing (short).",
                "short",
                ("sum by (direction) (increase(sales_shift_difference_money_total[1d]))", "{{direction}}"),
                alert="DrawersDiffer",
                threshold=500,
            ),
        ),
        "Tills without a network": (
            a_panel(
                "Sales that wait",
                "Held for a person, or not sent yet by a till when it was last heard of.",
                "short",
                ("max(sales_held_sales)", "held"),
                ("max(sales_unsent_sales)", "unsent"),
            ),
            a_panel(
                "Oldest sale that is not booked",
                "A till has sent it, and it is kept.",
                "s",
                ("max(sales_oldest_waiting_sale_seconds)", "age"),
                alert="SyncedSalesWait",
                threshold=600,
            ),
            a_panel(
                "Missing ticket numbers",
                "Below the last number of each register.",
                "short",
                ("max(sales_missing_ticket_numbers)", "missing"),
            ),
            a_panel(
                "Orders with flags to review",
                "Oversold, other prices, other clocks: what a person should look at.",
                "short",
                ("max(sales_unreviewed_orders)", "orders"),
                alert="FlagsAreNotReviewed",
                threshold=50,
            ),
        ),
        "Payments and stock": (
            a_panel(
                "Open payments",
                "Attempts to pay with points or credit that have not ended.",
                "short",
                ("max(sales_open_payment_attempts)", "open"),
            ),
            a_panel(
                "Oldest open payment",
                "The order can be neither paid nor cancelled meanwhile.",
                "s",
                ("max(sales_oldest_payment_attempt_seconds)", "age"),
                alert="PaymentsStayOpen",
                threshold=120,
            ),
            a_panel(
                "Payments ended by the worker",
                "In an hour: their own requests had not ended them.",
                "short",
                ("sum by (outcome) (increase(sales_recovered_payment_attempts_total[1h]))", "{{outcome}}"),
                alert="PaymentsAreRecovered",
                threshold=10,
            ),
            a_panel(
                "Returns ended by the worker",
                "In an hour: returns of points or credit that their own requests had not ended.",
                "short",
                ("sum by (outcome) (increase(sales_recovered_returns_total[1h]))", "{{outcome}}"),
            ),
            a_panel(
                "Sold and not in stock",
                "Until a count or a receipt settles it: pieces, and the shortfalls that they belong to.",
                "short",
                ("max(catalog_missing_pieces)", "pieces"),
                ("max(catalog_open_shortfalls)", "shortfalls"),
            ),
            a_panel(
                "Lapsed allocations",
                "In an hour: stock was held for orders of which catalog heard nothing in time.",
                "short",
                ("sum by (outcome) (increase(catalog_lapsed_allocations_total[1h]))", "{{outcome}}"),
                alert="AllocationsLapse",
                threshold=20,
            ),
            a_panel(
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
