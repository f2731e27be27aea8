/** What the page shows of a period: the one report of the public API with which it opens. */
import { call } from "../shell/api.js";
import { todayInShop } from "./days.js";
import { centsOf } from "./figures.js";
import { knowZone } from "./zone.js";

/** The ranges of the report in the order of the picker; the first one is shown at opening. */
export const RANGES = ["today", "yesterday", "7days", "week", "month", "30days", "year", "custom"];

const WEEKDAYS = 7;
const HOURS = 24;
const HOUR = [11, 13]; // of a moment in the store's time
const NOTHING = { revenue: 0, tickets: 0 };

/**
 * The overview of a range; money in cents.
 * @param {{range: string, compare?: string, start?: string, end?: string}} choice `compare` is the usual one
 *   if left out; the days count for the range `custom`, in any order, and are today if left out
 */
export async function overview({ range, compare, start = todayInShop(), end = todayInShop() }) {
  const [from, to] = range === "custom" ? [start, end].toSorted() : [];
  const query = { range, compare, from, to };
  const { body, headers } = await call("GET", "/api/analytics/overview/", { query });
  knowZone(body.timezone);
  return { asOf: headers.get("X-Data-As-Of"), ...shaped(body) };
}

/** The report as the blocks show it. */
export function shaped(report) {
  const { figures, series, peak_hours: peak, products } = report;
  const { change_percent: change, previous } = figures;
  const { previous: marginBefore, ...margin } = figures.margin;
  return {
    period: periodIn(report.period),
    comparison: report.comparison && { ...periodIn(report.comparison), ...report.comparison },
    comparisons: report.comparisons,
    now: { ...totals(figures), margin: profitOf(margin, figures) },
    before: previous && { ...totals(previous), margin: profitOf(marginBefore, previous) },
    change: change && { ...change, average: change.average_ticket, margin: margin.change_percent },
    margin: { ratio: margin.percent / 100, known: margin.cost_known_percent / 100 },
    by: series.by,
    points: beside(series, report.comparison),
    recent: report.sparkline.map((day, at) => (
      { ...totals(day), margin: centsOf(margin.sparkline[at].profit) })),
    hours: wholeWeek(peak.hours),
    hoursPeriod: periodIn(peak.period),
    methods: report.payment_methods.map((method) => ({
      name: method.payment_method, amount: centsOf(method.revenue), tickets: method.tickets,
      share: method.percent / 100,
    })),
    products: Object.fromEntries(Object.entries(products).map(([name, rows]) => [name, rows.map(productOf)])),
    orders: report.running_out,
    dead: report.dead_stock.map((product) => ({ ...product, value: centsOf(product.value) })),
  };
}

const periodIn = ({ start_date: start, end_date: end }) => ({ start, end });

const sold = ({ revenue, tickets, units, average_ticket: average }) => ({
  revenue: centsOf(revenue), tickets, units, average: centsOf(average),
});

const totals = ({ discounts, returned, ...rest }) => ({
  ...sold(rest), discounts: centsOf(discounts), returned: centsOf(returned),
});

const pointOf = (point) => ({ ...sold(point), start: point.start_date, hour: point.hour });

/**
 * The points, each with what was sold `before`: null where nothing is compared, as at hours that are still to
 * come, or on 29 February with the year before.
 */
function beside({ by, points, previous }, comparison) {
  const isOfYear = by === "day" && comparison?.kind === "previous_year";
  const place = isOfYear ? ({ start_date: start }) => start.slice(5) : (point, at) => at; // the same date
  const until = comparison?.until ? Number(comparison.until.slice(...HOUR)) : HOURS;
  const compared = (previous ?? []).filter(({ hour }) => hour === null || hour <= until);
  const earlier = new Map(compared.map((point, at) => [place(point, at), centsOf(point.revenue)]));
  return points.map((point, at) => ({ ...pointOf(point), before: earlier.get(place(point, at)) ?? null }));
}

/** The profit of what was sold; null where something was, and no cost of it is known. */
const profitOf = ({ profit, cost_known_percent: known }, { units }) =>
  (known === 0 && units !== 0 ? null : centsOf(profit));

const productOf = (product) => {
  const revenue = centsOf(product.revenue_before_tax);
  const before = centsOf(product.previous_revenue_before_tax);
  return {
    name: product.name, units: product.units, revenue, before, profit: centsOf(product.profit),
    difference: revenue - before,
  };
};

/** All hours of the week from Monday at midnight; the report leaves out those that sold nothing. */
function wholeWeek(hours) {
  const found = new Map(hours.map((each) => [`${each.weekday} ${each.hour}`, sold(each)]));
  return Array.from({ length: WEEKDAYS * HOURS }, (_, at) => {
    const [weekday, hour] = [Math.floor(at / HOURS) + 1, at % HOURS];
    return { ...(found.get(`${weekday} ${hour}`) ?? NOTHING), weekday, hour };
  });
}
