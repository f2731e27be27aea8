import assert from "node:assert/strict";
import { test } from "node:test";

import { date, dayInShop, exactTime, setTimeZone, shortDay } from "../shell/format.js";
import { dayAfter, dayTold, daysTold, todayInShop } from "../owner/days.js";

test("the day is that of the shop's time zone, whatever the hour in Greenwich", () => {
  const instant = Date.parse("2026-11-28T02:30:00Z");
  assert.equal(dayInShop(instant), "2026-11-27", "Mexico City, until the API tells another");
  const days = { "Asia/Tokyo": "2026-11-28", "America/Tijuana": "2026-11-27", UTC: "2026-11-28" };
  for (const [zone, day] of Object.entries(days)) {
    setTimeZone(zone);
    assert.equal(dayInShop(instant), day, zone);
  }
});

test("today begins when the shop's clock strikes midnight", (context) => {
  setTimeZone("America/Tijuana");
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-28T07:59:59Z") });
  assert.equal(todayInShop(), "2026-11-27");
  context.mock.timers.tick(1000);
  assert.equal(todayInShop(), "2026-11-28");
});

test("times and dates are told in the shop's zone, days of the shop as they are", () => {
  setTimeZone("Asia/Tokyo");
  assert.equal(exactTime("2026-11-28T20:32:10Z"), "05:32:10");
  assert.match(date("2026-11-28T20:32:10Z"), /29/);
  assert.match(shortDay("2026-11-28"), /28/);
});

test("a day so many days after another crosses months and years", () => {
  assert.equal(dayAfter("2026-12-31", 1), "2027-01-01");
  assert.equal(dayAfter("2028-03-01", -1), "2028-02-29");
});

test("a day of another year is told with its year", (context) => {
  setTimeZone("UTC");
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-28T12:00:00Z") });
  assert.doesNotMatch(dayTold("2026-01-02"), /2026/);
  assert.match(dayTold("2025-11-29"), /29.*2025/);
  assert.match(daysTold({ start: "2025-12-29", end: "2026-01-02" }), /2025 – [^\d]*2 /);
  assert.equal(daysTold({ start: "2026-01-02", end: "2026-01-02" }), dayTold("2026-01-02"));
});
