import assert from "node:assert/strict";
import { test } from "node:test";

import { highestByHand, lacksApproval, typedPercent } from "../till/discount_rules.js";

test("a percentage is typed with or without its sign, above 0 and up to 100", () => {
  assert.deepEqual(["10", "12.5", "7 %", "100"].map(typedPercent), ["10.00", "12.50", "7.00", "100.00"]);
  assert.deepEqual(["", "0", "100.01", "-5", "diez", "1.234"].map(typedPercent), Array(6).fill(null));
});

test("the highest discount is the one to approve, of lines in which it counts", () => {
  const by = (percent) => ({ manual: percent && { percent, reason: "golpeado" } });
  assert.equal(highestByHand([by("9.50"), by(null), by("10.00")]), "10.00");
  assert.equal(highestByHand([by(null)]), null);
});

test("an approval is lacking beyond the limit, and for another cashier, a higher discount or later", () => {
  const approval = { token: "…", percent: "20.00", caller: 7, until: 1000 };
  const circumstances = { rule: { limit: "5.00" }, approval: null, caller: 7, now: 999 };
  const lacks = (percent, more) => lacksApproval(percent, { ...circumstances, ...more });
  assert.deepEqual([lacks(null), lacks("5.00"), lacks("5.01")], [false, false, true]);
  assert.equal(lacks("100.00", { rule: { limit: null } }), false);
  assert.equal(lacks("20.00", { approval }), false);
  assert.equal(lacks("20.01", { approval }), true);
  assert.equal(lacks("20.00", { approval, caller: 8 }), true);
  assert.equal(lacks("20.00", { approval, now: 1000 }), true);
});
