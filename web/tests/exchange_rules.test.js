import assert from "node:assert/strict";
import { test } from "node:test";

import { exchangeOf, wantedBy } from "../till/exchange_rules.js";

for (const [code, wanted] of [
  ["31", { id: 31 }],
  [" 0031 ", { id: 31 }],
  ["C2-000123", { ticket: "C2-000123" }],
  ["c2'123", { ticket: "C2-000123" }],
  ["f47ac10b", { ticket: "F47AC10B" }],
  ["12345678", { ticket: "12345678" }],
]) {
  test(`${code} is found by ${Object.keys(wanted)}`, () => assert.deepEqual(wantedBy(code, "C7"), wanted));
}

test("of a return that was not exchanged, was used up or was paid out nothing is left", () => {
  const left = (text) => exchangeOf({ id: 7, exchange_left: text });
  assert.deepEqual(left("40.00"), { id: 7, left: 4000 });
  assert.deepEqual([left(null), left("0.00")], [null, null]);
});
