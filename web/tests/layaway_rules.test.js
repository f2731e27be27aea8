import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boundsOfDeposit, changeOf, paidNow, paymentMembers, proposed, withPart,
} from "../till/layaway_rules.js";

const BOUNDS = boundsOfDeposit(99_995, "20.00");
const cash = (amount) => ({ method: "CASH", amount });
const card = (amount) => ({ method: "CARD", amount });

test("the least deposit is the shop's part of the total, rounded half up", () => {
  assert.deepEqual(BOUNDS, { least: 19_999, most: 99_995 });
  assert.deepEqual(boundsOfDeposit(3, "50.00"), { least: 2, most: 3 });
});

test("several methods pay, each in one part", () => {
  const parts = withPart(withPart(withPart([], "CASH", 100, BOUNDS), "CARD", 50, BOUNDS), "CASH", 20, BOUNDS);
  assert.deepEqual(parts, [cash(120), card(50)]);
  assert.equal(paidNow(parts), 170);
});

test("nothing is no part, and more than all is none", () => {
  assert.equal(withPart([], "CASH", 0, BOUNDS), null);
  assert.equal(withPart([], "CASH", 99_996, BOUNDS), null);
  assert.equal(withPart([card(99_995)], "CASH", 1, BOUNDS), null);
});

test("what is proposed makes the least whole, then all", () => {
  assert.equal(proposed([], BOUNDS), 19_999);
  assert.equal(proposed([cash(10_000)], BOUNDS), 9_999);
  assert.equal(proposed([cash(20_000)], BOUNDS), 79_995);
  assert.equal(proposed([], { least: 0, most: 9_280 }), 9_280);
});

test("only cash gives change, and not of less than is paid", () => {
  assert.equal(changeOf([cash(150), card(50)], 200), 50);
  assert.equal(changeOf([cash(150)], 149), null);
  assert.equal(changeOf([card(50)], 100), null);
  assert.equal(changeOf([card(50)], null), 0);
});

test("the members are the API's", () => {
  assert.deepEqual(paymentMembers([cash(150), card(50)], 200), {
    payments: [{ payment_method: "CASH", amount: "1.50" }, { payment_method: "CARD", amount: "0.50" }],
    cash_received: "2.00",
  });
  assert.deepEqual(Object.keys(paymentMembers([card(50)], null)), ["payments"]);
});
