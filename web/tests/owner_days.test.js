import assert from "node:assert/strict";
import { test } from "node:test";

import { RANGES, comparesOf, dayAt, lengthOf, periodOf, plusDays, weekday } from "../owner/days.js";

test("the day is the shop's, whatever the hour in Greenwich", () => {
  const instant = new Date("2026-11-28T02:30:00Z");
  assert.equal(dayAt(instant, "America/Mexico_City"), "2026-11-27");
  assert.equal(dayAt(instant, "UTC"), "2026-11-28");
});

test("days are added over the ends of months, years and leap days", () => {
  assert.equal(plusDays("2028-02-28", 1), "2028-02-29");
  assert.equal(plusDays("2027-02-28", 1), "2027-03-01");
  assert.equal(plusDays("2027-01-01", -1), "2026-12-31");
});

test("weeks begin on Monday, week 53 too", () => {
  assert.equal(weekday("2026-11-29"), 7);
  assert.equal(weekday("2026-12-28"), 1);
  assert.deepEqual(periodOf("week", "2027-01-02"), { start: "2026-12-28", end: "2027-01-02" });
  assert.deepEqual(periodOf("week", "2026-12-28"), { start: "2026-12-28", end: "2026-12-28" });
});

test("every range ends today, but yesterday and dates of one's own", () => {
  const today = "2028-02-29";
  const starts = {
    "today": "2028-02-29", "7d": "2028-02-23", "week": "2028-02-28",
    "month": "2028-02-01", "30d": "2028-01-31", "year": "2028-01-01",
  };
  for (const [range, start] of Object.entries(starts)) {
    assert.deepEqual(periodOf(range, today), { start, end: today }, range);
  }
  assert.deepEqual(periodOf("yesterday", today), { start: "2028-02-28", end: "2028-02-28" });
  assert.deepEqual(Object.keys(starts).concat("yesterday", "custom").sort(), [...RANGES].sort());
});

test("dates in the wrong order are turned round", () => {
  const custom = { start: "2026-11-20", end: "2026-11-03" };
  assert.deepEqual(periodOf("custom", "2026-11-28", custom), { start: "2026-11-03", end: "2026-11-20" });
  assert.equal(lengthOf({ start: "2026-11-03", end: "2026-11-20" }), 18);
});

test("a single day is compared with its weekday first, longer periods with the one before", () => {
  assert.deepEqual(comparesOf({ start: "2026-11-27", end: "2026-11-27" }), ["weekday", "day"]);
  assert.deepEqual(comparesOf({ start: "2026-11-01", end: "2026-11-27" }), ["previous"]);
});
