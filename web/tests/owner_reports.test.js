import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.BroadcastChannel = class {}; // the tabs of a session: a real one would keep this process alive
const { shaped } = await import("../owner/reports.js");

const NOTHING = { revenue: 0, tickets: 0, units: 0, average_ticket: 0, discounts: 0, returned: 0 };
const DAY = { start_date: "2028-03-01", end_date: "2028-03-01" };
const MARGIN = { profit: 0, percent: 0, cost_known_percent: 0 };
const sold = (start, revenue, hour = null) => ({ ...NOTHING, start_date: start, hour, revenue });

/** A report of a shop that has sold nothing, but for what is given. */
function report({ margin, ...given }) {
  return {
    series: { by: "day", points: [], previous: null }, comparison: null, period: DAY, comparisons: [],
    sparkline: [], payment_methods: [], products: {}, peak_hours: { period: DAY, hours: [] },
    running_out: [], dead_stock: [], ...given,
    figures: {
      ...NOTHING, previous: null, change_percent: null, ...given.figures,
      margin: { ...MARGIN, previous: null, change_percent: null, sparkline: [], ...margin },
    },
  };
}

/** What was sold before, in pesos, at each point of a report with this series. */
function before(series, comparison) {
  const { points } = shaped(report({ series, comparison }));
  return points.map((point) => (point.before === null ? null : point.before / 100));
}

test("after 29 February a day is compared with the same date of the year before", () => {
  const points = ["2028-02-28", "2028-02-29", "2028-03-01"].map((day) => sold(day, 1));
  const previous = [sold("2027-02-28", 28), sold("2027-03-01", 31)];
  const comparison = { ...DAY, kind: "previous_year", until: null };
  assert.deepEqual(before({ by: "day", points, previous }, comparison), [28, null, 31]);
});

test("days of other periods are compared in order, and those beyond the earlier period not at all", () => {
  const points = ["2028-03-05", "2028-03-06", "2028-03-07"].map((day) => sold(day, 1));
  const previous = [sold("2028-02-27", 27), sold("2028-02-28", 28)];
  const comparison = { ...DAY, kind: "previous_period", until: null };
  assert.deepEqual(before({ by: "day", points, previous }, comparison), [27, 28, null]);
});

test("the hours after the one that is compared last are not compared", () => {
  const hours = (day) => [0, 1, 2].map((hour) => sold(day, hour, hour));
  const comparison = { ...DAY, kind: "day_before", until: "2028-02-29T01:32:10-06:00" };
  const series = { by: "hour", points: hours("2028-03-01"), previous: hours("2028-02-29") };
  assert.deepEqual(before(series, comparison), [0, 1, null]);
});

test("without a comparison nothing was sold before", () => {
  assert.deepEqual(before({ by: "day", points: [sold("2028-03-01", 1)], previous: null }, null), [null]);
});

test("the margin is a figure beside the others, in cents, also where it is a loss", () => {
  const found = shaped(report({
    figures: { units: 3, previous: { ...NOTHING, units: 2 }, change_percent: { revenue: 50 } },
    margin: {
      profit: 80.5, percent: 40.25, cost_known_percent: 65, change_percent: null,
      previous: { ...MARGIN, profit: -12.3, cost_known_percent: 100 },
      sparkline: [{ start_date: "2028-02-29", profit: -5 }],
    },
    sparkline: [sold("2028-02-29", 10)],
  }));
  assert.deepEqual([found.now.margin, found.before.margin, found.change.margin], [8_050, -1_230, null]);
  assert.deepEqual(found.recent.map(({ revenue, margin }) => [revenue, margin]), [[1_000, -500]]);
  assert.deepEqual(found.margin, { ratio: 0.4025, known: 0.65 });
});

test("a margin is not known where nothing that was sold has a cost, and 0 where nothing was sold", () => {
  const marginOf = (units) => shaped(report({ figures: { units } })).now.margin;
  assert.deepEqual([1, 0].map(marginOf), [null, 0]);
});
