import assert from "node:assert/strict";
import { test } from "node:test";

import {
  barsIn, centsOf, change, clipped, everyNth, level, moved, scale, shownIfKnown, ticks,
} from "../owner/figures.js";

test("an axis begins at 0, has round steps and covers the highest value", () => {
  const cases = [
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [10, [0, 5, 10]],
    [97, [0, 25, 50, 75, 100]],
    [100, [0, 25, 50, 75, 100]],
    [101, [0, 50, 100, 150]],
    [249_400, [0, 100_000, 200_000, 300_000]],
  ];
  for (const [largest, expected] of cases) assert.deepEqual(ticks(largest), expected, `up to ${largest}`);
});

test("an axis of counted things has whole ticks only", () => {
  for (let largest = 0; largest < 2_000; largest += 1) {
    const all = ticks(largest);
    assert.ok(all.every(Number.isInteger), `${largest}: ${all}`);
    assert.ok(all.at(-1) >= largest && all.length <= 6, `${largest}: ${all}`);
  }
});

test("an axis of money has no step under a peso if told so", () => {
  assert.deepEqual(ticks(150, { smallest: 100 }), [0, 100, 200]);
});

test("bars begin at 0, and a loss goes to the other side of it", () => {
  const gains = [{ x: 0, length: 100 }, { x: 0, length: 50 }];
  assert.deepEqual(barsIn([20, 10], 100), { zero: 0, bars: gains });
  const [gain, none, loss] = [{ x: 25, length: 75 }, { x: 25, length: 0 }, { x: 0, length: 25 }];
  assert.deepEqual(barsIn([30, 0, -10], 100), { zero: 25, bars: [gain, none, loss] });
  assert.deepEqual(barsIn([-10, -20], 100).zero, 100);
  assert.deepEqual(barsIn([], 100), { zero: 0, bars: [] });
});

test("a scale keeps to its length", () => {
  const y = scale(200, 50);
  assert.deepEqual([0, 100, 200, 300, -5].map(y), [0, 25, 50, 50, 0]);
  assert.equal(scale(0, 50)(7), 0);
});

test("a change is told as the report says it, new or none where that has no number", () => {
  const cases = [
    [150, 100, 50, "up", 0.5],
    [50, 100, -50, "down", -0.5],
    [100, 100, 0, "same", 0],
    [5, 0, null, "new", null],
    [0, 0, null, "none", null],
    [5, null, null, "none", null],
    [null, 5, null, "none", null],
    [-50, 100, -150, "down", -1.5],
    [-50, 0, null, "down", null],
    [-20, -50, null, "up", null],
    [30, -50, null, "up", null],
    [-80, -50, null, "down", null],
    [-50, -50, null, "same", null],
  ];
  for (const [now, before, percent, kind, ratio] of cases) {
    const told = change(now, before, percent);
    assert.equal(told.kind, kind, `${now} after ${before}`);
    assert.equal(told.ratio, ratio, `${now} after ${before}`);
  }
  assert.equal(change(150, 100, 50).difference, 50);
  assert.equal(change(30, -50, null).difference, 80);
});

test("a heat cell is empty only where nothing was sold", () => {
  assert.deepEqual([0, 1, 20, 21, 99, 100].map((value) => level(value, 100)), [0, 1, 1, 2, 5, 5]);
  assert.equal(level(0, 0), 0);
});

test("labels that do not fit are left out", () => {
  assert.equal(everyNth(7, 700, 50), 1);
  assert.equal(everyNth(31, 310, 40), 4);
  assert.equal(everyNth(31, 0, 40), 1240);
});

test("a JSON number becomes whole cents", () => {
  assert.deepEqual([0.1 + 0.2, 1.15, 2494, 19.99, null].map(centsOf), [30, 115, 249_400, 1_999, null]);
});

test("an amount that is not known is no 0", () => {
  assert.deepEqual([0, -1_050, null].map(shownIfKnown), ["$0.00", "-$10.50", "–"]);
});

test("arrow keys move within a chart and stop at its ends", () => {
  assert.equal(moved(0, "ArrowRight", 3), 1);
  assert.equal(moved(2, "ArrowRight", 3), 2);
  assert.equal(moved(0, "ArrowLeft", 3), 0);
  assert.equal(moved(30, "ArrowDown", 168, 24), 54);
  assert.equal(moved(10, "ArrowUp", 168, 24), 10);
  assert.equal(moved(1, "End", 3), 2);
  assert.equal(moved(1, "Home", 3), 0);
  assert.equal(moved(1, "x", 3), 1);
});

test("a long name is clipped to its room, a short one is left as it is", () => {
  assert.equal(clipped("Croquetas para perro", 12), "Croquetas p…");
  assert.equal(clipped("Croquetas para perro", 11), "Croquetas…");
  assert.equal(clipped("Pluma", 5), "Pluma");
  assert.equal(clipped("Pluma", -3), "…");
});
