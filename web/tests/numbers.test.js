import assert from "node:assert/strict";
import { test } from "node:test";

import { lastNumber, noteNumber } from "../till/numbers.js";

const kept = new Map();
globalThis.localStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, text) => kept.set(name, text),
};

test("the last number is the highest, in whichever order tabs note theirs, of one register alone", () => {
  for (const number of [5, 7, 6]) noteNumber(2, number);
  assert.deepEqual([lastNumber(2), lastNumber(3)], [7, 0]);
  noteNumber(3, 1);
  assert.deepEqual([lastNumber(2), lastNumber(3)], [0, 1]);
});
