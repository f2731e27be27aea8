import assert from "node:assert/strict";
import { test } from "node:test";

import { dayAfter, dayAt } from "../owner/days.js";

test("the day is the shop's, whatever the hour in Greenwich", () => {
  const instant = new Date("2026-11-28T02:30:00Z");
  assert.equal(dayAt(instant, "America/Mexico_City"), "2026-11-27");
  assert.equal(dayAt(instant, "UTC"), "2026-11-28");
});

test("a day so many days after another crosses months and years", () => {
  assert.equal(dayAfter("2026-12-31", 1), "2027-01-01");
  assert.equal(dayAfter("2028-03-01", -1), "2028-02-29");
});
