import assert from "node:assert/strict";
import { test } from "node:test";

import {
  dateAndTime, dayInShop, number, numbers, percent, percentTold, setTimeZone, signed, time, weekdayName,
} from "../shell/format.js";
import { shown } from "../shell/money.js";

const MOMENT = "2026-03-03T14:32:10Z";

test("a list of many dates and numbers makes each formatter once", (context) => {
  setTimeZone("UTC");
  const dates = context.mock.method(Intl, "DateTimeFormat");
  const figures = context.mock.method(Intl, "NumberFormat");
  for (let row = 0; row < 50; row += 1) {
    for (const shown of [dateAndTime, time, dayInShop]) shown(MOMENT);
    for (const shown of [number, percent]) shown(row);
    weekdayName(1 + (row % 7));
  }
  assert.deepEqual([dates.mock.callCount(), figures.mock.callCount()], [5, 2]);
});

test("a moment is shown in the zone that was set last", () => {
  setTimeZone("UTC");
  assert.deepEqual([time(MOMENT), dayInShop("2026-03-03T23:30:00Z")], ["14:32", "2026-03-03"]);
  setTimeZone("Asia/Tokyo");
  assert.deepEqual([time(MOMENT), dayInShop("2026-03-03T23:30:00Z")], ["23:32", "2026-03-04"]);
});

test("a minute names its year only where it is another one than now", (context) => {
  setTimeZone("UTC");
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-28T12:00:00Z") });
  assert.match(dateAndTime(MOMENT), /^3\u00a0mar.*14:32$/);
  assert.match(dateAndTime("2025-03-03T14:32:10Z"), /2025/);
});

test("numbers are written as their options say", () => {
  assert.equal(number(1234.5), "1,234.5");
  assert.match(percent(0.1234), /^12\.3\s?%$/);
  assert.match(percentTold("12.50"), /^12\.5\s?%$/);
  assert.match(percentTold("7.25"), /^7\.25\s?%$/);
  assert.equal(numbers({ minimumFractionDigits: 2 })(7), "7.00");
});

test("a change has the sign with which amounts are written", () => {
  assert.deepEqual([signed(3), signed(0), signed(-1_200)], ["+3", "0", "-1,200"]);
  assert.deepEqual([signed(500, shown), signed(-500, shown)], ["+$5.00", "-$5.00"]);
});
