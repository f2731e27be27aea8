import assert from "node:assert/strict";
import { test } from "node:test";

import { Change } from "../owner/change.js";
import { Sparkline } from "../owner/charts.js";
import { shownIfKnown } from "../owner/figures.js";

/** The heights of a sparkline's dots from its top, and of the line that marks 0, if it has one. */
function heightsOf(values) {
  const parts = Sparkline({ title: "", values }).props.children;
  const only = (type) => parts.find((part) => part?.type === type)?.props;
  const dots = only("polyline").points.split(" ").map((dot) => Number(dot.split(",")[1]));
  return { dots, zero: only("line")?.y1 };
}

test("a sparkline begins at 0", () => {
  assert.deepEqual(heightsOf([0, 50, 100]), { dots: [25, 14, 3], zero: undefined });
  assert.deepEqual(heightsOf([0, 0]), { dots: [25, 25], zero: undefined });
});

test("a loss is below the line of 0 in a sparkline", () => {
  assert.deepEqual(heightsOf([100, 0, -100]), { dots: [3, 14, 25], zero: 14 });
  assert.deepEqual(heightsOf([-50, -100]), { dots: [14, 25], zero: 3 });
});

test("a change since a loss is an amount without a share", () => {
  const change = { written: shownIfKnown, now: 3_000, before: -5_000, percentChanged: null };
  assert.equal(textOf(Change(change)), "▲ (+$80.00)");
  assert.equal(textOf(Change({ ...change, now: -6_000 })), "▼ (-$10.00)");
  const lost = Change({ ...change, now: -2_500, before: 5_000, percentChanged: -150 });
  assert.equal(textOf(lost), "▼ 150% (-$75.00)");
});

const textOf = (part) => [part?.props ? part.props.children : part].flat(Infinity)
  .map((each) => (each?.props ? textOf(each) : each ?? "")).join("").trim();
