import assert from "node:assert/strict";
import { test } from "node:test";
import { isOutcome } from "../shell/outcomes.js";

test("a refusal of the deed itself says that it is not done", () => {
  for (const status of [400, 403, 404, 422]) assert.equal(isOutcome(status), true, `${status}`);
});

test("who calls, how much, how early, and a failing shop say nothing about the deed", () => {
  for (const status of [401, 408, 409, 425, 429, 500, 503]) {
    assert.equal(isOutcome(status), false, `${status}`);
  }
});
