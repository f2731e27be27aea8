import assert from "node:assert/strict";
import { test } from "node:test";

import { Patience } from "../till/patience.js";

const USUAL_MS = 1200;
const A_MINUTE_MS = 60_000;

/** A till that has heard answers, each after so long. */
function afterAnswers(...tookMs) {
  const patience = new Patience();
  for (const [at, took] of tookMs.entries()) patience.heard(took, at);
  return patience;
}

test("a till that has heard nothing, or quick answers, waits as usual", () => {
  assert.equal(afterAnswers().limit(USUAL_MS, 0), USUAL_MS);
  assert.equal(afterAnswers(20, 500).limit(USUAL_MS, 2), USUAL_MS);
});

test("a slow answer makes it wait twice as long, though quick ones come between", () => {
  assert.equal(afterAnswers(20, 2000, 20).limit(USUAL_MS, 3), 4000);
  assert.equal(afterAnswers(1500, 2000, 1500).limit(USUAL_MS, 3), 4000);
});

test("it never waits longer than 5 s to say that there is no network", () => {
  assert.equal(afterAnswers(9000).limit(USUAL_MS, 1), 5000);
});

test("a minute later it waits as usual, unless the answers are still slow", () => {
  assert.equal(afterAnswers(2000).limit(USUAL_MS, A_MINUTE_MS), USUAL_MS);
  const patience = afterAnswers(2000);
  patience.heard(1500, A_MINUTE_MS);
  assert.equal(patience.limit(USUAL_MS, A_MINUTE_MS), 3000);
  patience.heard(20, 2 * A_MINUTE_MS);
  assert.equal(patience.limit(USUAL_MS, 2 * A_MINUTE_MS), USUAL_MS);
});
