import assert from "node:assert/strict";
import { test } from "node:test";

import { Scanner, splitQuantity } from "../till/scanner.js";

/** A page with one field that has the focus, and a button that Enter presses; it does as it is told. */
class Page {
  constructor({ hold = true, ...settings } = {}) {
    this.scanner = new Scanner(settings);
    this.hold = hold;
    this.field = "";
    this.presses = 0;
    this.codes = [];
    this.wakeAt = null;
  }

  /** Timers fire first: those of a page that is not busy. */
  key(key, at, how = {}) {
    if (this.wakeAt !== null && this.wakeAt <= at) this.rest(this.wakeAt);
    const fate = this.scanner.feed(key, at, { hold: this.hold, ...how });
    this.obey(fate);
    if (fate.swallow) return;
    if (key === "Enter") this.presses += 1;
    else if (key.length === 1) this.field += key;
  }

  rest(at) {
    this.wakeAt = null;
    this.obey(this.scanner.rest(at));
  }

  obey(fate) {
    this.field += fate.typed;
    if (fate.began) this.before = this.field;
    if (fate.undo) this.field = this.before;
    if (fate.code !== null) this.codes.push(fate.code);
    this.wakeAt = fate.wakeAt;
  }

  /** @returns the moment after the last key */
  keys(text, at, everyMs, end = "Enter") {
    for (const key of [...text, ...(end ? [end] : [])]) {
      this.key(key, at);
      at += everyMs;
    }
    return at;
  }
}

/** Numbers that look random, the same in every run. */
function seeded(seed) {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

for (const hold of [true, false]) {
  const how = hold ? "" : ", with an instant field";

  test(`200 scans at 10 a second are 200 codes and nothing else${how}`, () => {
    const page = new Page({ hold });
    const codes = Array.from({ length: 200 }, (_, scan) => String(7_501_055_300_000 + scan));
    codes.forEach((code, scan) => page.keys(code, scan * 100, 3));
    assert.deepEqual(page.codes, codes);
    assert.equal(page.field, "");
    assert.equal(page.presses, 0);
  });

  test(`an hour of a person's typing is no code and loses no letter${how}`, () => {
    const page = new Page({ hold });
    const random = seeded(7);
    let at = 0;
    let text = "";
    for (let word = 0; word < 4000; word += 1) {
      for (let letter = 0; letter < 6; letter += 1) {
        const key = "abcdefghi0123456789 "[Math.floor(random() * 20)];
        // Two keys that roll over each other come within the gap of a scanner.
        at += letter === 3 ? 20 : 60 + random() * 200;
        text += key;
        page.key(key, at);
      }
      page.key("Enter", (at += 90));
    }
    assert.deepEqual(page.codes, []);
    assert.equal(page.field, text);
    assert.equal(page.presses, 4000);
  });
}

test("what stood in the field before a scan stands there after it", () => {
  const page = new Page({ hold: false });
  const at = page.keys("coca", 0, 150, null);
  page.keys("7501055300075", at, 5);
  assert.deepEqual([page.field, page.codes], ["coca", ["7501055300075"]]);
});

test("a scan right after a typed key does not take the key with it", () => {
  const page = new Page();
  page.key("3", 0);
  page.keys("7501055300075", 60, 5);
  assert.deepEqual([page.field, page.codes], ["3", ["7501055300075"]]);
});

test("a scan is found though the page was busy and its timer came before the keys", () => {
  const page = new Page();
  page.key("7", 0);
  page.rest(500);
  assert.equal(page.field, "7");
  page.wakeAt = null;
  page.keys("501", 10, 10);
  assert.deepEqual([page.field, page.codes], ["", ["7501"]]);
});

test("a code may pause once it is longer than anybody types", () => {
  const page = new Page();
  const at = page.keys("75010", 0, 10, null);
  page.keys("55300", at + 180, 10);
  assert.deepEqual([page.field, page.codes], ["", ["7501055300"]]);
});

test("a short run of keys is typing, and its Enter counts", () => {
  const page = new Page();
  page.keys("123", 0, 10);
  assert.deepEqual([page.field, page.codes, page.presses], ["123", [], 1]);
});

test("the second end of a code is swallowed, a person's Enter is not", () => {
  const page = new Page();
  const at = page.keys("75010", 0, 5);
  page.key("Enter", at);
  assert.equal(page.presses, 0);
  page.key("Enter", at + 400);
  assert.equal(page.presses, 1);
});

test("capitals come with a Shift of their own, which is no part of the code", () => {
  const page = new Page();
  let at = 0;
  for (const key of ["Shift", "C", "2", "-", "Shift", "A", "9", "Enter"]) page.key(key, (at += 4));
  assert.deepEqual(page.codes, ["C2-A9"]);
});

test("a key that is held down, an arrow or a shortcut is no part of a code", () => {
  const held = new Page();
  for (let at = 0; at < 300; at += 30) held.key("9", at, { repeat: at > 0 });
  held.key("Enter", 310);
  assert.deepEqual([held.codes, held.field, held.presses], [[], "9999999999", 1]);
  const page = new Page();
  page.keys("12", 0, 10, null);
  page.key("ArrowLeft", 20);
  page.keys("34", 30, 10);
  page.key("c", 60, { modified: true });
  assert.deepEqual(page.codes, []);
});

test("with a prefix nothing else is a code, and typing does not wait", () => {
  const page = new Page({ prefix: "~", hold: false });
  page.keys("75010", 0, 3);
  assert.deepEqual([page.codes, page.field, page.wakeAt], [[], "75010", null]);
  page.keys("~A1", 1000, 120);
  assert.deepEqual([page.codes, page.field, page.presses], [["A1"], "75010", 1]);
});

test("a prefix alone is typing", () => {
  const page = new Page({ prefix: "~" });
  page.key("~", 0);
  page.key("x", 900);
  assert.deepEqual([page.codes, page.field], [[], "~x"]);
});

test("a quantity before a star is split off", () => {
  assert.deepEqual(splitQuantity("3*"), { quantity: 3, text: "" });
  assert.deepEqual(splitQuantity(" 12 * coca cola"), { quantity: 12, text: "coca cola" });
  for (const text of ["coca", "3", "*3", "0*", "1000001*", "3x2", "-1*", ""]) {
    assert.deepEqual(splitQuantity(text), { quantity: null, text });
  }
});
