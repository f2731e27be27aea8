/** What the page shows of a period, put together from the owner's reports of the public API. */
import { ApiError, call } from "../shell/api.js";
import { lengthOf, plusDays } from "./days.js";
import { centsOf } from "./figures.js";

const SPARK_DAYS = 14;
const HEAT_DAYS = 28;
const MOST_DAYS_BY_DAY = 92;
const DEAD_AFTER_DAYS = 60;
const ROWS = 10;
const NOTHING = { revenue: 0, tickets: 0 };
const NO_SALES = ["no_sales_on_day", "no_sales_in_period"];

/**
 * The figures of `period` beside those of what it is compared with; money in cents.
 * @param {{start: string, end: string}} period
 * @param {"weekday"|"day"|"previous"} compare
 */
export async function overview(period, compare, today) {
  const single = lengthOf(period) === 1;
  const by = compare === "weekday" ? "hour_of_week" : lengthOf(period) > MOST_DAYS_BY_DAY ? "month" : "day";
  const heat = single || lengthOf(period) < HEAT_DAYS ? lastDays(period.end, HEAT_DAYS) : period;
  const asked = {
    timeline: ["timeline/", { ...dates(period), by }],
    summary: ["sales-summary/", dates(period)],
    dayBefore: compare === "day" ? ["sales-summary/", dates(lastDays(plusDays(period.start, -1), 1))] : null,
    hours: ["timeline/", { ...dates(heat), by: "hour_of_week" }],
    recent: ["timeline/", { ...dates(lastDays(period.end, SPARK_DAYS)), by: "day" }],
    ranking: ["product-ranking/", { ...dates(period), criterion: "most", limit: ROWS }],
    orders: ["suggested-orders/", {}],
    dead: ["reports/dead-inventory/", { date: plusDays(today, -DEAD_AFTER_DAYS), limit: ROWS }],
  };
  const found = Object.fromEntries(await Promise.all(
    Object.entries(asked).map(async ([name, report]) => [name, report && (await answer(...report))]),
  ));
  const { timeline, summary } = found;
  return {
    asOf: found.orders.asOf,
    period,
    comparedWith: timeline ? periodIn(timeline.body.previous_period) : null,
    isRunning: period.end === today,
    now: timeline && sold(timeline.body.total),
    before: timeline && sold(timeline.body.total.previous_to_date),
    by: single ? "hour" : by,
    points: single ? hoursOfDay(found, compare) : (timeline?.body.timeline ?? []).map(partOf),
    recent: (found.recent?.body.timeline ?? []).map(sold),
    hours: (found.hours?.body.timeline ?? []).map((each) => ({
      ...sold(each), weekday: each.weekday, hour: each.hour,
    })),
    hoursPeriod: heat,
    methods: (summary?.body.payment_methods ?? []).map((method) => ({
      name: method.payment_method, amount: centsOf(method.accumulated_amount), tickets: method.total_sales,
    })),
    products: (found.ranking?.body.results?.most_sold ?? []).map((product) => ({
      name: product.product_name, units: product.units_sold, revenue: centsOf(product.revenue),
    })),
    orders: found.orders.body.suppliers.flatMap(({ supplier_name: supplier, products }) =>
      products.map((product) => ({ ...product, supplier }))),
    dead: Array.isArray(found.dead.body) ? found.dead.body : [], // an object with a message if none is dead
    deadCount: found.dead.count,
    deadAfterDays: DEAD_AFTER_DAYS,
  };
}

/** A report with its time; null if nothing was sold in its period. */
async function answer(path, query) {
  try {
    const { body, headers } = await call("GET", `/api/analytics/${path}`, { query });
    return { body, asOf: headers.get("X-Data-As-Of"), count: Number(headers.get("X-Total-Count") ?? 0) };
  } catch (error) {
    if (error instanceof ApiError && NO_SALES.includes(error.headers.get("X-Error-Code"))) return null;
    throw error;
  }
}

const dates = ({ start, end }) => ({ start_date: start, end_date: end });
const lastDays = (end, days) => ({ start: plusDays(end, 1 - days), end });
const periodIn = ({ start_date: start, end_date: end }) => ({ start, end });

const sold = ({ revenue, tickets, units, average_ticket: average }) => ({
  revenue: centsOf(revenue), tickets, units, average: centsOf(average),
});

const partOf = (part) => ({
  ...sold(part), start: part.start_date, end: part.end_date, before: centsOf(part.previous.revenue),
});

/** The hours of one day, beside the same weekday last week or the day before. */
function hoursOfDay({ timeline, summary, dayBefore }, compare) {
  if (!timeline) return [];
  const now = hourly(summary);
  const before = compare === "day" ? hourly(dayBefore) : hourlyBefore(timeline);
  return Array.from({ length: 24 }, (_, hour) => ({
    hour, ...(now.get(hour) ?? NOTHING), before: (before.get(hour) ?? NOTHING).revenue,
  }));
}

const hourly = (summary) => new Map((summary?.body.peak_hours.hourly_breakdown ?? []).map((each) => [
  each.hour, { revenue: centsOf(each.total_revenue), tickets: each.ticket_count },
]));

const hourlyBefore = (timeline) => new Map(timeline.body.timeline
  .filter(({ previous }) => previous.occurrences > 0)
  .map(({ hour, previous }) => [hour, sold(previous)]));
