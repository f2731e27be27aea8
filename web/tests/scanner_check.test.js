import assert from "node:assert/strict";
import { test } from "node:test";

import { ends, judged } from "../till/scanner_check.js";

const CODES = ["Caja-2/Zy_1.5", "2012345678903"];
const presses = (text, { end = "Enter", gapMs = 4 } = {}) =>
  [...text, ...(end ? [end] : [])].map((key, at) => ({ key, at: 1000 + at * gapMs }));
const problems = (...given) => judged(presses(...given), CODES).problems;

test("a code that arrives as it is, ended and fast, has nothing wrong", () => {
  for (const code of CODES) {
    for (const end of ["Enter", "Tab"]) {
      assert.deepEqual(judged(presses(code, { end }), CODES), { code, text: code, gapMs: 4, problems: [] });
    }
  }
  assert.deepEqual(problems(CODES[1], { gapMs: 35 }), []);
});

test("a code without an end, or typed too slowly, says so", () => {
  assert.deepEqual(problems(CODES[1], { end: null }), ["unended"]);
  assert.deepEqual(problems(CODES[1], { gapMs: 36 }), ["slow"]);
  assert.deepEqual(problems(CODES[1], { end: null, gapMs: 60 }), ["unended", "slow"]);
  assert.equal(judged(presses(CODES[1], { gapMs: 60 }), CODES).gapMs, 60);
});

test("another keyboard changes some letters, caps lock their case", () => {
  assert.deepEqual(problems("Caja'2-Yz?1.5"), ["layout"]);
  assert.deepEqual(problems("cAJA-2/zY_1.5"), ["case"]);
  assert.deepEqual(problems("CAJA-2/ZY_1.5"), ["case"]);
});

test("letters beside the code are told", () => {
  assert.deepEqual(problems(`]C1${CODES[0]}`), ["extra"]);
  assert.deepEqual(problems(`${CODES[1]}~`), ["extra"]);
});

test("what is on no sheet is unknown", () => {
  const verdict = judged(presses("7501055363063"), CODES);
  assert.deepEqual([verdict.code, verdict.text, verdict.problems], [null, "7501055363063", ["unknown"]]);
  assert.deepEqual(problems(""), ["unknown"]);
});

test("Enter and Tab end what came before them, and are a person's otherwise", () => {
  assert.ok(ends(presses("ab", { end: null }), "Enter") && ends(presses("ab", { end: null }), "Tab"));
  assert.ok(!ends([], "Tab") && !ends(presses("ab"), "a"));
});
