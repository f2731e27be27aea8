import assert from "node:assert/strict";
import { test } from "node:test";

import { NOTHING_TYPED, cashOf, closeOf, moved, piecesOf } from "../till/drawer.js";
import { wayOf } from "../shell/cash.js";

const typed = (more) => ({ ...NOTHING_TYPED, ...more });

test("a drawer is counted by its notes and coins, to the last fifty cents", () => {
  assert.equal(cashOf({ 100_000: "1", 50_000: "2", 2_000: "3", 50: "3" }), 206_150);
  assert.equal(cashOf({}), 0);
});

test("a blank is no piece, and what is no whole number is wrong", () => {
  assert.deepEqual(["", " 7 ", "12", "1.5", "-1", "a"].map(piecesOf), [0, 7, 12, null, null, null]);
  assert.equal(piecesOf(undefined), 0);
});

test("a close sends what was counted, and leaves everything unless something else is said", () => {
  const { body, ...sums } = closeOf(typed({ pieces: { 50_000: "3", 50: "4", 200: "0" } }), 0);
  assert.deepEqual(sums, { cash: 150_200, left: 150_200, withdrawn: 0, wrong: [] });
  assert.deepEqual(body, {
    counted_cash: "1502.00",
    denominations: { "500.00": 3, "0.50": 4 },
    left_in_drawer: "1502.00",
    unsent: 0,
  });
});

test("a close names other tenders, what stays, what is unsent and a note", () => {
  const tenders = { CARD: "1,250.5", TRANSFER: " " };
  const counted = typed({ pieces: { 50_000: "1" }, tenders, left: "200", note: " ok " });
  const { body, withdrawn } = closeOf(counted, 3);
  assert.equal(withdrawn, 30_000);
  assert.deepEqual(body.counted, { CARD: "1250.50" });
  assert.deepEqual([body.left_in_drawer, body.unsent, body.note], ["200.00", 3, "ok"]);
});

test("all that is wrong in a close is named, and nothing is sent", () => {
  const wrong = typed({ pieces: { 50_000: "x" }, tenders: { CARD: "much", TRANSFER: "-1" }, left: "1" });
  assert.deepEqual(closeOf(wrong, 0).wrong, ["50000", "CARD", "TRANSFER", "left"]);
  assert.equal(closeOf(wrong, 0).body, null);
});

test("no more stays than was counted", () => {
  assert.deepEqual(closeOf(typed({ pieces: { 10_000: "1" }, left: "100.01" }), 0).wrong, ["left"]);
  assert.deepEqual(closeOf(typed({ pieces: { 10_000: "1" }, left: "100" }), 0).wrong, []);
});

test("the way of the cash adds up to what is expected", () => {
  const cash = {
    opening: "500.00", taken: "232.00", credit_payments: "50.00", paid_in: "100.00",
    refunded: "32.00", paid_out: "20.50", dropped: "0.00", expected: "829.50",
  };
  const way = wayOf(cash);
  assert.equal(way.reduce((sum, { value }) => sum + value, 0), 82_950);
  assert.deepEqual(way.find(({ name }) => name === "refunded"), { name: "refunded", value: -3_200 });
  assert.ok(way.every(({ value }) => !Object.is(value, -0)));
});

test("a movement adds to the drawer or takes from it", () => {
  assert.equal(moved({ kind: "PAID_IN", amount: "10.00" }), 1_000);
  assert.equal(moved({ kind: "DROP", amount: "10.00" }), -1_000);
  assert.equal(moved({ kind: "NO_SALE", amount: "0.00" }), 0);
});
