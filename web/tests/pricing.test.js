import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { amount, cents } from "../shell/money.js";
import { hasBirthdayOn, priceFor, priceLine, pricesAt, soldLine } from "../till/pricing.js";
import { COLA, TODAY } from "./shop.js";

/** The vectors that the services' tests read too. */
function vectors(name) {
  const file = new URL(`../../libs/common/contracts/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

for (const vector of vectors("pricing")) {
  test(`a line is priced as the vector says: ${vector.case}`, () => {
    const line = priceLine({
      price: vector.price,
      taxRate: vector.tax_rate,
      percent: vector.discount_percent,
      quantity: vector.quantity,
    });
    const { unit_price, unit_total, amount: before, tax_amount, discount_amount } = vector;
    assert.deepEqual(
      [line.unitPrice, line.unitTotal, line.amount, line.tax, line.saved].map(amount),
      [unit_price, unit_total, before, tax_amount, discount_amount],
    );
  });
}

for (const vector of vectors("sold_lines")) {
  test(`what was paid is split as the vector says: ${vector.case}`, () => {
    const { price, tax_rate: taxRate, quantity } = vector;
    const line = soldLine({ price, taxRate, unitTotal: cents(vector.unit_total), quantity });
    assert.deepEqual(
      [line.unitPrice, line.amount, line.tax, line.saved].map(amount),
      [vector.unit_price, vector.amount, vector.tax_amount, vector.discount_amount],
    );
    assert.equal(line.total, line.amount + line.tax);
  });
}

test("a price is in force from its moment on, until the next", () => {
  const product = {
    ...COLA,
    price_changes: [
      { at: "2026-03-02T06:00:00Z", final_price: "10.00", frequent_price: "9.00" },
      { at: "2026-03-05T06:00:00Z", final_price: "21.46", frequent_price: "21.46" },
    ],
  };
  const at = (text) => Object.values(pricesAt(product, Date.parse(text)));
  assert.deepEqual(at("2026-03-02T05:59:59.999Z"), [2146, 1931]);
  assert.deepEqual(at("2026-03-02T06:00:00Z"), [1000, 900]);
  assert.deepEqual(at("2026-03-04T12:00:00Z"), [1000, 900]);
  assert.deepEqual(at("2026-04-01T00:00:00Z"), [2146, 2146]);
});

const EVERYDAY = { at: Date.parse("2026-03-01T18:00:00Z"), today: TODAY, birthdayPercent: "10.00" };
const FREQUENT = { is_frequent: true, birth_date: null };
const BORN_TODAY = { is_frequent: false, birth_date: "1990-03-01" };
const BY_HAND = { percent: "25", reason: "golpeado" };

test("the lowest price counts, and of equal ones the promotion, then the birthday", () => {
  const price = (sale, product = COLA) => Object.values(priceFor(product, { ...EVERYDAY, ...sale }));
  assert.deepEqual(price({}), [2146, null]);
  assert.deepEqual(price({ buyer: FREQUENT }), [1931, "PROMOTION"]);
  assert.deepEqual(price({ buyer: BORN_TODAY }), [1931, "BIRTHDAY"]);
  assert.deepEqual(price({ buyer: { ...BORN_TODAY, is_frequent: true } }), [1931, "PROMOTION"]);
  assert.deepEqual(price({ buyer: BORN_TODAY, manual: { ...BY_HAND, percent: "10" } }), [1931, "BIRTHDAY"]);
  assert.deepEqual(price({ buyer: FREQUENT, manual: BY_HAND }), [1610, "MANUAL"]);
  assert.deepEqual(price({ manual: { ...BY_HAND, percent: "0" } }), [2146, null]);
  assert.deepEqual(price({ buyer: { ...BORN_TODAY, birth_date: "1990-03-02" } }), [2146, null]);
});

test("a discount is taken off the exact price, not off the one that is shown", () => {
  const prices = { exact_price: "10.0049", price: "10.00", final_price: "11.61", frequent_price: "11.61" };
  const product = { ...COLA, ...prices };
  assert.equal(priceFor(product, { ...EVERYDAY, manual: { ...BY_HAND, percent: "10" } }).unitTotal, 1045);
  assert.equal(priceFor(product, EVERYDAY).source, null);
});

test("a birthday on 29 February is on the 28th in common years", () => {
  assert.ok(hasBirthdayOn("2026-02-28", "1992-02-29"));
  assert.ok(!hasBirthdayOn("2028-02-28", "1992-02-29"));
  assert.ok(hasBirthdayOn("2028-02-29", "1992-02-29"));
  assert.ok(hasBirthdayOn("2100-02-28", "1992-02-29"));
  assert.ok(!hasBirthdayOn("2026-03-01", "1992-02-29"));
  assert.ok(!hasBirthdayOn("2026-03-01", null));
});

test("what is no price is refused", () => {
  for (const price of ["", "1.23456", "-1.00", "1,000.00", undefined]) {
    assert.throws(() => priceLine({ price, taxRate: "0.16" }), RangeError);
  }
});
