import assert from "node:assert/strict";
import { test } from "node:test";

import { dayAt } from "../owner/days.js";

test("the day is the shop's, whatever the hour in Greenwich", () => {
  const instant = new Date("2026-11-28T02:30:00Z");
  assert.equal(dayAt(instant, "America/Mexico_City"), "2026-11-27");
  assert.equal(dayAt(instant, "UTC"), "2026-11-28");
});
