import assert from "node:assert/strict";
import { test } from "node:test";

import { isNeeded, lacking } from "../till/approval_rules.js";

test("an amount beyond the limit needs an approval, the limit itself none", () => {
  assert.equal(isNeeded({ limit: "500.00" }, "500.00"), false);
  assert.equal(isNeeded({ limit: "500.00" }, "500.01"), true);
  assert.equal(isNeeded({ limit: "0.00" }, "5"), true);
});

test("who has no limit needs none", () => {
  assert.equal(isNeeded({ limit: null }, "999999.99"), false);
});

test("an action without an amount says itself whether an approval is needed", () => {
  assert.equal(isNeeded({ needed: true }), true);
  assert.equal(isNeeded({ needed: false }), false);
});

test("a refusal names the approvals that lack", () => {
  const one = { code: "approval_required", action: "refund" };
  assert.deepEqual(lacking({ status: 403, body: one }), ["refund"]);
  const two = { ...one, actions: ["refund", "cash_refund"] };
  assert.deepEqual(lacking({ status: 403, body: two }), ["refund", "cash_refund"]);
});

test("other refusals lack none", () => {
  assert.deepEqual(lacking({ status: 403, body: { detail: "No", code: "approval_invalid" } }), []);
  assert.deepEqual(lacking({ status: 400, body: { code: "approval_required" } }), []);
  assert.deepEqual(lacking({ status: 403, body: "" }), []);
});
