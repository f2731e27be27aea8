import assert from "node:assert/strict";
import { test } from "node:test";

import { fateOf } from "../till/charge_rules.js";

const short = { status: 400, body: { detail: "Saldo de puntos insuficiente." } };
const notPending = { status: 400, body: { non_field_errors: ["Solo se pueden pagar órdenes PENDIENTES."] } };

test("a balance that is too small leaves the order uncharged", () => {
  assert.equal(fateOf(short, { status: "PENDING" }), "refused");
});

test("an order that is paid was paid by another try, one that is cancelled never will be", () => {
  assert.equal(fateOf(notPending, { status: "PAID" }), "paid");
  assert.equal(fateOf(notPending, { status: "CANCELLED" }), "refused");
});

test("an order that may be being charged just now is not given up", () => {
  assert.equal(fateOf(notPending, { status: "PENDING" }), "unclear");
  assert.equal(fateOf({ status: 409, body: {} }, { status: "PENDING" }), "unclear");
  assert.equal(fateOf({ status: 401, body: {} }, { status: "PENDING" }), "unclear");
});
