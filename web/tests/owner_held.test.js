import assert from "node:assert/strict";
import { test } from "node:test";

import { isMendable, messagesIn, partToApi, sums } from "../owner/held_sale.js";

const ITEMS = [{ product_id: 1, quantity: 2, unit_total: "21.46" }];

test("a sale with lists of goods and payments is mended by fields, anything else as a text", () => {
  assert.ok(isMendable({ items: ITEMS, payments: [] }));
  assert.ok(isMendable({ items: ITEMS }));
  for (const sale of [null, "text", [], {}, { items: "no" }, { items: [1] }]) assert.ok(!isMendable(sale));
});

test("a sale with members that no field can hold is mended as a text, and still listed", () => {
  const noText = { toString: 1 };
  const members = ["product_id", "quantity", "unit_total"].map((name) => ({ ...ITEMS[0], [name]: noText }));
  for (const item of members) assert.ok(!isMendable({ items: [item] }));
  assert.ok(!isMendable({ items: ITEMS, payments: [{ amount: [] }] }));
  assert.ok(!isMendable({ items: ITEMS, sold_by: noText }));
});

test("goods and payments are summed up, unless an amount cannot be read", () => {
  assert.deepEqual(sums({ items: ITEMS, payments: [{ amount: "50.00" }] }), { goods: 4292, paid: 5000 });
  assert.deepEqual(sums({ items: [{ quantity: 1, unit_total: "x" }] }), { goods: null, paid: 0 });
  assert.deepEqual(sums({ items: ITEMS, payments: null }), { goods: 4292, paid: 0 });
});

test("a code that was scanned as a quantity makes no sum, and no fault of the page", () => {
  const items = [...ITEMS, { product_id: 2, quantity: 7_501_055_300_075, unit_total: "18.50" }];
  assert.deepEqual(sums({ items, payments: [{ amount: "18.50" }] }), { goods: null, paid: 1850 });
});

test("what is wrong with a part of a list is told too", () => {
  const items = [{ quantity: ["A valid integer is required."] }, {}];
  const errors = { items, seq: ["No."], detail: "Why." };
  assert.deepEqual(messagesIn(errors), {
    items: ["A valid integer is required."], seq: ["No."], detail: ["Why."],
  });
});

test("what was typed is sent as the API takes it, and as it is where it cannot be read", () => {
  assert.deepEqual(partToApi({ product_id: " 7", quantity: "2", unit_total: "$1,000" }), {
    product_id: 7, quantity: 2, unit_total: "1000.00",
  });
  assert.deepEqual(partToApi({ product_id: "x", amount: "y" }), { product_id: "x", amount: "y" });
});

test("a part may have members of any name", () => {
  const part = JSON.parse('{"product_id": "7", "__proto__": 1, "valueOf": 2, "toString": "x"}');
  assert.equal(JSON.stringify(partToApi(part)), '{"product_id":7,"__proto__":1,"valueOf":2,"toString":"x"}');
});
