import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CartRefuses,
  EMPTY,
  add,
  forCustomer,
  hasLost,
  priced,
  refreshed,
  setQuantity,
  soldAt,
  soldItems,
  step,
  withDiscount,
  without,
} from "../till/cart.js";
import { BREAD, COLA, TODAY } from "./shop.js";

const NOW = { at: Date.parse("2026-03-01T18:00:00Z"), today: TODAY, birthdayPercent: "10.00" };

const quantities = (cart) => cart.items.map((item) => [item.product.id, item.quantity]);

test("a product that is scanned again has one line", () => {
  const cart = [COLA, BREAD, COLA].reduce((before, product) => add(before, product), EMPTY);
  assert.deepEqual(quantities(cart), [[10, 2], [11, 1]]);
  assert.deepEqual(quantities(add(cart, BREAD, 3)), [[10, 2], [11, 4]]);
  assert.deepEqual(EMPTY.items, []);
});

test("plus and minus mean the last product, and the last piece goes with its line", () => {
  let cart = add(add(EMPTY, COLA), BREAD);
  cart = step(cart, 1);
  assert.deepEqual(quantities(cart), [[10, 1], [11, 2]]);
  cart = step(step(cart, -1), -1);
  assert.deepEqual(quantities(cart), [[10, 1]]);
  cart = step(cart, 1);
  assert.deepEqual(quantities(cart), [[10, 2]]);
  assert.deepEqual(step(EMPTY, 1), EMPTY);
});

test("a quantity is set, and zero takes the line out", () => {
  const cart = add(add(EMPTY, COLA), BREAD);
  assert.deepEqual(quantities(setQuantity(cart, 10, 12)), [[10, 12], [11, 1]]);
  assert.equal(setQuantity(cart, 10, 12).lastId, 10);
  assert.deepEqual(quantities(setQuantity(cart, 10, 0)), [[11, 1]]);
  assert.deepEqual(quantities(without(cart, 11)), [[10, 1]]);
  assert.equal(without(cart, 11).lastId, 10);
});

test("a line that is gone is missed, fewer pieces are not", () => {
  const cart = add(add(EMPTY, COLA, 2), BREAD);
  assert.equal(hasLost(cart, without(cart, 10)), true);
  assert.equal(hasLost(cart, EMPTY), true);
  assert.equal(hasLost(cart, setQuantity(cart, 10, 1)), false);
  assert.equal(hasLost(EMPTY, cart), false);
});

test("a sale keeps to the server's limits", () => {
  const limits = { items: 1, quantity: 5 };
  const cart = add(EMPTY, COLA, 5, limits);
  const code = (code) => (error) => error instanceof CartRefuses && error.code === code;
  assert.throws(() => add(cart, BREAD, 1, limits), code("items"));
  assert.throws(() => step(cart, 1, limits), code("quantity"));
  for (const pieces of [-1, 1.5, NaN]) assert.throws(() => setQuantity(cart, 10, pieces), code("quantity"));
});

test("lines are multiplied and added up, and taxes are summed by rate", () => {
  const found = priced(add(add(EMPTY, COLA, 3), BREAD, 2), NOW);
  assert.deepEqual([found.total, found.pieces, found.saved], [3 * 2146 + 5100, 5, 0]);
  assert.deepEqual(found.taxes, [
    { rate: "0.16", base: 5550, tax: 888 },
    { rate: "0.00", base: 5100, tax: 0 },
  ]);
  assert.deepEqual(priced(EMPTY, NOW), { lines: [], pieces: 0, total: 0, saved: 0, taxes: [] });
});

test("a customer changes the prices of all lines", () => {
  const cart = forCustomer(add(add(EMPTY, COLA), BREAD), { id: 3, is_frequent: true, birth_date: null });
  assert.deepEqual(priced(cart, NOW).total, 1931 + 2550);
  assert.deepEqual(priced(forCustomer(cart, null), NOW).total, 2146 + 2550);
});

test("a discount by hand is sent only where it is the one that counts", () => {
  const manual = { percent: "5.00", reason: "golpeado" };
  const cart = withDiscount(withDiscount(add(add(EMPTY, COLA), BREAD), 10, manual), 11, manual);
  const items = (found) => soldItems(priced(found, NOW).lines);
  const given = { discount_percent: "5.00", discount_reason: "golpeado" };
  const bread = { product_id: 11, quantity: 1, unit_total: "24.23", ...given };
  assert.deepEqual(items(cart)[1], bread);
  assert.deepEqual(items(cart)[0].discount_percent, "5.00");
  const frequent = forCustomer(cart, { id: 3, is_frequent: true, birth_date: null });
  assert.deepEqual(items(frequent), [{ product_id: 10, quantity: 1, unit_total: "19.31" }, bread]);
  assert.equal("discount_percent" in items(withDiscount(cart, 11, null))[1], false);
});

test("a sale is made now by the device's clock, but not before its shift was opened", () => {
  const now = Date.parse("2026-03-01T18:00:00.500Z");
  const at = (opened_at) => soldAt(now, { opened_at });
  assert.equal(at("2026-03-01T17:59:00Z"), "2026-03-01T18:00:00.500Z");
  assert.equal(at("2026-03-01T18:03:00Z"), "2026-03-01T18:03:00.000Z");
  assert.equal(at(null), "2026-03-01T18:00:00.500Z");
  assert.equal(soldAt(now, null), "2026-03-01T18:00:00.500Z");
});

test("a parked sale gets the products of today, and keeps those that are gone", () => {
  const cart = add(add(EMPTY, COLA), BREAD);
  const dearer = { ...COLA, final_price: "30.00" };
  const again = refreshed(cart, (id) => (id === 10 ? dearer : null));
  assert.equal(priced(again, NOW).total, 3000 + 2550);
});
