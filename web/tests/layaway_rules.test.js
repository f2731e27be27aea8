import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boundsOfDeposit, changeOf, isSaleOf, itemsOf, layawayOf, paidNow, paymentMembers, proposed, withPart,
} from "../till/layaway_rules.js";

const BOUNDS = boundsOfDeposit(99_995, "20.00");
const cash = (amount) => ({ method: "CASH", amount });
const CASH = { method: "CASH" };
const [DEBIT, CREDIT] = ["DEBIT", "CREDIT"].map((cardKind) => ({ method: "CARD", cardKind }));
const card = (amount) => ({ ...DEBIT, amount });

test("the least deposit is the shop's part of the total, rounded half up", () => {
  assert.deepEqual(BOUNDS, { least: 19_999, most: 99_995 });
  assert.deepEqual(boundsOfDeposit(3, "50.00"), { least: 2, most: 3 });
});

test("several means pay, each in one part, a card of either kind in its own", () => {
  const paid = [[CASH, 100], [DEBIT, 50], [CASH, 20], [CREDIT, 5], [DEBIT, 1]];
  const parts = paid.reduce((before, [means, more]) => withPart(before, means, more, BOUNDS), []);
  assert.deepEqual(parts, [cash(120), card(51), { ...CREDIT, amount: 5 }]);
  assert.equal(paidNow(parts), 176);
});

test("nothing is no part, and more than all is none", () => {
  assert.equal(withPart([], CASH, 0, BOUNDS), null);
  assert.equal(withPart([], CASH, 99_996, BOUNDS), null);
  assert.equal(withPart([card(99_995)], CASH, 1, BOUNDS), null);
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
    payments: [
      { payment_method: "CASH", amount: "1.50" },
      { payment_method: "CARD", amount: "0.50", card_kind: "DEBIT" },
    ],
    cash_received: "2.00",
  });
  assert.deepEqual(Object.keys(paymentMembers([card(50)], null)), ["payments"]);
});

test("the sale of an opening has its goods, in any order, its customer and nothing more", () => {
  const item = (id, quantity) => ({ product: { id }, quantity });
  const sale = { customer: { id: 4 }, items: [item(15, 2), item(7, 1)] };
  const opening = { customer: 4, items: itemsOf(sale).toReversed() };
  assert.equal(isSaleOf(opening, sale), true);
  for (const change of [
    { items: [...sale.items, item(8, 1)] }, { items: [item(15, 1), item(7, 1)] }, { items: [] },
    { customer: { id: 5 } }, { customer: null },
  ]) assert.equal(isSaleOf(opening, { ...sale, ...change }), false);
});

const paid = (payment, method, amount, user = 4) => ({ payment, payment_method: method, amount, user });
const LAYAWAY = {
  id: 3, user: 4, status: "OPEN", items: [{ product_id: 15, quantity: 2 }, { product_id: 7, quantity: 1 }],
  payments: [paid(5, "CASH", "40.00"), paid(5, "CARD", "10.00")],
};
const AGAIN = { ...LAYAWAY, payments: [...LAYAWAY.payments, paid(6, "CASH", "20.00")] };
const CANCELLED = { ...LAYAWAY, status: "CANCELLED", cancelled_by: 4, cancel_reason: "No vino" };
const OPENED = {
  by: 4, about: { what: "open", known: [2] },
  body: {
    items: [{ product_id: 7, quantity: 1 }, { product_id: 15, quantity: 2 }],
    deposit: { payments: paymentMembers([card(1000), cash(4000)], null).payments },
  },
};
const PAID = { by: 4, about: { what: "pay", known: [5] }, body: paymentMembers([cash(2000)], 5000) };
const ENDED = { by: 4, about: { what: "cancel" }, body: { reason: "No vino" } };

test("an opening whose answer was lost is the apartado with its goods and its deposit", () => {
  assert.equal(layawayOf(OPENED, [{ ...LAYAWAY, id: 2 }, LAYAWAY]), LAYAWAY);
  assert.equal(layawayOf(OPENED, [AGAIN]), AGAIN);
});

for (const [what, layaway] of [
  ["was there before", { ...LAYAWAY, id: 2 }],
  ["is somebody else's", { ...LAYAWAY, user: 5 }],
  ["has other goods", { ...LAYAWAY, items: LAYAWAY.items.slice(1) }],
  ["has another deposit", { ...LAYAWAY, payments: LAYAWAY.payments.slice(1) }],
]) {
  test(`an apartado that ${what} is not the one`, () => assert.equal(layawayOf(OPENED, [layaway]), null));
}

test("a payment whose answer was lost is there if it was not before, of this cashier and these parts", () => {
  assert.equal(layawayOf(PAID, [AGAIN]), AGAIN);
  assert.equal(layawayOf(PAID, [LAYAWAY]), null);
  assert.equal(layawayOf({ ...PAID, by: 5 }, [AGAIN]), null);
  assert.equal(layawayOf({ ...PAID, about: { what: "pay", known: [5, 6] } }, [AGAIN]), null);
  assert.equal(layawayOf({ ...PAID, body: paymentMembers([cash(2001)], null) }, [AGAIN]), null);
});

test("a cancellation whose answer was lost is done if this person has cancelled it for this reason", () => {
  assert.equal(layawayOf(ENDED, [CANCELLED]), CANCELLED);
  assert.equal(layawayOf(ENDED, [LAYAWAY]), null);
  assert.equal(layawayOf({ ...ENDED, by: 5 }, [CANCELLED]), null);
  assert.equal(layawayOf({ ...ENDED, body: { reason: "Otra" } }, [CANCELLED]), null);
});
