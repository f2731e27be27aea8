import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf } from "../till/deed_rules.js";

const NOW = Date.UTC(2026, 2, 1, 18);
const MINUTE = 60_000;
const deed = (change = {}) => ({
  key: "k", name: "return", path: "/", body: {}, about: {}, by: 4, at: NOW, sentAt: NOW, ...change,
});
const choices = (change, caller = 4) => choicesOf(deed(change), { caller, now: NOW });

test("who has done it repeats it while the shop keeps the key", () => {
  assert.equal(choices({}).repeat, true);
  assert.equal(choices({ at: NOW - 24 * 60 * MINUTE }).repeat, false);
  assert.equal(choices({}, 5).repeat, false);
});

test("it is left when the shop can no longer be about to do it", () => {
  assert.equal(choices({ sentAt: NOW - MINUTE }).leave, false);
  assert.equal(choices({ sentAt: NOW - 3 * MINUTE }).leave, true);
});

test("a clock that was set back keeps nobody waiting for it", () => {
  const later = NOW + 48 * 60 * MINUTE;
  assert.deepEqual(choices({ at: later, sentAt: later }), { repeat: false, leave: true });
});
