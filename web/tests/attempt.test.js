import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.BroadcastChannel = class {}; // the tabs of a session: a real one would keep this process alive
const { attempted } = await import("../shell/attempt.js");

const failing = (error) => async () => {
  throw error;
};

test("what was done leaves no problem, neither the one before", async () => {
  const problem = { value: "before" };
  assert.equal(await attempted(async () => "done", problem), true);
  assert.equal(problem.value, "");
});

test("what was not done says why, in the words of its screen", async () => {
  const problem = { value: "" };
  assert.equal(await attempted(failing(new Error("why")), problem, async ({ message }) => message), false);
  assert.equal(problem.value, "why");
});

test("a mistake of the page is no problem of the person, and is thrown", async () => {
  const problem = { value: "" };
  await assert.rejects(attempted(failing(new TypeError("a mistake")), problem), TypeError);
  assert.equal(problem.value, "");
});
