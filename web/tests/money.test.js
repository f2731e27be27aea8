import assert from "node:assert/strict";
import { test } from "node:test";

import { amount, cents, halfUp, percentOf, shown, typedCents } from "../shell/money.js";

test("an amount is read to the cent", () => {
  const read = { "12.50": 1250, "12.5": 1250, 12: 1200, "0.00": 0, "-0.00": 0, "-5.05": -505, "90.01": 9001 };
  for (const [text, whole] of Object.entries(read)) assert.equal(cents(text), whole, text);
});

test("what is no amount is refused", () => {
  for (const text of ["", "x", "1.234", "1,234.50", " 1.00", "1e3", ".5", "NaN", "99999999999999999.99"]) {
    assert.throws(() => cents(text), RangeError, text);
  }
  for (const whole of [12.5, NaN, 2 ** 53]) assert.throws(() => amount(whole), RangeError);
});

test("an amount is written as the API writes it", () => {
  assert.deepEqual([1250, 5, 0, -505, 1234567].map(amount), ["12.50", "0.05", "0.00", "-5.05", "12345.67"]);
});

test("an amount is shown with its sign and groups", () => {
  const texts = { 123450: "$1,234.50", 0: "$0.00", 99999: "$999.99", 1e8: "$1,000,000.00", "-500": "-$5.00" };
  for (const [whole, text] of Object.entries(texts)) assert.equal(shown(Number(whole)), text);
});

test("an amount of more cents than a number holds exactly is shown all the same", () => {
  assert.equal(shown(-1e18), "-$10,000,000,000,000,000");
  assert.equal(shown(1e21), "$10,000,000,000,000,000,000");
  for (const whole of [12.5, NaN, Infinity]) assert.throws(() => shown(whole), RangeError);
});

test("what a person types is read, or is nothing", () => {
  assert.deepEqual(["$1,234.5", " 200 ", "50.", ".50"].map(typedCents), [123450, 20000, 5000, 50]);
  assert.deepEqual(["1,234,567", "-1,000.5"].map(typedCents), [123456700, -100050]);
  assert.deepEqual(["", "$", ".", "doce", "1.234", "9".repeat(30)].map(typedCents), Array(6).fill(null));
});

test("a comma that is no separator of thousands is not passed over: it may be a decimal one", () => {
  const unclear = ["12,50", "12,5", "7,", ",5", "1234,567", "1,23,456", "0.5,000", "1,0000"];
  for (const text of unclear) assert.equal(typedCents(text), null, text);
});

test("halves are rounded away from zero", () => {
  const rounded = [[5n, 10n], [4n, 10n], [15n, 10n], [-5n, 10n], [-4n, 10n], [-15n, 10n]];
  assert.deepEqual(rounded.map(([over, under]) => halfUp(over, under)), [1, 0, 2, -1, 0, -2]);
});

test("a percentage of an amount is rounded half up", () => {
  assert.equal(percentOf(105, "10"), 11);
  assert.equal(percentOf(104, "10"), 10);
  assert.equal(percentOf(12931, "7.25"), 937);
});
