import assert from "node:assert/strict";
import { test } from "node:test";

import { code128, isCode128 } from "../shell/code128.js";
import { ean13, isEan13 } from "../shell/ean13.js";

const sum = (widths) => widths.reduce((before, width) => before + width, 0);
const written = (widths) => widths.join("");
/** `1` for a module of a bar, `0` of a space. */
const modules = (widths) => widths.map((width, at) => (at % 2 ? "0" : "1").repeat(width)).join("");
const LETTERS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
const PAIRS = Array.from({ length: 100 }, (_, at) => String(at).padStart(2, "0"));

test("a text is its letters between beginning, check symbol and end", () => {
  const letters = "313121" + "112133" + "112133" + "123221" + "223211" + "221132" + "131321";
  assert.equal(written(code128("PJJ123C")), "211214" + letters + "311321" + "2331112");
});

test("digits alone are packed in pairs", () => {
  assert.equal(written(code128("123456")), "211232" + "112232" + "131123" + "331121" + "132131" + "2331112");
});

test("digits beside letters are packed where that is shorter", () => {
  const symbols = (text) => (sum(code128(text)) - 13) / 11 - 2;
  assert.equal(symbols("AB"), 2);
  assert.equal(symbols("AB12"), 4);
  assert.equal(symbols("AB1234"), 5, "two letters, a change, two pairs");
  assert.equal(symbols("1234AB"), 5);
  assert.equal(symbols("A1234B"), 6, "a change to pairs and back would be longer");
  assert.equal(symbols("A123456B"), 7);
  assert.equal(symbols("12345"), 4, "two pairs, a change, a digit");
});

test("each symbol is eleven modules, of which an even number is black, and no two are the same", () => {
  const found = [
    ...LETTERS.map((letter) => code128(letter).slice(6, 12)),
    ...PAIRS.map((pair) => code128(`${pair}00`).slice(6, 12)),
  ];
  for (const widths of found) {
    assert.equal(sum(widths), 11);
    assert.equal((widths[0] + widths[2] + widths[4]) % 2, 0);
    assert.ok(widths.every((width) => width >= 1 && width <= 4));
  }
  assert.equal(new Set(found.slice(95).map(written)).size, 100);
  assert.deepEqual(found.slice(0, 95), found.slice(95, 190), "a letter shares the symbol of a pair");
});

test("letters beyond ASCII, and what cannot be seen, have no barcode", () => {
  for (const text of ["", "ñ", "a\n", "a\t", "\x7f", "１２"]) {
    assert.ok(!isCode128(text));
    assert.throws(() => code128(text), RangeError);
  }
});

test("thirteen digits are 95 modules, the first digit is in the sides of the others", () => {
  const left = "0001011" + "0100111" + "0110011" + "0010011" + "0111101" + "0011101";
  const right = "1100110" + "1101100" + "1000010" + "1011100" + "1001110" + "1000100";
  assert.equal(modules(ean13("5901234123457")), "101" + left + "01010" + right + "101");
  assert.equal(sum(ean13("7501055363063")), 95);
});

test("thirteen digits with a wrong one are no EAN-13", () => {
  assert.ok(isEan13("7501055363063") && isEan13("0000000000000"));
  for (const text of ["7501055363064", "750105536306", "75010553630633", "7501055363o63", ""]) {
    assert.ok(!isEan13(text), text);
  }
  assert.throws(() => ean13("7501055363064"), RangeError);
});
