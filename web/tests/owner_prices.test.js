import assert from "node:assert/strict";
import { test } from "node:test";

import { paidFor, promisedPrices } from "../owner/prices.js";
import { priceBeforeTax } from "../shell/prices.js";

/** 24.90 with tax needs a price before tax that is shown as 21.47, which would be 24.91. */
const TEA = { price: "21.47", exact_price: "21.4655", tax_rate: "0.16" };

test("a promotion is told at the prices that are paid, also of a price that needs four decimals", () => {
  assert.deepEqual(promisedPrices(TEA, ""), { usual: 2490, promised: null });
  assert.deepEqual(promisedPrices(TEA, "10"), { usual: 2490, promised: 2241 });
  assert.deepEqual(promisedPrices(TEA, "100"), { usual: 2490, promised: 0 });
});

test("a percentage can be typed letter by letter", () => {
  const promised = (typed) => promisedPrices(TEA, typed).promised;
  assert.deepEqual(["1", "12", "12.", "12.5"].map(promised), [2465, 2191, 2191, 2179]);
  for (const typed of ["-5", "101", "x", "12.345"]) assert.equal(promised(typed), null);
});

test("a stored price stays as exact as it is, whatever its tax, until another is typed", () => {
  assert.equal(paidFor(TEA, TEA), 2490);
  assert.equal(paidFor(TEA, { price: "$21.47 ", tax_rate: "0.16" }), 2490);
  assert.equal(paidFor(TEA, { price: "21.47", tax_rate: "EXENT" }), 2147);
  assert.equal(paidFor(TEA, { price: "21.48", tax_rate: "0.16" }), 2492);
  assert.equal(paidFor(null, { price: "21.47", tax_rate: "0.16" }), 2491);
  for (const price of ["", "x", "-1"]) assert.equal(paidFor(TEA, { price, tax_rate: "0.16" }), null);
});

test("what is typed as paid becomes the nearest price in whole cents", () => {
  assert.deepEqual([[2490, "0.16"], [2490, "0.08"], [2490, "EXENT"]].map((paid) => priceBeforeTax(...paid)),
    [2147, 2306, 2490]);
});
