import assert from "node:assert/strict";
import { test } from "node:test";

import {
  TenderRefused,
  change,
  isPaid,
  isPaidOffline,
  paidMembers,
  payBy,
  payCash,
  paymentOf,
  quickCash,
  remaining,
  whyNot,
  withoutTender,
} from "../till/tenders.js";

const ONLINE = { online: true, customer: { points: 50, creditLeft: 10_000 } };
const OFFLINE = { ...ONLINE, online: false };
const NOBODY = { online: true, customer: null };

const refused = (reason) => (error) => error instanceof TenderRefused && error.reason === reason;

test("cash pays what remains and gives change", () => {
  const paid = payCash(paymentOf(16_450), 20_000);
  assert.deepEqual([remaining(paid), change(paid), isPaid(paid)], [0, 3550, true]);
  const members = { payments: [{ payment_method: "CASH", amount: "164.50" }], cash_received: "200.00" };
  assert.deepEqual(paidMembers(paid), members);
});

test("a sale is paid when nothing remains, not before", () => {
  let payment = payCash(paymentOf(16_450), 10_000);
  assert.deepEqual([remaining(payment), change(payment), isPaid(payment)], [6450, 0, false]);
  payment = payBy(payment, "CARD", NOBODY, { reference: "1234", cardKind: "DEBIT" });
  assert.deepEqual([remaining(payment), isPaid(payment)], [0, true]);
  assert.deepEqual(paidMembers(payment).payments[1], {
    payment_method: "CARD",
    amount: "64.50",
    reference: "1234",
    card_kind: "DEBIT",
  });
  assert.throws(() => payCash(payment, 100), refused("paid"));
});

test("cash in parts is one payment", () => {
  const paid = payCash(payBy(payCash(paymentOf(30_000), 5000), "CARD", NOBODY, { amount: 5000 }), 50_000);
  assert.equal(change(paid), 30_000);
  assert.deepEqual(paidMembers(paid), {
    payments: [
      { payment_method: "CASH", amount: "250.00" },
      { payment_method: "CARD", amount: "50.00" },
    ],
    cash_received: "550.00",
  });
});

test("a wrong tender is removed", () => {
  const payment = payBy(payCash(paymentOf(10_000), 2000), "VOUCHER", NOBODY);
  const [cash, voucher] = payment.tenders;
  assert.equal(remaining(withoutTender(payment, voucher.id)), 8000);
  assert.equal(remaining(withoutTender(payment, cash.id)), 2000);
  const again = payBy(withoutTender(payment, voucher.id), "CARD", NOBODY);
  assert.equal(new Set(again.tenders.map((tender) => tender.id)).size, 2);
});

test("only cash gives change, and nothing pays nothing", () => {
  const payment = paymentOf(10_000);
  assert.throws(() => payBy(payment, "CARD", NOBODY, { amount: 10_001 }), refused("too_much"));
  for (const none of [0, -5, 1.5, NaN]) {
    assert.throws(() => payBy(payment, "CARD", NOBODY, { amount: none }), refused("no_amount"));
    assert.throws(() => payCash(payment, none), refused("no_amount"));
  }
});

test("a sale that costs nothing is paid by nothing", () => {
  const payment = paymentOf(0);
  assert.equal(isPaid(payment), false);
  assert.equal(isPaid(payCash(payment, 0)), true);
  assert.deepEqual(paidMembers(payCash(payment, 0)).payments, [{ payment_method: "CASH", amount: "0.00" }]);
});

test("what cannot pay says why", () => {
  const payment = paymentOf(10_000);
  const reasons = (method, ...all) => all.map((circumstances) => whyNot(payment, method, circumstances));
  for (const method of ["POINTS", "CREDIT"]) {
    assert.deepEqual(reasons(method, OFFLINE, NOBODY, ONLINE), ["offline", "no_customer", null]);
    assert.throws(() => payBy(payment, method, OFFLINE), refused("offline"));
  }
  for (const method of ["CARD", "TRANSFER", "VOUCHER", "CASH"]) {
    assert.deepEqual(reasons(method, OFFLINE, NOBODY), [null, null]);
  }
  const poor = { online: true, customer: { points: 0, creditLeft: 0 } };
  assert.equal(whyNot(payment, "POINTS", poor), "no_points");
  assert.equal(whyNot(payment, "CREDIT", poor), "no_credit");
  assert.equal(whyNot(payBy(payment, "POINTS", ONLINE), "POINTS", ONLINE), "twice");
  assert.equal(whyNot(payCash(payment, 10_000), "CARD", NOBODY), "paid");
  let many = payment;
  for (let part = 0; part < 10; part += 1) many = payBy(many, "CARD", NOBODY, { amount: 1 });
  assert.equal(whyNot(many, "CARD", NOBODY), "too_many");
  assert.throws(() => payCash(many, 10_000), refused("too_many"));
});

test("points pay whole pesos, unless they pay all", () => {
  const part = (total) => payBy(paymentOf(total), "POINTS", ONLINE).tenders[0].amount;
  assert.equal(part(4950), 4950);
  assert.equal(part(5050), 5000);
  assert.equal(part(20_000), 5000);
  const mixed = payBy(payCash(paymentOf(4950), 2000), "POINTS", ONLINE);
  assert.deepEqual([mixed.tenders[1].amount, remaining(mixed)], [2900, 50]);
  assert.throws(() => payBy(paymentOf(9950), "POINTS", ONLINE, { amount: 1050 }), refused("not_whole_pesos"));
  assert.throws(() => payBy(paymentOf(9900), "POINTS", ONLINE, { amount: 5100 }), refused("no_points"));
});

test("credit pays up to what is left of it", () => {
  assert.equal(payBy(paymentOf(30_000), "CREDIT", ONLINE).tenders[0].amount, 10_000);
  assert.throws(() => payBy(paymentOf(30_000), "CREDIT", ONLINE, { amount: 10_001 }), refused("no_credit"));
});

const exchanging = (id, left, online = true) => ({ online, customer: null, exchange: { id, left } });

test("an exchange pays up to what is left of its return, and names it", () => {
  const part = payBy(paymentOf(10_000), "EXCHANGE", exchanging(7, 4000));
  assert.deepEqual([part.tenders[0].amount, remaining(part)], [4000, 6000]);
  assert.deepEqual(paidMembers(payCash(part, 10_000)), {
    payments: [
      { payment_method: "EXCHANGE", amount: "40.00", reference: "7" },
      { payment_method: "CASH", amount: "60.00" },
    ],
    cash_received: "100.00",
  });
  const whole = payBy(paymentOf(3000), "EXCHANGE", exchanging(7, 4000));
  assert.deepEqual([whole.tenders[0].amount, isPaid(whole), change(whole)], [3000, true, 0]);
  const more = () => payBy(paymentOf(10_000), "EXCHANGE", exchanging(7, 4000), { amount: 4001 });
  assert.throws(more, refused("exchange_short"));
});

test("each return pays once in a sale, with a network", () => {
  const once = payBy(paymentOf(10_000), "EXCHANGE", exchanging(7, 4000));
  assert.equal(whyNot(once, "EXCHANGE", exchanging(7, 4000)), "twice");
  assert.equal(whyNot(once, "EXCHANGE", exchanging(8, 4000)), null);
  assert.equal(whyNot(once, "EXCHANGE", NOBODY), "no_exchange");
  assert.equal(whyNot(paymentOf(10_000), "EXCHANGE", exchanging(7, 4000, false)), "offline");
  assert.equal(isPaidOffline(once), false);
});

test("a sale that draws on a balance does not go through the outbox", () => {
  assert.equal(isPaidOffline(payCash(paymentOf(100), 100)), true);
  assert.equal(isPaidOffline(payBy(paymentOf(100), "CREDIT", ONLINE)), false);
});

test("quick amounts are the exact one and the next round ones", () => {
  assert.deepEqual(quickCash(16_450), [16_450, 18_000, 20_000, 50_000, 100_000]);
  assert.deepEqual(quickCash(4300, { most: 3 }), [4300, 5000, 6000]);
  assert.deepEqual(quickCash(20_000), [20_000, 50_000, 100_000]);
  assert.deepEqual(quickCash(123_456), [123_456, 124_000, 125_000, 130_000, 140_000]);
  assert.deepEqual(quickCash(0), [0]);
});
